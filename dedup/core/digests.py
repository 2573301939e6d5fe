"""Verified pairs -> which texts are digests, pages that hold several stories, and which pairs stand for that alone.

A digest contains texts, each mostly, that have nothing in common with each other. It is a copy of none of them, and
must glue none of them together: its pairs with them and with their copies say nothing. A copy of the digest is still
one, for it matches several of its parts.

An article of which two excerpts go round that do not overlap looks the same. Two things tell it from a digest:

- excerpts leave most of an article out, or some of it; a digest is little else than its parts (`MOST`);
- the parts of a digest are stories of their own: there are other texts that share one of them and not the others, such
  as a copy of the story. Where two parts have that, they need not be most of the page (`SOME`), which may have other
  stories and a frame.

An article of which nearly all stands in excerpts that do not overlap is so taken for a digest, and a page two of whose
stories are known, from one copy each, while most of it is not, for an article with excerpts. The other way round would
be as wrong; nothing in the words tells them apart. (Tried: whether the parts have long words in common. Of two halves
of an article, a quarter have as few as most pairs of articles.)
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import verify
from dedup.core.ordered import find, first_of_equals
from dedup.core.ragged import ranges
from dedup.types import Floats, Indices, Pairs

__all__ = ["MOST", "PART", "SOME", "UNRELATED", "Digests", "digests"]

PART: Final = 80
"""Shingles of a passage that may be a story: teasers and notices have fewer."""

UNRELATED: Final = 0.05
"""Share of a passage that two unrelated texts may have in common: a phrase."""

MOST: Final = 0.7
"""Share of a text that is most of it: a digest consists of its parts, and most of each is in it."""

SOME: Final = 0.3
"""Share of a text from which parts that are stories of their own make a digest of it."""

_PARTS: Final = 16
"""Parts that are told of one text, at most: with the largest of so many, it is known for what it is."""

_PAIRS: Final = 1 << 16
"""Pairs of a digest that are measured against its parts at a time."""


Shared = Callable[[Pairs], Indices]
"""Counts the elements ``(m,)`` that each pair ``(m, 2)`` of sets has in common, as `core.verify.shared` does."""


class Digests(NamedTuple):
    """``texts`` ``(n,)``: which texts are digests; ``parts`` ``(p, 2)``: each digest and a text that shares a part of
    it, sorted by digest, no two of which have more than a phrase in common; the ``sizes`` of the sets of all texts,
    and what counts the elements ``shared`` by two; ``threshold`` of a match."""

    texts: npt.NDArray[np.bool_]
    parts: Pairs
    sizes: Indices
    shared: Shared
    threshold: float

    def without(self, pairs: Pairs, weights: Floats) -> Floats:
        """``weights`` ``(m,)`` of ``pairs`` ``(m, 2)``, but 0 for those of a digest with a text that does not match two
        of its parts."""
        if not len(self.parts):
            return weights
        left = weights.copy()
        for one, other in (pairs.T, pairs.T[::-1]):
            places = np.flatnonzero(self.texts[one] & (weights > 0))
            for first in range(0, places.size, _PAIRS):
                some = places[first : first + _PAIRS]
                left[some[self._matched(one[some], other[some]) < 2]] = 0.0
        return left

    def _matched(self, digests: Indices, others: Indices) -> Indices:
        """``(m,)`` how many parts of each digest the text beside it matches."""
        first, last = (np.searchsorted(self.parts[:, 0], digests, side) for side in ("left", "right"))
        which = np.repeat(np.arange(digests.size), last - first)
        parts = self.parts[ranges(first, last - first), 1]
        pairs = np.stack((parts, others[which]), axis=1)
        near = verify.ratios(self.shared(pairs), self.sizes[pairs])[1] >= self.threshold
        return np.bincount(which[near], minlength=digests.size)


class _Links(NamedTuple):
    """Texts and what may be parts of them; all ``(m,)``. ``common``: shingles that both have, as their weight says."""

    wholes: Indices
    parts: Indices
    common: Floats

    def where(self, kept: npt.NDArray[np.bool_] | Indices) -> "_Links":
        return _Links(self.wholes[kept], self.parts[kept], self.common[kept])


def digests(sizes: Indices, shared: Shared, pairs: Pairs, weights: Floats, threshold: float) -> Digests:
    """The digests among texts whose sets have these ``sizes`` ``(n,)``, ``shared`` being what counts their common
    elements, from ``pairs`` ``(m, 2)``, ``a < b``, sorted and distinct, with their ``weights`` ``(m,)``; from
    ``threshold`` on they match.

    Of each text the parts are told one by one: the text that shares the most with it, the lowest of equals, then of
    those that are unrelated to it the next, and so on. A digest is no part: what contains one is asked again without
    it, so that a digest in a frame is one too. Of a digest and a part that would be one, the first is the one of which
    more is parts.

    Time is that of measuring each match once, and once more for each digest that it holds.
    """
    links = _links(sizes, pairs, weights, threshold)
    found, told, asked = np.zeros(sizes.size, np.bool_), [np.zeros((0, 2), np.int64)], links
    if not links.wholes.size:
        return Digests(found, told[0], sizes, shared, threshold)
    known, matches = _Known(sizes, shared, pairs, weights), pairs[weights >= threshold]
    while asked.wholes.size:
        parts = _parts(asked.where(~found[asked.parts]), known)
        share = _shares(sizes, shared, matches, parts)
        share[found] = 0
        if not share.any():
            break
        waits = np.zeros(found.size, np.bool_)
        waits[parts.wholes[share[parts.parts] > share[parts.wholes]]] = True
        fresh = (share > 0) & ~waits
        found |= fresh
        told.append(np.stack((parts.wholes, parts.parts), axis=1)[fresh[parts.wholes]])
        again = waits & (share > 0)
        again[links.wholes[fresh[links.parts]]] = True
        asked = links.where((again & ~found)[links.wholes])
    every = np.concatenate(told)
    return Digests(found, every[np.argsort(every[:, 0], kind="stable")], sizes, shared, threshold)


def _links(sizes: Indices, pairs: Pairs, weights: Floats, threshold: float) -> _Links:
    """The matches of a text with one that is shorter and mostly in it, by text, and by how much they share; texts that
    have but one are left out.

    (A digest may print the first halves of two stories. But so do pages share parts of their frames, and excerpts of
    one article some of their passages: with such parts, articles on four of 848 pages became digests.)
    """
    matching = weights >= threshold
    if np.count_nonzero(matching) < 2:
        return _Links(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    pairs = pairs[matching]
    shared = weights[matching] * sizes[pairs].min(axis=1)
    wholes, parts = np.concatenate((pairs, pairs[:, ::-1])).T
    common = np.concatenate((shared, shared))
    smaller = (sizes[parts] < sizes[wholes]) | ((sizes[parts] == sizes[wholes]) & (parts < wholes))
    kept = smaller & (common >= MOST * sizes[parts]) & (common >= PART)
    kept &= (np.bincount(wholes[kept], minlength=sizes.size) > 1)[wholes]
    links = _Links(wholes, parts, common).where(kept)
    if not links.wholes.size:
        return links
    return links.where(np.lexsort((links.parts, -links.common, links.wholes)))


class _Known:
    """What pairs have in common, as their weight says, or measured where they have none."""

    def __init__(self, sizes: Indices, shared: Shared, pairs: Pairs, weights: Floats) -> None:
        self._sizes, self._shared, self._weights = sizes, shared, weights
        self._codes = self._coded(pairs[:, 0], pairs[:, 1])

    def _coded(self, first: Indices, second: Indices) -> Indices:
        return first * self._sizes.size + second

    def common(self, one: Indices, other: Indices) -> Floats:
        """``(m,)`` shingles that the texts ``one`` and ``other`` ``(m,)`` share."""
        places, there = find(self._codes, self._coded(np.minimum(one, other), np.maximum(one, other)))
        weights = np.zeros(one.size)
        weights[there] = self._weights[places[there]]
        common = weights * np.minimum(self._sizes[one], self._sizes[other])
        # A weight of 0 may be that of two reports of one template.
        rest = np.flatnonzero(weights == 0)
        common[rest] = self._shared(np.stack((one[rest], other[rest]), axis=1))
        return common


def _parts(links: _Links, known: _Known) -> _Links:
    """Of each text the links that share the most with it and are unrelated to each other."""
    told = [links.where(np.zeros(0, np.int64))]
    for _ in range(_PARTS):
        if not links.wholes.size:
            break
        new = first_of_equals(links.wholes)
        told.append(links.where(new))
        nearest = links.parts[new][new.cumsum() - 1]
        others = nearest != links.parts
        links, nearest = links.where(others), nearest[others]
        links = links.where(known.common(nearest, links.parts) <= UNRELATED * links.common)
    return _Links(*(np.concatenate(column) for column in zip(*told, strict=True)))


def _shares(sizes: Indices, shared: Shared, matches: Pairs, parts: _Links) -> Floats:
    """``(n,)`` how much of each text its parts are, or 0 if that does not make a digest of it."""
    several = parts.where((np.bincount(parts.wholes, minlength=sizes.size) > 1)[parts.wholes])
    if not several.wholes.size:
        return np.zeros(sizes.size)
    common = shared(np.stack((several.wholes, several.parts), axis=1))
    share = np.bincount(several.wholes, common, sizes.size) / np.maximum(sizes, 1)
    unsure = several.where(((share >= SOME) & (share < MOST))[several.wholes])
    stories = np.bincount(unsure.wholes[_own(sizes.size, matches, unsure)], minlength=sizes.size)
    return np.where((share >= MOST) | (stories > 1), share, 0.0)


def _own(n: int, matches: Pairs, parts: _Links) -> npt.NDArray[np.bool_]:
    """Which parts match another text that matches no other part of the same text; of ``n`` texts."""
    ends = np.concatenate((matches, matches[:, ::-1]))
    ends = ends[np.argsort(ends[:, 0], kind="stable")]
    first, last = (np.searchsorted(ends[:, 0], parts.parts, side) for side in ("left", "right"))
    which = np.repeat(np.arange(parts.parts.size), last - first)
    near = ends[ranges(first, last - first), 1]
    _, places, counts = np.unique(parts.wholes[which] * n + near, return_inverse=True, return_counts=True)
    alone = (counts[places] == 1) & (near != parts.wholes[which])
    return np.bincount(which[alone], minlength=parts.parts.size) > 0
