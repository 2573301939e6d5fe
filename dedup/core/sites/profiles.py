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


def sites_of(profiles: SiteProfiles, pages: Pages) -> Indices:
    """``(n,)`` the profile of each page, -1 for none: the site whose labels the labels of the page resemble most.

    A page belongs to a site if both have `SHARED_LABELS` labels in common, and a resemblance of `LABELS_ALIKE`, as two
    pages of a site have. A page that names a source belongs to no site that names one: the caller finds such sites by
    the names of their sources. Of equally alike sites the first is taken.
    """
    site_numbers = np.full(len(pages.sources), -1)
    lines = pages.hashes[pages.are_labels()]
    if lines.size < SHARED_LABELS or np.count_nonzero(find(profiles.marks, lines)[1]) < SHARED_LABELS:
        return site_numbers
    owner, label = _page_labels(pages)
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
    flags: Flags = find(profiles.anywhere, pages.hashes)[1]
    if profiles.boilerplate.size:
        site = sites[pages.of_blocks()]
        flags |= find(profiles.boilerplate, block_codes(pages.hashes, site))[1] & (site >= 0)
    flags &= pages.words > 0
    return flags


def block_codes(blocks: Hashes, sites: Indices) -> Hashes:
    """Mixes the hash of each block with its site.

    Args:
        blocks: ``(b,)`` the hash of each block.
        sites: ``(b,)`` the site of each block.

    Returns:
        ``(b,)`` one hash of 64 bits for each block.
    """
    codes: Hashes = blocks ^ (sites.view(np.uint64) * multiplier("source", 0))
    return codes


def _page_labels(pages: Pages) -> tuple[Indices, Hashes]:
    """Returns the different labels of each page: pages, rising, and hashes."""
    labels = pages.are_labels().nonzero()[0]
    owner, block = pages.of_blocks()[labels], pages.hashes[labels]
    order = np.lexsort((block, owner))
    owner, block = owner[order], block[order]
    new = first_of_equals(owner) | first_of_equals(block)
    return owner[new], block[new]
