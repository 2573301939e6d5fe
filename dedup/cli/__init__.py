"""The command line: it parses, calls the library, and prints. It decides nothing, and offers the function `main` only.

Each command imports the rooms that do its work when it runs: ``dedup --help`` must answer before numpy is loaded.
"""

from dedup.cli.app import main

__all__ = ["main"]
