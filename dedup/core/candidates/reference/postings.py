"""Candidates of new documents in an index, from sets in dictionaries."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

Part = Mapping[tuple[object, int], Sequence[int]]
"""Documents by lane and key."""


def lookup_candidates(
    parts: Sequence[Part],
    gone: Set[int],
    bands: Sequence[Sequence[int]],
    kept: Sequence[Sequence[int]],
    max_bucket: int,
    representatives: int,
    shared: int,
    common: int,
    no_key: int,
) -> list[tuple[int, int]]:
    """Sorted pairs of a row of ``bands`` and ``kept``, and a document of the ``parts`` that has not ``gone``.

    The last of the ``bands`` of a row is the key of its whole text.
    """

    def bucket(lane: object, key: int) -> tuple[list[int], bool]:
        """The documents of a key, and whether one part has more of them, gone or not, than are looked at."""
        lists = [sorted(set(part.get((lane, key), ()))) for part in parts]
        some = {document for numbers in lists for document in numbers[: common + 1]} - gone
        return sorted(some), any(len(numbers) > common for numbers in lists)

    pairs: set[tuple[int, int]] = set()
    for row, (keys, hashes) in enumerate(zip(bands, kept, strict=True)):
        for band, key in enumerate(keys):
            members, full = bucket(band, key) if key != no_key else ([], False)
            hot = full or len(members) > max_bucket
            pairs.update((row, document) for document in (members[:representatives] if hot else members))
        times: Counter[int] = Counter()
        banded = any(key != no_key for key in keys[:-1])
        for value in set(hashes):
            members, full = bucket("kept", value)
            crowd = full or len(members) > common
            if not (crowd and banded):
                times.update(members[:representatives] if crowd or len(members) > max_bucket else members)
        pairs.update((row, document) for document, count in times.items() if count >= shared)
    return sorted(pairs)
