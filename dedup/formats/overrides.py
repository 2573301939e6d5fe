"""What a user says of blocks, in JSON Lines -> rulings. What ``dedup boilerplate`` writes is such a file."""

from __future__ import annotations

import msgspec

from dedup.core.sites.overrides import problem
from dedup.errors import ReadError
from dedup.formats.places import readable
from dedup.formats.typed_rows import typed_rows as rows
from dedup.types import Ruling

SCHEMA = "dedup.boilerplate/1"

_CURE = 'give {"block": TEXT, "chrome": true or false}, with "source": NAME if it is for one only, one object a line'
_FRAME = ("header", "footer")


class _RulingRow(msgspec.Struct, frozen=True):
    """A ruling, or the header or footer of what was written; null is the same as no key."""

    block: str | None = None
    chrome: bool | None = None
    source: str | None = None
    type: str | None = None
    schema: str | None = None


def read_rulings(path: str) -> tuple[Ruling, ...]:
    """The rulings in a JSON Lines file; raises `ReadError` for a row that is none, or contradicts another."""
    found: list[Ruling] = []
    lines: list[int] = []
    number = 0
    for number, row in rows(path, _RulingRow, _CURE):
        wrong = _wrong(row)
        if wrong:
            raise ReadError(readable(path), wrong, number)
        if row.block is not None and row.chrome is not None:
            found.append(Ruling(row.block, row.chrome, row.source or ""))
            lines.append(number)
    if not number:
        raise ReadError(readable(path), f"holds no ruling; {_CURE}")
    contradiction = problem(found)
    if contradiction is not None:
        raise ReadError(readable(path), contradiction[1], lines[contradiction[0]])
    return tuple(found)


def _wrong(row: _RulingRow) -> str | None:
    if row.schema is not None and row.schema != SCHEMA:
        return f"is of schema {row.schema!r}, not {SCHEMA!r}: give what dedup boilerplate wrote, or rows of your own"
    if row.type in _FRAME:
        return None
    if row.block is None or row.chrome is None:
        return f"has no {'block' if row.block is None else 'chrome'}; {_CURE}"
    return None
