"""Documents that an index has forgotten, except for their sampled shingles -> those that new documents repeat."""

from typing import Final

import numpy as np

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import first_of_equals

SHARE: Final = 0.8
"""Share of the sampled shingles of the smaller document that both documents have, at least."""

LEAST: Final = 16
"""Sampled shingles of the smaller document, at least: fewer say too little."""

SAMPLE: Final = 8
"""Sampled shingles by which a forgotten document is found: the lowest ones."""

LOOKED_UP: Final = 3 * SAMPLE
"""Sampled shingles of a new document that are looked up: the lowest ones. So a new document of three times the length
finds a document that it contains."""


def distinct_rows(rows: Ragged) -> Ragged:
    """Return the distinct values of each row, rising, without gaps.

    Args:
        rows: ``n`` rows of numbers below 2**32, without gaps.
    """
    owners = np.arange(len(rows.bounds)).repeat(rows.lengths)
    codes = (owners.view(np.uint64) << np.uint64(32)) | rows.values.astype(np.uint64)
    codes.sort()
    codes = codes[first_of_equals(codes)]
    lengths = np.bincount((codes >> np.uint64(32)).view(np.int64), minlength=len(rows.bounds))
    return Ragged(codes.astype(np.uint32), bounds_of(lengths))


def shared_shingles(new: Ragged, old: Ragged, pairs: Pairs) -> Indices:
    """Count the shingles that the two documents of each pair share.

    Args:
        new: the sampled shingles of new documents, distinct in each row.
        old: the sampled shingles of old documents, distinct in each row.
        pairs: ``(p, 2)`` a row of ``new`` and a row of ``old``.

    Returns:
        ``(p,) int64``.
    """
    sides = [take_rows(rows, column) for rows, column in zip((new, old), pairs.T, strict=True)]
    owners = [np.arange(len(pairs)).repeat(rows.lengths).view(np.uint64) << np.uint64(32) for rows in sides]
    codes = np.concatenate([owner | rows.values for owner, rows in zip(owners, sides, strict=True)])
    codes.sort()
    again = (codes[~first_of_equals(codes)] >> np.uint64(32)).view(np.int64)
    return np.bincount(again, minlength=len(pairs))


def choose_remembered(pairs: Pairs, is_same: Flags, shared: Indices, smaller: Indices) -> Pairs:
    """Choose the old document that each new document repeats: of equal text, else with the largest share of shingles.

    Of several such documents the first counts.

    Args:
        pairs: ``(p, 2)`` a new document, and the number of an old document.
        is_same: ``(p,)`` whether the two texts are equal.
        shared: ``(p,)`` the sampled shingles that both have.
        smaller: ``(p,)`` the sampled shingles of the one that has fewer.

    Returns:
        ``(m, 2)`` the pairs of those new documents that repeat an old one.
    """
    share = np.where(is_same, 2.0, shared / np.maximum(smaller, 1))
    repeats = is_same | ((smaller >= LEAST) & (share >= SHARE))
    pairs, share = pairs[repeats], share[repeats]
    order = np.lexsort((pairs[:, 1], -share, pairs[:, 0]))
    pairs = pairs[order]
    chosen: Pairs = pairs[first_of_equals(pairs[:, 0])]
    return chosen
