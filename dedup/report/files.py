"""A report to a file that appears all at once: its reader sees the old file or the whole new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dedup.regular_files import replacing
from dedup.report.registry import format_of, write
from dedup.report.writers import Listing

if TYPE_CHECKING:
    import os

    from dedup.results import Report


def save(report: Report, path: str | os.PathLike[str]) -> None:
    """Write a report with its singletons to a file, in the format of the suffix. `Report.save` explains the errors."""
    path = Path(path)
    format = format_of(path)
    with replacing(path) as stream:
        write(report, stream, format, Listing(singletons=True))
