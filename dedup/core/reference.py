"""The slow, obvious version of the core: plain sets, dictionaries and loops. The oracle of the tests, imported by
nothing in the package.

Each function stands for the one of the same name in the module that its section is called after.
"""

from collections.abc import Callable, Sequence
from itertools import combinations

from dedup.types import Relation

__all__ = [
    "average_link",
    "band_partners",
    "candidates",
    "canonical_order",
    "components",
    "measure",
    "plan",
    "relation",
    "sets",
    "shared",
    "stories",
]


# bands


def plan(similarity: float, recall: float, k: int) -> tuple[int, int] | None:
    """``(bands, rows)``: every plan is tried."""
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
    """``(band, a, b)`` wherever documents a < b agree on all rows of a band; what `band_keys` must tell."""
    return {
        (band, a, b)
        for a, b in combinations(range(len(signatures)), 2)
        for band in range(bands)
        if signatures[a][band * rows : (band + 1) * rows] == signatures[b][band * rows : (band + 1) * rows]
        and set(signatures[a]) != {empty}
        and set(signatures[b]) != {empty}
    }


# candidates


def candidates(
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


# verify


def sets(rows: Sequence[Sequence[int]]) -> list[set[int]]:
    """Each row as a set of 48-bit hashes."""
    return [{value >> 16 for value in row} for row in rows]


def shared(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """|A ∩ B| of each pair."""
    return [len(rows[a] & rows[b]) for a, b in pairs]


def measure(rows: Sequence[set[int]], pairs: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """``(resemblance, containment)`` of each pair."""
    return [
        (len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))) if a and b else (0.0, 0.0)
        for a, b in ((rows[a], rows[b]) for a, b in pairs)
    ]


# clusters


def components(n: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Labels, by giving both ends of a pair the lower label until nothing changes."""
    labels = list(range(n))
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            low = min(labels[a], labels[b])
            changed = changed or labels[a] != low or labels[b] != low
            labels[a] = labels[b] = low
    return _by_first(labels)


def average_link(size: int, similarity: Callable[[int, int], float], threshold: float) -> list[int]:
    """Labels, by joining the two clusters of the greatest average similarity while it reaches the threshold."""
    clusters = [[document] for document in range(size)]
    while len(clusters) > 1:
        best, left, right = max(
            ((_average(a, b, similarity), a, b) for a, b in combinations(clusters, 2)), key=lambda found: found[0]
        )
        if best < threshold - 1e-9:
            break
        clusters = [cluster for cluster in clusters if cluster not in (left, right)] + [left + right]
    labels = [0] * size
    for number, cluster in enumerate(clusters):
        for document in cluster:
            labels[document] = number
    return _by_first(labels)


def stories(
    n: int, similarity: Callable[[int, int], float], candidate_pairs: Sequence[tuple[int, int]], threshold: float
) -> tuple[list[int], list[float]]:
    """``(labels, weakest)`` where no component is above the cap."""
    parts = components(n, [(a, b) for a, b in candidate_pairs if similarity(a, b) >= threshold])
    labels = [0] * n
    for part in set(parts):
        members = [document for document in range(n) if parts[document] == part]
        found = average_link(len(members), _among(members, similarity), threshold)
        for document, label in zip(members, found, strict=True):
            labels[document] = part * n + label
    labels = _by_first(labels)
    weakest = []
    for label in range(max(labels, default=-1) + 1):
        members = [document for document in range(n) if labels[document] == label]
        weakest.append(min(_average([a], [b for b in members if b != a], similarity) for a in members))
    return labels, weakest


def canonical_order(published: Sequence[int | None], lengths: Sequence[int], ids: Sequence[str]) -> list[int]:
    """Ranks: the earliest, then the longest, then the least id; None, an unknown time, is last."""

    def rule(document: int) -> tuple[bool, int, int, str]:
        time = published[document]
        return time is None, time or 0, -lengths[document], ids[document]

    ordered = sorted(range(len(ids)), key=rule)
    return [ordered.index(document) for document in range(len(ids))]


def relation(
    *,
    same_document: bool,
    same_fingerprint: bool,
    sources: tuple[int, int],
    published: tuple[int | None, int | None],
    lengths: tuple[int, int],
    resemblance: float,
    containment: float,
    threshold: float,
) -> Relation:
    """What a member is to its canonical document, both given as (member, canonical)."""
    if same_document:
        return "original"
    if same_fingerprint:
        return "exact"
    member_time, canonical_time = published
    later = member_time is not None and canonical_time is not None and member_time > canonical_time
    if sources[0] >= 0 and sources[0] == sources[1] and later and resemblance >= 0.5:
        return "revision"
    if lengths[0] < lengths[1] and containment >= threshold and resemblance < 0.5:
        return "excerpt"
    return "reprint"


def _among(members: Sequence[int], similarity: Callable[[int, int], float]) -> Callable[[int, int], float]:
    """The similarity of members by their places."""
    return lambda a, b: similarity(members[a], members[b])


def _average(left: Sequence[int], right: Sequence[int], similarity: Callable[[int, int], float]) -> float:
    """The average similarity of what is in ``left`` to what is in ``right``, 1.0 if that is nothing."""
    values = [similarity(a, b) for a in left for b in right]
    return sum(values) / len(values) if values else 1.0


def _by_first(labels: Sequence[int]) -> list[int]:
    """The same clusters, numbered in the order of their first documents."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]
