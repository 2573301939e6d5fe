"""Pairs that the parts of a job find -> candidates, slice by slice of the numbers of the first texts.

A part has some of the sampled shingles, or some of the bands. It cuts the codes of its pairs into slices. The codes
that all parts have in one slice say which pairs of the slice are candidates. So no process needs all codes.
"""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.pair_codes import BITS
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.candidates.sampled import repeated_codes

PAIR_SLICES: Final = 1 << 8
"""Number of slices of the range of texts. A pair is in the slice of its first text."""


def count_slices(codes: Indices, count: int) -> Indices:
    """Return ``(PAIR_SLICES,)`` the number of codes in each slice.

    Args:
        codes: ``(m,)`` codes of pairs (`core.arrays.pair_codes`), sorted.
        count: the number of texts.
    """
    edges = -(-np.arange(1, PAIR_SLICES) * count // PAIR_SLICES) << BITS
    return np.diff(np.searchsorted(codes, edges), prepend=0, append=codes.size)


def merge_pairs(by_sample: Indices, by_bands: Indices) -> Indices:
    """Return the codes of the candidates of some slices, distinct and sorted.

    A pair is a candidate if its texts share enough sampled shingles, or one key of a band.

    Args:
        by_sample: ``(m,)`` the codes of all parts of sampled shingles (`core.candidates.sampled.pair_sampled`), in any
            order. They are sorted in place.
        by_bands: ``(k,)`` the codes of all parts of bands, in any order.
    """
    codes = np.concatenate((repeated_codes(by_sample), by_bands))
    codes.sort()
    return codes[first_of_equals(codes)]
