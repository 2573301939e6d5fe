"""Shared shingles, resemblance and containment, counted on Python's sets."""

from collections.abc import Sequence


def distinct_shingles(rows: Sequence[Sequence[int]]) -> list[set[int]]:
    """Returns each row as a set of 48-bit hashes."""
    return [{value >> 16 for value in row} for row in rows]


def count_shared(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Returns |A ∩ B| of each pair."""
    return [len(rows[a] & rows[b]) for a, b in pairs]


def similarity(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Returns ``(resemblance, containment)`` of each pair."""
    return [
        (len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))) if a and b else (0.0, 0.0)
        for a, b in ((rows[a], rows[b]) for a, b in pairs)
    ]
