"""The passages of two texts, with tuples, dictionaries and loops."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.pairs.reference.anchors import SEED, seeds
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, FIGURE_COST, FIGURE_GAP, PASSAGE_COST

Places = tuple[int, int]


class Passage(NamedTuple):
    """How many words a passage has, where it begins and ends in the first text, and where its runs do in the second."""

    words: int
    left: Places
    right: list[Places]


def figure(token: int) -> bool:
    """Whether a token, its own bytes if it has six of them or fewer, starts with a digit."""
    raw = token.to_bytes(8, "little")
    return raw[6:] == b"\0\0" and raw[:1].isdigit()


def align(a: Sequence[int], b: Sequence[int]) -> tuple[int, int, int, list[Places], list[Places]]:
    """The credit, the replaced figures, the words of the longest passage, and where the passages that count are in the
    first text, and their runs in the second one."""
    found, replaced = passages(a, b)
    longest = max((passage.words for passage in found), default=0)
    whole = len(a) >= EXCERPT_WORDS and replaced == 0 and longest >= len(a) - BRIDGED_WORDS
    credit = sum(max(0, passage.words - PASSAGE_COST) for passage in found) - FIGURE_COST * replaced
    counted = [passage for passage in found if passage.words > PASSAGE_COST or (whole and passage.words == longest)]
    return (
        max(0, credit),
        replaced,
        longest,
        [passage.left for passage in counted],
        [run for passage in counted for run in passage.right],
    )


def passages(a: Sequence[int], b: Sequence[int]) -> tuple[list[Passage], int]:
    """All passages in the order of the first text, and how many figures are replaced."""
    found: list[Passage] = []
    replaced, before = 0, None
    for i, j, words in runs(a, b):
        fresh = Passage(words, (i, i + words), [(j, j + words)])
        if before is None:
            found.append(fresh)
        else:
            end_a, end_b = before
            others = figures_replaced(a[end_a:i], b[end_b:j])
            replaced += others
            touching = i <= end_a
            near = short(a[end_a:i]) and j - end_b >= -SEED and short(b[end_b:j]) and not others
            if touching or near:
                last = found.pop()
                more = i + words - max(i, end_a)
                fresh = Passage(last.words + more, (last.left[0], i + words), [*last.right, (j, j + words)])
            found.append(fresh)
        before = i + words, j + words
    return found, replaced


def short(gap: Sequence[int]) -> bool:
    """Whether a gap is one word, two ideographs, or nothing."""
    return len(gap) <= BRIDGED_WORDS or (len(gap) == 2 * BRIDGED_WORDS and all(map(ideograph, gap)))


def ideograph(token: int) -> bool:
    """Whether the bytes of a token are those of one ideograph or character of kana."""
    data = token.to_bytes(8, "little").rstrip(b"\0")
    return len(data) == 3 and 0xE3 <= data[0] <= 0xE9


def figures_replaced(a: Sequence[int], b: Sequence[int]) -> int:
    """Figures of one gap in place of which the other one has others, if both are of one to eight tokens."""
    if not (1 <= len(a) <= FIGURE_GAP and 1 <= len(b) <= FIGURE_GAP):
        return 0
    ours, theirs = Counter(filter(figure, a)), Counter(filter(figure, b))
    return min(ours.total(), theirs.total()) - (ours & theirs).total()


def runs(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int, int]]:
    """Places in both texts and words of the runs that seeds form."""
    found: list[tuple[int, int, int]] = []
    for i, j in seeds(a, b):
        if found and (i, j) == (found[-1][0] + found[-1][2] - SEED + 1, found[-1][1] + found[-1][2] - SEED + 1):
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((i, j, SEED))
    return found
