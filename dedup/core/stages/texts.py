"""Documents -> texts, numbered in the canonical order, so that nothing depends on the order of input.

The first document in the canonical order (`core.stories.order`) stands for all documents of one text.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import xxhash

from dedup.array_types import UNKNOWN_TIME, Hashes
from dedup.core.arrays.sorting import first_of_equals, repeats
from dedup.core.arrays.tables import Table
from dedup.core.collection import NO_TEXT
from dedup.core.stages.schemas import MEMBERS, NUMBERED, ORDERED, TEXTS
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step
from dedup.core.stories.newsrooms import plain
from dedup.core.stories.order import canonical_order, id_order


def hash_sources(sources: Sequence[str]) -> Hashes:
    """Return ``(n,)`` the key of each source as sources are compared, 0 for none."""
    hashes = {source: _hash_source(plain(source)) for source in set(sources)}
    return np.fromiter(map(hashes.__getitem__, sources), np.uint64, len(sources))


def _hash_source(name: str) -> int:
    return xxhash.xxh3_64_intdigest(name.encode("utf-8", "surrogatepass")) if name else 0


_COMPARED: Final = ("text", "place", "time", "length", "id")
"""The columns of documents that the canonical order compares."""


def select_order(_context: StageContext, documents: Table) -> Table:
    """Return what the canonical order compares, of documents with a word."""
    worded = documents.select(_COMPARED).take(documents["length"] > 0)
    ids = worded.lists("id").texts()
    return worded.using(
        undated=worded["time"] == UNKNOWN_TIME,
        shortness=-worded["length"],
        id_length=np.fromiter(map(len, ids), np.int64, len(ids)),
    ).select(ORDERED)


def find_first(_context: StageContext, order: Table) -> Table:
    """Return the first document of each text in the canonical order. All documents of a text are there."""
    rows = repeats(order["text"])[0]
    several = order.take(rows)
    ranks = canonical_order(several["time"], -several["shortness"], id_order(several.lists("id").strings))
    by_text = np.lexsort((ranks, several["text"]))
    later = ~first_of_equals(several["text"][by_text])
    keep = np.ones(len(order), np.bool_)
    keep[rows[by_text[later]]] = False
    return order.take(keep)


def number_texts(_context: StageContext, documents: Table, numbers: Table) -> tuple[Table, Table]:
    """Return the texts and the members with the numbers of texts. All documents of a text are there."""
    order = numbers["text"].argsort()
    worded = (documents["length"] > 0).nonzero()[0]
    row = order[numbers["text"][order].searchsorted(documents["text"][worded])]
    num, first = np.full(len(documents), NO_TEXT), np.zeros(len(documents), np.bool_)
    num[worded] = numbers["num"][row]
    first[worded] = numbers["place"][row] == documents["place"][worded]
    numbered = documents.using(num=num)
    return numbered.select(TEXTS).take(first), numbered.select(MEMBERS)


_CANONICAL: Final = ("undated", "time", "shortness", "id_length", "id")
"""The order of `core.stories.order.canonical_order` as columns."""

STAGES: Final[tuple[Step, ...]] = (
    PlanStage("order", Operator.MAP, ("documents",), (), {"order": ORDERED}, select_order, columns=_COMPARED),
    PlanStage("first documents", Operator.GROUP, ("order",), ("text",), {"firsts": ORDERED}, find_first),
    PlanStage(
        "numbers",
        Operator.ORDER,
        ("firsts",),
        _CANONICAL,
        {"numbers": NUMBERED},
        whole="the order of all texts",
    ),
    PlanStage(
        "texts",
        Operator.GROUP,
        ("documents", "numbers"),
        ("text",),
        {"texts": TEXTS, "members": MEMBERS},
        number_texts,
    ),
)
"""Makes the tables ``texts`` and ``members`` of ``documents``."""
