"""Shingle hashes -> the sample by which excerpts become candidates.

The sample has the shingles whose hash is below a fixed bound (FracMinHash, see `core.candidates.sampled`).
"""

import math
from typing import Final

import numpy as np

from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import where_set

SHARED: Final = 2
"""Number of sampled shingles that a pair must share.

One alone is a phrase: thirty times as many pairs share one sampled shingle.
"""

EVERY: Final = np.uint64(2**64 - 1)
"""The bound for hashes from the whole range. Sampled shingles lie in the whole range."""

_MANY: Final = np.uint64(2**64 // 10)
"""The bound from which on one flag in ten or more is set."""

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd factor that spreads hashes below a bound over the whole range. Different hashes stay different."""


def max_hash(overlap: int, recall: float) -> np.uint64:
    """Return the bound of the sample. The sample has the shingles whose hash is below the bound.

    A pair that shares ``overlap`` shingles, 2 or more, shares at least `SHARED` sampled shingles with probability
    ``recall``: ``P(Binomial(overlap, p) >= 2) = 1 - q**n - n * p * q**(n - 1)``. The probability rises with p, so the
    function finds p by bisection. (An import of the inverse that scipy has takes a third of a second.)
    """
    low, high = 0.0, 1.0
    while low < (share := (low + high) / 2) < high:
        others_missed = math.exp((overlap - 1) * math.log1p(-share))
        if 1 - others_missed * (1 - share + overlap * share) < recall:
            low = share
        else:
            high = share
    return np.uint64(high * 2.0**64)


def sample(shingles: Ragged, bound: np.uint64, first: int = 0) -> Ragged:
    """Return the sampled shingles of each row, without gaps.

    The function multiplies sampled shingles by an odd factor, so that they lie in the whole range of 64 bits. Then all
    bits differ equally often.

    Args:
        shingles: ``n`` rows of shingle hashes.
        bound: the sample has all shingles whose hash is below the bound (`max_hash`).
        first: the sample also has this number of shingles from the beginning of each row.
    """
    low = shingles.values < bound
    begins = shingles.bounds[:, 0]
    low[ranges(begins, np.minimum(shingles.lengths, first))] = True
    edges = np.empty(shingles.bounds.size + 2, np.int64)
    edges[0], edges[1:-1], edges[-1] = 0, shingles.bounds.reshape(-1), low.size
    gaps = edges[1::2] - edges[::2]
    if gaps.any():
        low[ranges(edges[::2], gaps)] = False  # Values between two rows belong to no row.
    positions = where_set(low) if bound < _MANY else low.nonzero()[0]
    return Ragged(shingles.values.take(positions) * _SPREAD, positions.searchsorted(shingles.bounds))
