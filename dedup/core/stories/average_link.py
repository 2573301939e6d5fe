"""All shares of a few documents -> clusters by average link. The one method here that looks at every pair."""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices

_GONE: Final = -1
"""Average of a cluster that is part of another one by now: below every threshold."""


def average_link(size: int, shares: npt.NDArray[np.int64], threshold: int) -> Indices:
    """Average-link clusters (Sokal and Michener 1958): the two clusters of the greatest average share are joined while
    this is at least the threshold.

    Sums are whole numbers, and an average is rounded down to a whole number. So no order of additions changes a
    cluster. Of equal averages the pair of clusters is joined whose lowest documents are lowest. All sets are linked at
    once: most are small, and to link each by itself takes ten times as long.

    Args:
        size: documents of each set, at most 2**15.
        shares: ``(parts, size * (size - 1) / 2) int64`` shares of all pairs of each set, from 0 to 2**32, in the order
            of ``np.triu_indices(size, 1)``.
        threshold: the average share from which clusters are joined, above 0.

    Returns:
        ``(parts, size) int64`` labels: the lowest document of each cluster.
    """
    left, right = np.triu_indices(size, 1)
    sums = np.zeros((len(shares), size, size), np.int64)
    sums[:, left, right] = sums[:, right, left] = shares
    near = np.full_like(sums, _GONE)
    near[:, left, right] = shares
    counts = np.ones((len(shares), size), np.int64)
    labels = np.tile(np.arange(size), (len(shares), 1))
    for _ in range(size - 1):
        best = near.reshape(len(near), -1).argmax(axis=1)
        a, b = np.divmod(best, size)
        parts = np.flatnonzero(near[np.arange(len(near)), a, b] >= threshold)
        if not parts.size:
            break
        a, b = a[parts], b[parts]
        sums[parts, a] += sums[parts, b]
        sums[parts, :, a] = sums[parts, a]
        counts[parts, a] += counts[parts, b]
        counts[parts, b] = 0
        every = np.arange(size)
        alive = counts[parts] > 0
        fresh = sums[parts, a] // np.maximum(counts[parts, a][:, np.newaxis] * counts[parts], 1)
        near[parts, :, a] = np.where(alive & (every < a[:, np.newaxis]), fresh, _GONE)
        near[parts, a] = np.where(alive & (every > a[:, np.newaxis]), fresh, _GONE)
        near[parts, b] = near[parts, :, b] = _GONE
        labels[parts] = np.where(labels[parts] == b[:, np.newaxis], a[:, np.newaxis], labels[parts])
    return labels
