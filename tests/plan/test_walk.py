"""Tables that no step reads any more are dropped while a plan is walked."""

import numpy as np

from dedup.core.arrays.tables import I64, Table
from dedup.core.stages.stage import Operator, PlanStage, Repeat, StageContext
from dedup.engines.plan.memory import MemoryOperators
from dedup.engines.plan.walk import walk
from dedup.settings import Settings

ROWS = {"n": I64}


def fewer(_context, rows):
    """Return the rows without the last one, and all rows."""
    return Table({"n": rows["n"][:-1]}), rows


def test_a_table_that_a_turn_replaces_is_dropped():
    """Each turn drops the table that it replaces, and keeps the table to which it adds."""
    dropped = []

    class Operators(MemoryOperators):
        def drop(self, table):
            dropped.append(len(table))

    step = PlanStage("fewer", Operator.MAP, ("rows",), (), {"rows": ROWS, "all": ROWS}, fewer, frozenset({"all"}))
    rows = {"rows": Table({"n": np.arange(3)})}
    tables = walk([Repeat("turns", "rows", (step,))], Operators(StageContext(Settings())), rows, ["all"])
    assert (6, [3, 2, 1, 0]) == (len(tables["all"]), dropped)
