"""Two texts aligned with tuples, dictionaries and loops."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise, takewhile

from dedup.core.reference.anchors import anchors
from dedup.core.spelling import BLOT

__all__ = ["align", "figure", "misprint"]

MAX_GAP = 8

REACH = 24

SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def figure(token: int) -> bool:
    """Whether a token, its own bytes if it has six of them or fewer, starts with a digit or is a number in words."""
    raw = token.to_bytes(8, "little")
    if raw[6:] != b"\0\0":
        return False
    return raw[:1].isdigit() or raw.rstrip(b"\0").decode(errors="replace") in SPELLED


def misprint(one: int, other: int, steps: Collection[int]) -> bool:
    """Whether tokens are equal, or a step of a misprint apart and not both figures, be it with a blot on both."""
    blotless = [(token - int(BLOT)) % 2**64 for token in (one, other)]
    figures = (figure(one) and figure(other)) or all(map(figure, blotless))
    return one == other or ((one - other) % 2**64 in steps and not figures)


def align(
    a: Sequence[int], b: Sequence[int], size: int = 5, same: Callable[[int, int], bool] | None = None
) -> tuple[int, int, int, int, int, int]:
    """The fields of `Alignment`, in their order; ``same`` tells whether tokens at two positions are misprints."""
    runs = runs_of(anchors(a, b, size), size)
    misread = 0
    if same:
        runs, misread = with_misprints(runs, len(a), len(b), size, same)
    covered = {i + step for i, _, words in runs for step in range(words)}
    kept_figures = sum(figure(a[i]) for i in covered)
    replaced_gaps = replaced_figures = 0
    for (i1, j1, words), (i2, j2, _) in pairwise(runs):
        gap_a, gap_b = a[i1 + words : i2], b[j1 + words : j2]
        if 1 <= len(gap_a) <= MAX_GAP and 1 <= len(gap_b) <= MAX_GAP:
            figures_a, figures_b = Counter(filter(figure, gap_a)), Counter(filter(figure, gap_b))
            common = (figures_a & figures_b).total()
            kept_figures += common
            replaced_gaps += 1
            replaced_figures += min(figures_a.total(), figures_b.total()) - common
    longest = max((words for _, _, words in runs), default=0)
    return len(covered), kept_figures, replaced_gaps, replaced_figures, longest, misread


def runs_of(found: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int, int]]:
    """Positions in both documents and words of the runs that anchors form."""
    runs: list[tuple[int, int, int]] = []
    for i, j in found:
        if runs and (i, j) == (runs[-1][0] + runs[-1][2] - size + 1, runs[-1][1] + runs[-1][2] - size + 1):
            runs[-1] = (*runs[-1][:2], runs[-1][2] + 1)
        else:
            runs.append((i, j, size))
    return runs


def with_misprints(
    runs: Sequence[tuple[int, int, int]], ends_a: int, ends_b: int, size: int, same: Callable[[int, int], bool]
) -> tuple[list[tuple[int, int, int]], int]:
    """The runs joined where only misprints are between them, then longer behind, then before; and the shingles that
    this brings."""
    joined: list[tuple[int, int, int]] = []
    misread = 0
    for i, j, words in runs:
        if joined:
            i1, j1, words1 = joined[-1]
            gap = i - i1 - words1
            if gap >= 1 and gap == j - j1 - words1 and all(same(i - step, j - step) for step in range(1, gap + 1)):
                joined[-1] = (i1, j1, i + words - i1)
                misread += gap + size - 1
                continue
        joined.append((i, j, words))
    for step in (1, -1):
        longer = []
        for number, (i, j, words) in enumerate(joined):
            near = number + step
            if step > 0:
                beside = joined[near] if near < len(joined) else (ends_a, ends_b, 0)
                room = min(beside[0] - i, (beside[1] if beside[1] > j else ends_b) - j) - words
                ahead = [(i + words + more, j + words + more) for more in range(max(0, min(room, REACH)))]
            else:
                beside = joined[near] if near >= 0 else (0, 0, 0)
                room = min(i - beside[0] - beside[2], j - (beside[1] + beside[2] if beside[1] < j else 0))
                ahead = [(i - 1 - more, j - 1 - more) for more in range(max(0, min(room, REACH)))]
            more = len(list(takewhile(lambda places: same(*places), ahead)))
            misread += more
            longer.append((i, j, words + more) if step > 0 else (i - more, j - more, words + more))
        joined = longer
    return joined, misread
