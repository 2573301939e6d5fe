"""Decided pairs -> the pairs that a person labels with most profit: near to the bound, and of many sites."""

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.sorting import first_of_equals


def choose_doubtful(shares: Indices, least: int, sites: Pairs, count: int) -> Indices:
    """Choose the pairs whose shares are nearest to the bound, spread over the sites.

    No two sites have a second pair before all other sites had their first one.

    Args:
        shares: ``(p,)`` the share of each pair.
        least: the share from which a pair is a match.
        sites: ``(p, 2)`` the sites of the two pages of each pair.
        count: the number of pairs, at most.

    Returns:
        Positions of pairs, in the order in which they are best labelled.
    """
    distances = np.abs(shares - least)
    low, high = np.sort(sites, axis=1).T
    order = np.lexsort((np.arange(shares.size), distances, high, low))
    first = first_of_equals(low[order]) | first_of_equals(high[order])
    starts = first.nonzero()[0]
    turn = np.empty_like(order)
    turn[order] = np.arange(order.size) - starts[first.cumsum() - 1] if order.size else 0
    chosen: Indices = np.lexsort((np.arange(shares.size), distances, turn))[:count]
    return chosen
