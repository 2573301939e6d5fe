"""JSON Lines: a header, a row for each story and each coverage, a footer. A run that was cut short has no footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from dedup.json_rows import encode
from dedup.report.schema import coverage_rows, evidence_records, explained_records, footer, header, story_records

if TYPE_CHECKING:
    from dedup.report.writers import Listing
    from dedup.results import Report


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``, a row at a time.

    Args:
        report: the report
        stream: a binary stream
        listing: the part of it that is written
    """
    stream.write(encode(header(report)) + b"\n")
    if report.explanation is None:
        for story in story_records(report, listing.singletons):
            stream.write(encode(story) + b"\n")
    else:
        _write_explained(report, stream, listing.singletons)
    for row in coverage_rows(report):
        stream.write(encode(row) + b"\n")
    stream.write(encode(footer(report)) + b"\n")


def _write_explained(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write the stories with their reasons, texts and comparisons, then the pairs that are told apart."""
    for story in explained_records(report, singletons):
        stream.write(encode(story) + b"\n")
        for row in evidence_records(report, story.canonical):
            stream.write(encode(row) + b"\n")
    for row in evidence_records(report):
        stream.write(encode(row) + b"\n")
