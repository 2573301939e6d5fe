"""Counts of what a job met, for its notes. They decide nothing."""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.tables import I8, I64, Schema, Table

OVERSIZED, SPLIT, UNCUT, LIVE, RULED, PREFERRED, MENDED, RENAMED_IDS, FEW_TEXTS = range(9)
"""Kinds of counts: oversized buckets, components that were cut, parts that stayed large, live addresses, blocks of a
ruling of the user, documents of a preferred source, texts without their misprints,
ids that got a number, and stories that are too few to tell rare words.
"""

COUNTS: Final[Schema] = {"kind": I8, "number": I64, "count": I64, "largest": I64}
"""The count of one kind in one part, and the largest of the counted sizes.

``number``: the number of the ruling or of the preferred source, 0 for other kinds.
"""


def count_sizes(kind: int, sizes: Indices) -> Table:
    """Return a row that counts things of these ``sizes`` ``(n,)``, or no row for none."""
    if not sizes.size:
        return Table.empty(COUNTS)
    return _rows(kind, np.zeros(1, np.int64), np.array([sizes.size]), np.array([sizes.max()]))


def count_each(kind: int, counts: Indices) -> Table:
    """Return a row for each number ``i`` of which there are ``counts[i]``, and no row where there are none."""
    numbers = counts.nonzero()[0]
    return _rows(kind, numbers, counts[numbers], counts[numbers])


def _rows(kind: int, numbers: Indices, counts: Indices, largest: Indices) -> Table:
    kinds = np.full(numbers.size, kind, np.int8)
    return Table({"kind": kinds, "number": numbers, "count": counts, "largest": largest})


def sum_counts(counts: Table) -> dict[int, tuple[int, int]]:
    """Return how many things of each kind were counted, and the largest size of them."""
    sums: dict[int, tuple[int, int]] = {}
    for kind, count, largest in zip(*(counts[name].tolist() for name in ("kind", "count", "largest")), strict=True):
        before, most = sums.get(kind, (0, 0))
        sums[kind] = before + count, max(most, largest)
    return sums


def counted_numbers(counts: Table, kind: int) -> frozenset[int]:
    """Return the numbers of one kind of which there is at least one thing."""
    return frozenset(counts["number"][counts["kind"] == kind].tolist())
