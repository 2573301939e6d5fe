"""Boilerplate of pages that are lists of blocks, found block by block."""

from collections.abc import Sequence

from dedup.core.sites.reference.likeness import Group, alike, weight
from dedup.core.sites.reference.pages import PlainPage, distinct_blocks, labels_of
from dedup.core.thresholds import ANY_PAGES, ANY_UNLIKE, SITE_PAGES, SITE_UNLIKE, WIDELY

SAMPLE = 16
"""Sampled pages of a block, at most."""


def find_boilerplate(pages: Sequence[PlainPage], sites: Sequence[int]) -> tuple[list[set[str]], list[set[str]]]:
    """Returns the blocks of each page that are boilerplate of its site, and the other blocks that are boilerplate
    anywhere.

    The fast twin is `core.sites.boilerplate.find_boilerplate`.
    """
    labels = labels_of(pages)
    of_site: list[set[str]] = [set() for _ in pages]
    for site in set(sites):
        rests = {number: distinct_blocks(page) for number, page in enumerate(pages) if sites[number] == site}
        clear = _find_clear(pages, Group(rests, labels, counted=False), SITE_PAGES, SITE_UNLIKE)
        for number, blocks in rests.items():
            of_site[number] = blocks & clear
    rests = {number: distinct_blocks(page) - of_site[number] for number, page in enumerate(pages)}
    clear = _find_clear(pages, Group(rests, labels, widely=WIDELY), ANY_PAGES, ANY_UNLIKE)
    return of_site, [rests[number] & clear for number in range(len(pages))]


def have_unlike(pages: Sequence[PlainPage], least: int) -> bool:
    """Says whether ``least`` of the pages of one site are unlike each other.

    The fast twin is `core.sites.boilerplate.have_unlike`.
    """
    rests = {number: distinct_blocks(page) for number, page in enumerate(pages)}
    return _picks_enough(pages, set(rests), Group(rests, labels_of(pages), counted=False), least, SITE_UNLIKE)


def _find_clear(pages: Sequence[PlainPage], group: Group, least: int, unlike: float) -> set[str]:
    """Returns the blocks for which ``least`` pages are picked, each unlike all pages that are picked before."""
    clear, rests = set(), group.rests
    for block in set().union(*rests.values()):
        standing = {number for number, blocks in rests.items() if block in blocks}
        if _picks_enough(pages, standing, group, least, unlike):
            clear.add(block)
    return clear


def _picks_enough(pages: Sequence[PlainPage], standing: set[int], group: Group, least: int, unlike: float) -> bool:
    """Says whether ``least`` of the pages ``standing`` are picked, each unlike all pages that are picked before."""
    rests = group.rests
    order = {number: rank for rank, number in enumerate(sorted(rests, key=lambda number: pages[number].content))}
    sampled = sorted(standing, key=lambda number: (pages[number].content, number))[:SAMPLE]
    weights = {number: weight(rests[number], pages, group) for number in sampled}
    sampled.sort(key=lambda number: (weights[number], order[number]))
    for ordered, needed in ((sampled, least), (sampled[::-1], least + 1)):
        picked: list[int] = []
        for number in ordered:
            if not any(alike(number, other, pages, group, unlike) for other in picked):
                picked.append(number)
        if len(picked) >= needed:
            return True
    return False
