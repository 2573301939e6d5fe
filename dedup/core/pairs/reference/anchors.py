"""The seeds of two texts, found with a dictionary."""

from collections.abc import Sequence

SEED = 3
"""Words of a shingle that is a seed."""

TURNS = 2
"""Times that the positions of repeated shingles are corrected."""


def seeds(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Returns the positions in both texts of the shingles of the first text that the second text has too.

    Seeds are in the order of the first text. A seed stands at its first position in the second text, or at the position
    after the seed before, if the second text has the shingle there.
    """
    first: dict[tuple[int, ...], int] = {}
    for j in range(len(b) - SEED + 1):
        first.setdefault(tuple(b[j : j + SEED]), j)
    shingles = [(i, tuple(a[i : i + SEED])) for i in range(len(a) - SEED + 1)]
    anchors = [(i, first[shingle]) for i, shingle in shingles if shingle in first]
    for _ in range(TURNS):
        before = [(-SEED, -SEED), *anchors]
        anchors = [
            (i, y + 1) if i == x + 1 and tuple(b[y + 1 : y + 1 + SEED]) == tuple(a[i : i + SEED]) else (i, j)
            for (x, y), (i, j) in zip(before, anchors, strict=False)
        ]
    return anchors
