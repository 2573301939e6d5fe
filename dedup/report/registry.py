"""The one list of report formats. A new format is a new file in ``writers``, and a line in each of two tables.

The tables hold names, not functions. A format is imported when it is first written: ``dedup --help`` needs the names
only, and rich and msgspec are half of its start-up time.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from dedup.errors import SettingsError
from dedup.regular_files import replacing
from dedup.report.writers import Listing
from dedup.result_tables import import_library

if TYPE_CHECKING:
    import os

    from dedup.results import Report


_STORIES: Final = Listing()
"""The stories of two documents and more."""


class ReportWriter(Protocol):
    """The module of a format: it offers a function ``write``."""

    def write(self, report: Report, stream: BinaryIO, listing: Listing) -> None:
        """Write ``report`` to ``stream`` as UTF-8, and leave the stream open.

        Args:
            report: the report
            stream: a binary stream
            listing: the part of it that is written
        """


FORMATS = {
    "table": "dedup.report.table",
    "jsonl": "dedup.report.writers.jsonl",
    "json": "dedup.report.writers.json",
    "csv": "dedup.report.writers.csv",
    "github": "dedup.report.writers.github",
    "parquet": "dedup.report.writers.parquet",
    "html": "dedup.report.writers.html",
}
"""The name of each format and the module that writes it."""

SUFFIXES = {
    ".jsonl": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".txt": "table",
    ".parquet": "parquet",
    ".html": "html",
}
"""The suffix of a file and the format that it selects."""


def format_of(path: str | PurePath) -> str:
    """Return the format that the suffix of ``path`` selects. Raises `SettingsError` for any other suffix."""
    suffix = PurePath(path).suffix.lower()
    if suffix not in SUFFIXES:
        names = ", ".join(SUFFIXES)
        raise SettingsError(f"{path}: no report has the suffix {suffix!r}; give {names}, or a format: --format NAME")
    return SUFFIXES[suffix]


def check_library(format: str) -> None:
    """Raise `dedup.errors.LibraryMissing` if ``format`` needs a library that is not installed."""
    if format == "parquet":
        import_library("pyarrow.parquet", extra="parquet")


def write(report: Report, stream: BinaryIO, format: str, listing: Listing = _STORIES) -> None:
    """Write ``report`` as UTF-8 on every system. The stream is neither flushed nor closed.

    Args:
        report: the report
        stream: a binary stream
        format: one of `FORMATS`
        listing: the part of it that is written

    Raises:
        SettingsError: there is no such format
        LibraryMissing: the library of the format is not installed
    """
    if format not in FORMATS:
        raise SettingsError(f"format {format!r} is none; there are {', '.join(FORMATS)}")
    writer: ReportWriter = import_module(FORMATS[format])
    writer.write(report, stream, listing)


def save(report: Report, path: str | os.PathLike[str]) -> None:
    """Write a report with its singletons to a file, in the format of the suffix. `Report.save` explains the errors.

    The file appears all at once: its reader sees the old file or the whole new one.
    """
    path = Path(path)
    format = format_of(path)
    with replacing(path) as stream:
        write(report, stream, format, Listing(singletons=True))
