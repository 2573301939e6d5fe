"""Alike pages -> sites, where no part holds all pairs of alike pages: turns of the algorithm of Borůvka (1926).

Each turn joins every site without a source by its first pair. `core.sites.grouping.join_sites` does the same in one
part.
"""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import find, first_of_equals, rising
from dedup.core.arrays.tables import Table
from dedup.core.sites.grouping import best_first
from dedup.core.stages.schemas import COMPONENTS, JOINED, JOINED_NODES, OPEN_ENDS, PAIRS
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step


def open_pairs(_context: StageContext, alike: Table) -> tuple[Table, Table]:
    """Return both ends of each pair of alike pages, and the nodes as sites of one node. Nodes may come twice."""
    ends = _ends(alike, alike["left"], alike["right"])
    pages = rising(ends["node"])
    pages = pages[pages >= 0]
    return ends, Table({"num": pages, "node": pages})


def first_pairs(_context: StageContext, ends: Table) -> Table:
    """Return the first pair of each site without a source. All pairs of a site are there."""
    ends = ends.take(ends["node"] >= 0)
    order = best_first(np.stack((ends["a"], ends["b"]), axis=1), ends["resemblance"])
    order = order[ends["node"][order].argsort(kind="stable")]
    first = ends.take(order[first_of_equals(ends["node"][order])])
    return Table({"a": np.minimum(first["node"], first["other"]), "b": np.maximum(first["node"], first["other"])})


def relabel(_context: StageContext, ends: Table, nodes: Table, components: Table) -> tuple[Table, Table]:
    """Return ends and nodes with the new sites.

    Args:
        ends: both ends of pairs.
        nodes: pages and their sites.
        components: sites that a pair joined, and their new site. All rows of a site are there.
    """
    return (
        ends.using(node=_new_sites(ends["node"], components)),
        nodes.using(node=_new_sites(nodes["node"], components)),
    )


def close_pairs(_context: StageContext, ends: Table) -> Table:
    """Return the ends of pairs whose pages are of two sites, one of which has no source. Both ends are there."""
    order = np.lexsort((ends["is_right"], ends["b"], ends["a"]))
    left, right = order[::2], order[1::2]
    a, b = ends["node"][left], ends["node"][right]
    is_open = (a != b) & ((a >= 0) | (b >= 0))
    pairs = ends.take(left[is_open])
    return _ends(pairs, a[is_open], b[is_open])


def name_sites(_context: StageContext, nodes: Table) -> Table:
    """Return the site of each page. All rows of a page are there."""
    order = nodes["num"].argsort()
    first = order[first_of_equals(nodes["num"][order])]
    return Table({"num": nodes["num"][first], "site": nodes["node"][first]})


def _ends(pairs: Table, left: Indices, right: Indices) -> Table:
    """Return both ends of pairs of alike pages, with the site of each end and that of the other."""
    both = pairs.select(("a", "b", "resemblance"))
    is_right = np.arange(2 * len(pairs)) >= len(pairs)
    return both.plus(both).using(
        node=np.concatenate((left, right)), other=np.concatenate((right, left)), is_right=is_right
    )


def _new_sites(sites: Indices, components: Table) -> Indices:
    """Return the label of each site, or the site if no pair joined it."""
    order = components["node"].argsort()
    position, is_joined = find(components["node"][order], sites)
    new_sites = sites.copy()
    new_sites[is_joined] = components["label"][order[position[is_joined]]]
    return new_sites


STEPS: Final[tuple[Step, ...]] = (
    PlanStage(
        "open pairs",
        Operator.MAP,
        ("alike_pages",),
        (),
        {"open_ends": OPEN_ENDS, "joined_nodes": JOINED_NODES},
        open_pairs,
    ),
    Repeat(
        "joined sites",
        "open_ends",
        (
            PlanStage("first pairs", Operator.GROUP, ("open_ends",), ("node",), {"first_pairs": PAIRS}, first_pairs),
            PlanStage(
                "joined by first pairs",
                Operator.COMPONENTS,
                ("first_pairs",),
                ("a", "b"),
                {"site_components": COMPONENTS},
                whole="the connected components of the first pairs",
            ),
            PlanStage(
                "new sites",
                Operator.GROUP,
                ("open_ends", "joined_nodes", "site_components"),
                ("node",),
                {"open_ends": OPEN_ENDS, "joined_nodes": JOINED_NODES},
                relabel,
            ),
            PlanStage(
                "open pairs again", Operator.GROUP, ("open_ends",), ("a", "b"), {"open_ends": OPEN_ENDS}, close_pairs
            ),
        ),
    ),
    PlanStage("names of sites", Operator.GROUP, ("joined_nodes",), ("num",), {"joined": JOINED}, name_sites),
)
"""Makes the table ``joined`` of ``alike_pages``."""
