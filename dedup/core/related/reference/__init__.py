"""Slow twins of the fast modules, in plain Python, one for each module. Tests use them. Read them first."""
