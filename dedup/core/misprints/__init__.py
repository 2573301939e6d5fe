"""Scanned texts with misprints -> the words that the misprints stand for. Used with the option for scanned texts
only."""
