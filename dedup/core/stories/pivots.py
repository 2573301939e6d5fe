"""Components that are too large to compare all pairs -> smaller parts: stars around pivots.

A *hub* is a document of many links. Its *pivot* is the hub or a document that is linked to the hub. A *star* is a pivot
and the documents within two links of the pivot that reach the threshold against the pivot.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.graph import adjacency, by_first, components
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import first_of_equals, rising
from dedup.core.stories.average_link import average_link
from dedup.core.stories.shares import PairShares

_PIVOTS: Final = 256
"""Pivots that a document is measured against at most: half of `core.stories.clustering.MAX_COMPONENT`. So to cut a
component costs no more than to compare all pairs in its parts."""

_SAMPLE: Final = 64
"""Documents around a hub that are compared with each other to choose a pivot."""

_RADIUS: Final = 3
"""Links from a hub to a document of its star at most: one link to the pivot, and two links from the pivot."""


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
        ends = np.concatenate((pairs, pairs[:, ::-1]))
        hubs = _find_hubs(group, ends, np.tile(weights, 2), largest)
        star = _find_stars(left, hubs, ends, threshold, shares, largest)
        in_star = star >= 0
        parts[left[in_star]] = fresh + star[in_star]
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


def _find_hubs(group: Indices, ends: Pairs, weights: Indices, largest: int) -> Indices:
    """Finds the hubs of each group: as many as the group has times ``largest`` documents, or fewer.

    A hub comes before all documents within twice `_RADIUS` links, so that no two stars have a document in common. The
    document of the greatest sum of weights comes first. Among equal sums that is the document whose place in its group
    has the greatest power of two as a divisor, the lowest of several: so the hubs of a chain of equal links lie apart.

    Args:
        group: ``(k,) int64`` component of each document, of more than ``largest`` documents.
        ends: ``(m, 2)`` links in both directions, as positions in ``group``.
        weights: ``(m,) int64`` share of each link.
        largest: the most documents of a part that is compared in full.

    Returns:
        ``(h,) int64`` hubs.
    """
    first, second = ends.T
    sums = np.zeros(group.size, np.int64)
    np.add.at(sums, first, weights)
    place = _places(group)
    divisor = np.where(place, place & -place, group.size)
    order = np.lexsort((-divisor, -sums))
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    best = rank.copy()
    for _ in range(2 * _RADIUS):
        np.minimum.at(best, first, best[second])
    hubs: Indices = order[(best == rank)[order]]
    most = np.bincount(group) // largest
    return hubs[_places(group[hubs]) < most[group[hubs]]]


def _places(group: Indices) -> Indices:
    """Returns ``(k,)`` how many documents of the same group come before each document."""
    order = group.argsort(kind="stable")
    starts = first_of_equals(group[order]).nonzero()[0]
    places = np.empty_like(order)
    places[order] = ranges(np.zeros_like(starts), counts_of(starts, order.size))
    return places


def _find_stars(left: Indices, hubs: Indices, ends: Pairs, threshold: int, shares: PairShares, largest: int) -> Indices:
    """Finds the star of each hub.

    A hub may be a digest, which reaches the documents of several stories. So the pivot is chosen among the hub and the
    documents linked to it. A star above ``largest`` becomes a story, so its shares are counted.

    Args:
        left: ``(k,) int64`` documents.
        hubs: ``(h,) int64`` hubs, as positions in ``left``.
        ends: ``(m, 2)`` links in both directions, as positions in ``left``.
        threshold: the share from which two documents are copies.
        shares: the shares of all pairs.
        largest: the most documents of a part that is compared in full.

    Returns:
        ``(k,) int64`` number of the star of each document, -1 for none.
    """
    around = _spread(left.size, hubs, ends, 1)
    members = (around >= 0).nonzero()[0]
    members = members[around[members].argsort(kind="stable")]
    pivots = _choose_pivots(members, np.bincount(around[members]), left, threshold, shares)
    star = _spread(left.size, pivots, ends, _RADIUS - 1)
    star[pivots] = -1
    measured = (star >= 0).nonzero()[0]
    to_pivot = shares.of(np.sort(np.stack((left[measured], left[pivots[star[measured]]]), axis=1), axis=1))
    inside = to_pivot >= threshold
    star[measured[~inside]] = -1
    star[pivots] = np.arange(pivots.size)
    story = inside & (np.bincount(star[star >= 0])[star[measured]] > largest)
    shares.count(left[measured[story]], to_pivot[story])
    return star


def _spread(count: int, centres: Indices, ends: Pairs, links: int) -> Indices:
    """Returns ``(count,)`` the number of the centre of each document within some ``links`` of it, -1 for none.

    No document is so close to two of the ``centres``. ``ends`` are as in `_find_stars`.
    """
    first, second = ends.T
    numbers = np.full(count, -1)
    numbers[centres] = np.arange(centres.size)
    for _ in range(links):
        reached = numbers[first]
        is_reached = reached >= 0
        numbers[second[is_reached]] = reached[is_reached]
    return numbers


def _choose_pivots(around: Indices, counts: Indices, left: Indices, threshold: int, shares: PairShares) -> Indices:
    """Chooses the pivot of each hub among a sample of the documents around the hub. The shares are asked for at once.

    Args:
        around: ``(a,) int64`` the hub and the documents linked to it, hub after hub, as positions in ``left``.
        counts: ``(h,) int64`` number of these documents of each hub.
        left: ``(k,) int64`` documents.
        threshold: the share from which two documents are copies.
        shares: the shares of all pairs.

    Returns:
        ``(h,) int64`` pivots, as positions in ``left``.
    """
    starts, sizes = counts.cumsum() - counts, np.minimum(counts, _SAMPLE)
    hubs = [(sizes == size).nonzero()[0] for size in rising(sizes)]
    samples = []
    for rows in hubs:
        size = sizes[rows[0]]
        samples.append(around[starts[rows, np.newaxis] + np.arange(size) * counts[rows, np.newaxis] // size])
    pairs = [sample[:, np.stack(np.triu_indices(sample.shape[1], 1), axis=1)].reshape(-1, 2) for sample in samples]
    ends = np.cumsum([len(of_size) for of_size in pairs])
    of_pairs = np.split(shares.of(left[np.concatenate(pairs)]), ends[:-1])
    pivots = np.empty(counts.size, np.int64)
    for rows, sample, of_size in zip(hubs, samples, of_pairs, strict=True):
        pivots[rows] = _most_typical(sample, of_size.reshape(len(sample), -1), threshold)
    return pivots


def _most_typical(samples: Indices, of_pairs: Indices, threshold: int) -> Indices:
    """Chooses the document that stands for the greatest story in each sample.

    The document is the one of this story that is most like its story and least like the other documents of the sample
    (the silhouette, Rousseeuw 1987). A digest is like both, so it is not chosen.

    Args:
        samples: ``(s, size) int64`` samples of one size.
        of_pairs: ``(s, size * (size - 1) / 2) int64`` the shares of all pairs of each sample.
        threshold: the share from which two documents are copies.

    Returns:
        ``(s,) int64`` documents.
    """
    size = samples.shape[1]
    left, right = np.triu_indices(size, 1)
    labels = average_link(size, of_pairs, threshold)
    members = np.count_nonzero(labels[:, np.newaxis] == np.arange(size)[:, np.newaxis], axis=2)
    inside = labels == members.argmax(axis=1)[:, np.newaxis]
    square = np.zeros((len(samples), size, size), np.int64)
    square[:, left, right] = square[:, right, left] = of_pairs
    like, unlike = ((square * side[:, np.newaxis]).sum(axis=2) for side in (inside, ~inside))
    counts = inside.sum(axis=1, keepdims=True)
    likeness = like / counts - unlike / np.maximum(size - counts, 1)
    best = np.where(inside, likeness, -np.inf).argmax(axis=1)
    chosen: Indices = samples[np.arange(best.size), best]
    return chosen
