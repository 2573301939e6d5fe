"""Labels -> the truth that stories are scored against: the true cluster of documents, and labelled pairs of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.formats.typed_rows import typed_rows as rows

POSITIVE = "dup"
"""The label of a pair that belongs together."""

IGNORE = "ignore"
"""The label of a pair that is left out of all scores."""

_CURE = 'give {"id", "cluster"} or {"a", "b", "label"}, each text or a whole number, one object a line'


class Label(NamedTuple):
    """What the truth says of a pair: `POSITIVE`, `IGNORE`, or anything else for a negative; its type, or ``""``."""

    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Truth:
    """``clusters``: the true cluster of each document by its id; ``pairs``: labels by their two ids, the lesser first;
    both in the order of the file."""

    clusters: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Label] = field(default_factory=dict)


class _LabelRow(msgspec.Struct, frozen=True):
    """Either kind of row; null is the same as no key."""

    id: str | int | None = None
    cluster: str | int | None = None
    a: str | int | None = None
    b: str | int | None = None
    label: str | None = None
    type: str | int | None = None


def read_truth(path: str) -> Truth:
    """The labels in a JSON Lines file; raises `ReadError` for a row that is neither kind, or contradicts another."""
    truth = Truth()
    for number, row in rows(path, _LabelRow, _CURE):
        problem = _add(truth, row)
        if problem:
            raise ReadError(readable(path), problem, number)
    if not truth.clusters and not truth.pairs:
        raise ReadError(readable(path), f"holds no label; {_CURE}")
    return truth


def _add(truth: Truth, row: _LabelRow) -> str | None:
    """Add what ``row`` says, or say what is wrong with it."""
    if row.id is not None:
        if row.cluster is None:
            return f"has an id but no cluster; {_CURE}"
        return _contradiction(row.id, truth.clusters.setdefault(str(row.id), str(row.cluster)), str(row.cluster))
    if row.a is None or row.b is None or row.label is None:
        return f"has neither id and cluster nor a, b and label; {_CURE}"
    a, b = sorted((str(row.a), str(row.b)))
    if a == b:
        return f"is a pair of {_quoted(a)} and itself; name two documents, or take the row out"
    label = Label(row.label, "" if row.type is None else str(row.type))
    return _contradiction(f"{a} and {b}", truth.pairs.setdefault((a, b), label).label, label.label)


def _contradiction(what: str | int, before: str, now: str) -> str | None:
    """A row may say again what an earlier one said, and nothing else."""
    if before == now:
        return None
    return f"{_quoted(what)} is {_quoted(before)} in an earlier row and {_quoted(now)} here; take one of the rows out"


def _quoted(value: str | int) -> str:
    return quoted(str(value), limits.MAX_QUOTED)
