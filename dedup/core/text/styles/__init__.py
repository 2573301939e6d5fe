"""Styles of HTML: which declarations and rules of CSS hide the text of an element."""
