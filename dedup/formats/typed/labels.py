"""A JSON Lines file of labels -> the truth for scores: true clusters of documents, and labelled pairs of documents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.formats.typed.rows import typed_rows

POSITIVE = "dup"
"""The label of a pair that belongs together."""

IGNORE = "ignore"
"""The label of a pair that no score counts."""

_CURE = 'give {"id", "cluster"} or {"a", "b", "label"}, each text or a whole number, one object a line'


class Label(NamedTuple):
    """The label of a pair: `POSITIVE`, `IGNORE`, or any other word for a negative; and its type, or ``""``."""

    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Truth:
    """All labels, in the order of the file.

    ``clusters``: the true cluster of each document, by its id. ``events``: the event that each document reports, by its
    id. ``pairs``: the label of each pair, by its two ids, the lesser id first. ``is_sample``: whether the pairs come
    from ``dedup cluster --to-label``. A pair that is not in a sample counts nowhere; else it is a negative.
    """

    clusters: dict[str, str] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Label] = field(default_factory=dict)
    is_sample: bool = False
    events: dict[str, str] = field(default_factory=dict)


class _LabelRow(msgspec.Struct, frozen=True):
    """A row of a cluster or of a pair. A null equals a missing key."""

    id: str | int | None = None
    cluster: str | int | None = None
    event: str | int | None = None
    a: str | int | None = None
    b: str | int | None = None
    label: str | None = None
    type: str | int | None = None
    share: float | None = None


def read_truth(path: str) -> Truth:
    """The labels in a JSON Lines file.

    Raises `ReadError` for a row of neither kind, for rows that contradict each other, and for a file without labels.
    """
    truth, is_sample = Truth(), False
    for number, row in typed_rows(path, _LabelRow, _CURE):
        is_sample |= row.share is not None
        problem = _add_row(truth, row)
        if problem:
            raise ReadError(readable(path), problem, number)
    if not truth.clusters and not truth.pairs and not truth.events:
        raise ReadError(readable(path), f"holds no label; {_CURE}")
    return replace(truth, is_sample=is_sample)


def _add_row(truth: Truth, row: _LabelRow) -> str | None:
    """Add the label in ``row``; the fault of the row, in words, or None."""
    if row.id is not None:
        if row.cluster is None and row.event is None:
            return f"has an id but no cluster; {_CURE}"
        labels = ((truth.clusters, row.cluster), (truth.events, row.event))
        problems = (
            _find_contradiction(row.id, named.setdefault(str(row.id), str(name)), str(name))
            for named, name in labels
            if name is not None
        )
        return next(filter(None, problems), None)
    if row.a is None or row.b is None or row.label is None:
        return f"has neither id and cluster nor a, b and label; {_CURE}"
    a, b = sorted((str(row.a), str(row.b)))
    if a == b:
        return f"is a pair of {_quoted(a)} and itself; name two documents, or take the row out"
    label = Label(row.label, "" if row.type is None else str(row.type))
    return _find_contradiction(f"{a} and {b}", truth.pairs.setdefault((a, b), label).label, label.label)


def _find_contradiction(name: str | int, before: str, now: str) -> str | None:
    """The fault of a row that gives ``name`` another value than an earlier row; None for equal values."""
    if before == now:
        return None
    return f"{_quoted(name)} is {_quoted(before)} in an earlier row and {_quoted(now)} here; take one of the rows out"


def _quoted(value: str | int) -> str:
    return quoted(str(value), limits.MAX_QUOTED)
