"""Pairs of pages -> the facts of each pair beside its two texts: headlines, sources, sites."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.sorting import distinct, find
from dedup.core.pairs.rule import PairFacts
from dedup.core.sites.pages import Pages


class PageFacts(NamedTuple):
    """Facts of ``n`` pages beside their texts.

    - ``headlines`` ``(n,) uint64``: the hash of each title as one block, 0 for none.
    - ``sources`` ``(n,) int64``: the number or the key of each source.
    - ``has_source`` ``(n,) bool``: whether a page names a source.
    - ``sites`` ``(n,) int64``: the site of each page.
    """

    headlines: Hashes
    sources: Indices
    has_source: Flags
    sites: Indices


HasBlock = Callable[[Hashes, Indices], Flags]
"""``(hashes (a,), pages (a,))`` -> ``(a,)`` whether each page has the block of the hash outside of its boilerplate."""


def make_pair_facts(pages: Pages, sites: Indices, boilerplate: Flags, pairs: Pairs) -> PairFacts:
    """Collects the facts of each pair of pages, as `compare_pages` explains them.

    Args:
        pages: ``n`` pages.
        sites: ``(n,)`` the site of each page.
        boilerplate: ``(m,)`` whether each block is boilerplate. A title that stands on a page as boilerplate is no
            headline of the page.
        pairs: ``(p, 2)`` page numbers.

    Returns:
        The flags of each pair, in the order of ``pairs``.
    """
    facts = PageFacts(pages.headlines, pages.sources, pages.sources >= 0, sites)
    return compare_pages(facts, pairs, lambda hashes, rows: _has_block(pages, boilerplate, hashes, rows))


def compare_pages(pages: PageFacts, pairs: Pairs, has_block: HasBlock) -> PairFacts:
    """Compares the facts of the two pages of each pair.

    Two pages may have one headline in three cases. Their titles are equal. Or one page has no title, and the title of
    the other page stands on it as a block. Or no page has a title: then nothing says that the headlines differ.

    Args:
        pages: facts of the pages.
        pairs: ``(p, 2)`` page numbers.
        has_block: says which pages have which blocks.

    Returns:
        The flags of each pair, in the order of ``pairs``.
    """
    first, second = pairs.T
    first_title, second_title = pages.headlines[first], pages.headlines[second]
    one_headline = first_title == second_title
    for title, no_title, untitled in ((first_title, second_title, second), (second_title, first_title, first)):
        positions = ((title != 0) & (no_title == 0)).nonzero()[0]
        if positions.size:
            one_headline[positions] = has_block(title[positions], untitled[positions])
    return PairFacts(
        one_headline=one_headline,
        named=(first_title != 0) & (second_title != 0) & (first_title != second_title),
        two_sources=pages.has_source[first]
        & pages.has_source[second]
        & (pages.sources[first] != pages.sources[second]),
        one_site=pages.sites[first] == pages.sites[second],
    )


def _has_block(pages: Pages, boilerplate: Flags, hashes: Hashes, page_numbers: Indices) -> Flags:
    """Says of each page of ``page_numbers`` ``(a,)`` whether it has the block of ``hashes`` ``(a,)`` outside of its
    boilerplate.
    """
    asked_pages, row = distinct(page_numbers)
    blocks = pages.places(asked_pages)
    owners = np.arange(asked_pages.size).repeat(pages.bounds[asked_pages + 1] - pages.bounds[asked_pages])
    keep = ~boilerplate[blocks]
    codes = _block_codes(pages.hashes[blocks[keep]], owners[keep])
    codes.sort()
    return find(codes, _block_codes(hashes, row))[1]


def _block_codes(hashes: Hashes, owners: Indices) -> Hashes:
    """Mixes the hash of each block with the number of its page: one hash of 64 bits."""
    codes: Hashes = hashes + owners.astype(np.uint64) * multiplier("page", 0)
    return codes
