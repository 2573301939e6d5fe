"""Ids that occur twice, by the rule of `core.stories.distinct_ids`, whose turns are the repeated stages."""

from typing import Final

import numpy as np

from dedup.core.arrays.sorting import find
from dedup.core.arrays.tables import Table
from dedup.core.stages.counts import COUNTS, RENAMED_IDS, count_sizes
from dedup.core.stages.schemas import DOCUMENTS, DOUBLE_IDS, IDS, RENAMED, TRIED_IDS
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories import distinct_ids


def select_ids(_context: StageContext, documents: Table) -> Table:
    """Return the ids of documents."""
    return documents.select(IDS)


def find_doubles(_context: StageContext, ids: Table) -> Table:
    """Return the documents whose id an earlier document gives. All ids of one hash are there."""
    return distinct_ids.find_doubles(ids).select(DOUBLE_IDS)


def find_taken(_context: StageContext, ids: Table, doubles: Table) -> Table:
    """Return the doubles, and whether a document gives the id that they try. All rows of one hash are there."""
    return distinct_ids.find_taken(ids, doubles).select(TRIED_IDS)


def give_numbers(_context: StageContext, tried: Table) -> tuple[Table, Table, Table]:
    """Return the doubles that have no number yet, the new ids of the others, and their count.

    All documents of one id are there.
    """
    doubles, renamed = distinct_ids.give_numbers(tried)
    counts = count_sizes(RENAMED_IDS, np.ones(len(renamed), np.int64))
    return doubles.select(DOUBLE_IDS), renamed.select(RENAMED), counts


def rename(_context: StageContext, documents: Table, renamed: Table) -> Table:
    """Return the documents with their new ids. All rows of a place are there."""
    order = renamed["place"].argsort()
    position, is_renamed = find(renamed["place"][order], documents["place"])
    rows = is_renamed.nonzero()[0]
    new_ids = renamed.lists("id").take(order[position[rows]])
    ids, hashes = documents.lists("id"), documents["id_hash"].copy()
    both = Table({"id": ids}).plus(Table({"id": new_ids})).lists("id")
    source = np.arange(len(documents))
    source[rows] = len(documents) + np.arange(rows.size)
    hashes[rows] = distinct_ids.hash_ids(new_ids.strings)
    return documents.using(id=both.take(source), id_hash=hashes)


STAGES: Final[tuple[Step, ...]] = (
    PlanStage("ids", Operator.MAP, ("documents",), (), {"ids": IDS}, select_ids, columns=tuple(IDS)),
    PlanStage("double ids", Operator.GROUP, ("ids",), ("id_hash",), {"double_ids": DOUBLE_IDS}, find_doubles),
    Repeat(
        "numbers of ids",
        "double_ids",
        (
            PlanStage(
                "taken ids", Operator.GROUP, ("ids", "double_ids"), ("id_hash",), {"tried_ids": TRIED_IDS}, find_taken
            ),
            PlanStage(
                "free ids",
                Operator.GROUP,
                ("tried_ids",),
                ("base",),
                {"double_ids": DOUBLE_IDS, "renamed": RENAMED, "counts": COUNTS},
                give_numbers,
                adds=frozenset({"counts"}),
            ),
            PlanStage(
                "new ids", Operator.GROUP, ("documents", "renamed"), ("place",), {"documents": DOCUMENTS}, rename
            ),
        ),
    ),
)
"""Gives each document an id of its own."""
