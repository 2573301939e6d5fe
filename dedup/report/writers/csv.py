"""CSV after RFC 4180: a row for each member, and a first row with the names of the columns. It has no footer.

The mark of UTF-8 comes first: without it a spreadsheet reads ``Schäden`` in the charset of the machine.

A spreadsheet runs a cell that begins with ``= + - @`` as a formula, and strangers write the titles of pages. So such a
cell gets an apostrophe before it, in every text column, ids too: strangers write file names as well. A spreadsheet may
end a cell at a semicolon, a tab or a line end, so the apostrophe comes there too. A plain number is harmless and stays
as it is. This format is for people with spreadsheets; jsonl, json, ``--keep`` and ``--drop`` give
every id exactly as it is.
"""

from __future__ import annotations

import codecs
import csv
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from dedup.report.schema import NO_LEAD, ExplainedStoryRecord, explained_records, story_records
from dedup.report.terminal import Utf8Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedup.json_rows import StoryRecord
    from dedup.report.writers import Listing
    from dedup.results import Report


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

EXPLAINED_COLUMNS = ("by", "link", "decided", "boilerplate", "canonical_rule", "over")
"""The columns behind `COLUMNS` of a report with reasons."""

COVERAGE_COLUMN: Final = "coverage"
"""The last column of a report with coverage: the first story of the coverage of the row, or nothing."""

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA: Final = re.compile(r'(\A|[;|\t\r\n])(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20])')
"""Places of a cell at which a formula begins, with signs of full width too."""


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``, a row for each member. The canonical document comes first in its story.

    Args:
        report: the report
        stream: a binary stream
        listing: the part of it that is written
    """
    stream.write(codecs.BOM_UTF8)
    rows = csv.writer(Utf8Stream(stream))
    columns: tuple[str, ...] = COLUMNS
    records: Callable[[Report, bool], Iterator[StoryRecord | ExplainedStoryRecord]] = story_records
    if report.explanation is not None:
        columns, records = (*COLUMNS, *EXPLAINED_COLUMNS), explained_records
    if report.coverage:
        columns = (*columns, COVERAGE_COLUMN)
    first = {id: coverage.stories[0] for coverage in report.coverage for id in coverage.stories}
    rows.writerow(columns)
    for story in records(report, listing.singletons):
        lead = story.lead if isinstance(story, ExplainedStoryRecord) else None
        reason = msgspec.structs.asdict(NO_LEAD if lead is None else lead)
        for member in story.members:
            cells = {"story": story.story, "size": story.size, **msgspec.structs.asdict(member), **reason}
            cells[COVERAGE_COLUMN] = first.get(story.canonical, "")
            rows.writerow([_defuse(cells[column]) for column in columns])


def _defuse(value: Any) -> Any:
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _FORMULA.sub(lambda match: f"{match[0]}'", value)
