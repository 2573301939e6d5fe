"""Slow twins of the modules of `core.items`, in plain Python. Tests hold them equal."""
