"""Pairs of numbers as one number each, so that pairs are sorted, compared and found by vector instructions."""

from typing import Final

import numpy as np

from dedup.array_types import Indices, Pairs

BITS: Final = 32
"""Bits of the second number of a pair. The first number has 31 bits, so that a code is never negative."""


def encode(first: Indices, second: Indices) -> Indices:
    """Return ``(m,) int64``: ``first << 32 | second`` for numbers ``(m,)``, the first below 2**31."""
    codes: Indices = first.astype(np.int64, copy=False) << BITS
    codes |= second
    return codes


def decode(codes: Indices) -> Pairs:
    """Return ``(m, 2) int64``: the pairs of ``(m,)`` codes."""
    pairs = np.empty((codes.size, 2), np.int64)
    np.right_shift(codes, BITS, out=pairs[:, 0])
    np.bitwise_and(codes, (1 << BITS) - 1, out=pairs[:, 1])
    return pairs
