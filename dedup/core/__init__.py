"""The pure core: arrays in, arrays out. No files, clocks, threads, processes or logging in this room."""
