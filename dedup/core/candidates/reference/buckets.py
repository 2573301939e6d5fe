"""The slow twin of `core.candidates.buckets`: buckets are lists in a dictionary."""

from collections.abc import Sequence


def buckets(valued: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the documents of each value of two or more documents, in the order of values.

    ``valued`` are ``(value, document)``.
    """
    documents: dict[int, set[int]] = {}
    for value, document in valued:
        documents.setdefault(value, set()).add(document)
    return [sorted(documents[value]) for value in sorted(documents) if len(documents[value]) > 1]


def candidate_pairs(
    keys: Sequence[Sequence[int]], max_bucket: int, representatives: int, no_key: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Return sorted pairs of documents that share a key, and sorted ``(band, size, lowest document)`` of large buckets.

    Args:
        keys: the keys of each document, one for each band.
        max_bucket: a bucket of more documents is oversized.
        representatives: the number of documents of an oversized bucket that all of its members are paired with.
        no_key: a document with this key is in no bucket of the band.
    """
    buckets: dict[tuple[int, int], list[int]] = {}
    for document, row in enumerate(keys):
        for band, key in enumerate(row):
            if key != no_key:
                buckets.setdefault((band, key), []).append(document)
    pairs: set[tuple[int, int]] = set()
    oversized = []
    for (band, _), members in buckets.items():
        leaders = members
        if len(members) > max_bucket:
            oversized.append((band, len(members), members[0]))
            leaders = members[:representatives]
        pairs.update((a, b) for a in leaders for b in members if a < b)
        pairs.update((b, a) for a in leaders for b in members if b < a)
    return sorted(pairs), sorted(oversized)
