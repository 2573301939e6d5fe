"""Vectors to related coverage: candidates, exact scores, rewrites, and the coverage of one event."""

from typing import Final

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import firsts
from dedup.core.arrays.tables import Table
from dedup.core.related.candidates import meet_neighbours, meeting_pairs
from dedup.core.related.coverage import event_shares, find_coverage
from dedup.core.related.numbers import RELATED
from dedup.core.related.scores import RelatedScores, score_pairs
from dedup.core.related.vectors import Vectors
from dedup.core.stages.related.schemas import (
    COVERAGE,
    COVERAGE_TEXTS,
    EVENT_LABELS,
    EVENT_LINKS,
    EVENT_NODES,
    EVENT_PAIRS,
    EVENT_VECTORS,
    RELATED_PAIRS,
    REWRITES,
    TERMS_MET,
)
from dedup.core.stages.result_schemas import PAIRS
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step


def meet_by_terms(_context: StageContext, lookups: Table) -> Table:
    """Return the pairs of texts that meet in the lists of terms. All rows of a term are there."""
    return Table({"pair": meet_neighbours(lookups["term"], lookups["num"])})


def choose_pairs(_context: StageContext, met: Table) -> Table:
    """Return the pairs that met often enough, each once. All rows of a pair are there."""
    a, b = meeting_pairs(met["pair"]).T
    return Table({"a": a, "b": b})


def _vectors_of(table: Table) -> Vectors:
    """Return the vectors of a table."""
    terms, weights, places = (table.lists(name) for name in ("terms", "weights", "places"))
    return Vectors(terms.edges, terms.values, weights.values, places.values)


def _sides(numbers: Indices, pairs: Table) -> Pairs:
    """Return ``(p, 2)`` the positions of the texts of pairs among ``numbers``, rising."""
    return np.stack((numbers.searchsorted(pairs["a"]), numbers.searchsorted(pairs["b"])), axis=1)


def score(_context: StageContext, pairs: Table, vectors: Table) -> tuple[Table, Table]:
    """Return the scored candidates, and the links of one event.

    Args:
        pairs: the candidates.
        vectors: the vectors of their texts, and perhaps others.
    """
    vectors = vectors.take(vectors["num"].argsort())
    sides = _sides(vectors["num"], pairs)
    scores = score_pairs(_vectors_of(vectors), sides)
    linked = event_shares(scores, vectors["time"], sides) >= RELATED
    scored = pairs.using(cosine=scores.cosines, rewrite=scores.rewrites)
    return scored.take(scores.cosines > 0), pairs.take(linked)


def label_texts(_context: StageContext, nodes: Table) -> Table:
    """Return the component of each text that has a link."""
    return Table({"num": nodes["node"], "component": nodes["label"]})


def label_vectors(_context: StageContext, labels: Table, vectors: Table) -> Table:
    """Return the vectors of the texts that have a link.

    Args:
        labels: the components of these texts.
        vectors: the vectors.
    """
    rows = vectors.take(positions_of(vectors["num"], labels["num"]))
    return rows.using(component=labels["component"]).select(EVENT_VECTORS)


def label_pairs(_context: StageContext, pairs: Table, labels: Table) -> Table:
    """Return the candidates with two texts of one component.

    Args:
        pairs: the scored candidates.
        labels: the components of their texts, and perhaps others.
    """
    labels = labels.take(labels["num"].argsort())
    pairs = pairs.take(np.isin(pairs["a"], labels["num"]) & np.isin(pairs["b"], labels["num"]))
    first, second = labels["component"][_sides(labels["num"], pairs)].T
    return pairs.using(component=first).take(first == second)


def cover(_context: StageContext, vectors: Table, pairs: Table) -> tuple[Table, Table]:
    """Group the texts of components to coverage. A part has all texts of a component at once.

    Args:
        vectors: the vectors of the texts. All texts of a component are there.
        pairs: the scored candidates of these components.

    Returns:
        The texts that are in a coverage with others, and the rewrites in a coverage.
    """
    if not len(vectors):
        return Table.empty(COVERAGE_TEXTS), Table.empty(REWRITES)
    vectors = vectors.take(vectors["num"].argsort())
    pairs = pairs.take(np.lexsort((pairs["b"], pairs["a"])))
    numbers, sides = vectors["num"], _sides(vectors["num"], pairs)
    scores = RelatedScores(pairs["cosine"], pairs["rewrite"])
    events = find_coverage(_vectors_of(vectors), sides, scores, vectors["time"])
    labels = events.labels
    several = np.bincount(labels)[labels] > 1
    first = numbers[firsts(labels)]
    texts = Table({"num": numbers, "coverage": first[labels], "score": events.weakest[labels]}).take(several)
    together = labels[sides[:, 0]] == labels[sides[:, 1]]
    return texts, pairs.take(together & pairs["rewrite"]).select(REWRITES)


def name_coverage(_context: StageContext, texts: Table, leading: Table) -> Table:
    """Return the stories in a coverage.

    Args:
        texts: the texts in a coverage.
        leading: the texts of canonical documents.
    """
    ids = leading.lists("id").take(positions_of(leading["num"], texts["num"]))
    return texts.using(id=ids)


MEETINGS: Final[tuple[Step, ...]] = (
    PlanStage("term neighbours", Operator.GROUP, ("lookups",), ("term",), {"terms_met": TERMS_MET}, meet_by_terms),
    PlanStage("related candidates", Operator.GROUP, ("terms_met",), ("pair",), {"related": PAIRS}, choose_pairs),
)
"""The stages that find candidates. An engine of one process may call `core.related.candidates.find_candidates`."""

SCORES: Final[tuple[Step, ...]] = (
    PlanStage(
        "scores",
        Operator.PAIRS,
        ("related", "vectors"),
        ("a", "b"),
        {"related_pairs": RELATED_PAIRS, "event_links": EVENT_LINKS},
        score,
    ),
    PlanStage(
        "events",
        Operator.COMPONENTS,
        ("event_links",),
        (),
        {"event_nodes": EVENT_NODES},
        whole="the connected components of all related texts",
    ),
    PlanStage("event labels", Operator.MAP, ("event_nodes",), (), {"event_labels": EVENT_LABELS}, label_texts),
    PlanStage(
        "event vectors",
        Operator.GROUP,
        ("event_labels", "vectors"),
        ("num",),
        {"event_vectors": EVENT_VECTORS},
        label_vectors,
    ),
    PlanStage(
        "event pairs",
        Operator.PAIRS,
        ("related_pairs", "event_labels"),
        ("a", "b"),
        {"event_pairs": EVENT_PAIRS},
        label_pairs,
    ),
    PlanStage(
        "coverage",
        Operator.GROUP,
        ("event_vectors", "event_pairs"),
        ("component",),
        {"coverage_texts": COVERAGE_TEXTS, "rewrites": REWRITES},
        cover,
    ),
)
"""The stages from candidates to coverage."""

END: Final = PlanStage(
    "named coverage",
    Operator.GROUP,
    ("coverage_texts", "leading_texts"),
    ("num",),
    {"coverage": COVERAGE},
    name_coverage,
)
"""The stage that names the stories of a coverage."""
