"""The command line. It parses, calls the library, and prints; there is no logic here, and nothing to import but `main`.

The rooms that do the work are imported by the command that needs them, when it runs: ``dedup --help`` must answer
before numpy has woken up.
"""

from dedup.cli.app import main

__all__ = ["main"]
