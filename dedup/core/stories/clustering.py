"""Verified pairs -> stories: components of links, parted by average link so that a chain of overlaps is no story."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.arrays.graph import by_first, components
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import counted
from dedup.core.stories.average_link import average_link
from dedup.core.stories.pivots import cut_components
from dedup.core.stories.shares import PairShares

MAX_COMPONENT: Final = 512
"""Documents of a component whose pairs are all compared. A larger component is first cut into stars around pivots."""

_PAIRS: Final = 1 << 20
"""Pairs of components that are measured at a time at most, or the pairs of one component."""


class Stories(NamedTuple):
    """The stories of ``n`` documents.

    - ``labels`` ``(n,) int64``: the story of each document. Stories are numbered from 0 by their first documents.
    - ``weakest`` ``(stories,) float64``: the lowest average similarity of a member to the other members of its story,
      1.0 for a story of one document.
    - ``split``: the number of components above `MAX_COMPONENT`.
    - ``uncut``: the number of their parts that stayed above `MAX_COMPONENT`. Each such part is one story, because all
      its members reach the threshold against its pivot. Its ``weakest`` is the lowest similarity to the pivot.
    """

    labels: Indices
    weakest: Floats
    split: int
    uncut: int


def make_stories(
    n: int, pairs: Pairs, weights: Indices, threshold: int, measure_pairs: Callable[[Pairs], Indices]
) -> Stories:
    """Makes the stories of ``n`` documents from verified pairs.

    Pairs of at least the threshold link documents to components. In each component average link over all pairs keeps a
    chain of overlaps from becoming one story. A component above `MAX_COMPONENT` is first cut into stars around pivots
    (`core.stories.pivots`). A part that is still above `MAX_COMPONENT` is one story. Sums are whole numbers, and the
    lowest documents come first among equals. So the stories depend on the documents and their numbers alone.

    The time is at most ``n * (_PIVOTS + MAX_COMPONENT / 2)`` measures, and ``_SAMPLE ** 2 / 2`` for each pivot. The
    memory is linear.

    Args:
        n: the number of documents.
        pairs: ``(m, 2)`` pairs, sorted and distinct, known pairs below the threshold included.
        weights: ``(m,) int64`` share of each pair, in units of 1 / `core.thresholds.ONE`, from 0 to ``ONE``.
        threshold: the share, in the same units, from which two documents are copies, above 0.
        measure_pairs: returns the shares of pairs that are not among ``pairs``: ``(q, 2)``, ``a < b``, distinct, in any
            order.

    Returns:
        `Stories` of the documents.
    """
    linked = weights >= threshold
    shares = PairShares(n, pairs, weights, measure_pairs)
    parts = components(n, pairs[linked])
    split = uncut = _count_large(parts)
    if split:
        parts = cut_components(parts, pairs[linked], weights[linked], threshold, shares, MAX_COMPONENT)
        uncut = _count_large(parts)
    labels = _link_all(parts, threshold, shares)
    labels = parts if labels is parts else by_first(labels)
    return Stories(labels, shares.weakest(labels), split, uncut)


def _count_large(parts: Indices) -> int:
    """How many parts have more than `MAX_COMPONENT` documents."""
    return int(np.count_nonzero(np.bincount(parts) > MAX_COMPONENT))


def _link_all(parts: Indices, threshold: int, shares: PairShares) -> Indices:
    """``(n,) int64`` labels of the average-link clusters of each part, or ``parts`` itself if each part is a cluster.

    A part is one cluster if all its pairs are known to reach the threshold, because all averages reach it too. A part
    above `MAX_COMPONENT` is one cluster.
    """
    sizes = np.bincount(parts)
    a, b = shares.pairs.T
    part = parts[a]
    inside = part == parts[b]
    links = np.bincount(part[inside & (shares.weights >= threshold)], minlength=sizes.size)
    full, small = links == sizes * (sizes - 1) // 2, sizes <= MAX_COMPONENT
    hard = ~full & small
    easy = inside & (full & small)[part]
    shares.count(shares.pairs[easy].reshape(-1), shares.weights[easy].repeat(2))
    if not hard.any():
        return parts
    labels = parts.copy()
    order = np.lexsort((parts, sizes[parts]))
    order = order[hard[parts[order]]]
    sizes = np.sort(sizes[hard])
    pair_ends, ends, first, fresh = (sizes * (sizes - 1) // 2).cumsum(), sizes.cumsum(), 0, parts.size
    while first < sizes.size:
        before = pair_ends[first] - sizes[first] * (sizes[first] - 1) // 2
        last = max(first + 1, int(pair_ends.searchsorted(before + _PAIRS, "right")))
        members = order[ends[first] - sizes[first] : ends[last - 1]]
        labels[members] = fresh + _link_parts(members, sizes[first:last], threshold, shares)
        fresh, first = fresh + members.size, last
    return labels


def _link_parts(members: Indices, sizes: Indices, threshold: int, shares: PairShares) -> Indices:
    """Links the members of several parts.

    Args:
        members: ``(k,) int64`` documents, part after part, rising in each part.
        sizes: ``(parts,) int64`` number of documents of each part, rising.
        threshold: the average share from which clusters are joined.
        shares: the shares of all pairs.

    Returns:
        ``(k,) int64`` labels below ``k``.
    """
    positions = np.arange(members.size)
    after = sizes.cumsum().repeat(sizes) - positions - 1
    pairs = pair_up(positions.repeat(after), ranges(positions + 1, after))
    of_pairs = shares.of(members[pairs])
    labels, member, pair = np.empty(members.size, np.int64), 0, 0
    for size, count in zip(*(column.tolist() for column in counted(sizes)), strict=True):
        last_member, last_pair = member + size * count, pair + size * (size - 1) // 2 * count
        clusters = average_link(size, of_pairs[pair:last_pair].reshape(count, -1), threshold)
        labels[member:last_member] = (clusters + np.arange(member, last_member, size)[:, np.newaxis]).reshape(-1)
        member, pair = last_member, last_pair
    joined = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    shares.count(members[pairs[joined]].reshape(-1), of_pairs[joined].repeat(2))
    return labels
