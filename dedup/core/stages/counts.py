"""Counts of what a job met, for its notes. They decide nothing."""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.tables import I8, I64, Schema, Table

OVERSIZED, SPLIT, UNCUT, LIVE = range(4)
"""Kinds of counts: oversized buckets, components that were cut, parts that stayed large, and live addresses."""

COUNTS: Final[Schema] = {"kind": I8, "count": I64, "largest": I64}
"""The count of one kind in one part, and the largest of the counted sizes."""


def count_sizes(kind: int, sizes: Indices) -> Table:
    """Return a row that counts things of these ``sizes`` ``(n,)``, or no row for none."""
    if not sizes.size:
        return Table.empty(COUNTS)
    return Table(
        {
            "kind": np.array([kind], np.int8),
            "count": np.array([sizes.size], np.int64),
            "largest": np.array([sizes.max()], np.int64),
        }
    )


def sum_counts(counts: Table) -> dict[int, tuple[int, int]]:
    """Return how many things of each kind were counted, and the largest size of them."""
    sums: dict[int, tuple[int, int]] = {}
    for kind, count, largest in zip(*(counts[name].tolist() for name in COUNTS), strict=True):
        before, most = sums.get(kind, (0, 0))
        sums[kind] = before + count, max(most, largest)
    return sums
