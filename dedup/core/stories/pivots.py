"""Components that are too large to compare all pairs -> smaller parts: stars around pivots.

A star is a pivot and the documents of the component that reach the threshold against the pivot.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.graph import adjacency, by_first, components
from dedup.core.stories.average_link import average_link
from dedup.core.stories.shares import PairShares
from dedup.core.thresholds import ONE

_PIVOTS: Final = 256
"""Pivots that a document is measured against at most: half of `core.stories.clustering.MAX_COMPONENT`. So to cut a
component costs no more than to compare all pairs in its parts."""

_SAMPLE: Final = 64
"""Documents around a hub that are compared with each other to choose a pivot."""


def cut_components(
    parts: Indices, pairs: Pairs, weights: Indices, threshold: int, shares: PairShares, largest: int
) -> Indices:
    """Cuts each component above ``largest`` documents into stars around pivots.

    The components of the remaining documents are cut again. After the last pivot the remaining documents are cut by
    number, in an order in which linked documents are close.

    Args:
        parts: ``(n,) int64`` component of each document.
        pairs: ``(m, 2)`` links: pairs of documents that reach the threshold.
        weights: ``(m,) int64`` share of each link.
        threshold: the share from which two documents are copies, in units of 1 / `ONE`.
        shares: the shares of all pairs.
        largest: the most documents of a component that is not cut.

    Returns:
        ``(n,) int64`` part of each document, numbered by first documents. A star may be above ``largest``.
    """
    left, group, parts = np.arange(parts.size), parts, parts.copy()
    for turn in range(_PIVOTS + 1):
        large = np.bincount(group)[group] > largest
        left, group, (pairs, weights) = left[large], group[large], _select_pairs(large, pairs, weights)
        if not left.size:
            break
        fresh = parts.max() + 1
        if turn == _PIVOTS:
            parts[left] = fresh + _cut_by_number(group, pairs, largest)
            break
        in_star = _find_stars(left, group, pairs, weights, threshold, shares, largest)
        parts[left[in_star]] = fresh + group[in_star]
        left, (pairs, weights) = left[~in_star], _select_pairs(~in_star, pairs, weights)
        group = components(left.size, pairs)
        parts[left] = parts.max() + 1 + group
    return by_first(parts)


def _cut_by_number(group: Indices, pairs: Pairs, largest: int) -> Indices:
    """Cuts components by number, in an order in which linked documents are close.

    Args:
        group: ``(k,) int64`` component of each document.
        pairs: ``(m, 2)`` links.
        largest: the most documents of a part.

    Returns:
        ``(k,) int64`` part of each document.
    """
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    parts, fresh, graph = np.empty(group.size, np.int64), 0, adjacency(group.size, pairs)
    for component in range(int(group.max()) + 1):  # no component has part in the cut of another
        members = (group == component).nonzero()[0]
        if members.size:
            order = reverse_cuthill_mckee(graph[members][:, members].tocsr(), symmetric_mode=True)
            parts[members[order]] = fresh + np.arange(members.size) // largest
            fresh += members.size
    return parts


def _select_pairs(keep: npt.NDArray[np.bool_], pairs: Pairs, weights: Indices) -> tuple[Pairs, Indices]:
    """The pairs of the documents of the mask ``keep``, which get new numbers, and the weights of these pairs."""
    inside = keep[pairs].all(axis=1)
    return (np.cumsum(keep) - 1)[pairs[inside]], weights[inside]


def _find_stars(
    left: Indices,
    group: Indices,
    pairs: Pairs,
    weights: Indices,
    threshold: int,
    shares: PairShares,
    largest: int,
) -> npt.NDArray[np.bool_]:
    """Finds the documents that reach the threshold against the pivot of their group.

    The hub of a group is the document of the greatest sum of weights, the lowest of several. A hub may be a digest,
    which reaches the documents of several stories. So the pivot is chosen among the hub and the documents linked to it.
    A star above ``largest`` becomes a story, so its shares are counted.

    Args:
        left: ``(k,) int64`` documents.
        group: ``(k,) int64`` component of each document.
        pairs: ``(m, 2)`` links, as positions in ``left``.
        weights: ``(m,) int64`` share of each link.
        threshold: the share from which two documents are copies.
        shares: the shares of all pairs.
        largest: the most documents of a part that is compared in full.

    Returns:
        ``(k,) bool``, whether each document is in the star of its group.
    """
    ends = np.concatenate((pairs, pairs[:, ::-1]))
    sums = np.zeros(left.size, np.int64)
    np.add.at(sums, ends[:, 0], np.tile(weights, 2))
    order = np.lexsort((-sums, group))
    hubs = order[np.diff(group[order], prepend=-1) > 0]
    around = np.union1d(hubs, ends[np.isin(ends[:, 0], hubs), 1])
    around = around[np.argsort(group[around], kind="stable")]
    of_groups = np.split(around, np.flatnonzero(np.diff(group[around])) + 1)
    pivots = np.zeros(group.max() + 1, np.int64)
    pivots[group[hubs]] = _choose_pivots([left[members] for members in of_groups], threshold, shares)
    pairs = np.sort(np.stack((left, pivots[group]), axis=1), axis=1)
    no_pivot = pairs[:, 0] < pairs[:, 1]
    to_pivot = np.full(left.size, ONE)
    to_pivot[no_pivot] = shares.of(pairs[no_pivot])
    in_star = to_pivot >= threshold
    story = in_star & no_pivot & (np.bincount(group[in_star])[group] > largest)
    shares.count(left[story], to_pivot[story])
    return in_star


def _choose_pivots(around: list[Indices], threshold: int, shares: PairShares) -> list[int]:
    """Chooses the pivot of each group among the documents ``around`` its hub. The shares are asked for at once."""
    sizes = [min(_SAMPLE, members.size) for members in around]
    samples = [members[np.arange(size) * members.size // size] for members, size in zip(around, sizes, strict=True)]
    pairs = [np.stack([sample[side] for side in np.triu_indices(sample.size, 1)], axis=1) for sample in samples]
    ends = np.cumsum([len(of_sample) for of_sample in pairs])
    of_pairs = np.split(shares.of(np.concatenate(pairs)), ends[:-1])
    return [_choose_pivot(*of_group, threshold) for of_group in zip(samples, of_pairs, strict=True)]


def _choose_pivot(sample: Indices, of_pairs: Indices, threshold: int) -> int:
    """Chooses the document that stands for the greatest story in a ``sample`` ``(k,)``.

    ``of_pairs`` are the shares of all pairs of the sample. The pivot is the document of this story that is most like
    its story and least like the other documents of the sample (the silhouette, Rousseeuw 1987). A digest is like both,
    so it is no pivot.
    """
    size = sample.size
    left, right = np.triu_indices(size, 1)
    labels = by_first(average_link(size, of_pairs[np.newaxis], threshold)[0])
    inside = labels == np.bincount(labels).argmax()
    square = np.zeros((size, size), np.int64)
    square[left, right] = square[right, left] = of_pairs
    like = square[:, inside].sum(axis=1) / inside.sum() - square[:, ~inside].sum(axis=1) / max((~inside).sum(), 1)
    return int(sample[np.where(inside, like, -np.inf).argmax()])
