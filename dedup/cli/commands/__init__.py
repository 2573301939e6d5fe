"""One file a command: its options, one call of the library, its output, its exit code."""
