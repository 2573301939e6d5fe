"""The learned pages, labels and boilerplate of one site, in lists and sets of blocks."""

from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from dedup.core.sites.frames import RUN_SHARE, RUN_WORDS
from dedup.core.sites.learned import KEPT
from dedup.core.sites.reference.boilerplate import find_boilerplate, have_unlike
from dedup.core.sites.reference.pages import PlainPage, distinct_blocks, labels, words
from dedup.core.thresholds import LABEL_WORDS, LABELS_ALIKE, SHARED_LABELS, SITE_PAGES


class PlainSite(NamedTuple):
    """One site, as `core.sites.learned.LearnedSite`.

    - ``pages``: the kept pages, the last page last.
    - ``boilerplate``: blocks that are boilerplate of the site.
    - ``marks``: labels that identify the site.
    - ``labels``: the median number of different labels of the kept pages.
    - ``unlike``: the number of pages that are unlike each other, `SITE_PAGES` at most.
    """

    pages: list[PlainPage]
    boilerplate: set[str]
    marks: set[str]
    labels: int
    unlike: int


def begin_site(page: PlainPage, hashed: Callable[[str], int]) -> PlainSite:
    """Begins a site with its first page. ``hashed`` returns the hash of a block."""
    return _identify(PlainSite([page], set(), set(), 0, 1), hashed)


def learn_page(site: PlainSite, page: PlainPage, by_edges: bool, hashed: Callable[[str], int]) -> PlainSite:
    """Learns from one page. The fast twins are `core.sites.learned.frames_with` and `learn_page`.

    Args:
        site: the site before the page.
        page: the page.
        by_edges: whether only the first or the last block says that the page is of this site.
        hashed: returns the hash of a block.
    """
    if any((other.content, other.headline) == (page.content, page.headline) for other in site.pages):
        return site
    boilerplate, unlike, pages = set(site.boilerplate), site.unlike, [*site.pages, page]
    if site.unlike < SITE_PAGES:
        boilerplate = boilerplate.union(*(_frame(page, other, by_edges) for other in site.pages))
    times = [sum(block in other.blocks for other in site.pages) for block in distinct_blocks(page) - site.boilerplate]
    if site.unlike < SITE_PAGES or max(times, default=0) >= SITE_PAGES - 1:
        of_site, anywhere = find_boilerplate(pages, [0] * len(pages))
        boilerplate = boilerplate.union(*of_site, *anywhere)
        while unlike < SITE_PAGES and have_unlike(pages, unlike + 1):
            unlike += 1
    learned = PlainSite(pages[-KEPT:], boilerplate, site.marks, site.labels, unlike)
    shared = len(labels(page) & site.marks)
    is_known = site.unlike == SITE_PAGES and shared >= SHARED_LABELS
    if is_known and shared / (len(labels(page)) + site.labels - shared) >= LABELS_ALIKE:
        return learned
    return _identify(learned, hashed)


def _frame(page: PlainPage, other: PlainPage, by_edges: bool) -> set[str]:
    """Returns the blocks of the frame of two pages, none if they may be versions of one article."""
    if page.headline and page.headline == other.headline:
        return set()
    for first, second in ((page, other), (other, page)):
        sentences = [block for block in first.blocks if words(block) > LABEL_WORDS]
        runs = [
            (is_shared, sum(map(words, run))) for is_shared, run in groupby(sentences, set(second.blocks).__contains__)
        ]
        unshared = [length for is_shared, length in runs if not is_shared]
        longest = max(unshared, default=0)
        if longest < RUN_WORDS or longest < RUN_SHARE * sum(unshared):
            return set()
        if by_edges and longest < max((length for is_shared, length in runs if is_shared), default=0):
            return set()
    return distinct_blocks(page) & distinct_blocks(other)


def _identify(site: PlainSite, hashed: Callable[[str], int]) -> PlainSite:
    """Finds the labels that identify a site."""
    lines = [
        sum(line and 1 <= words(block) <= LABEL_WORDS for block, line in zip(page.blocks, page.lines, strict=True))
        for page in site.pages
    ]
    middle = (len(site.pages) - 1) // 2
    if sorted(lines)[middle] < SHARED_LABELS:
        return site._replace(marks=set(), labels=0)
    sets = [labels(page) for page in site.pages]
    size = sorted(map(len, sets))[middle]
    times = {label: sum(label in page_labels for page_labels in sets) for label in set().union(*sets)}
    often = [label for label in times if times[label] > (len(sets) > 1)]
    marks = set(sorted(often, key=lambda label: (-times[label], hashed(label)))[:size])
    return site._replace(marks=marks if len(marks) >= SHARED_LABELS else set(), labels=size)
