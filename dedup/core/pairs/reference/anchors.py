"""The shingles that a text shares with another one, found with a dictionary."""

from collections.abc import Sequence

SEED = 3

TURNS = 2


def seeds(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Places in both texts of the shingles of the first that the second has too, in the order of the first.

    The place in the second text is the first one that has the shingle, or the place after that of the shingle before.
    """
    first: dict[tuple[int, ...], int] = {}
    for j in range(len(b) - SEED + 1):
        first.setdefault(tuple(b[j : j + SEED]), j)
    shingles = [(i, tuple(a[i : i + SEED])) for i in range(len(a) - SEED + 1)]
    found = [(i, first[shingle]) for i, shingle in shingles if shingle in first]
    for _ in range(TURNS):
        before = [(-SEED, -SEED), *found]
        found = [
            (i, y + 1) if i == x + 1 and tuple(b[y + 1 : y + 1 + SEED]) == tuple(a[i : i + SEED]) else (i, j)
            for (x, y), (i, j) in zip(before, found, strict=False)
        ]
    return found
