"""Boilerplate of texts -> the places of its blocks, for an engine that holds the pages as arrays.

The stages are those of sites and boilerplate; what is boilerplate anywhere comes apart.
"""

from typing import Final

import numpy as np

from dedup.core.arrays.rows import has_pairs
from dedup.core.arrays.tables import Lists, Table
from dedup.core.stages import boilerplate, sites
from dedup.core.stages.schemas import BLOCK_PLACES, DROPPED
from dedup.core.stages.stage import Operator, Stage, StageContext, Step


def find_places(_context: StageContext, texts: Table, dropped: Table, dropped_anywhere: Table) -> Table:
    """Return which blocks of each text are boilerplate.

    Args:
        texts: the texts.
        dropped: the blocks that are boilerplate of the site of a text.
        dropped_anywhere: the blocks that are boilerplate anywhere.
    """
    texts = texts.take(np.isin(texts["num"], np.concatenate((dropped["num"], dropped_anywhere["num"]))))
    return Table(
        {"num": texts["num"], "of_site": _places(texts, dropped), "anywhere": _places(texts, dropped_anywhere)}
    )


def _places(texts: Table, dropped: Table) -> Lists:
    """Return the positions in each text of the blocks that are dropped."""
    hashes = texts.lists("hashes")
    owners = hashes.owners
    rows = has_pairs(dropped["num"], dropped["hash"], texts["num"][owners], hashes.values).nonzero()[0]
    places = (rows - hashes.edges[owners[rows]]).astype(np.int32)
    return Lists.of_lengths(places, np.bincount(owners[rows], minlength=len(texts)))


STAGES: Final[tuple[Step, ...]] = (
    *sites.STAGES,
    *boilerplate.STAGES[:-1],
    boilerplate.ANYWHERE._replace(gives={"dropped_anywhere": DROPPED}, adds=frozenset()),
    Stage(
        "places of boilerplate",
        Operator.GROUP,
        ("texts", "dropped", "dropped_anywhere"),
        ("num",),
        {"places": BLOCK_PLACES},
        find_places,
    ),
)
"""Makes the tables ``sites`` and ``places`` of ``texts``."""
