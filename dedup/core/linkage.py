"""All similarities of a few documents -> clusters by average link. The one method here that looks at every pair."""

from typing import Final

import numpy as np

from dedup.types import Floats, Indices

__all__ = ["average_link"]

_SMALL: Final = 16
"""Documents up to which components of one size are linked all at once."""

_SLACK: Final = 1e-9
"""Averages that are equal on paper may differ by their rounding."""


def average_link(size: int, similarity: Floats, threshold: float) -> Indices:
    """Average-link clusters (Sokal and Michener 1958) of each of ``parts`` sets of ``size`` documents: the two clusters
    of the greatest average similarity are joined while that is at least ``threshold``.

    ``similarity`` is ``(parts, size * (size - 1) / 2)``, all pairs in the order of ``np.triu_indices(size, 1)``. The
    labels, ``(parts, size)``, are below ``size``. Of equal similarities the choice, and so the result, may depend on
    the order of the documents.
    """
    if size > _SMALL:
        from scipy.cluster.hierarchy import fcluster, linkage  # here, not above: most jobs have no such story

        trees = (linkage(1 - row, "average") for row in similarity)
        return np.stack([fcluster(tree, 1 - threshold + _SLACK, "distance") for tree in trees]).astype(np.int64) - 1
    return _average_link_small(size, similarity, threshold)


def _average_link_small(size: int, similarity: Floats, threshold: float) -> Indices:
    """`average_link` of many small parts at once, where one call of scipy each costs a hundred times the work."""
    left, right = np.triu_indices(size, 1)
    near = np.full((len(similarity), size, size), -1.0)
    near[:, left, right] = near[:, right, left] = similarity
    weight = np.ones((len(similarity), size))
    labels = np.tile(np.arange(size), (len(similarity), 1))
    for _ in range(size - 1):
        best = near.reshape(len(near), -1).argmax(axis=1)
        a, b = np.divmod(best, size)  # a < b, for of two equals the first is found
        parts = np.flatnonzero(near[np.arange(len(near)), a, b] >= threshold - _SLACK)
        a, b = a[parts], b[parts]
        ours, theirs = weight[parts, a][:, np.newaxis], weight[parts, b][:, np.newaxis]
        # Lance and Williams 1967: the average to a joined cluster is the weighted average to its two halves.
        joined = (ours * near[parts, a] + theirs * near[parts, b]) / (ours + theirs)
        near[parts, a] = near[parts, :, a] = joined
        near[parts, b] = near[parts, :, b] = -1
        near[parts, a, a] = -1
        weight[parts, a] += theirs[:, 0]
        labels[parts] = np.where(labels[parts] == b[:, np.newaxis], a[:, np.newaxis], labels[parts])
    return labels
