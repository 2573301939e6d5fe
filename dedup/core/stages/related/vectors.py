"""Stories to the vectors of one text each: that of the canonical document."""

from typing import Final

import numpy as np

from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs.decision import ARTICLE
from dedup.core.related.candidates import lookup_rows
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.core.related.rarity import Rarity, count_slots, in_sample, tell_rarity
from dedup.core.related.vectors import make_vectors
from dedup.core.stages.counts import COUNTS, FEW_TEXTS, count_each
from dedup.core.stages.related.schemas import (
    COLLECTIONS,
    COUNTED_TEXTS,
    EVENT_TEXTS,
    LEADING_TEXTS,
    LOOKUPS,
    RARITY,
    SAMPLED_SLOTS,
    VECTORS,
)
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step


def find_leading(_context: StageContext, results: Table, members: Table) -> Table:
    """Return the texts of the canonical documents that are articles.

    Args:
        results: the results.
        members: the documents.
    """
    leading = results.take(results["canonical"] & (results["no_article"] == ARTICLE)).select(("place", "id"))
    rows = members.take(positions_of(members["place"], leading["place"]))
    return rows.using(id=leading.lists("id")).take(rows["num"] >= 0).select(LEADING_TEXTS)


def take_leading(_context: StageContext, leading: Table, articles: Table) -> Table:
    """Return the texts that stand for their stories.

    Args:
        leading: the texts of canonical documents.
        articles: the articles.
    """
    tokens = articles.lists("tokens").take(positions_of(articles["num"], leading["num"]))
    return leading.using(tokens=tokens).select(EVENT_TEXTS)


def count_texts(_context: StageContext, texts: Table) -> Table:
    """Return the number of texts."""
    return Table({"all": np.zeros(1, np.int64), "texts": np.array([len(texts)])})


def sum_texts(_context: StageContext, counted: Table) -> tuple[Table, Table]:
    """Return the number of texts of the collection, or a count for the note on a small collection."""
    texts = int(counted["texts"].sum())
    if texts < LEAST_TEXTS:
        return Table.empty(COLLECTIONS), count_each(FEW_TEXTS, np.array([texts]))
    return Table({"all": np.zeros(1, np.int64), "texts": np.array([texts])}), Table.empty(COUNTS)


def count_sampled(_context: StageContext, texts: Table, collections: Table) -> Table:
    """Return how many texts of the sample have a term of each slot.

    Args:
        texts: some texts.
        collections: the number of all texts.
    """
    if not len(collections):
        return Table.empty(SAMPLED_SLOTS)
    sampled = texts.take(in_sample(texts["num"], int(collections["texts"][0])))
    slots, counts = count_slots(sampled.lists("tokens").ragged)
    slots, counts = np.append(slots, -1), np.append(counts, len(sampled))
    return Table({"all": np.zeros_like(slots), "slot": slots, "texts": counts})


def tell(_context: StageContext, sampled: Table) -> Table:
    """Return how rare the terms of all slots are.

    Args:
        sampled: how many texts of the sample have a term of each slot. All rows are there.
    """
    if not len(sampled):
        return Table.empty(RARITY)
    is_slot = sampled["slot"] >= 0
    of_slots = sampled.take(is_slot)
    return rarity_table(tell_rarity(of_slots["slot"], of_slots["texts"], int(sampled["texts"][~is_slot].sum())))


def rarity_table(rarity: Rarity) -> Table:
    """Return how rare terms are as a table of one row."""
    return Table({"all": np.zeros(1, np.int64), "rarity": Lists.of_lengths(rarity, np.array([rarity.size]))})


def list_vectors(_context: StageContext, texts: Table, rarity: Table) -> tuple[Table, Table]:
    """Return the vectors of texts, and the terms by which they are looked up.

    Args:
        texts: some texts.
        rarity: how rare the terms of all slots are.
    """
    if not len(rarity):
        return Table.empty(VECTORS), Table.empty(LOOKUPS)
    vectors = make_vectors(texts.lists("tokens").ragged, rarity.lists("rarity").values)
    rows, lengths = lookup_rows(vectors)
    lookups = Table({"term": vectors.terms[rows], "num": texts["num"].repeat(lengths)})
    columns = {name: Lists(getattr(vectors, name), vectors.edges) for name in ("terms", "weights", "places")}
    return texts.using(**columns).select(VECTORS), lookups


BEGIN: Final[tuple[Step, ...]] = (
    PlanStage(
        "leading texts",
        Operator.GROUP,
        ("results", "members"),
        ("place",),
        {"leading_texts": LEADING_TEXTS},
        find_leading,
    ),
    PlanStage(
        "event texts",
        Operator.GROUP,
        ("leading_texts", "articles"),
        ("num",),
        {"event_texts": EVENT_TEXTS},
        take_leading,
    ),
)
"""The stages that choose a text for each story."""

LIST: Final = PlanStage(
    "vectors", Operator.MAP, ("event_texts", "rarity"), (), {"vectors": VECTORS, "lookups": LOOKUPS}, list_vectors
)
"""The stage that makes vectors of texts."""

STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "counted texts",
        Operator.MAP,
        ("event_texts",),
        (),
        {"counted_texts": COUNTED_TEXTS},
        count_texts,
        columns=("num",),
    ),
    PlanStage(
        "collection",
        Operator.GROUP,
        ("counted_texts",),
        ("all",),
        {"collections": COLLECTIONS, "counts": COUNTS},
        sum_texts,
        adds=frozenset({"counts"}),
        whole="how many stories there are",
    ),
    PlanStage(
        "sampled terms",
        Operator.MAP,
        ("event_texts", "collections"),
        (),
        {"sampled_slots": SAMPLED_SLOTS},
        count_sampled,
    ),
    PlanStage(
        "rarity",
        Operator.GROUP,
        ("sampled_slots",),
        ("all",),
        {"rarity": RARITY},
        tell,
        whole="the terms of some thousand texts",
    ),
    LIST,
)
"""The stages that make vectors of texts."""
