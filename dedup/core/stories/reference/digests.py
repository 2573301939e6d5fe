"""Slow twin of `core.stories.digests`: lists of places, and loops over all pairs of parts."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from dedup.core.thresholds import DIGEST_COMMON, ONE

Pair = tuple[int, int]


def find_digests(
    headlines: Sequence[int],
    shares: Mapping[Pair, int],
    places: Mapping[Pair, Sequence[Pair]],
    lengths: Sequence[int],
    threshold: float,
    most: int,
) -> list[bool]:
    """Decides whether each text is a digest.

    Args:
        headlines: hash of each headline, 0 for no headline.
        shares: the share of each pair ``a < b``.
        places: the places of the shorter text in the longer text, of each pair ``a < b``.
        lengths: tokens of each text.
        threshold: the share from which two texts are copies.
        most: the most parts of a text that are compared.
    """
    parts_of: dict[int, dict[int, Sequence[Pair]]] = {}
    for (a, b), share in shares.items():
        if threshold * ONE <= share < ONE and places.get((a, b)):
            part, text = (b, a) if lengths[a] > lengths[b] else (a, b)
            parts_of.setdefault(text, {})[part] = places[a, b]
    parts = [choose_parts(parts_of.get(text, {}), headlines, most) for text in range(len(headlines))]
    return [is_digest(of_text, headlines, shares) for of_text in parts]


def choose_parts(
    parts: Mapping[int, Sequence[Pair]], headlines: Sequence[int], most: int
) -> list[tuple[int, Sequence[Pair]]]:
    """Chooses parts with a headline: the largest part of each headline first, then the next part of each.

    Args:
        parts: the places of each part.
        headlines: hash of each headline, 0 for no headline.
        most: the most parts that are chosen.
    """
    ordered = sorted((-words(places), part) for part, places in parts.items() if headlines[part])
    before: dict[int, int] = {}
    ranked = []
    for size, part in ordered:
        rank = before.setdefault(headlines[part], 0)
        before[headlines[part]] += 1
        ranked.append((rank, size, part))
    return [(part, parts[part]) for _, _, part in sorted(ranked)[:most]]


def is_digest(
    parts: Sequence[tuple[int, Sequence[Pair]]], headlines: Sequence[int], shares: Mapping[Pair, int]
) -> bool:
    """Whether two parts with different headlines share nothing and are in different places.

    Args:
        parts: the parts of a text, with their places.
        headlines: hash of each headline.
        shares: the share of each pair of texts.
    """
    return any(
        headlines[a] != headlines[b]
        and not shares.get((min(a, b), max(a, b)))
        and overlap(ours, theirs) <= DIGEST_COMMON * min(words(ours), words(theirs))
        for (a, ours), (b, theirs) in combinations(parts, 2)
    )


def words(places: Sequence[Pair]) -> int:
    """The number of words of places."""
    return sum(end - begin for begin, end in places)


def overlap(ours: Sequence[Pair], theirs: Sequence[Pair]) -> int:
    """The number of words that places have in common. Each pair of places counts by itself."""
    return sum(max(0, min(u[1], v[1]) - max(u[0], v[0])) for u in ours for v in theirs)
