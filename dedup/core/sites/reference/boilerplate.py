"""Boilerplate of pages that are lists of texts, text by text."""

from collections.abc import Sequence

from dedup.core.sites.reference.likeness import Group, alike, weight
from dedup.core.sites.reference.pages import PlainPage, labels_of, texts
from dedup.core.thresholds import ANY_PAGES, ANY_UNLIKE, SITE_PAGES, SITE_UNLIKE, WIDELY

SAMPLE = 16


def find_boilerplate(pages: Sequence[PlainPage], sites: Sequence[int]) -> tuple[list[set[str]], list[set[str]]]:
    """The texts of each page that are boilerplate of its site, and of the others those that are boilerplate anywhere.

    See ``find_boilerplate.boilerplate``.
    """
    labels = labels_of(pages)
    of_site: list[set[str]] = [set() for _ in pages]
    for site in set(sites):
        rests = {number: texts(page) for number, page in enumerate(pages) if sites[number] == site}
        clear = _clear(pages, Group(rests, labels, counted=False), SITE_PAGES, SITE_UNLIKE)
        for number, rest in rests.items():
            of_site[number] = rest & clear
    rests = {number: texts(page) - of_site[number] for number, page in enumerate(pages)}
    clear = _clear(pages, Group(rests, labels, widely=WIDELY), ANY_PAGES, ANY_UNLIKE)
    return of_site, [rests[number] & clear for number in range(len(pages))]


def _clear(pages: Sequence[PlainPage], group: Group, least: int, unlike: float) -> set[str]:
    """The texts for which so many pages are picked, each unlike all that were picked before."""
    found, rests = set(), group.rests
    for text in set().union(*rests.values()):
        standing = sorted((pages[number].content, number) for number, rest in rests.items() if text in rest)
        order = {number: place for place, number in enumerate(sorted(rests, key=lambda each: pages[each].content))}
        weights = {number: weight(rests[number], pages, group) for _, number in standing[:SAMPLE]}
        looked = sorted(weights, key=lambda each: (weights[each], order[each]))
        for ordered, needed in ((looked, least), (looked[::-1], least + 1)):
            picked: list[int] = []
            for number in ordered:
                if not any(alike(number, other, pages, group, unlike) for other in picked):
                    picked.append(number)
            if len(picked) >= needed:
                found.add(text)
    return found
