"""Slow twins of the modules of `core.pairs`, one for each fast module, in plain Python. Tests hold them equal."""
