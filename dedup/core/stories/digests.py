"""Decided pairs -> which texts are digests: pages that hold several stories.

A digest holds two texts in different places, and the two texts have different headlines and share nothing. A digest is
no copy of a text that it holds, and it must not put the texts into one story. So a digest joins digests only. Excerpts
of one article have one headline, so an article with two excerpts is no digest.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.ragged import chunks, counts_of, edges_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.pairs.rule import PairVerdicts, units
from dedup.core.thresholds import DIGEST_COMMON, ONE

MOST_PARTS: Final = 64
"""Parts of a text that are compared at most: the largest part of each headline first."""

_PAIRS: Final = 1 << 18
"""Pairs of parts that are compared together at most, or positions of parts."""


class DigestParts(NamedTuple):
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

    def select(self, rows: npt.NDArray[np.bool_] | Indices) -> "DigestParts":
        """The parts of a mask, or of ``rows`` in their order."""
        return DigestParts(*(column[rows] for column in self))


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
    parts = find_parts(pairs, judged, lengths, threshold)
    sharing = pairs[judged.shares > 0]
    codes = sharing[:, 0] * n + sharing[:, 1]

    def share_nothing(first: Indices, second: Indices) -> npt.NDArray[np.bool_]:
        """Return whether each of two parts, the lower text first, share nothing."""
        return ~find(codes, first * n + second)[1]

    for text, _, _ in parts_apart(parts, headlines[parts.parts], judged.places, share_nothing):
        digests[text] = True
    return digests


def parts_apart(
    parts: DigestParts,
    headlines: Hashes,
    places: Indices,
    share_nothing: Callable[[Indices, Indices], npt.NDArray[np.bool_]] | None = None,
) -> Iterator[tuple[Indices, Indices, Indices]]:
    """Yields the pairs of parts of one text that have different headlines and stand in different places.

    The text of such a pair is a digest, if the two parts share nothing.

    Args:
        parts: the parts, in any order.
        headlines: ``(m,)`` the hash of the headline of each part, 0 for none.
        places: ``(q, 2) int64`` the places of the parts.
        share_nothing: returns which pairs of texts share nothing. Other pairs are left out. None keeps all pairs.

    Yields:
        ``(k,)`` the text that holds two parts, the lower and the higher part.
    """
    if np.count_nonzero(headlines) < 2:
        return
    parts, headlines = _choose_parts(parts, headlines)
    if not parts.texts.size:
        return
    part_places = _sort_places(parts, places, int(places.max()) + 1)
    starts = first_of_equals(parts.texts).nonzero()[0]
    counts = counts_of(starts, parts.texts.size)
    after = (starts + counts).repeat(counts) - np.arange(parts.texts.size) - 1
    for start, end in chunks(after, _PAIRS, after.size):
        left = np.arange(start, end).repeat(after[start:end])
        right = ranges(np.arange(start, end) + 1, after[start:end])
        first, second = np.sort(np.stack((parts.parts[left], parts.parts[right])), axis=0)
        apart = headlines[left] != headlines[right]
        if share_nothing is not None:
            apart &= share_nothing(first, second)
        left, right, first, second = left[apart], right[apart], first[apart], second[apart]
        least = DIGEST_COMMON * np.minimum(parts.words[left], parts.words[right])
        apart = _count_common(parts, places, part_places, left, right) <= least
        yield parts.texts[left[apart]], first[apart], second[apart]


def find_parts(pairs: Pairs, judged: PairVerdicts, lengths: Indices, threshold: float) -> DigestParts:
    """Finds the texts that stand in other texts: the longer text of a pair of copies holds the shorter text.

    Pairs of equal texts do not count.

    Args:
        pairs: ``(p, 2)`` pairs of texts, ``a < b``.
        judged: the verdicts on the pairs.
        lengths: ``(n,)`` number of tokens of each text without boilerplate.
        threshold: the share from which two texts are copies.

    Returns:
        The parts, in the order of the pairs.
    """
    new = first_of_equals(judged.pair).nonzero()[0]
    pair, counts = judged.pair[new], counts_of(new, judged.pair.size)
    words = np.add.reduceat(judged.places[:, 1] - judged.places[:, 0], new)
    keep = (judged.shares[pair] >= units(threshold)) & (judged.shares[pair] < ONE)
    a, b = pairs[pair].T
    swap = lengths[a] > lengths[b]
    return DigestParts(np.where(swap, a, b), np.where(swap, b, a), words, new, counts).select(keep)


def _choose_parts(parts: DigestParts, headlines: Hashes) -> tuple[DigestParts, Hashes]:
    """Chooses the parts that are compared, text by text, and their ``headlines`` ``(m,)``.

    A part without a headline does not count. A text counts if it holds parts with two different headlines.
    """
    titled = headlines != 0
    parts, headlines = parts.select(titled), headlines[titled]
    order = np.lexsort((parts.parts, -parts.words, headlines, parts.texts))
    parts, headlines = parts.select(order), headlines[order]
    texts = first_of_equals(parts.texts)
    titles = (texts | first_of_equals(headlines)).nonzero()[0]
    rank = ranges(np.zeros_like(titles), counts_of(titles, headlines.size))  # among the parts of one headline
    owner = texts.cumsum() - 1
    headings = np.bincount(owner[titles])
    order = np.lexsort((parts.parts, -parts.words, rank, parts.texts))
    order = order[headings[owner[order]] > 1]
    starts = first_of_equals(parts.texts[order]).nonzero()[0]
    place = ranges(np.zeros_like(starts), counts_of(starts, order.size))
    order = order[place < MOST_PARTS]
    return parts.select(order), headlines[order]


def _sort_places(parts: DigestParts, places: Indices, span: int) -> _PartPlaces:
    """Sorts the ``places`` ``(q, 2)`` of the parts; ``span`` is above all words of a text."""
    lowest = np.arange(parts.counts.size).repeat(parts.counts) * span
    of_parts = places[ranges(parts.firsts, parts.counts)]
    return _PartPlaces(np.sort(lowest + of_parts[:, 0]), np.sort(lowest + of_parts[:, 1]), span)


def _count_common(
    parts: DigestParts, places: Indices, part_places: _PartPlaces, left: Indices, right: Indices
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
