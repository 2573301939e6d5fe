"""Ids that occur twice: the first document in the order of input keeps its id, the second `a` becomes `a#2`.

An id that a document gives is never made for another document: the number behind an id is the next one that is free.
"""

from itertools import groupby
from typing import Final

import numpy as np

from dedup.core.arrays.sorting import find, repeats
from dedup.core.arrays.tables import Lists, Table
from dedup.core.stages.schemas import DOCUMENTS, DOUBLE_IDS, IDS, RENAMED, TRIED_IDS
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext, Step
from dedup.core.stories.distinct_ids import hash_ids
from dedup.strings import pack_strings


def select_ids(_context: StageContext, documents: Table) -> Table:
    """Return the ids of documents."""
    return documents.select(IDS)


def find_doubles(_context: StageContext, ids: Table) -> Table:
    """Return the documents whose id an earlier document gives. All ids of one hash are there."""
    rows = repeats(ids["id_hash"])[0]
    rows = rows[ids["place"][rows].argsort()]
    uses: dict[str, int] = {}
    numbers = []
    for id in ids.lists("id").take(rows).texts():
        uses[id] = uses.get(id, 0) + 1
        numbers.append(uses[id])
    number = np.array(numbers, np.int64)
    rows, number = rows[number > 1], number[number > 1]
    return _with_hashes(ids.take(rows).using(base=ids["id_hash"][rows], number=number))


def find_taken(_context: StageContext, ids: Table, doubles: Table) -> Table:
    """Return the doubles, and whether a document gives their next id. All ids and doubles of one hash are there."""
    in_question = np.unique(doubles["id_hash"])
    known_ids = frozenset(ids.lists("id").take(find(in_question, ids["id_hash"])[1].nonzero()[0]).texts())
    taken = np.array([id in known_ids for id in _numbered_ids(doubles)], np.bool_)
    return doubles.using(taken=taken).select(TRIED_IDS)


def give_numbers(_context: StageContext, tried: Table) -> tuple[Table, Table]:
    """Give the numbers that are free to the first documents. All documents that give one id are there.

    Args:
        tried: the doubles.

    Returns:
        The doubles that have no number yet, with the next numbers to try; and the new ids of the others.
    """
    bases, places, numbers = tried.lists("id").texts(), tried["place"].tolist(), tried["number"].tolist()
    taken = tried["taken"].tolist()
    order = sorted(range(len(bases)), key=lambda row: (bases[row], places[row]))
    new_numbers = np.zeros(len(bases), np.int64)
    settled = np.zeros(len(bases), np.bool_)
    for _, group in groupby(order, key=bases.__getitem__):
        rows = list(group)
        free_numbers = sorted(numbers[row] for row in rows if not taken[row])
        settled[rows[: len(free_numbers)]] = True
        last = max(numbers[row] for row in rows)
        new_numbers[rows] = [*free_numbers, *range(last + 1, last + 1 + len(rows) - len(free_numbers))]
    doubles = tried.using(number=new_numbers)
    renamed = doubles.take(settled)
    return _with_hashes(doubles.take(~settled)), renamed.using(id=Lists.of_texts(_numbered_ids(renamed))).select(
        RENAMED
    )


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
    hashes[rows] = hash_ids(new_ids.strings)
    return documents.using(id=both.take(source), id_hash=hashes)


def _numbered_ids(doubles: Table) -> list[str]:
    """Return the ids of doubles with their numbers."""
    return [
        f"{id}#{number}" for id, number in zip(doubles.lists("id").texts(), doubles["number"].tolist(), strict=True)
    ]


def _with_hashes(doubles: Table) -> Table:
    """Return doubles with the hashes of their next ids."""
    return doubles.using(id_hash=hash_ids(pack_strings(_numbered_ids(doubles)))).select(DOUBLE_IDS)


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
                {"double_ids": DOUBLE_IDS, "renamed": RENAMED},
                give_numbers,
            ),
            PlanStage(
                "new ids", Operator.GROUP, ("documents", "renamed"), ("place",), {"documents": DOCUMENTS}, rename
            ),
        ),
    ),
)
"""Gives each document an id of its own."""
