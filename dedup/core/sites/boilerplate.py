"""Blocks of pages -> boilerplate: navigation, teasers, comment forms, legal lines.

A block is boilerplate if it stands on several pages of one site that are unlike each other; and, of what is left, if it
stands on such pages of any sites. How often a text is printed is no evidence against it: one article on many sites
stands on pages that are alike. A bounded number of pages is looked at for each block, so that time is linear.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.ragged import bounds_of, counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.sites.likeness import Likeness, PageNames, SharedItems
from dedup.core.sites.shared_blocks import Numbers, SharedBlocks
from dedup.core.thresholds import ANY_PAGES, ANY_UNLIKE, SITE_PAGES, SITE_UNLIKE, WIDELY

SAMPLE: Final = 16
"""Pages of a block that are looked at, at most: the pages of the lowest fingerprints, so that all blocks of a site ask
for the same pairs of pages."""


class BoilerplateTexts(NamedTuple):
    """``(m,)`` whether a block is boilerplate of its ``site``; whether another block is boilerplate ``anywhere``."""

    site: Flags
    anywhere: Flags


class _Bar(NamedTuple):
    """The ``pages`` that a block needs; the share of the smaller page below which two pages are ``unlike``; the pages
    that a block counts for at most if its pages name two sources, 0 for no such rule; whether ``labels`` weigh."""

    pages: int
    unlike: float
    widely: int
    labels: bool


_OF_SITE: Final = _Bar(SITE_PAGES, SITE_UNLIKE, 0, False)
_OF_ANY: Final = _Bar(ANY_PAGES, ANY_UNLIKE, WIDELY, True)


def find_boilerplate(common: SharedBlocks, sites: Indices) -> BoilerplateTexts:
    """Which blocks are boilerplate.

    A block is boilerplate of its site if it stands on `SITE_PAGES` pages of the site that are pairwise unlike. Of what
    is left, a block is boilerplate anywhere if it stands on `ANY_PAGES` pages of any sites that are pairwise unlike.
    Of the pages of a block the `SAMPLE` pages of the lowest ``contents`` are looked at, of equal ones the lowest page;
    a page is picked if it is unlike all pages picked before, the lightest page first. Where that brings too few, the
    heaviest page is first, and one page more is needed. `core.sites.likeness` says what is unlike.

    Args:
        common: what ``n`` pages of ``m`` blocks have in common.
        sites: ``(n,)`` sites of the pages, numbered from 0.

    Returns:
        Two flags for each block; no block has both. A block without words has none.
    """
    left, found = np.ones(common.places.size, np.bool_), []
    for bar, groups in ((_OF_SITE, sites), (_OF_ANY, np.zeros_like(sites))):
        here = _standing(common, left, groups, bar)
        left &= ~here
        flags = np.zeros(len(common.pages.hashes), np.bool_)
        flags[common.places[here]] = True
        found.append(flags)
    return BoilerplateTexts(*found)


def _standing(common: SharedBlocks, left: Flags, groups: Indices, bar: _Bar) -> Flags:
    """``(c,)`` which of the places that are ``left`` have a text that clears the ``bar`` in the group of the page."""
    pages = common.pages
    left = left & (np.bincount(groups)[groups] >= bar.pages)[common.owners]
    order = np.lexsort((pages.contents, groups))
    shared = _shared(common, left, order, groups, bar)
    asked = np.flatnonzero(shared.items.sizes >= bar.pages)
    starts, sizes = shared.items.starts[asked], np.minimum(shared.items.sizes[asked], SAMPLE)
    looked = np.zeros(order.size, np.bool_)
    looked[shared.items.pages[ranges(starts, sizes)]] = True
    names = PageNames(pages.headlines[order], pages.sources[order])
    likeness = Likeness(shared.items, shared.own, names, looked, bar.unlike, bar.widely)
    clear = _clear(_lightest_first(shared.items.pages, starts, sizes, likeness.lightness), sizes, bar.pages, likeness)
    firsts = order[shared.items.pages[starts[clear]]]
    return _places(common, left, groups, shared.texts[asked[clear]], groups[firsts])


class _Shared(NamedTuple):
    """The ``items`` of pages, which are numbered in the order in which they are looked at, with the ``texts`` ``(i,)``
    of the items; and ``own`` ``(n,)``, the words of each page that no other page of its group shares."""

    items: SharedItems
    texts: Indices
    own: Indices


def _shared(common: SharedBlocks, left: Flags, order: Indices, groups: Indices, bar: _Bar) -> _Shared:
    """What the pages of each group share at the places that are ``left``; page ``order[i]`` has the number ``i``."""
    ranks, own = np.empty_like(order), common.own[order]
    ranks[order] = np.arange(order.size)
    label = common.labels[common.starts[:-1]]
    group, bits = groups[order], np.int64(max(1, order.size.bit_length()))
    nothing = np.zeros(0, np.int64)
    parts = [(nothing, nothing, nothing.astype(np.int32))]
    for first, last in common.lots():
        span = slice(common.starts[first], common.starts[last])
        text = np.arange(first, last).repeat(np.diff(common.starts[first : last + 1]))
        keys = ((text << bits) | ranks[common.owners[span]])[left[span]]
        keys.sort()
        keys = keys[first_of_equals(keys)]
        text, page = keys >> bits, keys & ((1 << bits) - 1)
        starts = np.flatnonzero(first_of_equals(text) | first_of_equals(group[page]))
        sizes = counts_of(starts, keys.size)
        alone = starts[sizes == 1]
        alone = alone[~label[text[alone]]]
        np.add.at(own, page[alone], common.words[text[alone]])
        several = sizes > 1
        kept = page[several.repeat(sizes)]
        parts.append((text[starts[several]], sizes[several], kept.astype(np.int32) if bits < 32 else kept))
    texts, sizes, pages = (np.concatenate(column) for column in zip(*parts, strict=True))
    words = np.where(label[texts] & ~bar.labels, 0, common.words[texts]).astype(np.int64)
    return _Shared(SharedItems(words, sizes, pages), texts, own)


def _lightest_first(pages: Numbers, starts: Indices, sizes: Indices, lightness: Indices) -> Indices:
    """The ``pages[starts[i]:starts[i] + sizes[i]]`` of each block, block after block, the lightest first.

    ``lightness`` ``(n,)`` ranks all pages. A light page consists of what it shares, so it is alike to all pages that
    print its article, whatever else these print.
    """
    bits = max(1, lightness.size.bit_length())
    keys = (np.arange(starts.size).repeat(sizes) << bits) | lightness[pages[ranges(starts, sizes)]]
    keys.sort()
    by_rank = np.empty_like(lightness)
    by_rank[lightness] = np.arange(lightness.size)
    ordered: Indices = by_rank[keys & ((1 << bits) - 1)]
    return ordered


def _clear(pages: Indices, sizes: Indices, least: int, likeness: Likeness) -> Flags:
    """``(b,)`` which blocks stand on ``least`` pages that are unlike each other, if the lightest page is picked first;
    or on one more, if the heaviest page is.

    So an article stays that a site prints on some pages, among much else, and on one page almost alone. Where more
    pages are unlike, the lightest pages may be a menu and little else. Block ``i`` has the next ``sizes[i]`` of the
    ``pages``, the lightest first.
    """
    first, last = bounds_of(sizes).T
    clear = _picked(pages, first, 1, sizes, least, likeness)
    rest = np.flatnonzero(~clear & (sizes > least))
    clear[rest] = _picked(pages, last[rest] - 1, -1, sizes[rest], least + 1, likeness)
    return clear


def _picked(pages: Indices, starts: Indices, step: int, sizes: Indices, least: int, likeness: Likeness) -> Flags:
    """``(b,)`` of which blocks ``least`` pages are picked, each unlike all that were picked before.

    Block ``i`` has ``sizes[i]`` of the ``pages``, from ``starts[i]`` on in steps of 1 or -1. All blocks
    look at their first page, then at their second, and so on; a block that has its pages, or too few that are left,
    looks no further.
    """
    picked, count = np.zeros((starts.size, least), np.int64), np.zeros(starts.size, np.int64)
    looking = np.arange(starts.size)
    for turn in range(SAMPLE):
        missing = least - count[looking]
        looking = looking[(missing > 0) & (missing <= sizes[looking] - turn)]
        page = pages[starts[looking] + step * turn]
        free = np.ones(looking.size, np.bool_)
        for before in range(least - 1):
            asked = np.flatnonzero(free & (count[looking] > before))
            free[asked] = ~likeness.alike(picked[looking[asked], before], page[asked])
        chosen = looking[free]
        picked[chosen, count[chosen]] = page[free]
        count[chosen] += 1
    clear: Flags = count == least
    return clear


def _places(common: SharedBlocks, left: Flags, groups: Indices, texts: Indices, owners: Indices) -> Flags:
    """``(c,)`` the places that are ``left`` of ``texts`` on pages of the groups ``owners``; texts rise, then owners."""
    found, known = np.zeros(left.size, np.bool_), texts * groups.size + owners
    wanted = np.zeros(common.words.size, np.bool_)
    wanted[texts] = True
    for first, last in common.lots():
        span = slice(common.starts[first], common.starts[last])
        text = np.arange(first, last).repeat(np.diff(common.starts[first : last + 1]))
        some = np.flatnonzero(wanted[text] & left[span])
        codes = text[some] * groups.size + groups[common.owners[span][some]]
        found[some + span.start] = find(known, codes)[1]
    return found
