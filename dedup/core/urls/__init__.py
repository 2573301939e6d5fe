"""Addresses of documents: the site of a host, and one spelling for all addresses of a page."""
