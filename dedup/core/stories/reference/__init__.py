"""Slow twins of modules of `core.stories`, in plain Python, for tests and for a first reading."""
