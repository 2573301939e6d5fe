"""A page that arrives -> the pages, the labels and the boilerplate that an index has learned of its site.

An index does not hold the blocks of all pages. Of each site it keeps the last pages, and the blocks that were
boilerplate among them. `core.sites.boilerplate` says which blocks these are: a block becomes boilerplate with the page
from which on `cluster` would call it so, if it looks at the kept pages. While a site is new, `core.sites.frames` says
what two pages share as a frame. All pages here are articles, as from `article_pages`.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.sorting import counted, distinct, find, rising
from dedup.core.sites.boilerplate import BoilerplateBlocks, find_boilerplate, have_unlike
from dedup.core.sites.frames import find_frame
from dedup.core.sites.grouping import are_alike
from dedup.core.sites.pages import Pages, join_pages, take_pages
from dedup.core.sites.shared_blocks import page_blocks, shared_blocks
from dedup.core.thresholds import ANY_PAGES, SHARED_LABELS, SITE_PAGES

KEPT: Final = 8
"""Pages of a site that are kept, the last ones."""

BLOCKS: Final = 4096
"""Blocks of boilerplate that are kept of a site, and of all sites together, at most."""

_NO_HASH: Final = np.zeros(0, np.uint64)


class LearnedSite(NamedTuple):
    """The pages, the boilerplate and the labels that are learned of one site.

    - ``pages``: the kept pages, the last page last. A text is kept once.
    - ``boilerplate`` ``(b,) uint64``, rising: blocks that are boilerplate of the site.
    - ``marks`` ``(f,) uint64``, rising: labels that identify the site.
    - ``labels``: the median number of different labels of the kept pages.
    - ``edges`` ``(2 * k,) uint64``: the first block of each kept page, then the last block of each, as from
      `find_edges`.
    - ``unlike``: the number of pages of the site that are unlike each other; it ends at `SITE_PAGES`.
    """

    pages: Pages
    boilerplate: Hashes
    marks: Hashes
    labels: int
    edges: Hashes
    unlike: int


def article_pages(pages: Pages) -> Pages:
    """Returns pages without their credits and their blocks without words: no credit is boilerplate of its site."""
    keep = pages.words > 0
    keep[pages.credits] = False
    return pages._replace(
        hashes=pages.hashes[keep],
        words=pages.words[keep],
        labels=pages.labels[keep],
        bounds=keep.nonzero()[0].searchsorted(pages.bounds),
        credits=np.zeros(0, np.int64),
    )


def begin_site(page: Pages) -> LearnedSite:
    """Begins a site with its first page."""
    return _identify(LearnedSite(page, _NO_HASH, _NO_HASH, 0, find_edges(page), 1))


def make_site(pages: Pages, boilerplate: Hashes) -> LearnedSite:
    """Makes a site whose boilerplate is known.

    Args:
        pages: pages of the site, `KEPT` at most, the last page last.
        boilerplate: ``(b,)`` blocks that are boilerplate of the site, rising.
    """
    shared, unlike = shared_blocks(pages), 1
    while unlike < SITE_PAGES and (boilerplate.size or have_unlike(shared, unlike + 1)):
        unlike += 1
    return _identify(LearnedSite(pages, boilerplate[:BLOCKS], _NO_HASH, 0, find_edges(pages), unlike))


def frames_with(site: LearnedSite, page: Pages, by_edges: bool) -> Hashes:
    """Returns the blocks of the frames that a page has in common with the kept pages of its site, in any order.

    Only a site with fewer than `SITE_PAGES` unlike pages has frames: after that its boilerplate is known.

    Args:
        site: the site before the page.
        page: the page.
        by_edges: whether only the first or the last block says that the page is of this site.
    """
    if site.unlike >= SITE_PAGES or keeps_text(site, page):
        return _NO_HASH
    others = (take_pages(site.pages, np.array([row])) for row in range(site.pages.sources.size))
    return np.concatenate([_NO_HASH, *(find_frame(page, other, by_edges) for other in others)])


def keeps_text(site: LearnedSite, page: Pages) -> bool:
    """Says whether the text of a page is among the kept pages, under the same headline."""
    pages = site.pages
    return bool(((pages.contents == page.contents) & (pages.headlines == page.headlines)).any())


def learn_page(site: LearnedSite, page: Pages, frame: Hashes) -> LearnedSite:
    """Learns from one page of a known site.

    Args:
        site: the site before the page.
        page: the page.
        frame: the blocks of the frames of the page, from `frames_with`.

    Returns:
        The site with this page. Nothing changes if the text of the page is kept already.
    """
    if keeps_text(site, page):
        return site
    pages = join_pages(site.pages, page)
    by_rule, unlike = _NO_HASH, site.unlike
    if unlike < SITE_PAGES or _may_be_boilerplate(site, page):
        shared = shared_blocks(pages)
        flags = find_boilerplate(shared, np.zeros(pages.sources.size, np.int64))
        by_rule = pages.hashes[flags.site | flags.anywhere]
        while unlike < SITE_PAGES and have_unlike(shared, unlike + 1):
            unlike += 1
    last = np.arange(max(0, pages.sources.size - KEPT), pages.sources.size)
    edges = np.concatenate((site.edges.reshape(2, -1), find_edges(page).reshape(2, 1)), axis=1)[:, last]
    last_pages = take_pages(pages, last)
    boilerplate = add_blocks(site.boilerplate, np.concatenate((by_rule, frame)), last_pages.hashes)
    learned = LearnedSite(last_pages, boilerplate, site.marks, site.labels, edges.reshape(-1), unlike)
    return learned if _is_identified(site, page) else _identify(learned)


def add_blocks(blocks: Hashes, more: Hashes, seen: Hashes) -> Hashes:
    """Returns the union of two sets of blocks, `BLOCKS` of them at most.

    Args:
        blocks: the first set, rising.
        more: the second set, in any order.
        seen: blocks that stay if there are too many.

    Returns:
        The union, rising.
    """
    if not more.size:
        return blocks
    joined: Hashes = rising(np.concatenate((blocks, more)))
    if joined.size > BLOCKS:
        order = (~np.isin(joined, seen)).argsort(kind="stable")[:BLOCKS]
        joined = np.sort(joined[order])
    return joined


def find_edges(pages: Pages) -> Hashes:
    """Finds the first and the last block with words of pages that have few labels.

    Args:
        pages: ``n`` pages.

    Returns:
        ``(2 * n,)`` the first block of each page, then the last block of each, both mixed with their side; 0 for a page
        with `SHARED_LABELS` lines that are labels, and for a page without words.
    """
    places = (pages.words > 0).nonzero()[0]
    ends = places.searchsorted(pages.bounds)
    first, last = ends[:-1], ends[1:]
    chosen = ((last > first) & (_count_labels(pages) < SHARED_LABELS)).nonzero()[0]
    edges = np.zeros((2, pages.sources.size), np.uint64)
    if chosen.size:
        edges[0, chosen] = pages.hashes[places[first[chosen]]] ^ multiplier("page", 0)
        edges[1, chosen] = pages.hashes[places[last[chosen] - 1]] ^ multiplier("source", 0)
    return edges.reshape(-1)


def _count_labels(pages: Pages) -> Indices:
    """``(n,)`` the lines of each page that are labels."""
    ends = pages.are_labels().nonzero()[0].searchsorted(pages.bounds)
    return ends[1:] - ends[:-1]


def learn_together(pages: Pages, sites: Indices, left_out: Flags, groups: Indices) -> BoilerplateBlocks:
    """Finds boilerplate among the pages of each group that are compared, in what is left of them.

    Args:
        pages: ``n`` pages of ``m`` blocks.
        sites: ``(n,)`` the site of each page, from 0.
        left_out: ``(m,)`` which blocks are left out already.
        groups: ``(n,)`` the group of each page, from 0. The pages of other groups say nothing of a page.

    Returns:
        The blocks that are boilerplate besides.
    """
    remaining = pages._replace(words=np.where(left_out, 0, pages.words).astype(np.int32))
    boilerplate = BoilerplateBlocks(np.zeros_like(left_out), np.zeros_like(left_out))
    for group in (np.bincount(groups) >= ANY_PAGES).nonzero()[0].tolist():
        rows = (groups == group).nonzero()[0]
        numbers = distinct(sites[rows])[1]
        of_group = find_boilerplate(shared_blocks(take_pages(remaining, rows)), numbers)
        for flags, of_pages in zip(boilerplate, of_group, strict=True):
            flags[pages.places(rows)] = of_pages
    return boilerplate


def _may_be_boilerplate(site: LearnedSite, page: Pages) -> bool:
    """Whether a block of a page, which is not known as boilerplate, stands on enough of the kept pages."""
    blocks = rising(page.hashes)
    blocks = blocks[~find(site.boilerplate, blocks)[1]]
    position, on_page = find(blocks, site.pages.hashes)
    codes = rising(position[on_page] * KEPT + site.pages.of_blocks()[on_page])
    return bool((np.bincount(codes // KEPT, minlength=1) >= SITE_PAGES - 1).any())


def _identify(site: LearnedSite) -> LearnedSite:
    """Finds the labels that identify a site: those on two of the kept pages, or those of the only page."""
    pages, most = site.pages, np.sort(_count_labels(site.pages))
    if most[(most.size - 1) // 2] < SHARED_LABELS:  # the median of the different labels is no larger
        return site._replace(marks=_NO_HASH, labels=0)
    count, blocks = pages.sources.size, page_blocks(pages)
    places, owners = blocks.places[blocks.labels], blocks.owners[blocks.labels]
    sizes = np.sort(np.bincount(owners, minlength=count))
    labels, times = counted(pages.hashes[places])
    median = int(sizes[(count - 1) // 2])
    order = np.lexsort((labels, -times))
    order = order[times[order] > (count > 1)][:median]
    marks = np.sort(labels[order]) if order.size >= SHARED_LABELS else _NO_HASH
    return site._replace(marks=marks, labels=median)


def _is_identified(site: LearnedSite, page: Pages) -> bool:
    """Whether the labels of a site still identify it: a page of a known site has enough of them."""
    if not site.marks.size or site.unlike < SITE_PAGES:
        return False
    labels = rising(page.hashes[page.are_labels()])
    shared = np.count_nonzero(find(site.marks, labels)[1])
    sizes = np.array([[labels.size, site.labels]])
    return bool(are_alike(np.array([shared]), sizes)[0][0])
