"""The commands: one file for each, with its options, one call of the library, its output and its exit code."""
