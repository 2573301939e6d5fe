"""What pages taught, for pages to come: the labels of each site, its boilerplate, and texts that are no article.

A page that comes alone has no company to be judged by. What many pages taught is kept as hashes, so that the thousandth
page of a site is judged better than the first. Nothing is kept of the articles: the size of what is known is that of
the boilerplate of the sites.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.sites.boilerplate import BoilerplateTexts
from dedup.core.sites.pages import Pages
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS


class SiteProfiles(NamedTuple):
    """What is known of ``s`` sites, numbered from 0.

    - ``marks`` ``(f,) uint64``, rising: labels of the sites, with the ``owners`` ``(f,) int64`` of each.
    - ``sizes`` ``(s,) int64``: different labels of a page of the site, by the median.
    - ``named`` ``(s,) bool``: whether a page of the site names its source.
    - ``boilerplate`` ``(c,) uint64``, rising: blocks and sites in one hash (`_coded`).
    - ``anywhere`` ``(r,) uint64``, rising: blocks that are boilerplate on every site.
    - ``walls`` ``(w,) uint64``, rising: hashes of texts that pages have in common under other headlines.
    """

    marks: Hashes
    owners: Indices
    sizes: Indices
    named: Flags
    boilerplate: Hashes
    anywhere: Hashes
    walls: Hashes


_NO_HASH: Final = np.zeros(0, np.uint64)
_NO_SITE: Final = np.zeros(0, np.int64)

NOTHING: Final = SiteProfiles(_NO_HASH, _NO_SITE, _NO_SITE, np.zeros(0, np.bool_), _NO_HASH, _NO_HASH, _NO_HASH)
"""What is known when no page was seen."""


def build_profiles(
    pages: Pages, sites: Indices, found: BoilerplateTexts, walls: Hashes
) -> tuple[SiteProfiles, Indices]:
    """What pages teach.

    A site of a single page teaches nothing, for its labels are not known from its article. The labels of a site are
    the most frequent ones, on two pages at least, and as many as a page of the site has by the median; of equally
    frequent ones those of the lowest hashes.

    Args:
        pages: ``n`` pages of ``m`` blocks.
        sites: ``(n,)`` sites of the pages, numbered from 0 without gaps.
        found: ``(m,)`` which blocks are boilerplate of their site, and which are boilerplate anywhere.
        walls: ``(w,)`` hashes of texts that are set aside as the same under other headlines, in any order.

    Returns:
        What is known, and ``(n,)`` the number that the site of each page has there, -1 for none.
    """
    several = np.bincount(sites) > 1
    numbers = np.where(several, np.cumsum(several) - 1, -1)
    site, count = numbers[sites], int(several.sum())
    block_site = site[pages.of_blocks()]
    named = np.zeros(count, np.bool_)
    named[site[(site >= 0) & (pages.sources >= 0)]] = True
    owner, label = _labels(pages, block_site >= 0)
    sizes = _medians(site, np.bincount(owner, minlength=site.size), count)
    marks, owners = _marks(site[owner], label, sizes)
    coded = _coded(pages.hashes, block_site)[found.site & (block_site >= 0)]
    anywhere = np.unique(pages.hashes[found.anywhere])
    return SiteProfiles(marks, owners, sizes, named, np.unique(coded), anywhere, np.unique(walls)), site


def sites_of(known: SiteProfiles, pages: Pages) -> Indices:
    """``(n,)`` the known site of each page, -1 where none is: the site whose labels those of the page resemble most.

    A page and a site have `SHARED_LABELS` labels in common and a resemblance of `LABELS_ALIKE`, as two pages of a site
    have. A page that names a source is of no site that names one: the caller knows sites by the names of their sources.
    Of equally alike sites the first is taken.
    """
    found = np.full(len(pages.sources), -1)
    lines = pages.hashes[pages.are_labels()]
    if np.count_nonzero(find(known.marks, lines)[1]) < SHARED_LABELS:
        return found
    owner, label = _labels(pages, np.ones(len(pages.hashes), np.bool_))
    first, last = (known.marks.searchsorted(label, side) for side in ("left", "right"))
    times = last - first
    width = known.sizes.size + 1
    codes = owner.repeat(times) * width + known.owners[ranges(first, times)]
    codes.sort()
    starts = first_of_equals(codes).nonzero()[0]
    common = counts_of(starts, codes.size)
    many = (common >= SHARED_LABELS).nonzero()[0]
    page, site = np.divmod(codes[starts[many]], width)
    held = np.bincount(owner, minlength=len(pages.sources))[page]
    alike = common[many] / (held + known.sizes[site] - common[many])
    near = ((alike >= LABELS_ALIKE) & ~(known.named[site] & (pages.sources[page] >= 0))).nonzero()[0]
    near = near[np.lexsort((site[near], -alike[near], page[near]))]
    near = near[first_of_equals(page[near])]
    found[page[near]] = site[near]
    return found


def boilerplate_flags(known: SiteProfiles, pages: Pages, sites: Indices) -> Flags:
    """``(m,)`` whether a block is known to be boilerplate on a page of its site ``(n,)``, -1 for one that is not
    known."""
    site = sites[pages.of_blocks()]
    of_site = find(known.boilerplate, _coded(pages.hashes, site))[1] & (site >= 0)
    flags: Flags = (of_site | find(known.anywhere, pages.hashes)[1]) & (pages.words > 0)
    return flags


def _coded(blocks: Hashes, sites: Indices) -> Hashes:
    """A block and a site in one hash of 64 bits."""
    codes: Hashes = blocks ^ (sites.view(np.uint64) * multiplier("source", 0))
    return codes


def _labels(pages: Pages, chosen: Flags) -> tuple[Indices, Hashes]:
    """The different labels of each page, of those ``chosen`` ``(m,)``: the pages, rising, and the hashes."""
    places = (pages.are_labels() & chosen).nonzero()[0]
    owner, block = pages.of_blocks()[places], pages.hashes[places]
    order = np.lexsort((block, owner))
    owner, block = owner[order], block[order]
    new = first_of_equals(owner) | first_of_equals(block)
    return owner[new], block[new]


def _marks(sites: Indices, labels: Hashes, sizes: Indices) -> tuple[Hashes, Indices]:
    """The most frequent labels of each site, ``sizes`` ``(s,)`` at most, by hash, and the site of each."""
    order = np.lexsort((sites, labels))
    site, label = sites[order], labels[order]
    starts = np.flatnonzero(first_of_equals(site) | first_of_equals(label))
    times = counts_of(starts, order.size)
    site, label = site[starts], label[starts]
    rank, turn = np.empty_like(starts), np.lexsort((label, -times, site))
    firsts = np.flatnonzero(first_of_equals(site[turn]))
    rank[turn] = ranges(np.zeros_like(firsts), counts_of(firsts, turn.size))
    kept = (times > 1) & (rank < sizes[site])
    return label[kept], site[kept]


def _medians(sites: Indices, held: Indices, count: int) -> Indices:
    """``(count,)`` the median, of two the lower one, of what the pages of each site hold."""
    order = np.lexsort((held, sites))
    order = order[sites[order] >= 0]
    first = np.searchsorted(sites[order], np.arange(count))
    size = counts_of(first, order.size)
    medians: Indices = held[order[first + (size - 1) // 2]]
    return medians
