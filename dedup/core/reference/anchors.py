"""The shingles that two texts have once each, counted."""

from collections import Counter
from collections.abc import Sequence

__all__ = ["anchors"]


def anchors(a: Sequence[int], b: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Positions in both documents of the shingles that occur once in each, in the order of the first."""
    shingles_a = [tuple(a[i : i + size]) for i in range(len(a) - size + 1)]
    shingles_b = [tuple(b[j : j + size]) for j in range(len(b) - size + 1)]
    count_a, count_b = Counter(shingles_a), Counter(shingles_b)
    place_b = {shingle: j for j, shingle in enumerate(shingles_b)}
    return [(i, place_b[shingle]) for i, shingle in enumerate(shingles_a) if count_a[shingle] == count_b[shingle] == 1]
