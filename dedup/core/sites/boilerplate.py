"""Blocks of pages -> boilerplate: navigation, teasers, comment forms, legal lines.

A block is boilerplate of a site if it stands on several pages of the site that are unlike each other. Of the other
blocks, a block is boilerplate anywhere if it stands on several unlike pages of any sites. The number of pages alone is
no evidence: one article on many sites stands on pages that are alike. A bounded number of pages is sampled for each
block, so that time is linear.
"""

from typing import Final, NamedTuple, Protocol

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.ragged import bounds_of, counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.sites.likeness import Likeness, PageNames, SharedItems
from dedup.core.sites.shared_blocks import Numbers, SharedBlocks
from dedup.core.thresholds import ANY_PAGES, ANY_UNLIKE, SITE_PAGES, SITE_UNLIKE, WIDELY

SAMPLE: Final = 16
"""Sampled pages of a block, at most: the pages with the lowest ``contents`` (`Pages`). So the blocks of a site have
their sampled pages in common, and few pairs of pages are compared."""


class BoilerplateBlocks(NamedTuple):
    """Flags of ``m`` blocks: whether each block is boilerplate. No block has both flags.

    - ``site`` ``(m,) bool``: the block is boilerplate of the site of its page.
    - ``anywhere`` ``(m,) bool``: the block is boilerplate on pages of any site.
    """

    site: Flags
    anywhere: Flags


class Bar(NamedTuple):
    """The bar that a block has to clear to be boilerplate.

    - ``pages``: the number of unlike pages.
    - ``unlike``: the share of the lighter page below which two pages are unlike.
    - ``widely``: the pages that a block counts for at most if its pages name two sources; 0 for no bound.
    - ``labels``: whether labels weigh anything between two pages.
    """

    pages: int
    unlike: float
    widely: int
    labels: bool


OF_SITE: Final = Bar(SITE_PAGES, SITE_UNLIKE, 0, False)
"""The bar for boilerplate of one site: labels weigh nothing, for all pages of a site share them."""

OF_ANY: Final = Bar(ANY_PAGES, ANY_UNLIKE, WIDELY, True)
"""The bar for boilerplate anywhere."""


class PageLikeness(Protocol):
    """Answers which pages are alike: a `Likeness`, or known answers."""

    def alike(self, left: Indices, right: Indices) -> Flags:
        """``(p,)`` whether the pages ``left`` ``(p,)`` and ``right`` ``(p,)`` are alike."""
        ...


def find_boilerplate(shared: SharedBlocks, sites: Indices) -> BoilerplateBlocks:
    """Finds the blocks that are boilerplate.

    1. A block is boilerplate of its site if it stands on `SITE_PAGES` pages of the site that are pairwise unlike.
    2. Of the other blocks, a block is boilerplate anywhere if it stands on `ANY_PAGES` pages of any sites that are
       pairwise unlike.

    `SAMPLE` pages of each block are sampled: the pages with the lowest ``contents``, of equal ones the lowest page. A
    sampled page is picked if it is unlike all pages that are picked before, the lightest page first. If too few pages
    are picked, the pages are picked again, the heaviest page first, and one page more is needed. `core.sites.likeness`
    says which pages are unlike.

    Args:
        shared: the blocks that ``n`` pages of ``m`` blocks share.
        sites: ``(n,)`` the site of each page, numbered from 0.

    Returns:
        Two flags for each of the ``m`` blocks. A block without words has neither flag.
    """
    remaining, columns = np.ones(shared.places.size, np.bool_), []
    for bar, groups in ((OF_SITE, sites), (OF_ANY, np.zeros_like(sites))):
        is_boilerplate = _find_in_groups(shared, remaining, groups, bar)
        remaining &= ~is_boilerplate
        flags = np.zeros(len(shared.pages.hashes), np.bool_)
        flags[shared.places[is_boilerplate]] = True
        columns.append(flags)
    return BoilerplateBlocks(*columns)


def _find_in_groups(shared: SharedBlocks, remaining: Flags, groups: Indices, bar: Bar) -> Flags:
    """Return ``(c,)`` flags: whether a place is a ``remaining`` place, and its block clears the ``bar`` in its group.

    The group of a place is the group of its page. ``groups`` ``(n,)`` is the group of each page. Only pages of one
    group are compared.
    """
    pages = shared.pages
    remaining = remaining & (np.bincount(groups)[groups] >= bar.pages)[shared.owners]
    order = np.lexsort((pages.contents, groups))
    grouped = _group_items(shared, remaining, order, groups, bar)
    candidates = (grouped.items.sizes >= bar.pages).nonzero()[0]
    starts, sizes = grouped.items.starts[candidates], np.minimum(grouped.items.sizes[candidates], SAMPLE)
    sampled = np.zeros(order.size, np.bool_)
    sampled[grouped.items.pages[ranges(starts, sizes)]] = True
    names = PageNames(pages.headlines[order], pages.sources[order])
    likeness = Likeness(grouped.items, grouped.own_words, names, sampled, bar.unlike, bar.widely)
    clear = clears(_lightest_first(grouped.items.pages, starts, sizes, likeness.lightness), sizes, bar.pages, likeness)
    firsts = order[grouped.items.pages[starts[clear]]]
    return _find_places(shared, remaining, groups, grouped.blocks[candidates[clear]], groups[firsts])


def have_unlike(shared: SharedBlocks, least: int) -> bool:
    """Says whether ``least`` of the pages of one site are unlike each other, as `find_boilerplate` picks them.

    Args:
        shared: the blocks that the pages of the site share.
        least: the number of pages.
    """
    count = shared.pages.sources.size
    if count < least:
        return False
    order, groups = shared.pages.contents.argsort(kind="stable"), np.zeros(count, np.int64)
    grouped = _group_items(shared, np.ones(shared.places.size, np.bool_), order, groups, OF_SITE)
    sampled = np.arange(count) < SAMPLE
    names = PageNames(shared.pages.headlines[order], shared.pages.sources[order])
    likeness = Likeness(grouped.items, grouped.own_words, names, sampled, OF_SITE.unlike)
    pages = sampled.nonzero()[0]
    pages = pages[likeness.lightness[pages].argsort(kind="stable")]
    return bool(clears(pages, np.array([pages.size]), least, likeness)[0])


class _GroupedItems(NamedTuple):
    """Items of pages. Pages are numbered in the order in which they are sampled.

    - ``items``: the distinct blocks that two pages of a group share.
    - ``blocks`` ``(i,)``: the distinct block of each item.
    - ``own_words`` ``(n,)``: words of each page that no other page of its group shares.
    """

    items: SharedItems
    blocks: Indices
    own_words: Indices


def _group_items(shared: SharedBlocks, remaining: Flags, order: Indices, groups: Indices, bar: Bar) -> _GroupedItems:
    """Returns the items of each group at the ``remaining`` places. Page ``order[i]`` gets the number ``i``."""
    ranks, own_words = np.empty_like(order), shared.own_words[order]
    ranks[order] = np.arange(order.size)
    label = shared.labels[shared.starts[:-1]]
    group, bits = groups[order], np.int64(max(1, order.size.bit_length()))
    nothing = np.zeros(0, np.int64)
    batches = [(nothing, nothing, nothing.astype(np.int32))]
    for first, last in shared.batches():
        span = slice(shared.starts[first], shared.starts[last])
        block = np.arange(first, last).repeat(np.diff(shared.starts[first : last + 1]))
        keys = ((block << bits) | ranks[shared.owners[span]])[remaining[span]]
        keys.sort()
        keys = keys[first_of_equals(keys)]
        block, page = keys >> bits, keys & ((1 << bits) - 1)
        starts = (first_of_equals(block) | first_of_equals(group[page])).nonzero()[0]
        sizes = counts_of(starts, keys.size)
        alone = starts[sizes == 1]
        alone = alone[~label[block[alone]]]
        np.add.at(own_words, page[alone], shared.words[block[alone]])
        several = sizes > 1
        page = page[several.repeat(sizes)]
        batches.append((block[starts[several]], sizes[several], page.astype(np.int32) if bits < 32 else page))
    blocks, sizes, pages = (np.concatenate(column) for column in zip(*batches, strict=True))
    words = counted_words(shared.words[blocks], label[blocks], bar)
    return _GroupedItems(SharedItems(words, sizes, pages), blocks, own_words)


def counted_words(words: Numbers, labels: Flags, bar: Bar) -> Indices:
    """``(i,)`` the words by which items weigh.

    Args:
        words: ``(i,)`` the words of each item.
        labels: ``(i,)`` whether the item is a label on the first page that has it.
        bar: the bar.
    """
    return np.where(labels & (not bar.labels), 0, words).astype(np.int64)


def _lightest_first(pages: Numbers, starts: Indices, sizes: Indices, lightness: Indices) -> Indices:
    """Returns the pages ``pages[starts[i]:starts[i] + sizes[i]]`` of each block, block after block, the lightest first.

    ``lightness`` ``(n,)`` is the rank of each page. A light page consists of blocks that it shares. So it is alike to
    all pages that print its article, whatever else these pages print.
    """
    bits = max(1, lightness.size.bit_length())
    keys = (np.arange(starts.size).repeat(sizes) << bits) | lightness[pages[ranges(starts, sizes)]]
    keys.sort()
    by_rank = np.empty_like(lightness)
    by_rank[lightness] = np.arange(lightness.size)
    ordered: Indices = by_rank[keys & ((1 << bits) - 1)]
    return ordered


def clears(pages: Indices, sizes: Indices, least: int, likeness: PageLikeness) -> Flags:
    """``(b,)`` whether each block stands on ``least`` pages that are unlike each other, if the lightest page is picked
    first, or on one page more, if the heaviest page is picked first.

    The lightest page is first to protect an article that a site prints on one page almost alone, and on other pages
    among much else: the light page is alike to all of them. The heaviest page is first because the lightest pages may
    be a menu and little else, and would protect the menu.

    Args:
        pages: the sampled pages of each block, block after block, the lightest first.
        sizes: ``(b,)`` the pages of each block, `SAMPLE` at most.
        least: the number of unlike pages.
        likeness: says which pages are alike.
    """
    first, last = bounds_of(sizes).T
    clear = _picks_enough(pages, first, 1, sizes, least, likeness)
    missing = (~clear & (sizes > least)).nonzero()[0]
    clear[missing] = _picks_enough(pages, last[missing] - 1, -1, sizes[missing], least + 1, likeness)
    return clear


def _picks_enough(
    pages: Indices, starts: Indices, step: int, sizes: Indices, least: int, likeness: PageLikeness
) -> Flags:
    """``(b,)`` whether ``least`` pages of each block are picked, each unlike all pages that are picked before.

    Block ``i`` has ``sizes[i]`` of the ``pages``, from ``starts[i]`` on in steps of 1 or -1. All blocks test their
    first page, then their second page, and so on. A block is done when it has its pages, or when too few pages remain.
    """
    picked, count = np.zeros((starts.size, least), np.int64), np.zeros(starts.size, np.int64)
    undecided = np.arange(starts.size)
    for turn in range(SAMPLE):
        missing = least - count[undecided]
        undecided = undecided[(missing > 0) & (missing <= sizes[undecided] - turn)]
        if not undecided.size:
            break
        page = pages[starts[undecided] + step * turn]
        free = np.ones(undecided.size, np.bool_)
        for before in range(least - 1):
            pairs = (free & (count[undecided] > before)).nonzero()[0]
            free[pairs] = ~likeness.alike(picked[undecided[pairs], before], page[pairs])
        chosen = undecided[free]
        picked[chosen, count[chosen]] = page[free]
        count[chosen] += 1
    clear: Flags = count == least
    return clear


def _find_places(shared: SharedBlocks, remaining: Flags, groups: Indices, blocks: Indices, owners: Indices) -> Flags:
    """Return ``(c,)`` flags: whether a place is a ``remaining`` place, and has one of ``b`` blocks in its group.

    ``blocks`` ``(b,)`` are distinct blocks, and ``owners`` ``(b,)`` are their groups. The pairs of block and group
    rise. ``groups`` ``(n,)`` is the group of each page.
    """
    is_place, cleared = np.zeros(remaining.size, np.bool_), blocks * groups.size + owners
    is_cleared = np.zeros(shared.words.size, np.bool_)
    is_cleared[blocks] = True
    for first, last in shared.batches():
        span = slice(shared.starts[first], shared.starts[last])
        block = np.arange(first, last).repeat(np.diff(shared.starts[first : last + 1]))
        positions = (is_cleared[block] & remaining[span]).nonzero()[0]
        codes = block[positions] * groups.size + groups[shared.owners[span][positions]]
        is_place[positions + span.start] = find(cleared, codes)[1]
    return is_place
