"""The runs of a pair of texts -> the passages that a reader is shown, and the gaps between them.

`core.pairs.runs` finds the runs that count. For a reader a run goes on over equal words. Short gaps are compared word
by word. A passage is one stretch of both texts: it ends where boilerplate stands between two of its words.
"""

from itertools import pairwise
from typing import Final, NamedTuple

from dedup.array_types import Flags, Hashes, Indices

GAP: Final = 8
"""Words of a gap that is compared word by word, at most on either side."""

Stretch = tuple[int, int, int]
"""The first token in A, the first token in B, and the number of tokens. The tokens of both texts are equal."""


class ShownText(NamedTuple):
    """A text as it is shown, and its ``m`` tokens without boilerplate.

    - ``text``: the text.
    - ``tokens`` ``(m,) uint64``: the tokens that are compared, number words by value.
    - ``starts``, ``ends`` ``(m,) int64``: the place of each token in the text, in characters.
    - ``pieces`` ``(m,) int64``: the number of dropped blocks before each token.
    """

    text: str
    tokens: Hashes
    starts: Indices
    ends: Indices
    pieces: Indices


class Gap(NamedTuple):
    """Different words between two passages: the tokens from ``a`` to before ``a_end``, and those of B. One is none."""

    a: int
    a_end: int
    b: int
    b_end: int


class ShownPair(NamedTuple):
    """The passages of a pair, in the order of A, and the gaps that were compared word by word."""

    passages: list[Stretch]
    gaps: list[Gap]


def show_pair(a: ShownText, b: ShownText, runs: list[Stretch]) -> ShownPair:
    """Find the passages and the gaps of a pair that a reader is shown.

    Passages do not overlap on either side. A word that two runs cover is shown in the first of them.

    Args:
        a: a text.
        b: another text.
        runs: the runs that the two texts share, in the order of ``a``.

    Returns:
        The passages and the gaps.
    """
    tokens_a, tokens_b = a.tokens.tolist(), b.tokens.tolist()
    free = [True] * len(tokens_a), [True] * len(tokens_b)
    stretches = _prolong(_separate(runs, free), (tokens_a, tokens_b), free)
    passages, gaps = [*stretches], []
    for gap in _short_gaps(stretches, free):
        inner, differences = _compare_words(tokens_a, tokens_b, gap)
        passages += inner
        gaps += [
            gap for gap in differences if _in_one_piece(a, gap.a, gap.a_end) and _in_one_piece(b, gap.b, gap.b_end)
        ]
    parts = [part for passage in _join(sorted(passages)) for part in _cut(passage, a, b)]
    return ShownPair([part for part in (_trim(part, a, b) for part in parts) if part[2]], gaps)


def _separate(runs: list[Stretch], free: tuple[list[bool], list[bool]]) -> list[Stretch]:
    """Return the stretches of runs that no run before covers, on either side, and mark them in ``free``."""
    stretches = []
    for left, right, words in runs:
        start = 0
        for word in range(words + 1):
            if word < words and free[0][left + word] and free[1][right + word]:
                continue
            if word > start:
                stretches.append((left + start, right + start, word - start))
                for of_side, first in zip(free, (left, right), strict=True):
                    of_side[first + start : first + word] = [False] * (word - start)
            start = word + 1
    return stretches


def _prolong(
    stretches: list[Stretch], tokens: tuple[list[int], list[int]], free: tuple[list[bool], list[bool]]
) -> list[Stretch]:
    """Return stretches with the equal words around them that are in no other stretch."""
    (a, b), (free_a, free_b) = tokens, free
    longer = []
    for left, right, words in stretches:
        while left and right and free_a[left - 1] and free_b[right - 1] and a[left - 1] == b[right - 1]:
            left, right, words = left - 1, right - 1, words + 1
            free_a[left] = free_b[right] = False
        end_a, end_b = left + words, right + words
        while end_a < len(a) and end_b < len(b) and free_a[end_a] and free_b[end_b] and a[end_a] == b[end_b]:
            free_a[end_a] = free_b[end_b] = False
            end_a, end_b, words = end_a + 1, end_b + 1, words + 1
        longer.append((left, right, words))
    return _join(sorted(longer))


def _join(stretches: list[Stretch]) -> list[Stretch]:
    """Return stretches, in the order of A, with those joined that touch on both sides."""
    joined: list[Stretch] = []
    for left, right, words in stretches:
        if joined and (left, right) == (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]):
            left, right, words = joined[-1][0], joined[-1][1], joined.pop()[2] + words
        joined.append((left, right, words))
    return joined


def _short_gaps(stretches: list[Stretch], free: tuple[list[bool], list[bool]]) -> list[Gap]:
    """Return the short gaps between stretches that follow each other in both texts, and those at both ends."""
    ends = [(0, 0, 0), *stretches, (len(free[0]), len(free[1]), 0)]
    gaps = []
    for (left, right, words), (next_left, next_right, _) in pairwise(ends):
        gap = Gap(left + words, next_left, right + words, next_right)
        sizes = gap.a_end - gap.a, gap.b_end - gap.b
        if 0 <= min(sizes) <= max(sizes) <= GAP and any(sizes) and all(free[1][gap.b : gap.b_end]):
            gaps.append(gap)
    return gaps


def _compare_words(a: list[int], b: list[int], gap: Gap) -> tuple[list[Stretch], list[Gap]]:
    """Return the longest common subsequence of the two sides of a gap as stretches, and what is left as gaps."""
    rows, columns = gap.a_end - gap.a, gap.b_end - gap.b
    lengths = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in reversed(range(rows)):
        for column in reversed(range(columns)):
            if a[gap.a + row] == b[gap.b + column]:
                lengths[row][column] = lengths[row + 1][column + 1] + 1
            else:
                lengths[row][column] = max(lengths[row + 1][column], lengths[row][column + 1])
    equal, row, column = [], 0, 0
    while row < rows and column < columns:
        if a[gap.a + row] == b[gap.b + column]:
            equal.append((gap.a + row, gap.b + column, 1))
            row, column = row + 1, column + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            row += 1
        else:
            column += 1
    stretches = _join(equal)
    ends = [(gap.a, gap.b, 0), *stretches, (gap.a_end, gap.b_end, 0)]
    between = [Gap(x + words, next_x, y + words, next_y) for (x, y, words), (next_x, next_y, _) in pairwise(ends)]
    return stretches, [part for part in between if part.a < part.a_end or part.b < part.b_end]


def _in_one_piece(text: ShownText, start: int, end: int) -> bool:
    """Return whether no boilerplate stands between the tokens from ``start`` to before ``end``."""
    return start >= end or bool(text.pieces[start] == text.pieces[end - 1])


def _cut(passage: Stretch, a: ShownText, b: ShownText) -> list[Stretch]:
    """Return a passage as the stretches between which boilerplate stands in one of the two texts."""
    left, right, words = passage
    breaks: Flags = a.pieces[left + 1 : left + words] != a.pieces[left : left + words - 1]
    breaks = breaks | (b.pieces[right + 1 : right + words] != b.pieces[right : right + words - 1])
    edges = [0, *(breaks.nonzero()[0] + 1).tolist(), words]
    return [(left + start, right + start, end - start) for start, end in pairwise(edges)]


def _trim(passage: Stretch, a: ShownText, b: ShownText) -> Stretch:
    """Return a passage without the tokens at its ends that share a character with a token outside of it."""
    left, right, words = passage
    while words and (_shares_place(a, left) or _shares_place(b, right)):
        left, right, words = left + 1, right + 1, words - 1
    while words and (_shares_place(a, left + words) or _shares_place(b, right + words)):
        words -= 1
    return left, right, words


def _shares_place(text: ShownText, token: int) -> bool:
    """Return whether a token begins before the token before it ends, so that both are of one character."""
    return 0 < token < text.starts.size and bool(text.starts[token] < text.ends[token - 1])
