"""Site profiles -> the site and the boilerplate of pages that arrive.

A page that arrives alone has no other pages to be compared with. Site profiles hold what earlier pages showed, as
hashes: the labels that identify each site, its boilerplate, and the texts that are no article. `core.sites.learned`
learns what they hold.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.sites.boilerplate import BoilerplateBlocks
from dedup.core.sites.pages import Pages
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS


class SiteProfiles(NamedTuple):
    """Profiles of ``s`` sites, numbered from 0.

    - ``marks`` ``(f,) uint64``, rising: labels of the sites.
    - ``owners`` ``(f,) int64``: the site of each label of ``marks``.
    - ``sizes`` ``(s,) int64``: the median number of distinct labels of the pages of each site.
    - ``named`` ``(s,) bool``: whether a page of the site names its source.
    - ``boilerplate`` ``(c,) uint64``, rising: blocks that are boilerplate of a site, block and site mixed in one hash.
    - ``anywhere`` ``(r,) uint64``, rising: blocks that are boilerplate on every site.
    - ``walls`` ``(w,) uint64``, rising: hashes of texts that pages have in common under different headlines.
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
"""Site profiles before the first page."""


def build_profiles(
    pages: Pages, sites: Indices, boilerplate: BoilerplateBlocks, walls: Hashes
) -> tuple[SiteProfiles, Indices]:
    """Builds the profiles of the sites that have two pages or more.

    A site of one page has no profile, for one page does not tell its labels from its article. The labels of a profile
    are the most frequent labels of the site, on two pages at least. Their number is at most the median number of labels
    of the pages of the site. Of equally frequent labels the labels with the lowest hashes are taken.

    Args:
        pages: ``n`` pages of ``m`` blocks.
        sites: ``(n,)`` the site of each page, numbered from 0 without gaps.
        boilerplate: ``(m,)`` the blocks that are boilerplate of their site, and the blocks that are boilerplate
            anywhere.
        walls: ``(w,)`` hashes of texts that are no articles because pages have them under different headlines, in any
            order.

    Returns:
        The profiles, and ``(n,)`` the number of the profile of each page, -1 for none.
    """
    several = np.bincount(sites) > 1
    numbers = np.where(several, np.cumsum(several) - 1, -1)
    site, count = numbers[sites], int(several.sum())
    block_site = site[pages.of_blocks()]
    named = np.zeros(count, np.bool_)
    named[site[(site >= 0) & (pages.sources >= 0)]] = True
    owner, label = _page_labels(pages, block_site >= 0)
    sizes = _medians(site, np.bincount(owner, minlength=site.size), count)
    marks, owners = _choose_marks(site[owner], label, sizes)
    codes = block_codes(pages.hashes, block_site)[boilerplate.site & (block_site >= 0)]
    anywhere = np.unique(pages.hashes[boilerplate.anywhere])
    return SiteProfiles(marks, owners, sizes, named, np.unique(codes), anywhere, np.unique(walls)), site


def sites_of(profiles: SiteProfiles, pages: Pages) -> Indices:
    """``(n,)`` the profile of each page, -1 for none: the site whose labels the labels of the page resemble most.

    A page belongs to a site if both have `SHARED_LABELS` labels in common, and a resemblance of `LABELS_ALIKE`, as two
    pages of a site have. A page that names a source belongs to no site that names one: the caller finds such sites by
    the names of their sources. Of equally alike sites the first is taken.
    """
    site_numbers = np.full(len(pages.sources), -1)
    lines = pages.hashes[pages.are_labels()]
    if np.count_nonzero(find(profiles.marks, lines)[1]) < SHARED_LABELS:
        return site_numbers
    owner, label = _page_labels(pages, np.ones(len(pages.hashes), np.bool_))
    first, last = (profiles.marks.searchsorted(label, side) for side in ("left", "right"))
    times = last - first
    width = profiles.sizes.size + 1
    codes = owner.repeat(times) * width + profiles.owners[ranges(first, times)]
    codes.sort()
    starts = first_of_equals(codes).nonzero()[0]
    common = counts_of(starts, codes.size)
    many = (common >= SHARED_LABELS).nonzero()[0]
    page, site = np.divmod(codes[starts[many]], width)
    sizes = np.bincount(owner, minlength=len(pages.sources))[page]
    resemblance = common[many] / (sizes + profiles.sizes[site] - common[many])
    both_named = profiles.named[site] & (pages.sources[page] >= 0)
    alike = ((resemblance >= LABELS_ALIKE) & ~both_named).nonzero()[0]
    alike = alike[np.lexsort((site[alike], -resemblance[alike], page[alike]))]
    alike = alike[first_of_equals(page[alike])]
    site_numbers[page[alike]] = site[alike]
    return site_numbers


def boilerplate_flags(profiles: SiteProfiles, pages: Pages, sites: Indices) -> Flags:
    """``(m,)`` whether each block is boilerplate by the profile of its page, or boilerplate on every site.

    Args:
        profiles: the site profiles.
        pages: ``n`` pages of ``m`` blocks.
        sites: ``(n,)`` the profile of each page, -1 for none.
    """
    site = sites[pages.of_blocks()]
    of_site = find(profiles.boilerplate, block_codes(pages.hashes, site))[1] & (site >= 0)
    flags: Flags = (of_site | find(profiles.anywhere, pages.hashes)[1]) & (pages.words > 0)
    return flags


def block_codes(blocks: Hashes, sites: Indices) -> Hashes:
    """Mixes the hash of each block with its site: one hash of 64 bits."""
    codes: Hashes = blocks ^ (sites.view(np.uint64) * multiplier("source", 0))
    return codes


def _page_labels(pages: Pages, chosen: Flags) -> tuple[Indices, Hashes]:
    """Returns the different labels of each page among the ``chosen`` blocks ``(m,)``: pages, rising, and hashes."""
    labels = (pages.are_labels() & chosen).nonzero()[0]
    owner, block = pages.of_blocks()[labels], pages.hashes[labels]
    order = np.lexsort((block, owner))
    owner, block = owner[order], block[order]
    new = first_of_equals(owner) | first_of_equals(block)
    return owner[new], block[new]


def _choose_marks(sites: Indices, labels: Hashes, sizes: Indices) -> tuple[Hashes, Indices]:
    """Returns the most frequent labels of each site, at most ``sizes`` ``(s,)``, by hash, and their sites."""
    order = np.lexsort((sites, labels))
    site, label = sites[order], labels[order]
    starts = np.flatnonzero(first_of_equals(site) | first_of_equals(label))
    times = counts_of(starts, order.size)
    site, label = site[starts], label[starts]
    rank, turn = np.empty_like(starts), np.lexsort((label, -times, site))
    firsts = np.flatnonzero(first_of_equals(site[turn]))
    rank[turn] = ranges(np.zeros_like(firsts), counts_of(firsts, turn.size))
    keep = (times > 1) & (rank < sizes[site])
    return label[keep], site[keep]


def _medians(sites: Indices, values: Indices, count: int) -> Indices:
    """``(count,)`` the median of the ``values`` ``(n,)`` of the pages of each site; the lower one of two medians."""
    order = np.lexsort((values, sites))
    order = order[sites[order] >= 0]
    first = np.searchsorted(sites[order], np.arange(count))
    size = counts_of(first, order.size)
    medians: Indices = values[order[first + (size - 1) // 2]]
    return medians
