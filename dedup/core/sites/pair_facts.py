"""Pairs of pages -> the facts of each pair beside its two texts: headlines, sources, sites."""

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.sorting import distinct, find
from dedup.core.pairs.rule import PairFacts
from dedup.core.sites.pages import Pages


def make_pair_facts(pages: Pages, sites: Indices, boilerplate: Flags, pairs: Pairs) -> PairFacts:
    """Collects the facts of each pair of pages.

    Two pages may have one headline in three cases. Their titles are equal. Or one page has no title, and the title of
    the other page stands on it as a block. Or no page has a title: then nothing says that the headlines differ.

    Args:
        pages: ``n`` pages.
        sites: ``(n,)`` the site of each page.
        boilerplate: ``(m,)`` whether each block is boilerplate. A title that stands on a page as boilerplate is no
            headline of the page.
        pairs: ``(p, 2)`` page numbers.

    Returns:
        The flags of each pair, in the order of ``pairs``.
    """
    first, second = pairs.T
    first_title, second_title = pages.headlines[first], pages.headlines[second]
    one_headline = first_title == second_title
    for title, no_title, untitled in ((first_title, second_title, second), (second_title, first_title, first)):
        positions = ((title != 0) & (no_title == 0)).nonzero()[0]
        if positions.size:
            one_headline[positions] = _has_block(pages, boilerplate, title[positions], untitled[positions])
    first_source, second_source = pages.sources[first], pages.sources[second]
    return PairFacts(
        one_headline=one_headline,
        named=(first_title != 0) & (second_title != 0) & (first_title != second_title),
        two_sources=(first_source >= 0) & (second_source >= 0) & (first_source != second_source),
        one_site=sites[first] == sites[second],
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
