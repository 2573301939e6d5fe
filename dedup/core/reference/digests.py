"""Digests told with Python's own sets, one text after another."""

from collections.abc import Mapping, Sequence

__all__ = ["digests", "without"]

Weights = Mapping[tuple[int, int], float]


def digests(
    rows: Sequence[set[int]],
    weights: Weights,
    threshold: float,
    part: int,
    unrelated: float,
    most: float,
    some: float,
    largest: int,
) -> dict[int, list[int]]:
    """The parts of each digest; the names of the last five are those of the constants, ``largest`` that of `_PARTS`."""
    matches = {pair for pair, weight in weights.items() if weight >= threshold}
    links = {text: _links(text, rows, weights, matches, part, most) for text in range(len(rows))}
    asked = {text for text in links if len(links[text]) > 1}
    found: dict[int, list[int]] = {}
    while asked:
        told, share = {}, {}
        for text in asked:
            told[text] = _parts([near for near in links[text] if near not in found], rows, weights, unrelated, text)
            told[text] = told[text][:largest]
            share[text] = _share(text, told[text], rows, matches, most, some)
        waits = {text for text in asked if any(share.get(near, 0) > share[text] for near in told[text])}
        fresh = {text for text in asked - waits if share[text]}
        found |= {text: told[text] for text in fresh}
        again = {text for text in waits if share[text]} | {text for text in links if fresh & set(links[text])}
        asked = {text for text in again - set(found) if len(links[text]) > 1}
    return found


def without(
    rows: Sequence[set[int]], found: Mapping[int, Sequence[int]], weights: Weights, threshold: float
) -> dict[tuple[int, int], float]:
    """The weights without those of a digest with a text that does not match two of its parts."""
    left = {}
    for (a, b), weight in weights.items():
        apart = any(
            sum(_containment(rows[near], rows[other]) >= threshold for near in found[digest]) < 2
            for digest, other in ((a, b), (b, a))
            if digest in found
        )
        left[a, b] = 0.0 if apart else weight
    return left


def _containment(a: set[int], b: set[int]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _common(a: int, b: int, rows: Sequence[set[int]], weights: Weights) -> float:
    """Shingles that two texts share, by their weight if they have one."""
    weight = weights.get((min(a, b), max(a, b)), 0.0)
    return weight * min(len(rows[a]), len(rows[b])) if weight else len(rows[a] & rows[b])


def _links(
    text: int,
    rows: Sequence[set[int]],
    weights: Weights,
    matches: set[tuple[int, int]],
    part: int,
    most: float,
) -> list[int]:
    """What may be a part of the text, that of which it has the most first."""
    size = len(rows[text])
    near = [a + b - text for a, b in matches if text in (a, b)]
    common = {other: _common(text, other, rows, weights) for other in near}
    smaller = {other for other in near if (len(rows[other]), other) < (size, text)}
    inside = {other for other in smaller if common[other] >= most * len(rows[other])}
    return sorted((other for other in inside if common[other] >= part), key=lambda other: (-common[other], other))


def _parts(near: list[int], rows: Sequence[set[int]], weights: Weights, unrelated: float, text: int) -> list[int]:
    """Those of which each is unrelated to the ones before it."""
    parts: list[int] = []
    for other in near:
        limit = unrelated * _common(text, other, rows, weights)
        if all(_common(one, other, rows, weights) <= limit for one in parts):
            parts.append(other)
    return parts


def _share(
    text: int, parts: list[int], rows: Sequence[set[int]], matches: set[tuple[int, int]], most: float, some: float
) -> float:
    """How much of the text is in its parts, or 0 if it is no digest."""
    if len(parts) < 2:
        return 0.0
    share = sum(len(rows[text] & rows[one]) for one in parts) / len(rows[text])
    near = {one: {a + b - one for a, b in matches if one in (a, b)} - {text} for one in parts}
    own = [one for one in parts if near[one] - {other for rest in parts if rest != one for other in near[rest]}]
    return share if share >= most or (share >= some and len(own) > 1) else 0.0
