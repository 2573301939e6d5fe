"""Sites of pages that are lists of blocks: all pairs of pages are compared, and the most alike are joined first."""

from collections.abc import Sequence
from itertools import combinations

from dedup.core.sites.reference.pages import PlainPage, labels
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS

MAX_BUCKET = 8
"""Pages with a common label up to which all pairs of these pages are compared."""

REPRESENTATIVES = 8
"""Pages with which the pages of a larger bucket are paired."""


def group_pages(pages: Sequence[PlainPage]) -> list[int]:
    """Returns the site of each page, joined pair by pair. The fast twin is `core.sites.grouping.group_pages`."""
    site = list(range(len(pages)))
    source = [page.source for page in pages]
    for a, b in combinations(range(len(pages)), 2):
        if source[a] == source[b] >= 0:
            site = [site[a] if number == site[b] else number for number in site]
    pairs = []
    for a, b in combinations(range(len(pages)), 2):
        left, right = labels(pages[a]), labels(pages[b])
        if len(left & right) >= SHARED_LABELS and resemblance(left, right) >= LABELS_ALIKE:
            pairs.append((-resemblance(left, right), a, b))
    for _, a, b in sorted(pairs):
        both = {source[page] for page, number in enumerate(site) if number in (site[a], site[b])} - {-1}
        if len(both) < 2:
            site = [site[a] if number == site[b] else number for number in site]
    order = list(dict.fromkeys(site))
    return [order.index(number) for number in site]


def pairs_by_labels(pages: Sequence[PlainPage]) -> list[tuple[int, int]]:
    """Returns the pairs of pages that may be alike, label by label. The fast twin is `core.sites.grouping`'s."""
    sets = [labels(page) for page in pages]
    pairs = set()
    for label in set().union(*sets):
        numbers = [number for number, page_labels in enumerate(sets) if label in page_labels]
        numbers.sort(key=lambda number: (len(sets[number]), pages[number].content, number))
        representatives = numbers if len(numbers) <= MAX_BUCKET else numbers[:REPRESENTATIVES]
        for first, second in combinations(numbers, 2):
            if first not in representatives:
                continue
            smaller, larger = sorted((len(sets[first]), len(sets[second])))
            unnamed = min(pages[first].source, pages[second].source) < 0
            if unnamed and smaller >= SHARED_LABELS and smaller / larger >= LABELS_ALIKE:
                pairs.add((min(first, second), max(first, second)))
    return sorted(pairs)


def resemblance(a: set[str], b: set[str]) -> float:
    """Returns the resemblance (Jaccard) of two sets, 0 for two empty sets."""
    return len(a & b) / max(1, len(a | b))
