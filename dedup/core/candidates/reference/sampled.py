"""The slow twin of `core.candidates.sampled`: the documents of each hash in a dictionary."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations


def pairs_by_sample(
    rows: Sequence[Sequence[int]], max_bucket: int, representatives: int, shared: int, common: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Return sorted pairs that share hashes, and sorted ``(-1, size, lowest document)`` of oversized hashes.

    Args:
        rows: the hashes of each document.
        max_bucket: a hash of more documents is oversized.
        representatives: the number of documents of an oversized hash that its other documents are paired with.
        shared: the least number of different hashes that a pair shares.
        common: a hash of more documents makes no pair.
    """
    times: Counter[tuple[int, int]] = Counter()
    oversized = []
    for members in _documents_of_hashes(rows):
        leaders = members
        if len(members) > max_bucket:
            oversized.append((-1, len(members), members[0]))
            leaders = members[:representatives]
        if len(members) > common:
            leaders = []
        times.update(pair for pair in combinations(members, 2) if pair[0] in leaders)
    return sorted(pair for pair, count in times.items() if count >= shared), sorted(oversized)


def texts_with_common(rows: Sequence[Sequence[int]], common: int) -> list[int]:
    """Return the sorted documents that have a hash of more than ``common`` documents."""
    return sorted({document for members in _documents_of_hashes(rows) if len(members) > common for document in members})


def _documents_of_hashes(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the documents of each hash."""
    buckets: dict[int, list[int]] = {}
    for document, row in enumerate(rows):
        for value in set(row):
            buckets.setdefault(value, []).append(document)
    return list(buckets.values())
