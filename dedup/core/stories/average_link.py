"""The shares of all pairs of a few documents -> clusters by average link."""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices

_GONE: Final = -1
"""Average of a cluster that was joined to another cluster. The number is below every threshold."""


def average_link(size: int, shares: npt.NDArray[np.int64], threshold: int) -> Indices:
    """Average-link clusters (Sokal and Michener 1958) of several sets of documents of one size.

    Each step joins the two clusters of the greatest average share, while the average is at least the threshold. Sums
    are whole numbers, and an average is rounded down to a whole number. So no order of additions changes a cluster. If
    several pairs of clusters have the greatest average, the step joins the pair whose lowest documents are lowest. All
    sets are linked at once. Most sets are small, and to link each set by itself takes ten times as long. Clusters with
    a pair that is apart are never joined.

    Args:
        size: number of documents of each set, at most 2**15.
        shares: ``(sets, size * (size - 1) / 2) int64`` shares of all pairs of each set, from 0 to 2**32, in the order
            of ``np.triu_indices(size, 1)``; below 0 for a pair that is apart.
        threshold: the average share from which clusters are joined, above 0.

    Returns:
        ``(sets, size) int64`` label of each document: the lowest document of its cluster.
    """
    labels = np.zeros((len(shares), size), np.int64)
    rows = np.flatnonzero((shares < threshold).any(axis=1))  # else all averages reach the threshold: one cluster
    labels[rows] = _link_sets(size, shares[rows], threshold)
    return labels


def _link_sets(size: int, shares: npt.NDArray[np.int64], threshold: int) -> Indices:
    """The labels of `average_link`, step by step."""
    left, right = np.triu_indices(size, 1)
    sums = np.zeros((len(shares), size, size), np.int64)
    sums[:, left, right] = sums[:, right, left] = np.maximum(shares, 0)
    averages = np.full_like(sums, _GONE)
    averages[:, left, right] = shares
    apart = _are_apart(size, shares) if (shares < 0).any() else None
    counts = np.ones((len(shares), size), np.int64)
    labels = np.tile(np.arange(size), (len(shares), 1))
    for _ in range(size - 1):
        best = averages.reshape(-1, size * size).argmax(axis=1)
        a, b = np.divmod(best, size)
        rows = (averages[np.arange(len(averages)), a, b] >= threshold).nonzero()[0]
        if not rows.size:
            break
        a, b = a[rows], b[rows]
        sums[rows, a] += sums[rows, b]
        sums[rows, :, a] = sums[rows, a]
        counts[rows, a] += counts[rows, b]
        counts[rows, b] = 0
        columns = np.arange(size)
        alive = counts[rows] > 0
        if apart is not None:
            apart[rows, a] |= apart[rows, b]
            apart[rows, :, a] = apart[rows, a]
            alive &= ~apart[rows, a]
        joined = sums[rows, a] // np.maximum(counts[rows, a][:, np.newaxis] * counts[rows], 1)
        averages[rows, :, a] = np.where(alive & (columns < a[:, np.newaxis]), joined, _GONE)
        averages[rows, a] = np.where(alive & (columns > a[:, np.newaxis]), joined, _GONE)
        averages[rows, b] = averages[rows, :, b] = _GONE
        labels[rows] = np.where(labels[rows] == b[:, np.newaxis], a[:, np.newaxis], labels[rows])
    return labels


def _are_apart(size: int, shares: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return ``(sets, size, size) bool`` which documents of each set are apart, by shares below 0."""
    left, right = np.triu_indices(size, 1)
    apart = np.zeros((len(shares), size, size), np.bool_)
    apart[:, left, right] = apart[:, right, left] = shares < 0
    return apart
