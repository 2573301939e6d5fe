"""Sites, which are numbers, to the names by which a user knows them."""

from collections import Counter
from collections.abc import Sequence

from dedup.array_types import Indices


def name_sites(sites: Indices, sources: Sequence[str], ids: Sequence[str], pages: Indices) -> dict[int, str]:
    """Name sites.

    The name of a site is the most frequent source of its pages, and the least of equally frequent sources. If most
    pages give no source, the name is the id of the first of these pages. No two sites have pages of one source. So
    names differ, but for an id that is also a source.

    Args:
        sites: ``(r,)`` the site of each row, which is one page, or some pages of one source.
        sources: ``(r,)`` the source that the pages of each row give, empty for none.
        ids: ``(r,)`` the id of the first of these pages.
        pages: ``(r,)`` the number of these pages. Rows are in the canonical order of their first pages.

    Returns:
        The name of each site.
    """
    counts: dict[int, Counter[str]] = {}
    first_ids: dict[int, str] = {}
    for site, source, id, count in zip(sites.tolist(), sources, ids, pages.tolist(), strict=True):
        counts.setdefault(site, Counter())[source] += count
        if not source:
            first_ids.setdefault(site, id)
    return {site: _most_frequent(of_site) or first_ids[site] for site, of_site in counts.items()}


def _most_frequent(sources: Counter[str]) -> str:
    """Return the most frequent source, and the least of equally frequent ones."""
    return min(sources, key=lambda source: (-sources[source], source))
