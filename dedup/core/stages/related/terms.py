"""Stories to the terms and the vectors of one text each: that of the canonical document."""

from typing import Final

import numpy as np

from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.tables import Lists, Table
from dedup.core.pairs.decision import ARTICLE
from dedup.core.related.candidates import lookup_rows
from dedup.core.related.numbers import LEAST_TEXTS
from dedup.core.related.terms import find_terms
from dedup.core.related.weights import make_vectors, weigh_terms
from dedup.core.stages.counts import COUNTS, FEW_TEXTS, count_each
from dedup.core.stages.related.schemas import (
    COLLECTIONS,
    COUNTED_TEXTS,
    EVENT_TERMS,
    EVENT_TEXTS,
    EVENT_TIMES,
    LEADING_TEXTS,
    LOOKUPS,
    VECTORS,
    WEIGHED_TERMS,
)
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step

_SLOT_BITS: Final = 12
"""Bits of a slot: the highest bits of a term after a mix.

A row for each slot has the size of the collection. So the size is joined by a key, and is not sent to every part.
"""

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
"""An odd number with set bits at all places."""


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


def list_terms(_context: StageContext, texts: Table) -> tuple[Table, Table, Table]:
    """Return the terms of texts, their times, and their number."""
    rows = find_terms(texts.lists("tokens").ragged)
    slots = ((rows.terms * _MIX) >> np.uint64(64 - _SLOT_BITS)).astype(np.int32)
    terms = Table(
        {
            "slot": slots,
            "term": rows.terms,
            "num": texts["num"][rows.texts],
            "times": rows.times.astype(np.int32),
            "place": rows.places.astype(np.int32),
        }
    )
    counted = Table({"all": np.zeros(1, np.int64), "texts": np.array([len(texts)])})
    return terms, texts.select(EVENT_TIMES), counted if len(texts) else Table.empty(COUNTED_TEXTS)


def count_texts(_context: StageContext, counted: Table) -> tuple[Table, Table]:
    """Return the number of texts for each slot, or a count for the note on a small collection."""
    texts = int(counted["texts"].sum())
    if texts < LEAST_TEXTS:
        return Table.empty(COLLECTIONS), count_each(FEW_TEXTS, np.array([texts]))
    slots = np.arange(1 << _SLOT_BITS, dtype=np.int32)
    return Table({"slot": slots, "texts": np.full(slots.size, texts)}), Table.empty(COUNTS)


def weigh(_context: StageContext, terms: Table, collections: Table) -> Table:
    """Return the rare terms with their weights. A collection without slots has none.

    Args:
        terms: the terms. All rows of a term are there.
        collections: the number of texts of the collection.
    """
    if not len(collections) or not len(terms):
        return Table.empty(WEIGHED_TERMS)
    frequencies, weights = weigh_terms(terms["term"], terms["times"], int(collections["texts"][0]))
    weighed = terms.using(weight=weights.astype(np.int32), shared=frequencies > 1).select(WEIGHED_TERMS)
    return weighed.take(weights > 0)


def gather_vectors(_context: StageContext, times: Table, weighed: Table) -> tuple[Table, Table]:
    """Return the vectors of texts, and the terms by which they are looked up.

    Args:
        times: the times of the texts.
        weighed: the rare terms of these texts.
    """
    times = times.take(times["num"].argsort())
    texts = times["num"].searchsorted(weighed["num"])
    vectors = make_vectors(len(times), texts, weighed["term"], weighed["place"], weighed["weight"], weighed["shared"])
    chosen = lookup_rows(vectors)
    lookups = Table({"term": vectors.terms[chosen], "num": times["num"][vectors.texts[chosen]]})
    columns = {name: Lists(getattr(vectors, name), vectors.edges) for name in ("terms", "weights", "places")}
    return times.using(**columns, squares=vectors.squares, figures=vectors.figures).select(VECTORS), lookups


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

STAGES: Final[tuple[Step, ...]] = (
    PlanStage(
        "terms",
        Operator.MAP,
        ("event_texts",),
        (),
        {"event_terms": EVENT_TERMS, "event_times": EVENT_TIMES, "counted_texts": COUNTED_TEXTS},
        list_terms,
    ),
    PlanStage(
        "counted texts",
        Operator.GROUP,
        ("counted_texts",),
        ("all",),
        {"collections": COLLECTIONS, "counts": COUNTS},
        count_texts,
        adds=frozenset({"counts"}),
        whole="how many stories there are",
    ),
    PlanStage(
        "rare terms", Operator.GROUP, ("event_terms", "collections"), ("slot",), {"weighed_terms": WEIGHED_TERMS}, weigh
    ),
    PlanStage(
        "vectors",
        Operator.GROUP,
        ("event_times", "weighed_terms"),
        ("num",),
        {"vectors": VECTORS, "lookups": LOOKUPS},
        gather_vectors,
    ),
)
"""The stages that make vectors of texts."""
