"""Shares of pairs: given, or measured when a caller needs them; and the average share of each document in its story."""

from collections.abc import Callable
from typing import Final

import numpy as np

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.thresholds import ONE

APART: Final = -1
"""The share of a pair that is never in one story."""

_LAST: Final = 2**63 - 1
"""A number above the codes of all pairs."""


class PairShares:
    """Shares of pairs of ``n`` documents, and sums of the shares of each document with the others of its story.

    Args:
        n: the number of documents.
        pairs: ``(m, 2)`` pairs, ``a < b``, sorted and distinct.
        weights: ``(m,) int64`` share of each pair, in units of 1 / `ONE`, or `APART`.
        measure_pairs: returns the shares of pairs that are not among ``pairs``.
    """

    def __init__(self, n: int, pairs: Pairs, weights: Indices, measure_pairs: Callable[[Pairs], Indices]) -> None:
        self.pairs, self.weights = pairs, weights
        self._n, self._measure = n, measure_pairs
        self._codes = np.empty(len(pairs) + 1, np.int64)
        self._codes[:-1], self._codes[-1] = pairs[:, 0] * n + pairs[:, 1], _LAST  # every search ends at a code
        self._total, self._terms = np.zeros((2, n), np.int64)

    def of(self, pairs: Pairs) -> Indices:
        """``(q,) int64``: the share of each pair. A share that was not given is measured."""
        codes = pairs[:, 0] * self._n + pairs[:, 1]
        positions = self._codes.searchsorted(codes)
        is_given = self._codes[positions] == codes
        shares = np.empty(codes.size, np.int64)
        shares[is_given] = self.weights[positions[is_given]]
        if not is_given.all():
            shares[~is_given] = self._measure(pairs[~is_given])
        return shares

    def count(self, documents: Indices, shares: Indices) -> None:
        """Counts the share of each document with another document of its story towards its average."""
        np.add.at(self._total, documents, shares)
        np.add.at(self._terms, documents, 1)

    def weakest(self, labels: Indices) -> Floats:
        """``(stories,) float64``: the lowest average of a member of each story, 1.0 if no share was counted."""
        least = np.ones(labels.max(initial=-1) + 1)
        counted = self._terms.nonzero()[0]
        np.minimum.at(least, labels[counted], self._total[counted] / self._terms[counted] / ONE)
        return least
