"""A JSON Lines file of overrides -> rulings. ``dedup boilerplate`` writes such a file."""

from __future__ import annotations

import msgspec

from dedup.core.sites.overrides import problem
from dedup.errors import ReadError
from dedup.formats.places import readable
from dedup.formats.typed.rows import typed_rows
from dedup.types import Ruling

SCHEMA = "dedup.boilerplate/1"
"""The schema that the header of a file of ``dedup boilerplate`` names."""

_CURE = 'give {"block": TEXT, "chrome": true or false}, with "source": NAME if it is for one only, one object a line'
_FRAME = ("header", "footer")
"""The types of rows that ``dedup boilerplate`` writes around the blocks."""


class _RulingRow(msgspec.Struct, frozen=True):
    """A ruling, or the header or footer of a file of ``dedup boilerplate``. A null equals a missing key."""

    block: str | None = None
    chrome: bool | None = None
    source: str | None = None
    type: str | None = None
    schema: str | None = None


def read_rulings(path: str) -> tuple[Ruling, ...]:
    """The rulings in a JSON Lines file.

    Raises `ReadError` for a row that is not a ruling, for rows that contradict each other, and for a file without rows.
    """
    rulings: list[Ruling] = []
    lines: list[int] = []
    number = 0
    for number, row in typed_rows(path, _RulingRow, _CURE):
        fault = _find_fault(row)
        if fault:
            raise ReadError(readable(path), fault, number)
        if row.block is not None and row.chrome is not None:
            rulings.append(Ruling(row.block, row.chrome, row.source or ""))
            lines.append(number)
    if not number:
        raise ReadError(readable(path), f"holds no ruling; {_CURE}")
    contradiction = problem(rulings)
    if contradiction is not None:
        raise ReadError(readable(path), contradiction[1], lines[contradiction[0]])
    return tuple(rulings)


def _find_fault(row: _RulingRow) -> str | None:
    """The fault of a row, in words; None for a ruling, a header or a footer."""
    if row.schema is not None and row.schema != SCHEMA:
        return f"is of schema {row.schema!r}, not {SCHEMA!r}: give what dedup boilerplate wrote, or rows of your own"
    if row.type in _FRAME:
        return None
    if row.block is None or row.chrome is None:
        return f"has no {'block' if row.block is None else 'chrome'}; {_CURE}"
    return None
