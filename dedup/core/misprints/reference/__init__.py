"""Slow twins of the modules of this folder: the same results, in plain Python. Tests compare them. Read a twin
first."""
