"""Decided pairs to the components of links, and the shares of the pairs inside each component."""

from typing import Final

import numpy as np

from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.arrays.tables import Lists, Table
from dedup.core.stages.result_schemas import KNOWN_SHARES, LABELS, LINKED, PAIRS
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step

_EDGES: Final = {"node": LABELS["num"], "label": LABELS["component"]}


def choose_links(context: StageContext, decided: Table) -> Table:
    """Return the pairs that link two articles."""
    return decided.take(decided["links"]).select(PAIRS)


def name_components(context: StageContext, edges: Table) -> Table:
    """Return the component of each text that has a link."""
    return Table({"num": edges["node"], "component": edges["label"]})


def share_inside(context: StageContext, decided: Table, labels: Table) -> Table:
    """Return the shares of the decided pairs whose texts are of one component.

    Args:
        context: not used.
        decided: the decided pairs.
        labels: the components of texts.
    """
    labels = labels.take(labels["num"].argsort())
    (first, in_first), (second, in_second) = (find(labels["num"], decided[side]) for side in ("a", "b"))
    rows = (in_first & in_second).nonzero()[0]
    component = labels["component"]
    rows = rows[component[first[rows]] == component[second[rows]]]
    return Table(
        {
            "num": decided["a"][rows],
            "other": decided["b"][rows],
            "component": component[first[rows]],
            "share": decided["share"][rows],
        }
    )


def gather_shares(context: StageContext, shares: Table) -> Table:
    """Return a row for each text, so that a component with many pairs has few rows."""
    order = np.lexsort((shares["other"], shares["num"]))
    shares = shares.take(order)
    starts = first_of_equals(shares["num"]).nonzero()[0]
    counts = counts_of(starts, len(shares))
    return Table(
        {
            "component": shares["component"][starts],
            "num": shares["num"][starts],
            "others": Lists.of_lengths(shares["other"], counts),
            "shares": Lists.of_lengths(shares["share"], counts),
        }
    )


STAGES: Final[tuple[Step, ...]] = (
    PlanStage("links", Operator.MAP, ("decided",), (), {"links": PAIRS}, choose_links),
    PlanStage(
        "components",
        Operator.COMPONENTS,
        ("links",),
        (),
        {"text_components": _EDGES},
        whole="the connected components of all links",
    ),
    PlanStage("labels", Operator.MAP, ("text_components",), (), {"labels": LABELS}, name_components),
    PlanStage(
        "shares", Operator.PAIRS, ("decided", "labels"), ("a", "b"), {"known_shares": KNOWN_SHARES}, share_inside
    ),
    PlanStage("linked texts", Operator.GROUP, ("known_shares",), ("num",), {"linked": LINKED}, gather_shares),
)
"""The stages that make the components."""
