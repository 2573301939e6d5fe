"""Rulings of the user on blocks -> the blocks that they override. A job without rulings does none of these stages.

`core.sites.overrides` has the rule. A block has one row for each place where it stands, as a ruling quotes the words
that were read, and later stages may have others.
"""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.arrays.tables import Table
from dedup.core.sites.names import name_sites
from dedup.core.sites.overrides import UNRULED
from dedup.core.stages.counts import COUNTS, RULED, count_each
from dedup.core.stages.schemas import OVERRIDDEN, PLACED_BLOCKS, RULED_BLOCKS, RULED_SITES, SITE_SOURCES
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step


def place_ruled(_context: StageContext, blocks: Table, names: Table, sites: Table) -> tuple[Table, Table, Table]:
    """Find the sites of ruled blocks, and count the sources of the pages of each site.

    Args:
        blocks: the ruled blocks.
        names: the names of texts.
        sites: the site of each text. All rows of a text are there.

    Returns:
        The blocks with their sites, the sources of sites, and no more ruled blocks.
    """
    sites = sites.take(sites["num"].argsort())
    site_of_block = sites["site"][sites["num"].searchsorted(blocks["num"])]
    names = names.take(names["num"].argsort())
    site_of_name = sites["site"][sites["num"].searchsorted(names["num"])]
    return blocks.using(site=site_of_block), _count_pages(names, site_of_name), Table.empty(RULED_BLOCKS)


def _count_pages(names: Table, sites: Indices) -> Table:
    """Return a row for each source of each site. The names of texts are in the order of their numbers."""
    sources = names.lists("source").texts()
    numbers = {source: number for number, source in enumerate(dict.fromkeys(sources))}
    source = np.fromiter(map(numbers.__getitem__, sources), np.int64, len(sources))
    order = np.lexsort((source, sites))
    starts = (first_of_equals(sites[order]) | first_of_equals(source[order])).nonzero()[0]
    rows = order[starts]
    return (
        names.take(rows)
        .using(site=sites[rows], first=names["num"][rows], pages=np.diff(starts, append=order.size))
        .select(SITE_SOURCES)
    )


def find_ruled_sites(context: StageContext, sources: Table) -> Table:
    """Return the sites that rulings name, with the blocks of these rulings. All rows of a site are there."""
    rules = context.rules
    sources = sources.take(sources["first"].argsort())
    texts = (sources.lists("source").texts(), sources.lists("id").texts())
    named = name_sites(sources["site"], *texts, sources["pages"])
    ruled = {site: number for site, name in named.items() if (number := rules.number_of(name)) != UNRULED}
    rows = [(rule, site) for site, number in ruled.items() for rule in (rules.names == number).nonzero()[0].tolist()]
    rule, site = np.array(rows, np.int64).reshape(-1, 2).T
    return Table({"hash": rules.hashes[rule], "site": site, "name": rules.names[rule]})


def override_blocks(context: StageContext, blocks: Table, sites: Table) -> tuple[Table, Table]:
    """Return the blocks that rulings override, and the blocks of each ruling. All rows of a block are there.

    Args:
        context: the rulings.
        blocks: the ruled blocks with their sites.
        sites: the sites that rulings on these blocks name.
    """
    sites = sites.take(sites["site"].argsort())
    position, is_named = find(sites["site"], blocks["site"])
    names = np.full(len(blocks), UNRULED)
    names[is_named] = sites["name"][position[is_named]]
    decisions = context.rules.decide(blocks["hash"], names)
    overridden = decisions.rulings >= 0
    verdicts = context.rules.verdicts[decisions.rulings[overridden]]
    return (
        blocks.select(("num", "block")).take(overridden).using(verdict=verdicts),
        count_each(RULED, decisions.blocks),
    )


STAGES: Final[tuple[Step, ...]] = (
    Repeat(
        "rulings",
        "ruled_blocks",
        (
            PlanStage(
                "sites of ruled blocks",
                Operator.GROUP,
                ("ruled_blocks", "page_names", "sites"),
                ("num",),
                {"placed_blocks": PLACED_BLOCKS, "site_sources": SITE_SOURCES, "ruled_blocks": RULED_BLOCKS},
                place_ruled,
            ),
            PlanStage(
                "ruled sites",
                Operator.GROUP,
                ("site_sources",),
                ("site",),
                {"ruled_sites": RULED_SITES},
                find_ruled_sites,
            ),
            PlanStage(
                "overridden blocks",
                Operator.GROUP,
                ("placed_blocks", "ruled_sites"),
                ("hash",),
                {"overridden": OVERRIDDEN, "counts": COUNTS},
                override_blocks,
                adds=frozenset({"counts"}),
            ),
        ),
    ),
)
"""Makes the table ``overridden`` of ``ruled_blocks``."""
