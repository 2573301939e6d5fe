"""Verified pairs -> stories, without chaining; the canonical document of a story, and what the others are to it."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.core.ragged import ranges
from dedup.types import Floats, Hashes, Indices, Pairs, Relation

__all__ = [
    "MAX_COMPONENT",
    "RELATIONS",
    "UNKNOWN_TIME",
    "Facts",
    "Stories",
    "average_link",
    "canonical_order",
    "components",
    "relations",
    "stories",
]

MAX_COMPONENT: Final = 512
"""Documents of which all pairs are compared; a larger component is split first."""

UNKNOWN_TIME: Final = -(2**63)
"""A time that is not known; numpy's NaT is the same number."""

RELATIONS: Final[tuple[Relation, ...]] = ("original", "exact", "reprint", "excerpt", "revision")
"""Names of the numbers that `relations` gives."""

_LEVELS: Final = (0.7, 0.8, 0.9, 0.95)
"""Similarities at which a component that is too large is cut; what the last leaves too large is one story as it is."""

_REVISED: Final = 0.5
"""Resemblance from which two documents are mostly the same text."""

_PAIRS: Final = 1 << 20
"""Pairs of components that are measured at a time, at most, or those of one component."""

_SMALL: Final = 16
"""Documents up to which components of one size are linked all at once."""

_SLACK: Final = 1e-9
"""Averages that are equal on paper may differ by their rounding."""


class Stories(NamedTuple):
    """``labels`` ``(n,) int64``, stories being numbered from 0 by their first documents; ``weakest`` ``(stories,)
    float64``, the lowest average similarity of a member to the rest of its story, 1.0 in a story of one.

    ``split`` is the number of components above `MAX_COMPONENT`, ``uncut`` that of their parts which stayed above it
    and are stories without the guard. In both kinds ``weakest`` averages over the similarities that are known.
    """

    labels: Indices
    weakest: Floats
    split: int
    uncut: int


def components(n: int, pairs: Pairs) -> Indices:
    """``(n,)`` labels of the connected components of ``n`` documents under ``pairs``, numbered by first document."""
    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return _by_first(connected_components(graph, directed=False)[1]) if n else np.zeros(0, np.int64)


def average_link(size: int, similarity: Floats, threshold: float) -> Indices:
    """Average-link clusters (Sokal and Michener 1958) of each of ``parts`` sets of ``size`` documents: the two clusters
    of the greatest average similarity are joined while that is at least ``threshold``.

    ``similarity`` is ``(parts, size * (size - 1) / 2)``, all pairs in the order of ``np.triu_indices(size, 1)``. The
    labels, ``(parts, size)``, are below ``size``. Of equal similarities the choice, and so the result, may depend on
    the order of the documents.
    """
    if size > _SMALL:
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


def stories(
    n: int, pairs: Pairs, weights: Floats, threshold: float, measure_pairs: Callable[[Pairs], Floats]
) -> Stories:
    """Stories of ``n`` documents from measured ``pairs`` ``(m, 2)``, sorted and distinct, with ``weights`` ``(m,)``.

    Pairs of at least ``threshold`` link documents to components. In each, average link over all of its pairs keeps a
    chain of overlaps from becoming one story; similarities that are not among ``pairs`` (give also those below the
    threshold, if they are known) come from ``measure_pairs``, which gets ``(m, 2)`` pairs, ``a < b``, distinct and in
    no promised order. A component above `MAX_COMPONENT` is first cut at rising `_LEVELS`; the stories found in its
    parts, if they are not too many, are then joined by average link of their representatives, in each the member that
    is most similar to the rest.

    All pairs of a component are compared, so time is at most ``n * MAX_COMPONENT / 2`` measures; memory is linear.
    """
    known = _Known(n, pairs, weights, measure_pairs)
    linked = weights >= threshold
    whole = components(n, pairs[linked])
    split = np.flatnonzero(np.bincount(whole) > MAX_COMPONENT)
    parts, uncut = _cut(n, pairs[linked], weights[linked], whole)
    labels = _link(parts, threshold, known)
    if split.size:
        labels = _rejoin(labels, np.where(np.isin(whole, split), whole, -1), threshold, known)
    labels = _by_first(labels)
    return Stories(labels, known.weakest(labels), split.size, uncut)


class _Known:
    """Similarities that were given, those that are measured, and what each member has in common with its story."""

    def __init__(self, n: int, pairs: Pairs, weights: Floats, measure_pairs: Callable[[Pairs], Floats]) -> None:
        self.pairs, self.weights = pairs, weights
        self._n, self._measure = n, measure_pairs
        self._codes = np.append(pairs[:, 0] * n + pairs[:, 1], np.iinfo(np.int64).max)  # there is always a next one
        self._total, self._terms = np.zeros(n), np.zeros(n)

    def similarity(self, pairs: Pairs) -> Floats:
        """The similarity of each pair, measured where it was not given."""
        codes = pairs[:, 0] * self._n + pairs[:, 1]
        places = np.searchsorted(self._codes, codes)
        found = self._codes[places] == codes
        similarity = np.empty(codes.size)
        similarity[found] = self.weights[places[found]]
        if not found.all():
            similarity[~found] = self._measure(pairs[~found])
        return similarity

    def credit(self, pairs: Pairs, similarity: Floats) -> None:
        """Count pairs that lie inside a story towards the averages of their documents."""
        for side in pairs.T:
            np.add.at(self._total, side, similarity)
            np.add.at(self._terms, side, 1)

    def averages(self) -> Floats:
        """``(n,)`` average similarity of each document to the rest of its story, 1.0 where there is none."""
        return np.where(self._terms > 0, self._total / np.maximum(self._terms, 1), 1.0)

    def weakest(self, labels: Indices) -> Floats:
        """``(stories,)`` the least average of each story's members."""
        least = np.ones(labels.max(initial=-1) + 1)
        np.minimum.at(least, labels, self.averages())
        return least


def _by_first(labels: npt.NDArray[np.integer[Any]]) -> Indices:
    """The same clusters, numbered from 0 in the order of their first documents."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    ranks = np.empty(first.size, np.int64)
    ranks[np.argsort(first)] = np.arange(first.size)
    return ranks[inverse]


def _cut(n: int, pairs: Pairs, weights: Floats, parts: Indices) -> tuple[Indices, int]:
    """Components, the large ones cut to parts at rising levels; and how many parts are still too large."""
    for level in _LEVELS:
        large = np.bincount(parts) > MAX_COMPONENT
        if not large.any():
            break
        kept = ~large[parts[pairs[:, 0]]] | (weights >= level)
        pairs, weights = pairs[kept], weights[kept]
        parts = components(n, pairs)
    return parts, int((np.bincount(parts) > MAX_COMPONENT).sum())


def _link(parts: Indices, threshold: float, known: _Known) -> Indices:
    """``(n,)`` labels of the average-link clusters of each part.

    A part of which all pairs are known to reach the threshold is one cluster, for all averages reach it too; a part
    above `MAX_COMPONENT` is taken as one.
    """
    labels, sizes = parts.copy(), np.bincount(parts)
    a, b = known.pairs.T
    inside = parts[a] == parts[b]
    links = np.bincount(parts[a[inside & (known.weights >= threshold)]], minlength=sizes.size)
    hard = (links < sizes * (sizes - 1) // 2) & (sizes <= MAX_COMPONENT)
    easy = inside & ~hard[parts[a]]
    known.credit(known.pairs[easy], known.weights[easy])
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


def _link_parts(members: Indices, sizes: Indices, threshold: float, known: _Known) -> Indices:
    """``(members,)`` labels below their number; ``members`` are those of parts of these rising ``sizes``, part after
    part, each rising."""
    places = np.arange(members.size)
    after = np.repeat(np.cumsum(sizes), sizes) - places - 1
    pairs = np.stack((np.repeat(places, after), ranges(places + 1, after)), axis=1)
    similarity = known.similarity(members[pairs])
    labels, at, pair = np.empty(members.size, np.int64), 0, 0
    for size, count in zip(*(column.tolist() for column in np.unique(sizes, return_counts=True)), strict=True):
        here, there = slice(at, at + size * count), slice(pair, pair + size * (size - 1) // 2 * count)
        found = average_link(size, similarity[there].reshape(count, -1), threshold)
        labels[here] = (found + np.arange(at, here.stop, size)[:, np.newaxis]).reshape(-1)
        at, pair = here.stop, there.stop
    joined = labels[pairs[:, 0]] == labels[pairs[:, 1]]
    known.credit(members[pairs[joined]], similarity[joined])
    return labels


def _rejoin(labels: Indices, whole: Indices, threshold: float, known: _Known) -> Indices:
    """Join the stories of a component that was split, by average link of their representatives.

    ``whole`` is the component of each document, -1 for those that were not split. A component of more than
    `MAX_COMPONENT` stories is left as it is.
    """
    order = np.lexsort((np.arange(labels.size), -known.averages(), labels))
    heads = order[np.append(True, labels[order][1:] != labels[order][:-1])]
    heads = heads[whole[heads] >= 0]
    heads = heads[np.bincount(whole[heads])[whole[heads]] <= MAX_COMPONENT]
    parts = np.arange(labels.size) + whole.max() + 1
    parts[heads] = whole[heads]
    joined = _link(np.unique(parts, return_inverse=True)[1], threshold, known)
    # Each story takes the label of its head; what has no head keeps its own, apart from all of those.
    named = np.arange(labels.max() + 1, dtype=np.int64) + (int(joined.max()) + 1)
    named[labels[heads]] = joined[heads]
    return named[labels]


def canonical_order(published: Indices, lengths: Indices, ids: Sequence[str]) -> Indices:
    """``(n,)`` rank of each document under the canonical rule: the earliest, then the longest, then the least id.

    ``published`` are nanoseconds since 1970, `UNKNOWN_TIME` standing after all that are known. Equal ids, which should
    not be, rank by place.
    """
    # Not an array of strings: numpy would give every id the width of the longest, and take "a" and "a\0" for equal.
    by_id = np.empty(len(ids), np.int64)
    by_id[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    ranks = np.empty(len(ids), np.int64)
    ranks[np.lexsort((by_id, -lengths, published, published == UNKNOWN_TIME))] = np.arange(len(ids))
    return ranks


class Facts(NamedTuple):
    """What `relations` needs to know of each document; all ``(n,)``."""

    fingerprints: Hashes  # equal where the texts are
    sources: Indices  # numbers of the sources, negative for none
    published: Indices  # as in `canonical_order`
    lengths: Indices  # of the shingle sets


def relations(
    members: Indices, canonicals: Indices, resemblance: Floats, containment: Floats, facts: Facts, threshold: float
) -> npt.NDArray[np.int8]:
    """``(m,)`` places in `RELATIONS`: what each of ``members`` is to the document in ``canonicals`` beside it.

    The first that applies: "original", it is that document; "exact", both have one fingerprint; "revision", of the same
    source, which is known, at a later time, which are known, and mostly the same text: a resemblance of at least
    `_REVISED`; "excerpt", the shorter of the two, contained in the other by ``threshold`` at least, but not mostly the
    same text; else "reprint". The two measures are those of the member and its canonical document.
    """
    source, time, known = facts.sources[members], facts.published[members], facts.published[canonicals] != UNKNOWN_TIME
    # An unknown time is the least number there is: a member that has it is later than none.
    update = (source >= 0) & (source == facts.sources[canonicals]) & known & (time > facts.published[canonicals])
    shorter, same_text = facts.lengths[members] < facts.lengths[canonicals], resemblance >= _REVISED
    rules = {
        "original": members == canonicals,
        "exact": facts.fingerprints[members] == facts.fingerprints[canonicals],
        "revision": update & same_text,
        "excerpt": shorter & ~same_text & (containment >= threshold),
    }
    places = [np.int8(RELATIONS.index(name)) for name in rules]
    return np.select(list(rules.values()), places, np.int8(RELATIONS.index("reprint")))
