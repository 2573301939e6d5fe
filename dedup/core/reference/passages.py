"""Two texts aligned with tuples, dictionaries and loops."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["align", "anchors", "figure"]

MAX_GAP = 8

SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def figure(token: int) -> bool:
    """Whether a token, its own bytes if it has six of them or fewer, starts with a digit or is a number in words."""
    raw = token.to_bytes(8, "little")
    if raw[6:] != b"\0\0":
        return False
    return raw[:1].isdigit() or raw.rstrip(b"\0").decode(errors="replace") in SPELLED


def anchors(a: Sequence[int], b: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Positions in both documents of the shingles that occur once in each, in the order of the first."""
    shingles_a = [tuple(a[i : i + size]) for i in range(len(a) - size + 1)]
    shingles_b = [tuple(b[j : j + size]) for j in range(len(b) - size + 1)]
    count_a, count_b = Counter(shingles_a), Counter(shingles_b)
    place_b = {shingle: j for j, shingle in enumerate(shingles_b)}
    return [(i, place_b[shingle]) for i, shingle in enumerate(shingles_a) if count_a[shingle] == count_b[shingle] == 1]


def align(a: Sequence[int], b: Sequence[int], size: int = 5) -> tuple[int, int, int, int, int]:
    """The fields of `Alignment`, in their order."""
    found = anchors(a, b, size)
    covered = {i + step for i, _ in found for step in range(size)}
    kept_figures = sum(figure(a[i]) for i in covered)
    replaced_gaps = replaced_figures = 0
    runs = [size] if found else []
    for (i1, j1), (i2, j2) in pairwise(found):
        if (i2, j2) == (i1 + 1, j1 + 1):
            runs[-1] += 1
            continue
        runs.append(size)
        gap_a, gap_b = a[i1 + size : i2], b[j1 + size : j2]
        if 1 <= len(gap_a) <= MAX_GAP and 1 <= len(gap_b) <= MAX_GAP:
            figures_a, figures_b = Counter(filter(figure, gap_a)), Counter(filter(figure, gap_b))
            common = (figures_a & figures_b).total()
            kept_figures += common
            replaced_gaps += 1
            replaced_figures += min(figures_a.total(), figures_b.total()) - common
    return len(covered), kept_figures, replaced_gaps, replaced_figures, max(runs, default=0)
