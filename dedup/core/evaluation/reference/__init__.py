"""Slow twins of the modules of this folder, in plain Python, one for each fast module: for tests, and to read first."""
