"""Answers of site profiles, which are lists of sets of blocks, about pages that are lists of blocks."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.sites.reference.grouping import resemblance
from dedup.core.sites.reference.pages import PlainPage, labels, words
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS


class PlainProfiles(NamedTuple):
    """Profiles of sites, by the number of the site.

    - ``marks``: labels of each site.
    - ``sizes``: different labels of a page of each site, by the median.
    - ``named``: whether a page of each site names its source.
    - ``boilerplate``: blocks that are boilerplate of each site.
    - ``anywhere``: blocks that are boilerplate on every site.
    - ``walls``: hashes of texts that pages have in common under different headlines.
    """

    marks: list[set[str]]
    sizes: list[int]
    named: list[bool]
    boilerplate: list[set[str]]
    anywhere: set[str]
    walls: set[int]


def sites_of(profiles: PlainProfiles, pages: Sequence[PlainPage]) -> list[int]:
    """Compares each page with each site. The fast twin is `core.sites.profiles.sites_of`."""
    site_numbers = []
    for page in pages:
        best, most_alike = -1, 0.0
        for site, (marks, size, named) in enumerate(zip(profiles.marks, profiles.sizes, profiles.named, strict=True)):
            # Labels of a site that one page alone has are not in its profile, but they are counted.
            unknown = {f"unknown {number}" for number in range(size - len(marks))}
            alike = resemblance(labels(page), marks | unknown)
            enough = len(labels(page) & marks) >= SHARED_LABELS and alike >= LABELS_ALIKE
            if enough and alike > most_alike and not (named and page.source >= 0):
                best, most_alike = site, alike
        site_numbers.append(best)
    return site_numbers


def boilerplate_flags(profiles: PlainProfiles, pages: Sequence[PlainPage], sites: Sequence[int]) -> list[list[bool]]:
    """Says of each block of each page whether it is boilerplate. The fast twin has the same name.

    Args:
        profiles: the site profiles.
        pages: the pages.
        sites: the profile of each page, -1 for none.
    """
    return [
        [
            words(block) > 0 and (block in profiles.anywhere or (site >= 0 and block in profiles.boilerplate[site]))
            for block in page.blocks
        ]
        for page, site in zip(pages, sites, strict=True)
    ]
