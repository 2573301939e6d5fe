"""A report to a file that appears all at once: its reader sees the old file or the whole new one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dedup.report.registry import format_of, write
from dedup.report.writers import Listing

if TYPE_CHECKING:
    from dedup.results import Report


def save(report: Report, path: str | os.PathLike[str]) -> None:
    """Write a report with its singletons to a file, in the format of the suffix. `Report.save` explains the errors."""
    path = Path(path)
    format = format_of(path)
    with replacing(path) as stream:
        write(report, stream, format, Listing(singletons=True))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a stream to a file beside ``path`` that replaces ``path`` in the end, unless an error comes first."""
    temporary = temporary_path(path)
    try:
        with temporary.open("xb") as stream:
            yield stream
        temporary.replace(path.resolve())
    finally:
        temporary.unlink(missing_ok=True)


def temporary_path(path: Path) -> Path:
    """Return a new path beside ``path``, in the folder of the file itself, not of a link to it.

    A move is atomic only within one file system. The name is hidden, and no input has its suffix.
    """
    return path.resolve().with_name(f".dedup-{secrets.token_hex(8)}.part")
