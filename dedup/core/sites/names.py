"""Sites, which are numbers, to the names by which a user knows them."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices


class SiteNames(NamedTuple):
    """The ``names`` of ``s`` sites, all different, and their ``families`` ``(s,) int64``.

    The family of a site is the largest site that would have the same name. The largest site gets the name.
    """

    names: list[str]
    families: Indices


def name_sites(sites: Indices, sources: Sequence[str], ids: Sequence[str]) -> SiteNames:
    """Name sites.

    The name of a site is the most frequent source of its pages, and the least of equally frequent sources. If most
    pages give no source, the name is the id of the first of these pages. If several sites would have one name, the
    largest site gets the name, and the first of equally large sites. The names of the other sites end with the id of
    their first page.

    Args:
        sites: ``(t,)`` the site of each page, numbered from 0 without gaps.
        sources: ``(t,)`` the source that each page gives, empty for none.
        ids: ``(t,)`` the id of each page. Pages are in the canonical order.

    Returns:
        The names of the sites.
    """
    counts: list[Counter[str]] = [Counter() for _ in range(int(sites.max(initial=-1)) + 1)]
    first_ids: list[dict[str, str]] = [{} for _ in counts]
    for site, source, id in zip(sites.tolist(), sources, ids, strict=True):
        counts[site][source] += 1
        first_ids[site].setdefault(source, id)
    frequent = [min(count, key=lambda source: (-count[source], source)) for count in counts]
    names, families = [""] * len(counts), np.arange(len(counts))
    leaders: dict[str, int] = {}
    taken = set(frequent)
    for site in sorted(range(len(counts)), key=lambda site: (-counts[site].total(), site)):
        names[site] = source = frequent[site]
        families[site] = leaders.setdefault(source, site) if source else site
        if not source or families[site] != site:
            id = first_ids[site][source]
            names[site] = _make_free(f"{source} ({id})" if source else id, taken)
            taken.add(names[site])
    return SiteNames(names, families)


def _make_free(name: str, taken: set[str]) -> str:
    """Return the name, with a number behind it if it is taken."""
    free_name, number = name, 1
    while free_name in taken:
        number += 1
        free_name = f"{name}#{number}"
    return free_name
