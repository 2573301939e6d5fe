"""Documents that share hashes, from sets of documents in a dictionary."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

SPREAD = 0x9E3779B97F4A7C15


def sample(rows: Sequence[Sequence[int]], bound: int, first: int = 0) -> list[list[int]]:
    """The hashes of each row that are below the bound or among the first ones, spread over 64 bits."""
    return [
        [value * SPREAD % 2**64 for place, value in enumerate(row) if value < bound or place < first] for row in rows
    ]


def pairs_by_sample(
    rows: Sequence[Sequence[int]], max_bucket: int, representatives: int, shared: int, common: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Sorted pairs that share so many different hashes, and ``(-1, size, lowest document)`` of hashes over the cap."""
    times: Counter[tuple[int, int]] = Counter()
    hot = []
    for members in _buckets(rows):
        leaders = members
        if len(members) > max_bucket:
            hot.append((-1, len(members), members[0]))
            leaders = members[:representatives]
        if len(members) > common:
            leaders = []
        times.update(pair for pair in combinations(members, 2) if pair[0] in leaders)
    return sorted(pair for pair, count in times.items() if count >= shared), sorted(hot)


def texts_with_common(rows: Sequence[Sequence[int]], common: int) -> list[int]:
    """The documents that have a hash which more than ``common`` have."""
    return sorted({document for members in _buckets(rows) if len(members) > common for document in members})


def _buckets(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """The documents of each hash."""
    buckets: dict[int, list[int]] = {}
    for document, row in enumerate(rows):
        for value in set(row):
            buckets.setdefault(value, []).append(document)
    return list(buckets.values())
