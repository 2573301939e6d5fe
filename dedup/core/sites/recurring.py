"""Blocks of pages -> the blocks of each site that a reader should see: blocks that recur, with their counts.

`core.sites.boilerplate` finds boilerplate; this module only counts.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.sorting import distinct, firsts
from dedup.core.sites.pages import Pages


class RecurringBlocks(NamedTuple):
    """``r`` blocks of sites, site after site, the most frequent block of a site first; all arrays are ``(r,)``.

    - ``sites``: the site.
    - ``places``: the number of the first block with these words there.
    - ``pages``: pages of the site that have the block.
    - ``stories``: stories of these pages.
    """

    sites: Indices
    places: Indices
    pages: Indices
    stories: Indices


def recurring_blocks(
    pages: Pages,
    sites: Indices,
    stories: Indices,
    boilerplate: npt.NDArray[np.bool_],
    ruled: npt.NDArray[np.bool_],
) -> RecurringBlocks:
    """Counts the blocks that stand on two pages of a site, are boilerplate on a page, or have a ruling of the user.

    Time is the time of a few sorts of all blocks.

    Args:
        pages: ``n`` pages of ``m`` blocks; blocks without words are left out.
        sites: ``(n,)`` the site of each page, numbered from 0.
        stories: ``(n,)`` the story of each page.
        boilerplate: ``(m,)`` whether each block is boilerplate.
        ruled: ``(m,)`` whether each block has a ruling of the user.

    Returns:
        The blocks, with their counts.
    """
    places = np.flatnonzero(pages.words > 0)
    page = np.searchsorted(pages.bounds, places, "right") - 1
    site = sites[page]
    block = _number_blocks(pages.hashes[places], site)
    first = firsts(block)
    on_pages, on_stories = _count_different(block, page), _count_different(block, stories[page])
    marked = np.bincount(block, boilerplate[places] | ruled[places]) > 0
    taken = np.flatnonzero(marked | (on_pages > 1))
    taken = taken[np.lexsort((first[taken], -on_stories[taken], -on_pages[taken], site[first[taken]]))]
    return RecurringBlocks(site[first[taken]], places[first[taken]], on_pages[taken], on_stories[taken])


def _number_blocks(hashes: Hashes, owners: Indices) -> Indices:
    """``(m,)`` the number of each couple of hash and owner, from 0 without gaps."""
    return distinct(distinct(hashes)[1] * (owners.max(initial=0) + 1) + owners)[1]


def _count_different(blocks: Indices, values: Indices) -> Indices:
    """Counts the different ``values`` of each of the numbered blocks."""
    width = values.max(initial=0) + 1
    return np.bincount(distinct(blocks * width + values)[0] // width)
