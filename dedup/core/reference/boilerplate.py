"""Sources, stories and chrome of pages that are lists of texts, every two of them compared."""

from collections.abc import Callable, Sequence
from itertools import combinations

__all__ = ["Page", "believe", "chrome", "connected", "first_stories", "long", "resemblance", "short", "sources"]

SHORT, LABEL = 8, 12

Page = Sequence[str]
"""A page: the texts of its blocks, words between spaces."""


def sources(pages: Sequence[Page], hints: Sequence[int], hinted: bool = True) -> list[int]:
    """Every two pages are compared; see ``boilerplate.sources``."""
    believed = [hinted and believe(pages, hints, number) for number in range(len(pages))]

    def one_source(a: int, b: int) -> bool:
        if believed[a] and believed[b] and hints[a] == hints[b]:
            return True
        common = short(pages[a]) & short(pages[b])
        alike = resemblance(short(pages[a]), short(pages[b]))
        return len(common) >= 5 and alike >= 0.3

    return connected(len(pages), one_source)


def believe(pages: Sequence[Page], hints: Sequence[int], number: int) -> bool:
    """Whether a page has three short blocks that stand on half of the pages of its hint, and on two."""
    site = [short(page) for page, hint in zip(pages, hints, strict=True) if hint == hints[number]]
    spread = {block: sum(block in page for page in site) for block in short(pages[number])}
    return hints[number] >= 0 and sum(count >= max(2, len(site) / 2) for count in spread.values()) >= 3


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
