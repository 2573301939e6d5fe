"""Site profiles of pages that are lists of blocks, and their answers about other pages, in lists of sets."""

from collections.abc import Callable, Sequence, Set
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


def build_profiles(
    pages: Sequence[PlainPage],
    sites: Sequence[int],
    boilerplate: tuple[Sequence[Set[str]], Sequence[Set[str]]],
    walls: Sequence[int],
    hashed: Callable[[str], int],
) -> tuple[PlainProfiles, list[int]]:
    """Builds site profiles, site by site. The fast twin is `core.sites.profiles.build_profiles`.

    Args:
        pages: the pages.
        sites: the site of each page.
        boilerplate: the blocks of each page that are boilerplate of its site, and those that are boilerplate anywhere.
        walls: hashes of texts that are no articles.
        hashed: returns the hash of a block.

    Returns:
        The profiles, and the number of the profile of each page, -1 for none.
    """
    of_site, anywhere = boilerplate
    several = sorted(site for site in set(sites) if sites.count(site) > 1)
    profiles = PlainProfiles([], [], [], [], set().union(*anywhere), set(walls))
    for site in several:
        numbers = [number for number, other in enumerate(sites) if other == site]
        sets = [labels(pages[number]) for number in numbers]
        times = {label: sum(label in page_labels for page_labels in sets) for label in set().union(*sets)}
        size = sorted(map(len, sets))[(len(sets) - 1) // 2]
        by_frequency = sorted(times, key=lambda label: (-times[label], hashed(label)))
        profiles.marks.append({label for label in by_frequency[:size] if times[label] > 1})
        profiles.sizes.append(size)
        profiles.named.append(any(pages[number].source >= 0 for number in numbers))
        profiles.boilerplate.append(set().union(*(of_site[number] for number in numbers)))
    return profiles, [several.index(site) if site in several else -1 for site in sites]


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
