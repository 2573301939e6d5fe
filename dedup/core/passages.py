"""Pairs of documents -> what they share and what is replaced where their texts are aligned.

A template and a copy both share most of their shingles. The template has other figures and names *at the places where
the two texts are aligned*; the copy has passages cut away or put in, and what stands between them is the same.
"""

from itertools import product
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.anchors import Anchors, Lot, anchors, lots
from dedup.core.ordered import find
from dedup.core.ragged import Ragged, counts_of, ranges, take
from dedup.core.spelling import BLOT
from dedup.types import Hashes, Indices, Pairs

__all__ = ["MAX_GAP", "Alignment", "Misprints", "align", "figures"]

MAX_GAP: Final = 8
"""Tokens that may stand between two aligned runs, on either side, and still be one thing in place of another."""

_TOKENS: Final = 1 << 16
"""Tokens of the documents that are looked at together, about."""

_REACH: Final = 24
"""Tokens around a run that are looked at for misprints."""

_FEW: Final = 1 << 11
"""Tokens up to which it takes less time to search for each among `_SPELLED` than to compare all with each of these."""

_SPELLED: Final = np.sort(
    np.array(
        [
            int.from_bytes(word, "little")
            for word in b"one two three four five six seven eight nine ten eleven twelve".split()
        ],
        np.uint64,
    )
)
"""Small numbers in words, which are their own hashes too: agencies spell them out, and their reports differ in them."""


class Alignment(NamedTuple):
    """What `align` finds, for each pair (A, B): all arrays are ``(p,) int64``, counts of tokens unless said otherwise.

    - ``kept_words``: tokens of A in aligned shingles.
    - ``kept_figures``: those of them that are figures, and the figures common to both sides of a replaced gap.
    - ``replaced_gaps``: gaps of 1 to `MAX_GAP` tokens in A against 1 to `MAX_GAP` in B.
    - ``replaced_figures``: in each of these gaps the figures of the side that has fewer, without the common ones.
    - ``longest``: the longest run.
    - ``misread``: shingles over the gaps that misprints make, which join their runs to one; 0 if none are looked for.
    """

    kept_words: Indices
    kept_figures: Indices
    replaced_gaps: Indices
    replaced_figures: Indices
    longest: Indices
    misread: Indices


class Misprints(NamedTuple):
    """``printed``: the tokens of every document as they came; ``steps`` ``(s,)``: what a misprint may add to a token's
    hash, as from `core.spelling.steps`."""

    printed: Ragged
    steps: Hashes


def figures(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` where a token is a figure: where it starts with a digit, or is one to twelve in words."""
    # A token of up to six bytes is its own hash: its UTF-8 bytes, the first one lowest. Longer ones are mixed hashes
    # that tell nothing of their bytes; they count as words.
    digit = (tokens & np.uint64(0xFF)) - np.uint64(ord("0"))  # wraps below '0', so that one comparison does
    spelled = find(_SPELLED, tokens)[1] if tokens.size <= _FEW else np.isin(tokens, _SPELLED)
    return ((digit < np.uint64(10)) & (tokens < np.uint64(1 << 48))) | spelled


def align(tokens: Ragged, pairs: Pairs, size: int = 5, misprints: Misprints | None = None) -> Alignment:
    """Compare each pair ``(p, 2)`` of documents where their texts are aligned; the first of a pair is A, the second B.

    ``tokens`` are those of every document, in order; ``pairs`` may come in any order, and repeat.
    A shingle of ``size`` tokens is an anchor if it occurs exactly once in A and exactly once in B. Anchors are taken in
    the order of A. While the positions of neighbours rise by one in both documents they are one run; r anchors make a
    run of ``r + size - 1`` tokens. A gap is what stands between two neighbouring runs: in A from the end of the first
    to the start of the second, in B likewise; it is empty where the runs overlap or are in the other order.

    Of scanned texts, ``tokens`` are mended, as far as that goes, and ``misprints`` say what they were and what makes
    one of them of another. A gap of as many tokens on both sides, each beside its equal or a misprint of it, printed or
    mended, is no gap: it and both runs are one run, and runs go on over such tokens at their ends. Of two figures
    neither is a misprint of the other.

    Shingles are told apart by the upper bits of a 64-bit hash, those that the numbering of a lot's tokens leaves: 46,
    so that one of two million pairs of 500 words has one anchor too many or too few; of pairs of documents that have a
    million words each, a lot of their own, every fourth has. Time is n log n in the tokens of the documents, and linear
    in those of the pairs. Memory is some words a pair and about 100 bytes for each of `_TOKENS` tokens, twice, or of
    those of the longest pair.
    """
    found = np.zeros((len(Alignment._fields), len(pairs)), np.int64)
    for lot in lots(tokens.lengths, pairs, _TOKENS):
        printed = misprints._replace(printed=take(misprints.printed, lot.texts)) if misprints else None
        found[:, lot.places] = _align(take(tokens, lot.texts), lot, size, printed)
    return Alignment(*found)


def _align(texts: Ragged, lot: Lot, size: int, misprints: Misprints | None) -> Alignment:
    """The alignment of a lot of p pairs; ``texts`` are those of the lot."""
    count = len(lot.sides)
    runs = _runs(anchors(texts, lot, size), size)
    misread = np.zeros(count, np.int64)
    if misprints is not None and runs.pair.size:
        runs, shingles = _misread(runs, _Sides(texts.values, texts.bounds[lot.sides]), misprints, size)
        misread = _sum(shingles, runs.pair, count)
    # Runs overlap where a shingle between them is no anchor. What two cover is counted for the second.
    stops = runs.left + runs.words
    follows = (runs.pair[1:] == runs.pair[:-1]).nonzero()[0]
    stops[follows] = np.minimum(stops[follows], runs.left[follows + 1])
    pair, gaps = _gaps(runs)
    # Figures are few: to look up how many are before a place costs less than to count along all tokens.
    places = figures(texts.values).nonzero()[0]
    kept = places.searchsorted(stops) - places.searchsorted(runs.left)
    firsts, lasts = places.searchsorted(gaps[..., 0]), places.searchsorted(gaps[..., 1])
    common = _common(texts.values[places], firsts, lasts - firsts)
    longest = np.zeros(count, np.int64)
    np.maximum.at(longest, runs.pair, runs.words)
    return Alignment(
        kept_words=_sum(stops - runs.left, runs.pair, count),
        kept_figures=_sum(kept, runs.pair, count) + _sum(common, pair, count),
        replaced_gaps=np.bincount(pair, minlength=count),
        replaced_figures=_sum((lasts - firsts).min(axis=1) - common, pair, count),
        longest=longest,
        misread=misread,
    )


def _sum(values: Indices, pair: Indices, count: int) -> Indices:
    """``(count,)`` sum of the values of each pair; exact, being far below 2**53."""
    return np.bincount(pair, values, count).astype(np.int64)


class _Runs(NamedTuple):
    """Runs in the order of pairs and of A: all arrays are ``(r,)``. ``left`` and ``right`` are the places of their
    first tokens in A and B, ``words`` their tokens."""

    pair: Indices
    left: Indices
    right: Indices
    words: Indices


class _Sides(NamedTuple):
    """``values``: tokens; ``bounds`` ``(p, 2, 2)``: where in them A and B of each pair begin and end."""

    values: Hashes
    bounds: Indices


def _runs(anchors: Anchors, size: int) -> _Runs:
    """The runs that anchors form."""
    counts, left, right = anchors
    ends = counts.cumsum()
    new = np.ones(left.size, np.bool_)
    new[1:] = (left[1:] - left[:-1] != 1) | (right[1:] - right[:-1] != 1)
    new[(ends - counts)[counts > 0]] = True
    starts = new.nonzero()[0]
    words = counts_of(starts, left.size)
    words += size - 1
    return _Runs(ends.searchsorted(starts, "right"), left[starts], right[starts], words)


def _misread(runs: _Runs, sides: _Sides, misprints: Misprints, size: int) -> tuple[_Runs, Indices]:
    """The runs with the misprints between them and around them, and the shingles that each has for that."""
    runs, shingles = _joined(runs, sides.values, misprints, size)
    for step in (1, -1):
        longer = _extended(runs, sides, misprints, step)
        shingles += longer.words - runs.words
        runs = longer
    return runs, shingles


def _joined(runs: _Runs, values: Hashes, misprints: Misprints, size: int) -> tuple[_Runs, Indices]:
    """The runs, of which those are one that nothing but misprints are between, and the shingles over these."""
    left, right = runs.left[:-1] + runs.words[:-1], runs.right[:-1] + runs.words[:-1]
    words = runs.left[1:] - left
    gaps = np.flatnonzero((words >= 1) & (words == runs.right[1:] - right) & (runs.pair[1:] == runs.pair[:-1]))
    words = words[gaps]
    same = _same(ranges(left[gaps], words), ranges(right[gaps], words), values, misprints)
    gap = np.repeat(np.arange(gaps.size), words)
    gaps, words = (each[np.bincount(gap[~same], minlength=gaps.size) == 0] for each in (gaps, words))
    shingles, goes_on = np.zeros(runs.pair.size, np.int64), np.zeros(runs.pair.size, np.bool_)
    shingles[gaps + 1] = words + (size - 1)
    goes_on[gaps + 1] = True
    firsts = np.flatnonzero(~goes_on)
    lasts = np.append(firsts[1:], goes_on.size) - 1
    words = runs.left[lasts] + runs.words[lasts] - runs.left[firsts]
    joined = _Runs(runs.pair[firsts], runs.left[firsts], runs.right[firsts], words)
    return joined, np.add.reduceat(shingles, firsts)


def _extended(runs: _Runs, sides: _Sides, misprints: Misprints, step: int) -> _Runs:
    """The runs with up to `_REACH` tokens more behind them, ``step`` being 1, or before them, -1: those that are equal
    or misprints, up to the next run on that side and the end of the text."""
    behind = step > 0
    limits = []
    for side, starts in enumerate((runs.left, runs.right)):
        limit = sides.bounds[runs.pair, side, int(behind)]
        near = np.roll(starts, -step)
        inside = (np.roll(runs.pair, -step) == runs.pair) & (step * (near - starts) > 0)
        inside[-int(behind)] = False  # the last run has none behind it, the first one none before it
        limit[inside] = (near if behind else np.roll(starts + runs.words, 1))[inside]
        limits.append(step * limit + (not behind))
    more, going = np.zeros_like(runs.words), np.arange(runs.pair.size)
    for reach in range(_REACH):
        ahead = runs.words[going] + reach if behind else -1 - reach
        a, b = runs.left[going] + ahead, runs.right[going] + ahead
        on = (step * a < limits[0][going]) & (step * b < limits[1][going])
        going, a, b = going[on], a[on], b[on]
        going = going[_same(a, b, sides.values, misprints)]
        more[going] += 1
    before = 0 if behind else more
    return _Runs(runs.pair, runs.left - before, runs.right - before, runs.words + more)


def _same(left: Indices, right: Indices, values: Hashes, misprints: Misprints) -> npt.NDArray[np.bool_]:
    """Where the tokens at ``left`` and ``right`` are equal, or one a misprint of the other, printed or mended."""
    same = values[left] == values[right]
    for one, other in product((values, misprints.printed.values), repeat=2):
        left_over = np.flatnonzero(~same)
        a, b = one[left[left_over]], other[right[left_over]]
        steps = a - b
        near = misprints.steps[np.minimum(np.searchsorted(misprints.steps, steps), misprints.steps.size - 1)] == steps
        near &= ~_both_figures(a, b) & ~_both_figures(a - BLOT, b - BLOT)
        same[left_over] = near | (steps == 0)
    return np.asarray(same)


def _both_figures(a: Hashes, b: Hashes) -> npt.NDArray[np.bool_]:
    return figures(a) & figures(b)


def _gaps(runs: _Runs) -> tuple[Indices, Indices]:
    """``(g,)`` pairs and ``(g, 2, 2)`` bounds of the replaced gaps: in A, then in B, each from its start to its end."""
    bounds = np.empty((max(0, runs.pair.size - 1), 2, 2), np.int64)
    for side, starts in enumerate((runs.left, runs.right)):
        np.add(starts[:-1], runs.words[:-1], out=bounds[:, side, 0])
        bounds[:, side, 1] = starts[1:]
    lengths = bounds[..., 1] - bounds[..., 0]
    inside = ((lengths >= 1) & (lengths <= MAX_GAP)).all(axis=1) & (runs.pair[1:] == runs.pair[:-1])
    return runs.pair[1:][inside], bounds[inside]


def _common(values: Hashes, firsts: Indices, counts: Indices) -> Indices:
    """``(g,)`` figures common to both sides of each gap, as multisets. ``values`` are all figures, of which each side
    of a gap, ``(g, 2)``, has ``counts`` from ``firsts`` on."""
    common = np.zeros(len(counts), np.int64)
    both = np.flatnonzero(counts.all(axis=1))
    if not both.size:
        return common
    starts, lengths = firsts[both].ravel(), counts[both].ravel()
    side = np.repeat(np.arange(starts.size), lengths)  # even in A, odd in B
    value = values[ranges(starts, lengths)]
    order = np.lexsort((value, side >> 1))
    side, value = side[order], value[order]
    new = np.ones(side.size, np.bool_)
    new[1:] = (np.diff(side >> 1) != 0) | (value[1:] != value[:-1])
    groups = np.flatnonzero(new)
    in_b = np.add.reduceat(side & 1, groups)
    in_a = np.diff(groups, append=side.size) - in_b
    np.add.at(common, both[side[groups] >> 1], np.minimum(in_a, in_b))
    return common
