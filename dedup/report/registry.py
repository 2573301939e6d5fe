"""The one list of report formats. A new format is a new file beside this one and a line in each of two tables.

The tables hold names, not functions, and a format is imported when it is first written: ``dedup --help`` needs the
names only, and rich and msgspec would be half of its start-up time.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, Protocol

from dedup.errors import SettingsError

if TYPE_CHECKING:
    from dedup.types import Report


class ReportWriter(Protocol):
    """What the module of a format has to offer: a function ``write``."""

    def write(self, report: Report, stream: BinaryIO, singletons: bool) -> None:
        """Write ``report`` to ``stream`` as UTF-8, with its singletons if asked, and leave the stream open."""


FORMATS = {
    "table": "dedup.report.writers.table",
    "jsonl": "dedup.report.writers.jsonl",
    "json": "dedup.report.writers.json",
    "csv": "dedup.report.writers.csv",
}
"""The name of each format and the module that writes it."""

SUFFIXES = {".jsonl": "jsonl", ".json": "json", ".csv": "csv", ".txt": "table"}
"""The format that a file's suffix asks for."""


def format_of(path: str | PurePath) -> str:
    """The format that the suffix of ``path`` asks for; raises `SettingsError` if it asks for none."""
    suffix = PurePath(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise SettingsError(f"{path}: no report has the suffix {suffix!r}; give {', '.join(SUFFIXES)}, or a format")
    return SUFFIXES[suffix]


def write(report: Report, stream: BinaryIO, format: str, *, singletons: bool = False) -> None:
    """Write ``report`` to a binary ``stream`` in one of `FORMATS`, as UTF-8 on every system.

    With ``singletons`` the documents that are nobody's copy are written as well, as stories of one. The stream is
    neither flushed nor closed. Raises `SettingsError` if there is no such format.
    """
    if format not in FORMATS:
        raise SettingsError(f"format {format!r} is none; there are {', '.join(FORMATS)}")
    writer: ReportWriter = import_module(FORMATS[format])
    writer.write(report, stream, singletons)
