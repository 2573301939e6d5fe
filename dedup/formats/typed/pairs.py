"""A JSON Lines file of pairs -> the word of a person on them."""

from __future__ import annotations

import msgspec

from dedup.comparison_types import HandPair
from dedup.errors import ReadError
from dedup.formats.places import readable
from dedup.formats.typed.rows import typed_rows

_CURE = 'give {"a": ID, "b": ID, "same": true or false}, one object a line'


class _PairRow(msgspec.Struct, frozen=True):
    """A pair. A null equals a missing key."""

    a: str | int | None = None
    b: str | int | None = None
    same: bool | None = None


def read_pairs(path: str) -> tuple[HandPair, ...]:
    """The pairs in a JSON Lines file.

    Raises `ReadError` for a row that is no pair, for two rows that contradict each other, and for a file without rows.
    """
    pairs: dict[tuple[str, str], HandPair] = {}
    for number, row in typed_rows(path, _PairRow, _CURE):
        if row.a is None or row.b is None or row.same is None:
            raise ReadError(readable(path), f"has not a, b and same; {_CURE}", number)
        pair = HandPair(str(row.a), str(row.b), row.same)
        low, high = sorted((pair.a, pair.b))
        if low == high:
            raise ReadError(readable(path), f"is a pair of {low!r} and itself; name two documents", number)
        if pairs.setdefault((low, high), pair).same != pair.same:
            reason = f"{low!r} and {high!r} are one in one row and two in another; take one of the rows out"
            raise ReadError(readable(path), reason, number)
    if not pairs:
        raise ReadError(readable(path), f"holds no pair; {_CURE}")
    return tuple(pairs.values())
