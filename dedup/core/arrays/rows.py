"""Rows of one key: their order, and the position of pairs of numbers among other pairs, without hashing."""

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.sorting import distinct, find


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
    first = distinct(np.concatenate((firsts, asked_firsts)))[1]
    values, second = distinct(np.concatenate((seconds, asked_seconds)))
    codes = first * values.size + second
    pairs = np.sort(codes[: firsts.size])
    return find(pairs, codes[firsts.size :])[1]
