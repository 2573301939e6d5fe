"""Token hashes of blocks -> one hash for each block; and the tokens of texts without some of their blocks."""

import functools
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, bounds_of, edges_of, ranges

_TOKENS: Final = 1 << 14
"""Tokens that are hashed together."""


def block_hashes(tokens: Ragged) -> Hashes:
    """``(m,) uint64`` one hash for the token hashes of each row. A row without tokens has 0, and no other row has 0.

    The hash is a polynomial in an odd number, modulo 2 ** 64 (polynomial hash: Karp and Rabin 1987). Its coefficients
    are the scrambled tokens and their number. The sum is mixed, so that every bit depends on all, as
    `core.sketch.minhash` needs. Equal sequences have equal hashes. The hashes of unequal sequences, other orders
    included, differ as random numbers do.
    """
    hashes = np.zeros(len(tokens.bounds), np.uint64)
    lengths = tokens.lengths
    rows = lengths.nonzero()[0]
    if not rows.size:
        return hashes
    bounds, sums = tokens.bounds.take(rows, axis=0), lengths.take(rows).view(np.uint64)
    base = int(multiplier("place", 0))
    powers, inverses = _powers(base, _TOKENS), _inverse_powers(base, _TOKENS)
    for begin in range(int(bounds[0, 0]), int(bounds[-1, 1]), _TOKENS):
        batch = slice(bounds[:, 1].searchsorted(begin, "right"), bounds[:, 0].searchsorted(begin + _TOKENS))
        edges = bounds[batch].reshape(-1) - begin
        if not edges.size:
            continue
        before = max(0, -int(edges[0]))  # tokens of the first row that are in its sum already
        if before or edges[-1] > _TOKENS:
            edges = np.clip(edges, 0, _TOKENS)
        values = tokens.values[begin : begin + int(edges[-1])] * multiplier("mix", 0)
        values ^= values >> np.uint64(32)
        values *= powers[: values.size]
        # Every second edge ends a row: the values behind it belong to no row. Each sum is shifted to the row's begin.
        shifts = inverses.take(edges[::2])
        if before:
            shifts[0] *= np.uint64(pow(base, before, 1 << 64))
        sums[batch] += np.add.reduceat(values, edges[:-1])[::2] * shifts
    hashes[rows] = np.maximum(_mix(sums), np.uint64(1))
    return hashes


@functools.cache
def _powers(base: int, count: int) -> Hashes:
    """``(count,)`` the powers of ``base`` modulo 2 ** 64, the first one being 1."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


@functools.cache
def _inverse_powers(base: int, count: int) -> Hashes:
    """``(count,)`` the powers of the inverse of ``base`` modulo 2 ** 64, the first one being 1."""
    return _powers(pow(base, -1, 1 << 64), count)


def _mix(values: Hashes) -> Hashes:
    """Mix 64 bits in place, so that each bit depends on all: a bijection, two rounds of xor-shift and multiply."""
    shifted = values >> np.uint64(32)
    values ^= shifted
    values *= multiplier("mix", 0)
    values ^= np.right_shift(values, np.uint64(29), shifted)
    values *= multiplier("mix 2", 0)
    values ^= np.right_shift(values, np.uint64(32), shifted)
    return values


def drop_blocks(
    values: Hashes, words: npt.NDArray[np.integer[Any]], blocks: Indices, dropped: npt.NDArray[np.bool_]
) -> Ragged:
    """Return the tokens of texts without their dropped blocks.

    The tokens that a text retains move together, in place. A text that loses no block stays as it is.

    Args:
        values: the tokens of ``n`` texts, one text behind the other. They are overwritten.
        words: ``(m,)`` words of each block.
        blocks: ``(n,)`` number of blocks of each text. The blocks of a text are the next ones of the ``m`` blocks.
        dropped: ``(m,)`` which blocks are dropped.

    Returns:
        One row for each text. Values between two rows belong to no row.
    """
    rows, edges = bounds_of(blocks), edges_of(words)
    bounds = edges[rows]
    lost = edges_of(words * dropped)[rows]
    changed = (lost[:, 1] > lost[:, 0]).nonzero()[0]
    if changed.size:
        block_numbers = ranges(rows[changed, 0], blocks[changed])
        retained = block_numbers[~dropped[block_numbers]]
        bounds[:, 1] -= lost[:, 1] - lost[:, 0]
        values[ranges(bounds[changed, 0], bounds[changed, 1] - bounds[changed, 0])] = values[
            ranges(edges[retained], edges[retained + 1] - edges[retained])
        ]
    return Ragged(values, bounds)
