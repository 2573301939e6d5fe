"""The options that all benches have."""

import argparse
import dataclasses
import json
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any


def parser(description: str | None, folder: bool = True) -> argparse.ArgumentParser:
    """Return a parser with ``--json FILE``, and with ``--folder DIR`` for a bench that makes collections."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    if folder:
        made.add_argument("--folder", type=Path, metavar="DIR", help="where collections are, or are made to stay")
    return made


def collections(folder: Path | None, stack: ExitStack) -> Path:
    """Return the ``--folder``, or a temporary folder that ends with the ``stack``."""
    return folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))


def sizes(text: str) -> tuple[int, ...]:
    """Return the sizes in an argument such as ``1e4,3e4``, the least first."""
    return tuple(sorted(int(float(part)) for part in text.split(",")))


def save(file: Path | None, rows: Iterable[Any]) -> None:
    """Write rows to the ``--json`` file, if it is given; a row is a dictionary, a named tuple or a dataclass."""
    if file:
        file.write_text(json.dumps(list(map(_to_mapping, rows)), indent=2) + "\n")


def _to_mapping(row: Any) -> Any:
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        return dataclasses.asdict(row)
    return row._asdict() if hasattr(row, "_asdict") else row
