"""CSV after RFC 4180: a row a member, the columns named in the first. It has no footer and no list of the skipped.

A spreadsheet runs a cell that begins with ``= + - @`` as a formula, and titles come from pages that strangers wrote; so
such a cell gets an apostrophe before it, in every text column, ids too. A plain number is left alone, it cannot do
harm. This door is for people with spreadsheets; jsonl and json give every text exactly as it is.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from dedup.report.schema import stories
from dedup.report.terminal import Utf8Stream

if TYPE_CHECKING:
    from dedup.types import Report


COLUMNS = (
    "story",
    "id",
    "relation",
    "containment",
    "resemblance",
    "size",
    "source",
    "published",
    "title",
    "path",
    "credit",
    "no_article",
)

_FORMULA = re.compile(r"(?![+-]?\d+(\.\d+)?\Z)[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")  # and the full-width forms


def write(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write ``report`` to ``stream``, a member at a time; a story's rows stand together, its canonical one first."""
    rows = csv.writer(Utf8Stream(stream))
    rows.writerow(COLUMNS)
    for story in stories(report, singletons):
        for member in story.members:
            named = {"story": story.story, "size": story.size, **msgspec.structs.asdict(member)}
            rows.writerow([_cell(named[column]) for column in COLUMNS])


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
