"""The options that all benches have."""

import argparse
from pathlib import Path


def parser(description: str | None, folder: bool = True) -> argparse.ArgumentParser:
    """Return a parser with ``--json FILE``, and with ``--folder DIR`` for a bench that makes collections."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    if folder:
        made.add_argument("--folder", type=Path, metavar="DIR", help="where collections are, or are made to stay")
    return made
