"""The slow twin of `core.sketch.sampling`: a comparison for each hash."""

from collections.abc import Sequence

SPREAD = 0x9E3779B97F4A7C15
"""The factor that spreads sampled hashes over 64 bits."""


def sample(rows: Sequence[Sequence[int]], bound: int, first: int = 0) -> list[list[int]]:
    """Return the hashes of each row that are below ``bound`` or among the ``first`` ones, spread over 64 bits."""
    return [
        [value * SPREAD % 2**64 for position, value in enumerate(row) if value < bound or position < first]
        for row in rows
    ]
