"""Slow twin of `core.items.headlines`: one headline after another, one pair after another."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from dedup.array_types import UNKNOWN_TIME
from dedup.core.thresholds import HEADLINE_HOURS, URL_WORDS

Pair = tuple[int, int]


class Item(NamedTuple):
    """A document as in `core.items.headlines.Items`. An odd key is that of a long headline."""

    headline: int
    site: int
    url: int
    hours: int
    text: int
    joins: bool = True


def find_recurring(items: Sequence[Item], most: int) -> list[bool]:
    """Says for each document whether its headline is recurring, or has more than ``most`` items."""
    groups = _by_headline(items)
    return [item.headline != 0 and _recurs(items, groups[item.headline], most) for item in items]


def join_items(items: Sequence[Item], most: int) -> list[Pair]:
    """Pairs the items of two sites under one headline. A headline of more than ``most`` items joins nothing."""
    pairs: list[Pair] = []
    for rows in _by_headline(items).values():
        if not _recurs(items, rows, most):
            pairs += [(a, b) for a, b in combinations(rows, 2) if _may_join(items[a], items[b])]
    return sorted(pairs)


def with_evidence(items: Sequence[Item], pairs: Sequence[Pair], sharing: Collection[Pair]) -> list[Pair]:
    """Returns the pairs under a long headline, and those of two texts that share a shingle.

    Args:
        items: the documents.
        pairs: pairs of items.
        sharing: the pairs of texts that share a shingle, the lower text first.
    """
    return [
        (a, b) for a, b in pairs if items[a].headline % 2 or tuple(sorted((items[a].text, items[b].text))) in sharing
    ]


def join_headlines(story: Sequence[int], pairs: Sequence[Pair], words: Sequence[int]) -> list[int]:
    """Joins the stories of paired documents, unless two of the stories have a text that is not short.

    Args:
        story: the story of each document.
        pairs: pairs of documents.
        words: the words of each document.
    """
    parts = [{number} for number in sorted(set(story))]
    for a, b in pairs:
        joined = [part for part in parts if part & {story[a], story[b]}]
        parts = [part for part in parts if part not in joined] + [set().union(*joined)]
    with_long = {number for number, count in zip(story, words, strict=True) if count > URL_WORDS}
    names = {number: min(part) if len(part & with_long) < 2 else number for part in parts for number in part}
    return [names[number] for number in story]


def _by_headline(items: Sequence[Item]) -> Mapping[int, list[int]]:
    """The rows of the items under each headline."""
    groups: dict[int, list[int]] = {}
    for row, item in enumerate(items):
        if item.headline:
            groups.setdefault(item.headline, []).append(row)
    return groups


def _recurs(items: Sequence[Item], rows: Sequence[int], most: int) -> bool:
    """Whether one site prints the headline of some items at two addresses, or the items are more than ``most``."""
    pairs = [(items[a], items[b]) for a, b in combinations(rows, 2)]
    return len(rows) > most or any(a.site == b.site and (a.url != b.url or not a.url) for a, b in pairs)


def _may_join(first: Item, second: Item) -> bool:
    """Whether two items under one headline may join, are of two sites, and near in time."""
    is_undated = UNKNOWN_TIME in (first.hours, second.hours)
    return (
        first.joins
        and second.joins
        and first.site != second.site
        and (is_undated or abs(first.hours - second.hours) <= HEADLINE_HOURS)
    )
