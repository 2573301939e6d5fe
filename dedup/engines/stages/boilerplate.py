"""Pages to sites and boilerplate by the stages of the plan, in the worker pool.

`core.sites.decision.decide_boilerplate` gives the same in this process alone. The stages take four times its processor
time, which the workers share.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Flags
from dedup.core.arrays.graph import by_first
from dedup.core.arrays.tables import Lists, Table
from dedup.core.plan import BOILERPLATE
from dedup.core.sites.boilerplate import BoilerplateBlocks
from dedup.core.sites.decision import BoilerplateFlags
from dedup.core.sites.pages import Pages
from dedup.core.stages.schemas import PAGE_BLOCKS
from dedup.core.stages.stage import StageContext
from dedup.engines.plan.local import LocalOperators
from dedup.engines.plan.walk import walk
from dedup.engines.pool.tables import TableFiles
from dedup.engines.stages.job import Job

_TEXTS: Final = 1 << 11
"""Texts that are stored at a time. Neighbours are in one slice."""


def decide_in_pool(job: Job, workers: int) -> BoilerplateFlags:
    """Decide what is boilerplate on the pages of a job, as `core.sites.decision.decide_boilerplate` does."""
    pages = job.texts.pages
    files = TableFiles(job.shelves.table_descriptors(), workers)
    operators = LocalOperators(BOILERPLATE, job.team, workers, files, StageContext(job.settings))
    texts = operators.store("texts", _list_texts(pages), PAGE_BLOCKS)
    tables = walk(BOILERPLATE, operators, {"texts": texts}, ("sites", "places"))
    sites, places = operators.load(tables["sites"]), operators.load(tables["places"])
    site_of_text = np.empty(len(sites), np.int64)
    site_of_text[sites["num"]] = sites["site"]
    boilerplate = BoilerplateBlocks(*(_flags(pages, places, name) for name in ("of_site", "anywhere")))
    return BoilerplateFlags.of(pages, by_first(site_of_text), boilerplate)


def _list_texts(pages: Pages) -> Iterator[Table]:
    """Yield the table of texts, some texts at a time. The key of a source is made of its number."""
    source_keys = (pages.sources + 1).astype(np.uint64) << np.uint64(1)  # the lowest bit does not count
    marks = pages.labels.view(np.uint8)
    for first in range(0, pages.sources.size, _TEXTS):
        rows = slice(first, first + _TEXTS)
        edges = pages.bounds[first : first + _TEXTS + 1]
        blocks = slice(edges[0], edges[-1])
        yield Table(
            {
                "num": np.arange(first, first + edges.size - 1),
                "headline": pages.headlines[rows],
                "source_key": source_keys[rows],
                "contents": pages.contents[rows],
                "hashes": Lists(pages.hashes[blocks], edges - edges[0]),
                "words": Lists(pages.words[blocks], edges - edges[0]),
                "marks": Lists(marks[blocks], edges - edges[0]),
            }
        )


def _flags(pages: Pages, places: Table, name: str) -> Flags:
    """Return ``(m,)`` the flags of the blocks at the places of a column."""
    flags = np.zeros(pages.hashes.size, np.bool_)
    of_texts = places.lists(name)
    flags[pages.bounds[places["num"]].repeat(of_texts.lengths) + of_texts.values] = True
    return flags
