"""Pages -> the site of each page, and the blocks that are left out. Each engine finds its boilerplate here."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.sites import profiles
from dedup.core.sites.boilerplate import BoilerplateBlocks, find_boilerplate
from dedup.core.sites.grouping import group_pages
from dedup.core.sites.pages import Pages
from dedup.core.sites.profiles import SiteProfiles
from dedup.core.sites.shared_blocks import shared_blocks


class BoilerplateFlags(NamedTuple):
    """The sites and the boilerplate of ``n`` pages with ``m`` blocks.

    - ``sites`` ``(n,) int64``: the site of each page.
    - ``boilerplate``: which blocks are boilerplate.
    - ``left_out`` ``(m,) bool``: which blocks are left out: boilerplate and credits, with the overrides of a user.
    """

    sites: Indices
    boilerplate: BoilerplateBlocks
    left_out: Flags

    @classmethod
    def of(cls, pages: Pages, sites: Indices, boilerplate: BoilerplateBlocks) -> "BoilerplateFlags":
        """Leave out the boilerplate and the credits of pages."""
        left_out = boilerplate.site | boilerplate.anywhere
        left_out[pages.credits] = True
        return cls(sites, boilerplate, left_out)


def decide_boilerplate(pages: Pages) -> BoilerplateFlags:
    """Decide what is boilerplate on pages that are all there. Credits are left out too."""
    shared = shared_blocks(pages)
    sites = group_pages(shared)
    return BoilerplateFlags.of(pages, sites, find_boilerplate(shared, sites))


def decide_by_profiles(site_profiles: SiteProfiles, pages: Pages, named: Indices) -> tuple[Indices, Flags]:
    """Decide what is boilerplate on pages that arrive, by the profiles of known sites. Credits are left out too.

    A page is of the site that its source names, or else of the known site that it is like. Other pages are of new
    sites: pages of one source are of one site, and a page without a source is a site of its own.

    Args:
        site_profiles: the profiles of the known sites.
        pages: ``n`` pages of ``m`` blocks.
        named: ``(n,)`` the known site of the source of each page, or -1.

    Returns:
        ``(n,)`` the site of each page, from 0, and ``(m,)`` which blocks are left out.
    """
    sites = np.where(named < 0, profiles.sites_of(site_profiles, pages), named)
    return leave_out(site_profiles, pages, sites)


def leave_out(site_profiles: SiteProfiles, pages: Pages, sites: Indices) -> tuple[Indices, Flags]:
    """Decide what is boilerplate on pages of known sites, and number the sites of the other pages.

    Args:
        site_profiles: the profiles of the known sites.
        pages: ``n`` pages of ``m`` blocks.
        sites: ``(n,)`` the known site of each page, or -1.

    Returns:
        As `decide_by_profiles`.
    """
    left_out = profiles.boilerplate_flags(site_profiles, pages, sites)
    left_out[pages.credits] = True
    count = pages.sources.size
    new_sites = np.where(pages.sources < 0, count + np.arange(count), pages.sources)
    return np.where(sites < 0, site_profiles.sizes.size + new_sites, sites), left_out
