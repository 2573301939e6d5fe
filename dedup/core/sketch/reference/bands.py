"""The plan found by trying every one; the bands that two documents agree on, found by comparing every two."""

from collections.abc import Sequence
from itertools import combinations


def plan(similarity: float, recall: float, k: int) -> tuple[int, int] | None:
    """``(bands, rows)``: every plan is tried."""
    enough = [
        (rows, -bands)
        for rows in range(1, k + 1)
        for bands in range(1, k // rows + 1)
        if 1 - (1 - similarity**rows) ** bands >= recall - 1e-11
    ]
    if not enough:
        return None
    rows, bands = max(enough)
    return -bands, rows


def band_partners(signatures: Sequence[Sequence[int]], bands: int, rows: int, empty: int) -> set[tuple[int, int, int]]:
    """``(band, a, b)`` wherever documents a < b agree on all rows of a band; what `band_keys` must tell."""
    return {
        (band, a, b)
        for a, b in combinations(range(len(signatures)), 2)
        for band in range(bands)
        if signatures[a][band * rows : (band + 1) * rows] == signatures[b][band * rows : (band + 1) * rows]
        and set(signatures[a]) != {empty}
        and set(signatures[b]) != {empty}
    }
