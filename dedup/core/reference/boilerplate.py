"""Sources, stories and chrome of pages that are lists of texts, every two of them compared."""

import statistics
from collections.abc import Callable, Sequence
from itertools import combinations

__all__ = [
    "Page",
    "chrome",
    "connected",
    "containment",
    "first_stories",
    "long",
    "names_site",
    "neighbours",
    "resemblance",
    "short",
    "sources",
    "strays",
]

SHORT, LABEL = 8, 12

Page = Sequence[str]
"""A page: the texts of its blocks, words between spaces."""


def neighbours(pages: Sequence[Page]) -> list[tuple[int, int]]:
    """Every two pages are compared; see ``boilerplate.neighbours``."""
    sets = [short(page) for page in pages]
    return [
        (a, b)
        for a, b in combinations(range(len(pages)), 2)
        if len(sets[a] & sets[b]) >= 5 and resemblance(sets[a], sets[b]) >= 0.3
    ]


def sources(hints: Sequence[int], neighbours: Sequence[tuple[int, int]]) -> list[int]:
    """Every two pages are looked at; see ``boilerplate.sources``."""
    inferred = connected(len(hints), lambda a, b: (a, b) in neighbours)
    sites = {hint for hint in set(hints) if hint >= 0 and names_site(hints, inferred, hint)}
    return connected(
        len(hints), lambda a, b: inferred[a] == inferred[b] or (hints[a] == hints[b] and hints[a] in sites)
    )


def names_site(hints: Sequence[int], inferred: Sequence[int], hint: int) -> bool:
    """Whether half of the pages at most have this hint, and one source has most of those that share one."""
    own = [source for source, other in zip(inferred, hints, strict=True) if other == hint]
    shared = [source for source in own if own.count(source) > 1]
    one_source = not shared or 2 * max(map(shared.count, shared)) > len(shared)
    return 2 * len(own) <= len(hints) and one_source


def first_stories(pages: Sequence[Page]) -> list[int]:
    """Every two pages are compared; see ``boilerplate.first_stories``."""
    sets = [long(page) or short(page) for page in pages]

    def one_story(a: int, b: int) -> bool:
        smaller = min(len(sets[a]), len(sets[b]))
        return smaller > 0 and len(sets[a] & sets[b]) / smaller >= 0.8 and resemblance(sets[a], sets[b]) >= 0.3

    return connected(len(pages), one_story)


def chrome(pages: Sequence[Page], sources: Sequence[int], stories: Sequence[int]) -> list[bool]:
    """Whether each block of each page stands on pages of enough different stories of its source."""
    found: dict[tuple[int, str], set[int]] = {}
    for page, source, story in zip(pages, sources, stories, strict=True):
        for block in page:
            found.setdefault((source, block), set()).add(story)
    return [
        bool(block.split()) and len(found[source, block]) >= (2 if len(block.split()) <= LABEL else 3)
        for page, source in zip(pages, sources, strict=True)
        for block in page
    ]


def strays(pages: Sequence[Page], stories: Sequence[int]) -> list[bool]:
    """Whether each block of each page is long and stands on pages of five stories that have little else in common."""
    firsts: dict[str, dict[int, int]] = {}
    for number, (page, story) in enumerate(zip(pages, stories, strict=True)):
        for block in long(page):
            firsts.setdefault(block, {}).setdefault(story, number)
    found = set()
    for block, first in firsts.items():
        looked = [sorted(first.values())[place * len(first) // 5] for place in range(5)]
        common = [containment(pages[a], pages[b]) for a, b in combinations(looked, 2)]
        if len(first) >= 5 and statistics.median(common) < 0.2:
            found.add(block)
    return [block in found for page in pages for block in page]


def containment(a: Page, b: Page) -> float:
    """The words of long blocks that two pages share, over those of the page that has fewer, four words being one."""
    sizes = [sum(len(block.split()) // 4 for block in blocks) for blocks in (long(a) & long(b), long(a), long(b))]
    return sizes[0] / max(1, min(sizes[1:]))


def short(page: Page) -> set[str]:
    """The short blocks of a page."""
    return {block for block in page if 1 <= len(block.split()) <= SHORT}


def long(page: Page) -> set[str]:
    """The long blocks of a page."""
    return {block for block in page if len(block.split()) > SHORT}


def resemblance(a: set[str], b: set[str]) -> float:
    """Jaccard, 0 for two empty sets."""
    return len(a & b) / max(1, len(a | b))


def connected(n: int, joined: Callable[[int, int], bool]) -> list[int]:
    """Connected components, numbered by first member."""
    labels = list(range(n))
    for a, b in combinations(range(n), 2):
        if labels[a] != labels[b] and joined(a, b):
            labels = [labels[a] if label == labels[b] else label for label in labels]
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]
