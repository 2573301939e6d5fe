"""Blocks of pages -> the blocks of each site that a reader should see: those that recur, and on how many pages.

`core.sites.boilerplate` says what is boilerplate; here it is only counted. Sites of one name are a family, as in
`core.sites.overrides`: a reader knows them as one, so a block is counted over the family, unless its sites differ on it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.sorting import distinct
from dedup.core.sites.pages import Pages


class RecurringBlocks(NamedTuple):
    """``(r,)`` blocks of sites, by site, most frequent first: ``sites``, which one, or the leader for its family;
    ``places``, where the block stands there first; ``pages`` and ``stories``, on how many of each it stands."""

    sites: Indices
    places: Indices
    pages: Indices
    stories: Indices


def recurring_blocks(
    pages: Pages,
    sites: Indices,
    families: Indices,
    stories: Indices,
    boilerplate: npt.NDArray[np.bool_],
    ruled: npt.NDArray[np.bool_],
) -> RecurringBlocks:
    """The blocks that stand on two pages of a family, are boilerplate on one, or were ruled on.

    A block that is boilerplate on one site of a family and not on another comes for each of its sites. Time is that of
    sorting all blocks a few times.

    Args:
        pages: ``n`` pages of ``m`` blocks; blocks without words never come.
        sites: ``(n,)`` sites of the pages, numbered from 0.
        families: ``(s,)`` the leader of each site.
        stories: ``(n,)`` stories of the pages.
        boilerplate: ``(m,)`` which blocks are boilerplate.
        ruled: ``(m,)`` which blocks the user ruled on.
    """
    places = np.flatnonzero(pages.words > 0)
    page = np.searchsorted(pages.bounds, places, "right") - 1
    hashes, family = pages.hashes[places], families[sites[page]]
    run = _runs(hashes, family)
    share = np.bincount(run, boilerplate[places]) / np.bincount(run)
    differs = ((share > 0) & (share < 1))[run]
    unit = np.where(differs, sites[page], family)
    run = _runs(hashes, unit)
    first = np.unique(run, return_index=True)[1]
    on_pages, on_stories = _different(run, page), _different(run, stories[page])
    told = np.bincount(run, differs | boilerplate[places] | ruled[places]) > 0
    taken = np.flatnonzero(told | (on_pages > 1))
    taken = taken[np.lexsort((first[taken], -on_stories[taken], -on_pages[taken], unit[first[taken]]))]
    return RecurringBlocks(unit[first[taken]], places[first[taken]], on_pages[taken], on_stories[taken])


def _runs(hashes: Hashes, owners: Indices) -> Indices:
    """``(m,)`` a number for each hash with its owner, from 0 without gaps."""
    return distinct(distinct(hashes)[1] * (owners.max(initial=0) + 1) + owners)[1]


def _different(run: Indices, values: Indices) -> Indices:
    """How many different ``values`` each run has."""
    width = values.max(initial=0) + 1
    return np.bincount(distinct(run * width + values)[0] // width)
