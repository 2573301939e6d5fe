"""Decided pairs -> which texts are digests: pages that hold several stories.

A digest holds two texts in different places, and the two texts have different headlines and share nothing. A digest is
no copy of a text that it holds, and it must not put the texts into one story. So a digest joins digests only. Excerpts
of one article have one headline, so an article with two excerpts is no digest.
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
"""Parts of a text that are compared at most: the largest part of each headline first."""

_PAIRS: Final = 1 << 18
"""Pairs of parts that are compared together at most, or positions of parts."""


class _DigestParts(NamedTuple):
    """Texts that stand in other texts. All fields are ``(m,) int64``.

    - ``texts``: the text that holds each part.
    - ``parts``: the text that each part is.
    - ``words``: the words of each part.
    - ``firsts`` and ``counts``: part ``i`` has ``counts[i]`` places in its text, from the place ``firsts[i]`` on.
    """

    texts: Indices
    parts: Indices
    words: Indices
    firsts: Indices
    counts: Indices

    def select(self, rows: npt.NDArray[np.bool_] | Indices) -> "_DigestParts":
        """The parts of a mask, or of ``rows`` in their order."""
        return _DigestParts(*(column[rows] for column in self))


class _PartPlaces(NamedTuple):
    """The ``begins`` and the ``ends`` of the places of parts, ``(q,) int64`` each, as ``part * span + word``.

    ``begins`` and ``ends`` are sorted apart from each other, because places of a part may overlap.
    """

    begins: Indices
    ends: Indices
    span: int

    def words_before(self, parts: Indices, words: Indices) -> Indices:
        """``(k,) int64``: how many words of the places of each part lie before a word of the text.

        A word in two places of a part counts twice.
        """
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
    """Finds the texts that are digests.

    At most `MOST_PARTS` parts of a text are compared. The time is the time of a sort of the pairs, and of
    ``MOST_PARTS ** 2 / 2`` pairs for each text that holds two texts with different headlines.

    Args:
        n: the number of texts.
        headlines: ``(n,) uint64`` hashes of the headlines, 0 for a text without a headline.
        pairs: ``(p, 2)`` pairs of texts, ``a < b``, sorted and distinct.
        judged: the verdicts of `core.pairs.rule.judge_pairs` on ``pairs``.
        lengths: ``(n,) int64`` number of tokens of each text without boilerplate.
        threshold: the share from which two texts are copies.

    Returns:
        ``(n,) bool``, whether each text is a digest.
    """
    digests = np.zeros(n, np.bool_)
    parts = _choose_parts(_find_parts(pairs, judged, lengths, threshold), headlines)
    if not parts.texts.size:
        return digests
    places = _sort_places(parts, judged.places, int(lengths.max()) + 1)
    sharing = pairs[judged.shares > 0]
    codes = sharing[:, 0] * n + sharing[:, 1]
    starts = np.flatnonzero(first_of_equals(parts.texts))
    counts = counts_of(starts, parts.texts.size)
    after = np.repeat(starts + counts, counts) - np.arange(parts.texts.size) - 1
    for start, end in chunks(after, _PAIRS, after.size):
        left = np.arange(start, end).repeat(after[start:end])
        right = ranges(np.arange(start, end) + 1, after[start:end])
        first, second = np.sort(np.stack((parts.parts[left], parts.parts[right])), axis=0)
        apart = (headlines[first] != headlines[second]) & ~find(codes, first * n + second)[1]
        left, right = left[apart], right[apart]
        least = DIGEST_COMMON * np.minimum(parts.words[left], parts.words[right])
        digests[parts.texts[left[_count_common(parts, judged.places, places, left, right) <= least]]] = True
    return digests


def _find_parts(pairs: Pairs, judged: PairVerdicts, lengths: Indices, threshold: float) -> _DigestParts:
    """Finds the texts that stand in other texts: the longer text of a pair of copies holds the shorter text.

    Pairs of equal texts do not count.
    """
    new = np.flatnonzero(first_of_equals(judged.pair))
    pair, counts = judged.pair[new], counts_of(new, judged.pair.size)
    words = np.add.reduceat(judged.places[:, 1] - judged.places[:, 0], new)
    keep = (judged.shares[pair] >= units(threshold)) & (judged.shares[pair] < ONE)
    a, b = pairs[pair].T
    swap = lengths[a] > lengths[b]
    return _DigestParts(np.where(swap, a, b), np.where(swap, b, a), words, new, counts).select(keep)


def _choose_parts(parts: _DigestParts, headlines: Hashes) -> _DigestParts:
    """Chooses the parts that are compared, text by text.

    A part without a headline does not count. A text counts if it holds parts with two different headlines.
    """
    parts = parts.select(headlines[parts.parts] != 0)
    number = distinct(headlines[parts.parts])[1]
    parts = parts.select(np.lexsort((parts.parts, -parts.words, number, parts.texts)))
    number = distinct(headlines[parts.parts])[1]
    texts = first_of_equals(parts.texts)
    titles = np.flatnonzero(texts | first_of_equals(number))
    rank = ranges(np.zeros_like(titles), counts_of(titles, number.size))  # among the parts of one headline
    headings = np.bincount(parts.texts[titles])
    order = np.lexsort((parts.parts, -parts.words, rank, parts.texts))
    order = order[headings[parts.texts[order]] > 1]
    starts = np.flatnonzero(first_of_equals(parts.texts[order]))
    place = ranges(np.zeros_like(starts), counts_of(starts, order.size))
    return parts.select(order[place < MOST_PARTS])


def _sort_places(parts: _DigestParts, places: Indices, span: int) -> _PartPlaces:
    """Sorts the ``places`` ``(q, 2)`` of the parts; ``span`` is above all words of a text."""
    lowest = np.arange(parts.counts.size).repeat(parts.counts) * span
    of_parts = places[ranges(parts.firsts, parts.counts)]
    return _PartPlaces(np.sort(lowest + of_parts[:, 0]), np.sort(lowest + of_parts[:, 1]), span)


def _count_common(
    parts: _DigestParts, places: Indices, part_places: _PartPlaces, left: Indices, right: Indices
) -> Indices:
    """``(k,) int64``: how many words of the places of a part ``left[i]`` lie in places of the part ``right[i]`` too."""
    common = np.zeros(left.size, np.int64)
    for start, end in chunks(parts.counts[left], _PAIRS, max(1, left.size)):
        rows = left[start:end]
        counts = parts.counts[rows]
        begins, ends = places[ranges(parts.firsts[rows], counts)].T
        against = right[start:end].repeat(counts)
        inside = part_places.words_before(against, ends) - part_places.words_before(against, begins)
        common[start:end] = np.add.reduceat(inside, edges_of(counts)[:-1])
    return common
