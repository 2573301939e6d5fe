"""JSON: one object that says what the JSON Lines say, with the same rows; a story a line, so that it can be read.

Its keys are those of the header, then ``stories`` with the rows, then those of the footer, whose count of stories gives
way to the stories themselves: it is ``documents - copies - singletons``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from dedup.report.schema import encode, footer, header, stories

if TYPE_CHECKING:
    from dedup.types import Report


def write(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write ``report`` to ``stream``, a story at a time: the object is never held as a whole."""
    stream.write(encode(_without(header(report), "type")).removesuffix(b"}"))
    stream.write(b',"stories":[')
    for number, row in enumerate(stories(report, singletons)):
        stream.write((b",\n" if number else b"\n") + encode(row))
    stream.write(b"\n],")
    stream.write(encode(_without(footer(report), "type", "stories")).removeprefix(b"{") + b"\n")


def _without(row: msgspec.Struct, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in msgspec.structs.asdict(row).items() if key not in keys}
