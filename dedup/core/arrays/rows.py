"""Rows of a key: the positions of numbers among other numbers, and of pairs among other pairs, without hashing."""

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.sorting import distinct, find


def positions_of(numbers: Indices | Hashes, subset: Indices | Hashes) -> Indices:
    """Return ``(q,)`` where a ``subset`` ``(q,)`` of distinct ``numbers`` ``(n,)`` stands. They are in any order."""
    order = numbers.argsort()
    positions: Indices = order[numbers[order].searchsorted(subset)]
    return positions


def has_pairs(firsts: Indices, seconds: Hashes, asked_firsts: Indices, asked_seconds: Hashes) -> Flags:
    """Return ``(q,)`` flags: whether each asked pair is among ``p`` pairs.

    Args:
        firsts: ``(p,)`` the first number of each pair.
        seconds: ``(p,)`` the second number of each pair.
        asked_firsts: ``(q,)`` the first number of each asked pair.
        asked_seconds: ``(q,)`` the second number of each asked pair.
    """
    if not firsts.size or not asked_firsts.size:
        return np.zeros(asked_firsts.size, np.bool_)
    first_values, first = distinct(firsts)
    second_values, second = distinct(seconds)
    asked_second, present = find(second_values, asked_seconds)
    rows = present.nonzero()[0]  # few, in most cases
    asked_first, present[rows] = find(first_values, asked_firsts[rows])
    pairs = np.sort(first * second_values.size + second)
    present[rows] &= find(pairs, asked_first * second_values.size + asked_second[rows])[1]
    return present
