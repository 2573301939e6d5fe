"""Pairs of pages -> what is known of each pair beside its two texts: headlines, sources, sites."""

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.sorting import distinct, find
from dedup.core.pairs.rule import PairFacts
from dedup.core.sites.pages import Pages


def make_pair_facts(pages: Pages, sites: Indices, dropped: Flags, pairs: Pairs) -> PairFacts:
    """What is known of pairs of pages.

    Two pages may have one headline if their titles are equal, if the title of one stands as a block on the other, which
    has no title, or if neither has a title: then nothing says that their headlines differ.

    Args:
        pages: ``n`` pages.
        sites: ``(n,)`` the site of each page.
        dropped: ``(m,)`` which blocks are boilerplate: a headline among them is none.
        pairs: ``(p, 2)`` of pages.

    Returns:
        Flags of each pair.
    """
    first, second = pairs.T
    left, right = pages.headlines[first], pages.headlines[second]
    one_headline = left == right
    for titled, untitled, other in ((left, right, second), (right, left, first)):
        asked = ((titled != 0) & (untitled == 0)).nonzero()[0]
        if asked.size:
            one_headline[asked] = _stands(pages, dropped, titled[asked], other[asked])
    ours, theirs = pages.sources[first], pages.sources[second]
    return PairFacts(
        one_headline=one_headline,
        named=(left != 0) & (right != 0) & (left != right),
        two_sources=(ours >= 0) & (theirs >= 0) & (ours != theirs),
        one_site=sites[first] == sites[second],
    )


def _stands(pages: Pages, dropped: Flags, hashes: Hashes, numbers: Indices) -> Flags:
    """``(a,)`` whether each block of ``hashes`` stands on the page of ``numbers`` beside it, not as boilerplate."""
    some, row = distinct(numbers)
    places = pages.places(some)
    owner = np.arange(some.size).repeat(pages.bounds[some + 1] - pages.bounds[some])
    kept = ~dropped[places]
    standing = _coded(pages.hashes[places[kept]], owner[kept])
    standing.sort()
    return find(standing, _coded(hashes, row))[1]


def _coded(hashes: Hashes, owners: Indices) -> Hashes:
    """A block and the number of its page in one hash of 64 bits."""
    codes: Hashes = hashes + owners.astype(np.uint64) * multiplier("page", 0)
    return codes
