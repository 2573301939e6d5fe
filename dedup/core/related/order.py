"""Sequences -> the lengths of their longest rising subsequences, all sequences in step."""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import chunks

_CELLS: Final = 1 << 20
"""Numbers of the piles of sequences that are measured together, about."""


def longest_rising(values: Indices, edges: Indices) -> Indices:
    """Return the length of the longest rising subsequence of each sequence.

    Patience sorting (Schensted 1961, "Longest increasing and decreasing subsequences"): each value goes to the first
    pile whose top is not less, and the number of piles is the length. Sequences of about one length go in step, so that
    the loop is over positions and not over sequences. The time is ``l * log(l)`` for a sequence of ``l`` values.

    Args:
        values: ``(m,)`` the values of all sequences, sequence after sequence.
        edges: ``(n + 1,)`` where each sequence begins, and the end.

    Returns:
        ``(n,) int64`` the lengths.
    """
    lengths = np.diff(edges)
    longest = np.zeros(lengths.size, np.int64)
    order = (-lengths).argsort(kind="stable")
    for first, last in chunks(lengths[order] + 1, _CELLS, max(lengths.size, 1)):
        rows = order[first:last]
        longest[rows] = _in_step(values, edges[rows], lengths[rows])
    return longest


def _in_step(values: Indices, starts: Indices, lengths: Indices) -> Indices:
    """Return the lengths ``(k,)`` for sequences of falling ``lengths`` ``(k,)``, which begin at ``starts`` ``(k,)``."""
    most = int(lengths.max(initial=0))
    piles = np.zeros((lengths.size, most), np.int64)
    counts = np.zeros(lengths.size, np.int64)
    for position in range(most):
        rows = np.arange(np.searchsorted(-lengths, -position))  # the sequences that have this position
        new = values[starts[rows] + position]
        low, high = np.zeros(rows.size, np.int64), counts[rows]
        while (open_rows := low < high).any():
            middle = (low + high) // 2
            less = piles[rows, np.minimum(middle, most - 1)] < new
            low = np.where(open_rows & less, middle + 1, low)
            high = np.where(open_rows & ~less, middle, high)
        piles[rows, low] = new
        counts[rows] = np.maximum(counts[rows], low + 1)
    return counts
