"""The passages of two texts, found with tuples, dictionaries and loops."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.pairs.reference.anchors import SEED, seeds
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, FIGURE_COST, FIGURE_GAP, PASSAGE_COST

Span = tuple[int, int]
"""The position of a first token, and the position after the last token."""


class PlainPassage(NamedTuple):
    """A passage: its words, its span in the first text, and the spans of its runs in the second text."""

    words: int
    left: Span
    right: list[Span]


def is_figure(token: int) -> bool:
    """Says whether a token is a figure: its own bytes, six at most, that begin with a digit."""
    raw = token.to_bytes(8, "little")
    return raw[6:] == b"\0\0" and raw[:1].isdigit()


def align(a: Sequence[int], b: Sequence[int]) -> tuple[int, int, int, list[Span], list[Span]]:
    """Aligns two texts.

    Returns:
        The credit, the replaced figures, the words of the longest passage, the spans in the first text of the passages
        that count, and the spans of their runs in the second text.
    """
    passages, replaced = find_passages(a, b)
    longest = max((passage.words for passage in passages), default=0)
    whole = len(a) >= EXCERPT_WORDS and replaced == 0 and longest >= len(a) - BRIDGED_WORDS
    credit = sum(max(0, passage.words - PASSAGE_COST) for passage in passages) - FIGURE_COST * replaced
    counted = [passage for passage in passages if passage.words > PASSAGE_COST or (whole and passage.words == longest)]
    return (
        max(0, credit),
        replaced,
        longest,
        [passage.left for passage in counted],
        [span for passage in counted for span in passage.right],
    )


def find_passages(a: Sequence[int], b: Sequence[int]) -> tuple[list[PlainPassage], int]:
    """Returns all passages in the order of the first text, and the number of replaced figures."""
    passages: list[PlainPassage] = []
    replaced, before = 0, None
    for i, j, words in find_runs(a, b):
        passage = PlainPassage(words, (i, i + words), [(j, j + words)])
        if before is None:
            passages.append(passage)
        else:
            end_a, end_b = before
            figures = count_replaced(a[end_a:i], b[end_b:j])
            replaced += figures
            touching = i <= end_a
            bridged = is_bridged(a[end_a:i]) and j - end_b >= -SEED and is_bridged(b[end_b:j]) and not figures
            if touching or bridged:
                last = passages.pop()
                more = i + words - max(i, end_a)
                passage = PlainPassage(last.words + more, (last.left[0], i + words), [*last.right, (j, j + words)])
            passages.append(passage)
        before = i + words, j + words
    return passages, replaced


def is_bridged(gap: Sequence[int]) -> bool:
    """Says whether a gap is one word, two ideographs, or nothing."""
    return len(gap) <= BRIDGED_WORDS or (len(gap) == 2 * BRIDGED_WORDS and all(map(is_ideograph, gap)))


def is_ideograph(token: int) -> bool:
    """Says whether a token holds the bytes of one ideograph or of one character of kana."""
    data = token.to_bytes(8, "little").rstrip(b"\0")
    return len(data) == 3 and 0xE3 <= data[0] <= 0xE9


def count_replaced(a: Sequence[int], b: Sequence[int]) -> int:
    """Counts the replaced figures of a gap: the two sides of the gap have 1 to `FIGURE_GAP` tokens each.

    Replaced are the figures of the side that has fewer figures, less the figures that both sides have.
    """
    if not (1 <= len(a) <= FIGURE_GAP and 1 <= len(b) <= FIGURE_GAP):
        return 0
    left, right = Counter(filter(is_figure, a)), Counter(filter(is_figure, b))
    return min(left.total(), right.total()) - (left & right).total()


def find_runs(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int, int]]:
    """Joins seeds to runs. Returns the position of each run in both texts, and its words."""
    runs: list[tuple[int, int, int]] = []
    for i, j in seeds(a, b):
        if runs and (i, j) == (runs[-1][0] + runs[-1][2] - SEED + 1, runs[-1][1] + runs[-1][2] - SEED + 1):
            runs[-1] = (*runs[-1][:2], runs[-1][2] + 1)
        else:
            runs.append((i, j, SEED))
    return runs
