"""The slow twin of `core.sketch.sampling`: a comparison for each hash."""

from collections.abc import Sequence

SPREAD = 0x9E3779B97F4A7C15
"""The factor that spreads sampled hashes over 64 bits."""


def sample(rows: Sequence[Sequence[int]], bound: int, first: int = 0) -> list[list[int]]:
    """Return the sampled hashes of each row, spread over 64 bits.

    Args:
        rows: the hashes of each document.
        bound: the sample has all hashes below the bound.
        first: the sample also has this number of hashes from the beginning of each row.
    """
    return [
        [value * SPREAD % 2**64 for position, value in enumerate(row) if value < bound or position < first]
        for row in rows
    ]
