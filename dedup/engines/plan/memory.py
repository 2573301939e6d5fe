"""The operators of the plan in memory: the slow, obvious twin of each engine. Rows go to parts by a hash of their key.

Tests walk the plan in one part and in many, with the rows of each part in any order, and with an empty part.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.tables import Lists, Table, parts_of
from dedup.core.stages.stage import Operator, PlanStage, StageContext, connect


class MemoryOperators:
    """Runs each stage in ``parts`` parts, one after another.

    Args:
        context: what each stage gets beside its tables.
        parts: the number of parts. One part more is always empty.
        seed: shuffles the rows of each part; None keeps them in order.
    """

    def __init__(self, context: StageContext, parts: int = 1, seed: int | None = None) -> None:
        self._context, self._parts = context, parts
        self._random = None if seed is None else np.random.default_rng(seed)

    def run(self, stage: PlanStage, tables: Sequence[Table]) -> Sequence[Table]:
        """Return the tables that a stage gives."""
        if stage.operator is Operator.ORDER:
            return [_ordered(tables[0], stage.key)]
        if stage.operator is Operator.COMPONENTS:
            return [connect(tables[0])]
        results: list[list[Table]] = [[] for _ in stage.gives]
        for part in self._cut(stage, tables):
            tables_of_part = stage.compute(self._context, map(self._shuffled, part))
            for of_table, table in zip(results, tables_of_part, strict=True):
                of_table.append(table)
        return [Table.joined(of_table, schema) for of_table, schema in zip(results, stage.gives.values(), strict=True)]

    def added(self, table: Table, rows: Table) -> Table:
        """Return a table with the rows of another one added."""
        return table.plus(rows)

    def is_empty(self, table: Table) -> bool:
        """Return whether a table has no rows."""
        return len(table) == 0

    def drop(self, table: Table) -> None:
        """Forget a table."""

    def _cut(self, stage: PlanStage, tables: Sequence[Table]) -> Iterator[list[Table]]:
        """Yield the tables of each part."""
        if stage.operator is Operator.WHOLE:
            yield list(tables)
            return
        first = tables[0]
        keyed = tables[:1] if stage.operator in (Operator.MAP, Operator.PAIRS) else tables
        key = ("a", "b") if stage.operator is Operator.PAIRS else stage.key
        if stage.operator is Operator.MAP:
            keyed = [first.select(stage.columns or first.columns)]
            part_of = [np.arange(len(first)) % self._parts]
        else:
            part_of = [parts_of(table, key, self._parts) for table in keyed]
        for part in range(self._parts + 1):
            rows = [table.take(of_table == part) for table, of_table in zip(keyed, part_of, strict=True)]
            if stage.operator is Operator.PAIRS:
                numbers = np.union1d(rows[0]["a"], rows[0]["b"])
                rows += [table.take(np.isin(table["num"], numbers)) for table in tables[1:]]
            if stage.operator is Operator.MAP:
                rows += tables[1:]
            yield rows

    def _shuffled(self, table: Table) -> Table:
        return table if self._random is None else table.take(self._random.permutation(len(table)))


def _ordered(table: Table, key: Sequence[str]) -> Table:
    """Return the table with the number ``num`` of each row in the order of the key columns."""
    columns = [table.columns[name] for name in key]
    values = [column.texts() if isinstance(column, Lists) else column.tolist() for column in columns]
    order = sorted(range(len(table)), key=list(zip(*values, strict=True)).__getitem__)
    numbers: Indices = np.empty(len(table), np.int64)
    numbers[order] = np.arange(len(table))
    return table.using(num=numbers)
