"""Shingle hashes to the sample by which excerpts are found (FracMinHash)."""

import math
from typing import Final

import numpy as np

from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import where_set

SHARED: Final = 2
"""Kept shingles that a pair must share. One alone is a phrase: there are thirty times as many such pairs."""

EVERY: Final = np.uint64(2**64 - 1)
"""The bound of hashes that lie in the whole range, as kept shingles do."""

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Odd number that spreads hashes below a bound over the whole range: those that differ still do."""


def max_hash(overlap: int, recall: float) -> np.uint64:
    """The hash below which a shingle is kept, so that of the pairs that share ``overlap`` shingles, 2 or more, a share
    of ``recall`` shares at least `SHARED` kept ones: ``P(Binomial(overlap, p) >= 2) = 1 - q**n - n * p * q**(n - 1)``.

    It rises with p, which is found by halving. (To import the inverse that scipy has takes a third of a second.)
    """
    low, high = 0.0, 1.0
    while low < (share := (low + high) / 2) < high:
        rest = math.exp((overlap - 1) * math.log1p(-share))
        if 1 - rest * (1 - share + overlap * share) < recall:
            low = share
        else:
            high = share
    return np.uint64(high * 2.0**64)


def sample(shingles: Ragged, bound: np.uint64, first: int = 0) -> Ragged:
    """The shingles of each row that are kept, without gaps: those below ``max_hash``, and the ``first`` ones of the row.

    Kept shingles are spread over the whole range of 64 bits, so that any bits of them tell two apart alike.
    """
    low = shingles.values < bound
    begins = shingles.bounds[:, 0]
    low[ranges(begins, np.minimum(shingles.lengths, first))] = True
    edges = np.empty(shingles.bounds.size + 2, np.int64)
    edges[0], edges[1:-1], edges[-1] = 0, shingles.bounds.reshape(-1), low.size
    gaps = edges[1::2] - edges[::2]
    if gaps.any():
        low[ranges(edges[::2], gaps)] = False  # what lies between two rows belongs to none
    places = where_set(low)
    return Ragged(shingles.values.take(places) * _SPREAD, places.searchsorted(shingles.bounds))
