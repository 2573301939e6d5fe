"""The pure core: arrays in, arrays out. It uses no files, clocks, threads, processes or logging."""
