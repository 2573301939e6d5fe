"""Pairs of numbers <-> one number a pair. Vector instructions then sort, compare and find pairs."""

from typing import Final

import numpy as np

from dedup.array_types import Indices, Pairs

BITS: Final = 32
"""The number of bits of the second number of a pair. The first number has 31 bits, so that no code is negative."""


def pair_up(first: Indices, second: Indices) -> Pairs:
    """Return ``(m, 2)`` pairs of numbers, ``first`` ``(m,)`` and ``second`` ``(m,)``."""
    pairs = np.empty((first.size, 2), first.dtype)
    pairs[:, 0] = first
    pairs[:, 1] = second
    return pairs


def encode(first: Indices, second: Indices) -> Indices:
    """Return ``(m,) int64`` codes ``first << 32 | second``.

    ``first`` ``(m,)`` has numbers from 0 below 2**31, ``second`` ``(m,) int64`` numbers from 0 below 2**32.
    """
    codes: Indices = first.astype(np.int64, copy=False) << BITS
    codes |= second
    return codes


def decode(codes: Indices) -> Pairs:
    """Return the ``(m, 2) int64`` pairs of ``(m,)`` codes."""
    pairs = np.empty((codes.size, 2), np.int64)
    np.right_shift(codes, BITS, out=pairs[:, 0])
    np.bitwise_and(codes, (1 << BITS) - 1, out=pairs[:, 1])
    return pairs
