"""A small plan with every operator, on rows of numbers and lists. Executors import its functions."""

import numpy as np

from dedup.core.arrays.tables import F64, FLAG, I64, MANY_U64, TEXT, U64, Lists, Table
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext

ROWS = {"time": I64, "id": TEXT, "key": U64, "values": MANY_U64}
NUMBERED = {**ROWS, "num": I64}
PAIRS = {"a": I64, "b": I64}


def rows_of(count: int, seed: int = 0) -> Table:
    """Rows with keys that occur more than once, ids in code points that sort after ASCII, and lists of any length."""
    random = np.random.default_rng(seed)
    lengths = random.integers(0, 5, count)
    return Table(
        {
            "time": random.integers(-2, 2, count),
            "id": Lists.of_texts([f"{'é' * (row % 3)}{row}" for row in range(count)]),
            "key": random.integers(0, max(1, count // 3), count).astype(np.uint64) + np.uint64(2**63),
            "values": Lists.of_lengths(random.integers(0, 50, lengths.sum()).astype(np.uint64), lengths),
        }
    )


def doubled(_context: StageContext, rows: Table) -> Table:
    """Return the rows with each value doubled."""
    lists = rows.lists("values")
    return rows.using(values=Lists(lists.values * np.uint64(2), lists.edges))


def narrowed(_context: StageContext, rows: Table) -> Table:
    """Return the keys of rows, the number of their values, and the number of columns that are read."""
    return rows.select(("key",)).using(
        count=rows.lists("values").lengths, columns=np.full(len(rows), len(rows.columns))
    )


def chained(_context: StageContext, rows: Table) -> tuple[Table, Table]:
    """Return pairs of rows that follow each other in one key, and the number of rows of each key."""
    order = np.lexsort((rows["num"], rows["key"]))
    keys, numbers = rows["key"][order], rows["num"][order]
    same = keys[1:] == keys[:-1]
    names, counts = np.unique(keys, return_counts=True)
    return Table({"a": numbers[:-1][same], "b": numbers[1:][same]}), Table({"key": names, "count": counts})


def compared(_context: StageContext, pairs: Table, rows: Table) -> Table:
    """Return for each pair the share of the values of the shorter row that the other one has."""
    values = {
        number: set(rows.lists("values").take(np.array([row])).values.tolist())
        for row, number in enumerate(rows["num"].tolist())
    }
    shared = [
        len(values[a] & values[b]) / max(1, min(len(values[a]), len(values[b])))
        for a, b in zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True)
    ]
    return pairs.using(share=np.array(shared, np.float64), high=np.array(shared, np.float64) > 0.1)


def sized(_context: StageContext, labels: Table) -> Table:
    """Return the number of nodes of each component."""
    names, counts = np.unique(labels["label"], return_counts=True)
    return Table({"label": names, "count": counts})


def halved(_context: StageContext, sizes: Table) -> Table:
    """Return the halves of counts above one."""
    halves = sizes.using(count=sizes["count"] // 2)
    return halves.take(halves["count"] > 0)


def summed(_context: StageContext, counts: Table) -> Table:
    """Return the sum of all counts."""
    return Table({"sum": np.array([counts["count"].sum()])})


def partly_summed(_context: StageContext, counts: Table) -> Table:
    """Return the sum of the counts of a part, under one key."""
    return Table({"one": np.zeros(1, np.int64), "sum": np.array([counts["count"].sum()])})


def finally_summed(_context: StageContext, sums: Table) -> Table:
    """Return the sum of all sums."""
    return Table({"sum": np.array([sums["sum"].sum()])})


def failing(_context: StageContext, rows: Table) -> Table:
    """Raise an error where a part has rows."""
    raise ZeroDivisionError(f"{len(rows)} rows")


SIZES = {"label": I64, "count": I64}
BEYOND = (
    PlanStage("part sums", Operator.MAP, ("sizes",), (), {"sums": {"one": I64, "sum": I64}}, partly_summed),
    PlanStage("all sums", Operator.GROUP, ("sums",), ("one",), {"total": {"sum": I64}}, finally_summed),
)
PLAN = (
    PlanStage(
        "narrow",
        Operator.MAP,
        ("rows",),
        (),
        {"narrow": {"key": U64, "count": I64, "columns": I64}},
        narrowed,
        columns=("key", "values"),
    ),
    PlanStage("double", Operator.MAP, ("rows",), (), {"doubled": ROWS}, doubled),
    PlanStage("number", Operator.ORDER, ("doubled",), ("time", "id"), {"numbered": NUMBERED}),
    PlanStage(
        "chain",
        Operator.GROUP,
        ("numbered",),
        ("key",),
        {"pairs": PAIRS, "counts": {"key": U64, "count": I64}},
        chained,
    ),
    PlanStage(
        "compare",
        Operator.PAIRS,
        ("pairs", "numbered"),
        (),
        {"shares": {**PAIRS, "share": F64, "high": FLAG}},
        compared,
    ),
    PlanStage("components", Operator.COMPONENTS, ("pairs",), (), {"labels": {"node": I64, "label": I64}}),
    PlanStage("sizes", Operator.GROUP, ("labels",), ("label",), {"sizes": SIZES}, sized),
    PlanStage("sum", Operator.WHOLE, ("sizes",), (), {"total": {"sum": I64}}, summed, beyond=BEYOND),
    PlanStage(
        "begin",
        Operator.MAP,
        ("sizes",),
        (),
        {
            "left": SIZES,
        },
        halved,
    ),
    PlanStage("keep", Operator.MAP, ("left",), (), {"halves": SIZES}, halved),
    Repeat(
        "halves",
        "left",
        (
            PlanStage("halve", Operator.GROUP, ("left",), ("label",), {"left": SIZES}, halved),
            PlanStage("add", Operator.MAP, ("left",), (), {"halves": SIZES}, halved, adds=frozenset({"halves"})),
        ),
    ),
)
KEEP = ("narrow", "numbered", "counts", "shares", "labels", "sizes", "total", "halves")
FAILING = (PlanStage("fails here", Operator.GROUP, ("rows",), ("key",), {"nothing": ROWS}, failing),)
