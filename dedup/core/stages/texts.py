"""Documents -> texts, numbered in the canonical order, so that nothing depends on the order of input.

The first document in the canonical order (`core.stories.order`) stands for all documents of one text.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import xxhash

from dedup.array_types import UNKNOWN_TIME, Hashes
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import first_of_equals, repeats
from dedup.core.arrays.tables import Lists, Table
from dedup.core.collection import NO_TEXT
from dedup.core.stages.counts import COUNTS, PREFERRED, count_each
from dedup.core.stages.schemas import MEMBERS, NUMBERED, ORDERED, OVERRIDDEN, PAGE_NAMES, RULED_BLOCKS, SCANS, TEXTS
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step
from dedup.core.stories.canonical import count_sources
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


def number_texts(context: StageContext, documents: Table, numbers: Table) -> tuple[Table, ...]:
    """Number the texts. All documents of a text are there.

    Args:
        context: the settings and the rulings.
        documents: the documents.
        numbers: the first document of each text, and the number of the text.

    Returns:
        The texts, the members, the blocks with rulings, the names of texts, no overridden blocks, the texts that may be
        scanned, and the documents of each preferred source.
    """
    worded = (documents["length"] > 0).nonzero()[0]
    row = positions_of(numbers["text"], documents["text"][worded])
    num, first = np.full(len(documents), NO_TEXT), np.zeros(len(documents), np.bool_)
    num[worded] = numbers["num"][row]
    first[worded] = numbers["place"][row] == documents["place"][worded]
    numbered = documents.using(num=num)
    texts = numbered.select(TEXTS).take(first)
    ruled, names = Table.empty(RULED_BLOCKS), Table.empty(PAGE_NAMES)
    if context.rules.hashes.size:
        ruled = _list_ruled(context, texts)
    if context.rules.name_sites:
        names = _name_pages(numbered.take(first))
    present = count_sources(documents.lists("home").texts() if context.settings.prefer else (), context.settings.prefer)
    counts = count_each(PREFERRED, present)
    scans = _list_scans(texts) if context.settings.scanned else Table.empty(SCANS)
    return texts, numbered.select(MEMBERS), ruled, names, Table.empty(OVERRIDDEN), scans, counts


def _list_ruled(context: StageContext, texts: Table) -> Table:
    """Return the blocks of texts on which there is a ruling."""
    hashes = texts.lists("hashes")
    rows = context.rules.concern(hashes.values).nonzero()[0]
    text = hashes.owners[rows]
    block = (rows - hashes.edges[text]).astype(np.int32)
    return Table({"num": texts["num"][text], "block": block, "hash": hashes.values[rows]})


def _list_scans(texts: Table) -> Table:
    """Return texts before the first turn of the correction of misprints."""
    return texts.select(("num", "tokens")).using(printed=texts.lists("tokens"), turn=np.zeros(len(texts), np.int64))


def _name_pages(documents: Table) -> Table:
    """Return the sources and ids of the first documents of texts."""
    sources = documents.lists("source")
    lengths = np.where(documents["source_key"] > 0, sources.lengths, 0)
    named = sources.take(lengths.nonzero()[0])
    return documents.select(("num", "id")).using(source=Lists.of_lengths(named.values, lengths)).select(PAGE_NAMES)


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
        {
            "texts": TEXTS,
            "members": MEMBERS,
            "ruled_blocks": RULED_BLOCKS,
            "page_names": PAGE_NAMES,
            "overridden": OVERRIDDEN,
            "scans": SCANS,
            "counts": COUNTS,
        },
        number_texts,
        adds=frozenset({"counts"}),
    ),
)
"""Makes the tables ``texts`` and ``members`` of ``documents``, and what optional stages read."""
