"""JSON: one object with the rows of the JSON Lines, one story a line, so that people can read it.

Its keys are those of `dedup.report.schema.ReportObject`: the keys of the header, then ``stories`` with the rows, then
``coverage`` if there is some, then the keys of the footer. The rows take the place of the footer's count of stories. Of
an explained report the members have their reasons. Texts and comparisons are in JSON Lines only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from dedup.json_rows import encode
from dedup.report.schema import coverage_rows, explained_records, footer, header, story_records

if TYPE_CHECKING:
    from dedup.report.writers import Listing
    from dedup.results import Report


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``, a story at a time: the object is never in memory as a whole.

    Args:
        report: the report
        stream: a binary stream
        listing: the part of it that is written
    """
    stream.write(encode(_without_keys(header(report), "type")).removesuffix(b"}"))
    stream.write(b',"stories":[')
    records = story_records if report.explanation is None else explained_records
    for number, row in enumerate(records(report, listing.singletons)):
        stream.write((b",\n" if number else b"\n") + encode(row))
    stream.write(b"\n],")
    if report.coverage:
        stream.write(b'"coverage":[\n' + b",\n".join(map(encode, coverage_rows(report))) + b"\n],")
    stream.write(encode(_without_keys(footer(report), "type", "stories")).removeprefix(b"{") + b"\n")


def _without_keys(row: msgspec.Struct, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in msgspec.structs.asdict(row).items() if key not in keys}
