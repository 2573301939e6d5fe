"""Slow twins of the modules of `core.sites`, one for each fast module, in plain Python. Tests hold them equal."""
