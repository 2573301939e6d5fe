"""Candidate pairs from buckets that are lists in a dictionary."""

from collections.abc import Sequence


def buckets(valued: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Of ``(value, document)``, the documents of each value that two or more have, by value."""
    found: dict[int, set[int]] = {}
    for value, document in valued:
        found.setdefault(value, set()).add(document)
    return [sorted(found[value]) for value in sorted(found) if len(found[value]) > 1]


def candidate_pairs(
    keys: Sequence[Sequence[int]], max_bucket: int, representatives: int, no_key: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Sorted pairs, and ``(band, size, lowest document)`` of the buckets over the cap."""
    buckets: dict[tuple[int, int], list[int]] = {}
    for document, row in enumerate(keys):
        for band, key in enumerate(row):
            if key != no_key:
                buckets.setdefault((band, key), []).append(document)
    pairs: set[tuple[int, int]] = set()
    hot = []
    for (band, _), members in buckets.items():
        leaders = members
        if len(members) > max_bucket:
            hot.append((band, len(members), members[0]))
            leaders = members[:representatives]
        pairs.update((a, b) for a in leaders for b in members if a < b)
        pairs.update((b, a) for a in leaders for b in members if b < a)
    return sorted(pairs), sorted(hot)
