"""Sites of pages that are lists of texts: every two pages are compared, the most alike are joined first."""

from collections.abc import Sequence
from itertools import combinations

from dedup.core.sites.reference.pages import PlainPage, labels
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS


def group_pages(pages: Sequence[PlainPage]) -> list[int]:
    """Joined pair by pair; see ``group_pages.sites``."""
    site = list(range(len(pages)))
    source = [page.source for page in pages]
    for a, b in combinations(range(len(pages)), 2):
        if source[a] == source[b] >= 0:
            site = [site[a] if each == site[b] else each for each in site]
    pairs = []
    for a, b in combinations(range(len(pages)), 2):
        one, other = labels(pages[a]), labels(pages[b])
        if len(one & other) >= SHARED_LABELS and resemblance(one, other) >= LABELS_ALIKE:
            pairs.append((-resemblance(one, other), a, b))
    for _, a, b in sorted(pairs):
        both = {source[page] for page, each in enumerate(site) if each in (site[a], site[b])} - {-1}
        if len(both) < 2:
            site = [site[a] if each == site[b] else each for each in site]
    order = list(dict.fromkeys(site))
    return [order.index(each) for each in site]


def resemblance(a: set[str], b: set[str]) -> float:
    """Jaccard, 0 for two empty sets."""
    return len(a & b) / max(1, len(a | b))
