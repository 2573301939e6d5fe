"""Blocks of pages -> the blocks of each source that a reader should see: those that recur, and on how many pages.

What is chrome was judged before, by `core.boilerplate`; here it is only counted. Sources of one name are a family, as
in `core.rulings`: a reader knows them as one, so a block is counted over the family, unless its sources differ on it.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.pages import Pages
from dedup.types import Hashes, Indices

__all__ = ["Recurring", "recurring"]


class Recurring(NamedTuple):
    """``(r,)`` blocks of sources, by source, most frequent first: ``sources``, which one, or the leader for its family;
    ``places``, where the block stands there first; ``pages`` and ``stories``, on how many of those it stands."""

    sources: Indices
    places: Indices
    pages: Indices
    stories: Indices


def recurring(
    pages: Pages,
    sources: Indices,
    families: Indices,
    stories: Indices,
    chrome: npt.NDArray[np.bool_],
    ruled: npt.NDArray[np.bool_],
) -> Recurring:
    """The blocks that stand on two pages of a family, are chrome on one, or were ruled on.

    ``sources`` and ``stories`` ``(n,)`` are labels of the pages, ``families`` ``(s,)`` the leader of each source;
    ``chrome`` and ``ruled`` ``(m,)`` say of each block what was judged, and whether the user did. A block that is
    chrome in one source of a family and not in another comes for each of its sources. Blocks without words never come.
    Time is that of sorting all blocks a few times.
    """
    places = np.flatnonzero(pages.words > 0)
    page = np.searchsorted(pages.bounds, places, "right") - 1
    hashes, family = pages.hashes[places], families[sources[page]]
    run = _runs(hashes, family)
    share = np.bincount(run, chrome[places]) / np.bincount(run)
    differs = ((share > 0) & (share < 1))[run]
    unit = np.where(differs, sources[page], family)
    run = _runs(hashes, unit)
    first = np.unique(run, return_index=True)[1]
    on_pages, on_stories = _different(run, page), _different(run, stories[page])
    told = np.bincount(run, differs | chrome[places] | ruled[places]) > 0
    taken = np.flatnonzero(told | (on_pages > 1))
    taken = taken[np.lexsort((first[taken], -on_stories[taken], -on_pages[taken], unit[first[taken]]))]
    return Recurring(unit[first[taken]], places[first[taken]], on_pages[taken], on_stories[taken])


def _runs(hashes: Hashes, owners: Indices) -> Indices:
    """``(m,)`` a number for each hash with its owner, from 0 without gaps."""
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    new = np.zeros(order.size, np.bool_)
    new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    runs = np.empty(order.size, np.int64)
    runs[order] = np.cumsum(new)
    return runs


def _different(run: Indices, values: Indices) -> Indices:
    """How many different ``values`` each run has."""
    order = np.lexsort((values, run))
    run, values = run[order], values[order]
    new = np.ones(run.size, np.bool_)
    new[1:] = (run[1:] != run[:-1]) | (values[1:] != values[:-1])
    return np.bincount(run[new])
