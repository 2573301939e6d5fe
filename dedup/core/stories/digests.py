"""Judged pairs -> which texts are digests: pages that hold several stories.

A digest holds two texts in different places, which are under different headlines and share nothing. It is a copy of
none of them and must glue none of them together, so it joins no text that is none. Excerpts of one article have one
headline, so an article of which two excerpts go round is no digest.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.ragged import chunks, counts_of, edges_of, ranges
from dedup.core.arrays.sorting import distinct, find, first_of_equals
from dedup.core.pairs.rule import PairVerdicts, units
from dedup.core.thresholds import DIGEST_COMMON, ONE

MOST_PARTS: Final = 64
"""Parts of a text that are looked at: the largest of each headline first."""

_PAIRS: Final = 1 << 18
"""Pairs of parts that are looked at together, or places of them."""


class _Parts(NamedTuple):
    """Parts of texts, text by text, all ``(m,) int64``: the ``texts`` that hold them, the ``parts``, which are texts
    too, and their ``words``. Part ``i`` has ``counts[i]`` places in its text, from ``firsts[i]`` on."""

    texts: Indices
    parts: Indices
    words: Indices
    firsts: Indices
    counts: Indices

    def where(self, kept: npt.NDArray[np.bool_] | Indices) -> "_Parts":
        """Some of them, in the order that is given."""
        return _Parts(*(column[kept] for column in self))


class _Places(NamedTuple):
    """Where places begin and end, ``(q,) int64`` each, and how many words all places before each have together.

    Begins are sorted by part, ends likewise, so that places of a part may overlap. A place is ``part * span + word``.
    """

    begins: Indices
    ends: Indices
    span: int

    def before(self, parts: Indices, words: Indices) -> Indices:
        """``(k,)`` how many words of the places of each part lie before a word of the text; of overlapping places each
        counts."""
        at, lowest = parts * self.span + words, parts * self.span
        total = np.zeros(parts.size, np.int64)
        for edges, sign in ((self.begins, 1), (self.ends, -1)):
            first, last = edges.searchsorted(lowest), edges.searchsorted(at)
            sums = edges_of(edges)
            total += sign * ((last - first) * at - (sums[last] - sums[first]))
        return total


def find_digests(
    n: int, headlines: Hashes, pairs: Pairs, judged: PairVerdicts, lengths: Indices, threshold: float
) -> npt.NDArray[np.bool_]:
    """Which texts are digests.

    Of a text that holds many others, `MOST_PARTS` are looked at. Time is that of a sort of the pairs, and of
    ``MOST_PARTS ** 2 / 2`` pairs for each text that holds two others under different headlines.

    Args:
        n: the number of texts.
        headlines: ``(n,) uint64`` hashes of their headlines, 0 for a text without one.
        pairs: ``(p, 2)`` pairs of texts, ``a < b``, sorted and distinct.
        judged: what `core.pairs.rule.judge_pairs` says of these.
        lengths: ``(n,) int64`` tokens of the texts without boilerplate.
        threshold: the share from which two texts are copies.

    Returns:
        ``(n,) bool``, whether each text is a digest.
    """
    found = np.zeros(n, np.bool_)
    parts = _chosen(_held(pairs, judged, lengths, threshold), headlines)
    if not parts.texts.size:
        return found
    places = _placed(parts, judged.places, int(lengths.max()) + 1)
    sharing = pairs[judged.shares > 0]
    codes = sharing[:, 0] * n + sharing[:, 1]
    starts = np.flatnonzero(first_of_equals(parts.texts))
    counts = counts_of(starts, parts.texts.size)
    after = np.repeat(starts + counts, counts) - np.arange(parts.texts.size) - 1
    for start, end in chunks(after, _PAIRS, after.size):
        one = np.arange(start, end).repeat(after[start:end])
        other = ranges(np.arange(start, end) + 1, after[start:end])
        first, second = np.sort(np.stack((parts.parts[one], parts.parts[other])), axis=0)
        apart = (headlines[first] != headlines[second]) & ~find(codes, first * n + second)[1]
        one, other = one[apart], other[apart]
        least = DIGEST_COMMON * np.minimum(parts.words[one], parts.words[other])
        found[parts.texts[one[_common(parts, judged.places, places, one, other) <= least]]] = True
    return found


def _held(pairs: Pairs, judged: PairVerdicts, lengths: Indices, threshold: float) -> _Parts:
    """Which texts hold which others: the longer of each pair of copies, but for equal texts, holds the shorter one."""
    new = np.flatnonzero(first_of_equals(judged.pair))
    pair, counts = judged.pair[new], counts_of(new, judged.pair.size)
    words = np.add.reduceat(judged.places[:, 1] - judged.places[:, 0], new)
    kept = (judged.shares[pair] >= units(threshold)) & (judged.shares[pair] < ONE)
    a, b = pairs[pair].T
    swap = lengths[a] > lengths[b]
    return _Parts(np.where(swap, a, b), np.where(swap, b, a), words, new, counts).where(kept)


def _chosen(parts: _Parts, headlines: Hashes) -> _Parts:
    """The parts that are looked at, text by text: of texts that hold two under different headlines, which are known."""
    parts = parts.where(headlines[parts.parts] != 0)
    number = distinct(headlines[parts.parts])[1]
    parts = parts.where(np.lexsort((parts.parts, -parts.words, number, parts.texts)))
    number = distinct(headlines[parts.parts])[1]
    texts = first_of_equals(parts.texts)
    titles = np.flatnonzero(texts | first_of_equals(number))
    rank = ranges(np.zeros_like(titles), counts_of(titles, number.size))  # under one headline
    headings = np.bincount(parts.texts[titles])
    order = np.lexsort((parts.parts, -parts.words, rank, parts.texts))
    order = order[headings[parts.texts[order]] > 1]
    starts = np.flatnonzero(first_of_equals(parts.texts[order]))
    place = ranges(np.zeros_like(starts), counts_of(starts, order.size))
    return parts.where(order[place < MOST_PARTS])


def _placed(parts: _Parts, places: Indices, span: int) -> _Places:
    """The places of parts, in order."""
    part = np.arange(parts.counts.size).repeat(parts.counts) * span
    some = places[ranges(parts.firsts, parts.counts)]
    return _Places(np.sort(part + some[:, 0]), np.sort(part + some[:, 1]), span)


def _common(parts: _Parts, places: Indices, placed: _Places, one: Indices, other: Indices) -> Indices:
    """``(k,)`` the words of the places of ``one`` part ``(k,)`` that lie in places of the ``other`` ``(k,)`` too."""
    common = np.zeros(one.size, np.int64)
    for start, end in chunks(parts.counts[one], _PAIRS, max(1, one.size)):
        some = one[start:end]
        counts = parts.counts[some]
        begins, ends = places[ranges(parts.firsts[some], counts)].T
        against = other[start:end].repeat(counts)
        inside = placed.before(against, ends) - placed.before(against, begins)
        common[start:end] = np.add.reduceat(inside, edges_of(counts)[:-1])
    return common
