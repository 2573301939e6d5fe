"""`Operator.COMPONENTS`: on the driver up to a bound, else large-star and small-star on packets, a folder a round."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from dedup.core.arrays import stars
from dedup.core.arrays.sorting import rising
from dedup.core.arrays.tables import I64, U64, Kind, Table, mixed_key
from dedup.core.stages.stage import Operator, PlanStage, StageContext


def directed(_context: StageContext, edges: Table) -> Table:
    """Return edges in both directions, without edges from a node to itself; those too from the greater node."""
    a, b = edges["a"], edges["b"]
    unequal = a != b
    node, neighbour = stars.distinct_edges(
        np.concatenate((a[unequal], b[unequal], a[~unequal])), np.concatenate((b[unequal], a[unequal], b[~unequal]))
    )
    return Table({"a": node, "b": neighbour})


def large_star(_context: StageContext, edges: Table) -> Table:
    """Return the edges of `stars.large_star`. A node without another one keeps its edge to itself."""
    node, neighbour = edges["a"], edges["b"]
    alone = node == neighbour
    result = stars.large_star(node[~alone], neighbour[~alone])
    return Table({"a": np.append(result[0], node[alone]), "b": np.append(result[1], neighbour[alone])})


def small_star(context: StageContext, edges: Table) -> tuple[Table, Table, Table]:
    """Return the edges of `stars.small_star`, the same in both directions, and their number and checksum."""
    node, neighbour = stars.small_star(edges["a"], edges["b"])
    result = Table({"a": node, "b": neighbour})
    sums = np.array([stars.checksum(mixed_key(result, ("a", "b")))], np.uint64)
    return result, directed(context, result), Table({"edges": np.array([node.size]), "checksum": sums})


def star_labels(_context: StageContext, edges: Table) -> Table:
    """Return the label of each node, and of the least nodes, of edges that are stars."""
    node, label = edges["a"], edges["b"]
    least = rising(label)
    node, label = stars.distinct_edges(np.append(node, least), np.append(label, least))
    return Table({"node": node, "label": label})


_CHECKS: Final = {"edges": I64, "checksum": U64}


def find_by_stars(
    run: Callable[[PlanStage, Sequence[Any]], Sequence[Any]],
    checks_of: Callable[[Any], Table],
    edges: Any,
    kind: Kind,
    rounds: int,
) -> tuple[Any, int]:
    """Find components by large-star and small-star in turns, until the edges stay.

    Args:
        run: runs a stage on the tables of an engine.
        checks_of: returns the rows of a small table of checks.
        edges: the edges ``a``, ``b``.
        kind: what a node is.
        rounds: the number of rounds at most.

    Returns:
        The edges, each from a node to the least node of its component; and the number of rounds.

    Raises:
        RuntimeError: the edges do not stay.
    """
    schema = {"a": kind, "b": kind}
    both = PlanStage("directions", Operator.MAP, ("edges",), (), {"both": schema}, directed)
    large = PlanStage("large star", Operator.GROUP, ("both",), ("a",), {"edges": schema}, large_star)
    outputs = {"edges": schema, "both": schema, "checks": _CHECKS}
    small = PlanStage("small star", Operator.GROUP, ("edges",), ("a",), outputs, small_star)
    (directions,) = run(both, [edges])
    before: tuple[int, int] | None = None
    for number in range(1, rounds + 1):
        (edges,) = run(large, [directions])
        edges, directions, checks = run(small, [edges])
        table = checks_of(checks)
        now = int(table["edges"].sum()), int(table["checksum"].sum(dtype=np.uint64))
        if now == before:
            return edges, number
        before = now
    raise RuntimeError(f"the components of edges are not found in {rounds} rounds")
