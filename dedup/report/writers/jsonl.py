"""JSON Lines: a header, a row a story, a footer. A file without its footer comes from a run that was cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from dedup.report.schema import encode, footer, header, stories

if TYPE_CHECKING:
    from dedup.types import Report


def write(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write ``report`` to ``stream``, a row at a time."""
    stream.write(encode(header(report)) + b"\n")
    for row in stories(report, singletons):
        stream.write(encode(row) + b"\n")
    stream.write(encode(footer(report)) + b"\n")
