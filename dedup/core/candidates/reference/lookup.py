"""The slow twin of `core.candidates.lookup`: postings are lists in dictionaries."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

PlainTable = Mapping[tuple[object, int], Sequence[int]]
"""Documents by lane and key."""


def lookup_candidates(
    tables: Sequence[PlainTable],
    gone: Set[int],
    bands: Sequence[Sequence[int]],
    sampled: Sequence[Sequence[int]],
    max_bucket: int,
    representatives: int,
    shared: int,
    common: int,
    no_key: int,
) -> list[tuple[int, int]]:
    """Return sorted pairs of a new document and its candidate in the tables.

    Args:
        tables: the postings. The lane of sampled shingles is ``"kept"``, the lane of a band its number.
        gone: documents that are gone.
        bands: the band keys of each new document. The last one is the key of the whole text.
        sampled: the sampled shingles of each new document.
        max_bucket: a key of more documents is oversized.
        representatives: the number of candidates that an oversized key makes.
        shared: the least number of sampled shingles that a pair shares.
        common: a sampled shingle of more documents is common.
        no_key: a document with this key in a band has no key there.
    """

    def bucket(lane: object, key: int) -> tuple[list[int], bool]:
        """Return the documents of a key, and whether one table has more than ``common`` of them, gone or not."""
        lists = [sorted(set(table.get((lane, key), ()))) for table in tables]
        members = {document for numbers in lists for document in numbers[: common + 1]} - gone
        return sorted(members), any(len(numbers) > common for numbers in lists)

    pairs: set[tuple[int, int]] = set()
    for row, (keys, hashes) in enumerate(zip(bands, sampled, strict=True)):
        for band, key in enumerate(keys):
            members, full = bucket(band, key) if key != no_key else ([], False)
            oversized = full or len(members) > max_bucket
            pairs.update((row, document) for document in (members[:representatives] if oversized else members))
        times: Counter[int] = Counter()
        banded = any(key != no_key for key in keys[:-1])
        for value in set(hashes):
            members, full = bucket("kept", value)
            is_common = full or len(members) > common
            if not (is_common and banded):
                times.update(members[:representatives] if is_common or len(members) > max_bucket else members)
        pairs.update((row, document) for document, count in times.items() if count >= shared)
    return sorted(pairs)
