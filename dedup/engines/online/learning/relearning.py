"""All documents of an index -> its sites, as a review finds them."""

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.sorting import first_of_equals, rising
from dedup.core.collection import Collection
from dedup.core.sites import learned
from dedup.core.sites.decision import BoilerplateFlags
from dedup.core.sites.pages import Pages, take_pages
from dedup.core.stories.newsrooms import plain
from dedup.engines.online.learning.lone_pages import LONE
from dedup.engines.online.learning.new_pages import NewPages
from dedup.engines.online.learning.sites import SITES, Learning


def relearn(texts: Collection, flags: BoilerplateFlags, walls: Hashes, numbers: Indices) -> Learning:
    """Learns from all documents of an index.

    Args:
        texts: the documents and texts of the index.
        flags: the sites and the boilerplate of the texts.
        walls: ``(w,)`` the hashes of texts that stand under many headlines.
        numbers: ``(n,)`` the numbers of the documents, which rise as they came.

    Returns:
        What is learned. Nothing is kept yet.
    """
    last = np.zeros(texts.first.size, np.int64)
    has_text = texts.text >= 0
    np.maximum.at(last, texts.text[has_text], numbers[has_text])
    learning, sources = Learning(), texts.members.columns.source_names(texts.first)
    _set_sites(learning, texts.pages, list(map(plain, sources)), flags, last)
    learning.learn_anywhere(rising(texts.pages.hashes[flags.boilerplate.anywhere]), rising(walls))
    return learning


def _set_sites(learning: Learning, pages: Pages, names: list[str], flags: BoilerplateFlags, last: Indices) -> None:
    """Sets all sites of an index that knows none yet.

    Args:
        learning: gets the sites.
        pages: the pages of the index.
        names: the source of each page, empty for none.
        flags: the sites and the boilerplate of the pages.
        last: ``(n,)`` when each page came last, as a number that rises.
    """
    order = np.lexsort((last, flags.sites))
    ends = np.append(first_of_equals(flags.sites[order]).nonzero()[0], order.size)
    sites = [order[first:end] for first, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    sites.sort(key=lambda rows: (rows.size > 1, last[rows[-1]]))
    alone = np.array([rows[0] for rows in sites if rows.size == 1 and not names[rows[0]]], np.int64)[-LONE:]
    lone_pages = NewPages.of(take_pages(pages, alone), [""] * alone.size)
    are_lone = [any(edges) for edges in lone_pages.edges]
    for row in np.flatnonzero(are_lone).tolist():
        learning.add_lone_page(lone_pages, row)
    lone = set(alone[are_lone].tolist())
    unnamed = pages._replace(sources=np.full(len(names), -1))
    for number, rows in enumerate([rows for rows in sites if rows[0] not in lone][-SITES:]):
        places = pages.places(rows)
        boilerplate = rising(pages.hashes[places[flags.boilerplate.site[places]]])
        last_pages = learned.article_pages(take_pages(unnamed, rows[-learned.KEPT :]))
        name = next((names[row] for row in rows.tolist() if names[row]), "")
        learning.set_site(number, name, learned.make_site(last_pages, boilerplate))
