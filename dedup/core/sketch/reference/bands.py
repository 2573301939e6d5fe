"""The slow twin of `core.sketch.bands`: it tries all plans and compares all pairs of documents."""

from collections.abc import Sequence
from itertools import combinations


def plan(similarity: float, recall: float, k: int) -> tuple[int, int] | None:
    """Try all plans.

    Args:
        similarity: the resemblance of the pairs that the contract is about.
        recall: the share of these pairs that becomes candidates.
        k: the number of slots of a signature.

    Returns:
        ``(bands, rows)`` of the most selective plan that keeps the recall, or None if no plan does.
    """
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
    """Return ``(band, a, b)`` for documents a < b that agree on all rows of a band. Their band keys must be equal.

    Args:
        signatures: the signatures of the documents.
        bands: the number of bands.
        rows: the number of slots of a band.
        empty: the value of all slots of a document without shingles, which agrees with no other document.
    """
    return {
        (band, a, b)
        for a, b in combinations(range(len(signatures)), 2)
        for band in range(bands)
        if signatures[a][band * rows : (band + 1) * rows] == signatures[b][band * rows : (band + 1) * rows]
        and set(signatures[a]) != {empty}
        and set(signatures[b]) != {empty}
    }
