"""Verified pairs -> stories, without chaining; the canonical document of a story, and what the others are to it."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.arrays.graph import adjacency, by_first, components
from dedup.core.arrays.ragged import ranges
from dedup.core.stories.average_link import average_link
from dedup.core.thresholds import ONE

MAX_COMPONENT: Final = 512
"""Documents of which all pairs are compared; a larger component is first cut into stars around pivots."""

_PIVOTS: Final = 256
"""Pivots that a document is measured against, at most: half of `MAX_COMPONENT`, so that cutting a component costs no
more than comparing all pairs in the parts."""

_SAMPLE: Final = 64
"""Documents around a hub that are compared with each other to find a pivot among them."""

_LAST: Final = 2**63 - 1
"""Above the codes of all pairs."""

_PAIRS: Final = 1 << 20
"""Pairs of components that are measured at a time, at most, or those of one component."""


class Stories(NamedTuple):
    """``labels`` ``(n,) int64``, stories being numbered from 0 by their first documents; ``weakest`` ``(stories,)
    float64``, the lowest average similarity of a member to the rest of its story, 1.0 in a story of one.

    ``split`` is the number of components above `MAX_COMPONENT`, ``uncut`` that of their parts which stayed above it:
    each is one story, for all its members reach the threshold against its pivot, and has for its ``weakest`` the lowest
    similarity to the pivot.
    """

    labels: Indices
    weakest: Floats
    split: int
    uncut: int


def make_stories(
    n: int, pairs: Pairs, weights: Indices, threshold: int, measure_pairs: Callable[[Pairs], Indices]
) -> Stories:
    """Stories of ``n`` documents from judged pairs.

    Pairs of at least the threshold link documents to components. In each, average link over all of its pairs keeps a
    chain of overlaps from becoming one story. A component above `MAX_COMPONENT` is first cut into stars: all documents
    that reach the threshold against a pivot are a part, and so on with the components of what is left. A part that is
    still above `MAX_COMPONENT` is one story as it is. What is summed is whole, and of equals the lowest documents come
    first: so the stories are a function of the documents and their numbers alone.

    Time is at most ``n * (_PIVOTS + MAX_COMPONENT / 2)`` measures and ``_SAMPLE ** 2 / 2`` a pivot; memory is linear.

    Args:
        n: the number of documents.
        pairs: ``(m, 2)`` pairs, sorted and distinct; also those below the threshold, if they are known.
        weights: ``(m,) int64`` their shares, in units of 1 / `ONE`, from 0 to `ONE`.
        threshold: the share, in the same units, from which two documents are copies, above 0.
        measure_pairs: gives the shares of pairs that are not among ``pairs``: ``(q, 2)``, ``a < b``, distinct and in no
            promised order.

    Returns:
        `Stories` of the documents.
    """
    linked = weights >= threshold
    known = _Known(n, pairs, weights, measure_pairs)
    parts = components(n, pairs[linked])
    split = uncut = _large(parts)
    if split:
        parts = _cut(parts, pairs[linked], weights[linked], threshold, known)
        uncut = _large(parts)
    labels = _link(parts, threshold, known)
    labels = parts if labels is parts else by_first(labels)
    return Stories(labels, known.weakest(labels), split, uncut)


def _large(parts: Indices) -> int:
    """How many parts have more than `MAX_COMPONENT` documents."""
    return int(np.count_nonzero(np.bincount(parts) > MAX_COMPONENT))


class _Known:
    """Shares that were given, those that are measured, and what each member has in common with its story."""

    def __init__(self, n: int, pairs: Pairs, weights: Indices, measure_pairs: Callable[[Pairs], Indices]) -> None:
        self.pairs, self.weights = pairs, weights
        self._n, self._measure = n, measure_pairs
        self._codes = np.empty(len(pairs) + 1, np.int64)
        self._codes[:-1], self._codes[-1] = pairs[:, 0] * n + pairs[:, 1], _LAST  # there is always a next one
        self._total, self._terms = np.zeros((2, n), np.int64)

    def shares(self, pairs: Pairs) -> Indices:
        """The share of each pair, measured where it was not given."""
        codes = pairs[:, 0] * self._n + pairs[:, 1]
        places = self._codes.searchsorted(codes)
        found = self._codes[places] == codes
        shares = np.empty(codes.size, np.int64)
        shares[found] = self.weights[places[found]]
        if not found.all():
            shares[~found] = self._measure(pairs[~found])
        return shares

    def credit(self, documents: Indices, shares: Indices) -> None:
        """Count the share of each document with another one of its story towards its average."""
        np.add.at(self._total, documents, shares)
        np.add.at(self._terms, documents, 1)

    def weakest(self, labels: Indices) -> Floats:
        """``(stories,)`` the least average of each story's members, 1.0 where nothing was counted."""
        least = np.ones(labels.max(initial=-1) + 1)
        counted = self._terms.nonzero()[0]
        np.minimum.at(least, labels[counted], self._total[counted] / self._terms[counted] / ONE)
        return least


def _cut(parts: Indices, pairs: Pairs, weights: Indices, threshold: int, known: _Known) -> Indices:
    """``(n,)`` the parts that take the place of components, the large ones of which are cut into stars around pivots.

    ``pairs`` are the links. What the last pivots leave too large is cut by number, in an order that keeps links short.
    """
    left, group, parts = np.arange(parts.size), parts, parts.copy()
    for turn in range(_PIVOTS + 1):
        large = np.bincount(group)[group] > MAX_COMPONENT
        left, group, (pairs, weights) = left[large], group[large], _among(large, pairs, weights)
        if not left.size:
            break
        fresh = parts.max() + 1
        if turn == _PIVOTS:
            from scipy.sparse.csgraph import reverse_cuthill_mckee

            order = reverse_cuthill_mckee(adjacency(left.size, pairs), symmetric_mode=True)
            parts[left[order]] = fresh + np.arange(left.size) // MAX_COMPONENT
            break
        near = _stars(left, group, pairs, weights, threshold, known)
        parts[left[near]] = fresh + group[near]
        left, (pairs, weights) = left[~near], _among(~near, pairs, weights)
        group = components(left.size, pairs)
        parts[left] = parts.max() + 1 + group
    return by_first(parts)


def _among(kept: npt.NDArray[np.bool_], pairs: Pairs, weights: Indices) -> tuple[Pairs, Indices]:
    """The pairs of the documents that are kept, which are numbered anew, with their weights."""
    inside = kept[pairs].all(axis=1)
    return (np.cumsum(kept) - 1)[pairs[inside]], weights[inside]


def _stars(
    left: Indices, group: Indices, pairs: Pairs, weights: Indices, threshold: int, known: _Known
) -> npt.NDArray[np.bool_]:
    """Which of the documents ``left`` reach the threshold against the pivot of their ``group``; ``pairs`` are of places
    in ``left``. A star above `MAX_COMPONENT` will be a story, and is credited.

    The hub of a group, the document of the greatest sum of weights, the lowest of equals, may be a digest, which
    reaches those of several stories. So the pivot is found among what is linked to the hub.
    """
    ends = np.concatenate((pairs, pairs[:, ::-1]))
    sums = np.zeros(left.size, np.int64)
    np.add.at(sums, ends[:, 0], np.tile(weights, 2))
    order = np.lexsort((-sums, group))
    hubs = order[np.diff(group[order], prepend=-1) > 0]
    around = np.union1d(hubs, ends[np.isin(ends[:, 0], hubs), 1])
    around = around[np.argsort(group[around], kind="stable")]
    each = np.split(around, np.flatnonzero(np.diff(group[around])) + 1)
    pivots = np.zeros(group.max() + 1, np.int64)
    pivots[group[hubs]] = [_typical(left[some], threshold, known) for some in each]
    pairs = np.sort(np.stack((left, pivots[group]), axis=1), axis=1)
    other = pairs[:, 0] < pairs[:, 1]
    shares = np.full(left.size, ONE)
    shares[other] = known.shares(pairs[other])
    near = shares >= threshold
    story = near & other & (np.bincount(group[near])[group] > MAX_COMPONENT)
    known.credit(left[story], shares[story])
    return near


def _typical(members: Indices, threshold: int, known: _Known) -> int:
    """The document that stands for the greatest story among a sample of ``members``: of those in it, the one that is
    most like them and least like the rest of the sample, which a digest is not (Rousseeuw 1987, the silhouette)."""
    size = min(_SAMPLE, members.size)
    some = members[np.arange(size) * members.size // size]
    left, right = np.triu_indices(size, 1)
    shares = known.shares(np.stack((some[left], some[right]), axis=1))
    labels = by_first(average_link(size, shares[np.newaxis], threshold)[0])
    inside = labels == np.bincount(labels).argmax()
    square = np.zeros((size, size), np.int64)
    square[left, right] = square[right, left] = shares
    like = square[:, inside].sum(axis=1) / inside.sum() - square[:, ~inside].sum(axis=1) / max((~inside).sum(), 1)
    return int(some[np.where(inside, like, -np.inf).argmax()])


def _link(parts: Indices, threshold: int, known: _Known) -> Indices:
    """``(n,)`` labels of the average-link clusters of each part; the ``parts`` themselves if they are.

    A part of which all pairs are known to reach the threshold is one cluster, for all averages reach it too; a part
    above `MAX_COMPONENT` is one as it is.
    """
    sizes = np.bincount(parts)
    a, b = known.pairs.T
    part = parts[a]
    inside = part == parts[b]
    links = np.bincount(part[inside & (known.weights >= threshold)], minlength=sizes.size)
    full, small = links == sizes * (sizes - 1) // 2, sizes <= MAX_COMPONENT
    hard = ~full & small
    easy = inside & (full & small)[part]
    known.credit(known.pairs[easy].reshape(-1), known.weights[easy].repeat(2))
    if not hard.any():
        return parts
    labels = parts.copy()
    order = np.lexsort((parts, sizes[parts]))
    order = order[hard[parts[order]]]
    sizes = np.sort(sizes[hard])
    pair_ends, ends, first, fresh = np.cumsum(sizes * (sizes - 1) // 2), np.cumsum(sizes), 0, parts.size
    while first < sizes.size:
        before = pair_ends[first] - sizes[first] * (sizes[first] - 1) // 2
        last = max(first + 1, int(np.searchsorted(pair_ends, before + _PAIRS, "right")))
        members = order[ends[first] - sizes[first] : ends[last - 1]]
        labels[members] = fresh + _link_parts(members, sizes[first:last], threshold, known)
        fresh, first = fresh + members.size, last
    return labels


def _link_parts(members: Indices, sizes: Indices, threshold: int, known: _Known) -> Indices:
    """``(members,)`` labels below their number; ``members`` are those of parts of these rising ``sizes``, part after
    part, each rising."""
    places = np.arange(members.size)
    after = np.repeat(np.cumsum(sizes), sizes) - places - 1
    pairs = np.stack((np.repeat(places, after), ranges(places + 1, after)), axis=1)
    shares = known.shares(members[pairs])
    labels, at, pair = np.empty(members.size, np.int64), 0, 0
    for size, count in zip(*(column.tolist() for column in np.unique(sizes, return_counts=True)), strict=True):
        here, there = slice(at, at + size * count), slice(pair, pair + size * (size - 1) // 2 * count)
        found = average_link(size, shares[there].reshape(count, -1), threshold)
        labels[here] = (found + np.arange(at, here.stop, size)[:, np.newaxis]).reshape(-1)
        at, pair = here.stop, there.stop
    joined = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    known.credit(members[pairs[joined]].reshape(-1), np.repeat(shares[joined], 2))
    return labels
