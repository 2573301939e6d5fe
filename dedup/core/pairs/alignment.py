"""Pairs of texts -> the passages that they share, which are the measure of a pair.

A copy shares passages with its original: what was cut away or added around them does not count against it. Two articles
on one event share phrases and quotes, which are short. Two reports filled into one template share nearly all of their
words too, but in short stretches between the figures that were *replaced*. So each passage is short of some words
before it counts, and each replaced figure costs.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, counts_of, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.pairs.anchors import SEED, PairBatch, find_anchors, pair_batches
from dedup.core.text.figures import is_figure
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, FIGURE_COST, FIGURE_GAP, PASSAGE_COST

_TOKENS: Final = 1 << 16
"""Tokens of the texts that are looked at together, about."""

_NOWHERE: Final = (np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
"""No pair, and no place."""


class Passages(NamedTuple):
    """The passages that pairs (A, B) share.

    Of each of ``p`` pairs:

    - ``credit`` ``(p,) int64``: the words of all passages, each less `PASSAGE_COST`, less `FIGURE_COST` for each
      replaced figure; never below 0.
    - ``replaced`` ``(p,) int64``: figures in place of which others stand.
    - ``longest`` ``(p,) int64``: words of the longest passage.

    Of each of ``q`` passages that count, for they have more than `PASSAGE_COST` words or are the longest of a pair that
    is `whole`:

    - ``pair`` ``(q,) int64``: its pair, rising.
    - ``left`` ``(q, 2) int64``: where it begins and ends in A, counted from the first token of A.

    Of each of ``r`` runs of equal words of these passages, for what is one passage in A may stand in several places of
    B:

    - ``run`` ``(r,) int64``: its pair, rising.
    - ``right`` ``(r, 2) int64``: where it begins and ends in B, counted from the first token of B.
    """

    credit: Indices
    replaced: Indices
    longest: Indices
    pair: Indices
    left: Indices
    run: Indices
    right: Indices


def align(tokens: Ragged, pairs: Pairs) -> Passages:
    """The passages of each pair.

    A shingle of `SEED` tokens of A that B has too is a seed; `find_anchors` says where it stands in B. Seeds that follow
    each other in both texts are a run. Neighbouring runs are one passage where nothing stands between them in A. They
    are one too where one word stands between them in A, and one or none in B; but a figure in place of another figure
    ends a passage. The words of a passage are the words of its runs; a word that two runs cover counts once. A figure
    is replaced where up to `FIGURE_GAP` tokens stand between two runs, in A and in B, and each side has a figure
    that the other side has not.

    Shingles are told apart by the upper bits of a 64-bit hash, those that the numbering of a lot's tokens leaves: 47,
    so that one of four million pairs of 500 words has one seed too many. Time is n log n in the tokens of the texts,
    and linear in the tokens of the pairs. Memory is some words a pair and about 100 bytes for each of `_TOKENS` tokens,
    twice, or for each token of the longest pair.

    Args:
        tokens: ``(n,)`` rows of tokens, the texts.
        pairs: ``(p, 2)`` texts A and B, in any order; A is the one of fewer tokens.

    Returns:
        `Passages` of the pairs, in their order.
    """
    sums = np.zeros((3, len(pairs)), np.int64)
    lefts, rights = [_NOWHERE], [_NOWHERE]
    for lot in pair_batches(tokens.lengths, pairs, _TOKENS):
        part = _align(take_rows(tokens, lot.texts), lot)
        sums[:, lot.places] = part[:3]
        lefts.append((lot.places[part.pair], part.left))
        rights.append((lot.places[part.run], part.right))
    return Passages(sums[0], sums[1], sums[2], *_together(lefts), *_together(rights))


def _together(parts: list[tuple[Indices, Indices]]) -> tuple[Indices, Indices]:
    """Pairs ``(k,)`` and places ``(k, 2)`` of some parts, in the order of the pairs."""
    pair, places = map(np.concatenate, zip(*parts, strict=True))
    order = pair.argsort(kind="stable")
    return pair[order], places[order]


def whole(lengths: Indices, replaced: Indices, longest: Indices) -> npt.NDArray[np.bool_]:
    """``(p,)`` whether A, of these ``lengths`` ``(p,)``, stands in B as one passage: all of it but one word at most.

    ``replaced`` and ``longest`` are as in `Passages`. A text of less than `EXCERPT_WORDS` words is never whole.
    """
    found: npt.NDArray[np.bool_] = (lengths >= EXCERPT_WORDS) & (replaced == 0) & (longest >= lengths - BRIDGED_WORDS)
    return found


class _Runs(NamedTuple):
    """Runs in the order of pairs and of A: all arrays are ``(r,) int64``.

    ``left`` and ``right`` are the places of their first tokens in A and B, ``words`` their tokens.
    """

    pair: Indices
    left: Indices
    right: Indices
    words: Indices


def _align(texts: Ragged, lot: PairBatch) -> Passages:
    """The passages of a lot, pairs being numbered as in the lot; ``texts`` are those of the lot."""
    count = len(lot.sides)
    runs = _runs(texts, lot)
    same = runs.pair[1:] == runs.pair[:-1]
    gaps = np.stack([starts[1:] - starts[:-1] - runs.words[:-1] for starts in (runs.left, runs.right)], axis=1)
    replaced = _replaced(texts.values, runs, gaps, same)
    # Runs that overlap or touch in A are one passage, wherever they are in B.
    touching = gaps[:, 0] <= 0
    near = _short(texts.values, runs, gaps) & (gaps[:, 1] >= -SEED) & (replaced == 0)
    begins = np.ones(runs.pair.size, np.bool_)
    begins[1:] = ~(same & (touching | near))
    words = runs.words.copy()
    words[1:] += np.where(same, np.minimum(gaps[:, 0], 0), 0)
    starts = begins.nonzero()[0]
    lasts = starts + counts_of(starts, runs.pair.size) - 1
    pair, words = runs.pair[starts], np.add.reduceat(words, starts)
    replaced = _sum(replaced, runs.pair[1:], count)
    credit = _sum(np.maximum(words - PASSAGE_COST, 0), pair, count) - FIGURE_COST * replaced
    longest = np.zeros(count, np.int64)
    heads = first_of_equals(pair).nonzero()[0]
    longest[pair[heads]] = np.maximum.reduceat(words, heads)
    counted = words > PASSAGE_COST
    complete = whole(texts.lengths[lot.sides[:, 0]], replaced, longest)
    counted |= complete[pair] & (words == longest[pair])
    inside = counted.repeat(lasts + 1 - starts)
    pair, starts, lasts = pair[counted], starts[counted], lasts[counted]
    left = np.stack((runs.left[starts], runs.left[lasts] + runs.words[lasts]), axis=1)
    left -= texts.bounds[lot.sides[pair, 0], :1]
    run, right = runs.pair[inside], np.stack((runs.right, runs.right + runs.words), axis=1)[inside]
    right -= texts.bounds[lot.sides[run, 1], :1]
    return Passages(np.maximum(credit, 0), replaced, longest, pair, left, run, right)


def _short(values: Hashes, runs: _Runs, gaps: Indices) -> npt.NDArray[np.bool_]:
    """``(r - 1,)`` whether the gap before each run but the first is one word at most in both texts. Two ideographs are
    a word: scripts without spaces have a token for each."""
    short = gaps <= BRIDGED_WORDS
    for side, starts in enumerate((runs.left, runs.right)):
        two = ((gaps[:, side] == 2 * BRIDGED_WORDS) & (gaps[:, 1 - side] <= 2 * BRIDGED_WORDS)).nonzero()[0]
        if two.size:
            stops = starts[two] + runs.words[two]
            short[two, side] = _ideographs(values[stops]) & _ideographs(values[stops + 1])
    both: npt.NDArray[np.bool_] = short[:, 0] & short[:, 1]
    return both


def _ideographs(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a token is an ideograph or a character of kana: three bytes of UTF-8, the lowest of which is the
    first one (`core.text.tokens`)."""
    first = tokens & np.uint64(0xFF)
    return (tokens >> np.uint64(16) > 0) & (tokens < np.uint64(1 << 24)) & (first >= 0xE3) & (first <= 0xE9)


def _sum(values: Indices, pair: Indices, count: int) -> Indices:
    """``(count,)`` sum of the values of each pair; exact, being far below 2**53."""
    return np.bincount(pair, values, count).astype(np.int64)


def _runs(texts: Ragged, lot: PairBatch) -> _Runs:
    """The runs that the seeds of a lot form."""
    counts, left, right = find_anchors(texts, lot)
    ends = counts.cumsum()
    new = np.ones(left.size, np.bool_)
    new[1:] = (left[1:] - left[:-1] != 1) | (right[1:] - right[:-1] != 1)
    new[(ends - counts)[counts > 0]] = True
    starts = new.nonzero()[0]
    words = counts_of(starts, left.size)
    words += SEED - 1
    return _Runs(ends.searchsorted(starts, "right"), left[starts], right[starts], words)


def _replaced(values: Hashes, runs: _Runs, gaps: Indices, same: npt.NDArray[np.bool_]) -> Indices:
    """``(r - 1,)`` figures that are replaced between each run and the next one: of the side that has fewer, those that
    the other side has not.

    ``gaps`` ``(r - 1, 2)`` are the tokens between the two in A and B, ``same`` ``(r - 1,)`` whether one pair has both.
    """
    replaced = np.zeros(len(gaps), np.int64)
    inside = (((gaps >= 1) & (gaps <= FIGURE_GAP)).all(axis=1) & same).nonzero()[0]
    # Figures are few: to look up how many are before a place costs less than to count along all tokens.
    places = is_figure(values).nonzero()[0]
    starts = np.stack((runs.left[1:], runs.right[1:]), axis=1)[inside]
    firsts, lasts = places.searchsorted(starts - gaps[inside]), places.searchsorted(starts)
    both = (lasts > firsts).all(axis=1)
    inside, firsts, counts = inside[both], firsts[both], (lasts - firsts)[both]
    replaced[inside] = counts.min(axis=1) - _common(values[places], firsts, counts)
    return replaced


def _common(values: Hashes, firsts: Indices, counts: Indices) -> Indices:
    """``(g,)`` figures common to both sides of each gap, each as often as both have it.

    ``values`` are all figures, of which each side of a gap, ``(g, 2)``, has ``counts``, at least 1, from ``firsts`` on.
    """
    lengths = counts.reshape(-1)
    side = np.arange(lengths.size).repeat(lengths)  # even in A, odd in B
    value = values[ranges(firsts.reshape(-1), lengths)]
    order = np.lexsort((value, side >> 1))
    side, value = side[order], value[order]
    new = first_of_equals(side >> 1) | first_of_equals(value)
    groups = new.nonzero()[0]
    in_b = edges_of(side & 1)
    in_b = in_b[np.append(groups[1:], side.size)] - in_b[groups]
    in_a = counts_of(groups, side.size) - in_b
    return _sum(np.minimum(in_a, in_b), side[groups] >> 1, len(counts))
