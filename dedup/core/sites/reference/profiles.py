"""What pages that are lists of texts teach, and what it says of others: in lists of sets."""

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

from dedup.core.sites.reference.grouping import resemblance
from dedup.core.sites.reference.pages import PlainPage, labels, words
from dedup.core.thresholds import LABELS_ALIKE, SHARED_LABELS


class PlainProfiles(NamedTuple):
    """The marks, the median size, the boilerplate of each site, by its number, and whether it is named; then the
    boilerplate of any site, and walls."""

    marks: list[set[str]]
    sizes: list[int]
    named: list[bool]
    boilerplate: list[set[str]]
    anywhere: set[str]
    walls: set[int]


def build_profiles(
    pages: Sequence[PlainPage],
    sites: Sequence[int],
    found: tuple[Sequence[Set[str]], Sequence[Set[str]]],
    walls: Sequence[int],
    hashed: Callable[[str], int],
) -> tuple[PlainProfiles, list[int]]:
    """Site by site; ``found`` are the texts of each page that are boilerplate, of its site and anywhere.

    See ``knowledge.learn``.
    """
    of_site, anywhere = found
    several = sorted(site for site in set(sites) if sites.count(site) > 1)
    known = PlainProfiles([], [], [], [], set().union(*anywhere), set(walls))
    for site in several:
        own = [number for number, other in enumerate(sites) if other == site]
        sets = [labels(pages[number]) for number in own]
        times = {text: sum(text in each for each in sets) for text in set().union(*sets)}
        size = sorted(map(len, sets))[(len(sets) - 1) // 2]
        nearest = sorted(times, key=lambda text: (-times[text], hashed(text)))
        known.marks.append({text for text in nearest[:size] if times[text] > 1})
        known.sizes.append(size)
        known.named.append(any(pages[number].source >= 0 for number in own))
        known.boilerplate.append(set().union(*(of_site[number] for number in own)))
    return known, [several.index(site) if site in several else -1 for site in sites]


def sites_of(known: PlainProfiles, pages: Sequence[PlainPage]) -> list[int]:
    """Every page is held against every site; see ``knowledge.sites``."""
    found = []
    for page in pages:
        best, nearest = -1, 0.0
        for site, (marks, size, named) in enumerate(zip(known.marks, known.sizes, known.named, strict=True)):
            # The labels of a site that only one page has are not known, but are counted.
            unknown = {f"unknown {number}" for number in range(size - len(marks))}
            alike = resemblance(labels(page), marks | unknown)
            enough = len(labels(page) & marks) >= SHARED_LABELS and alike >= LABELS_ALIKE
            if enough and alike > nearest and not (named and page.source >= 0):
                best, nearest = site, alike
        found.append(best)
    return found


def boilerplate_flags(known: PlainProfiles, pages: Sequence[PlainPage], sites: Sequence[int]) -> list[list[bool]]:
    """Block by block; see ``knowledge.dropped``."""
    return [
        [
            words(text) > 0 and (text in known.anywhere or (site >= 0 and text in known.boilerplate[site]))
            for text in page.blocks
        ]
        for page, site in zip(pages, sites, strict=True)
    ]
