"""Misprints of scanned texts, read as the words that they stand for. Only with the option for scanned texts."""
