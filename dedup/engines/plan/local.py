"""The operators of the plan in the worker pool. Tables are in spill files; this process handles counts of rows.

A table is stored once for each column by which later stages read it. `engines.tasks.stages` does the tasks.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import chunks
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.arrays.tables import Lists, Schema, Table
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step, connect, stages_of
from dedup.engines.pool.messages import Array
from dedup.engines.pool.pool import Pool
from dedup.engines.pool.tables import SLICES, UNCUT, Columns, StoredPart, TableFiles, TableSlices, columns_of
from dedup.engines.tasks.results import StageResult
from dedup.engines.tasks.tasks import ListVectors, RunStage

_MOST: Final = 1 << 25
"""Bytes of the rows of a task, about. A task with one slice may have more."""

_LEAST: Final = 1 << 20
"""Bytes of the rows of a task from which on there are tasks for all workers."""

_LENGTH: Final = 8
"""Bytes of the length of a list, about."""

_TASKS: Final = 2
"""Tasks for each worker, if the rows have `_LEAST` bytes for each."""


class SpilledTable(NamedTuple):
    """A table in spill files.

    - ``columns``: the columns.
    - ``copies``: cut -> the parts of the table that are cut by it.
    """

    columns: Columns
    copies: dict[str, list[StoredPart]]

    def parts(self, cut: str) -> list[StoredPart]:
        """Return the parts of one cut; of any cut for `UNCUT`."""
        return self.copies[cut] if cut != UNCUT else next(iter(self.copies.values()))


class LocalOperators:
    """Runs each stage in tasks of a worker pool.

    Args:
        steps: the plan.
        pool: does the tasks.
        workers: the processes of the pool.
        files: the spill files of tables, which this process writes too.
        context: what stages get beside their tables.
    """

    def __init__(
        self, steps: Sequence[Step], pool: Pool, workers: int, files: TableFiles, context: StageContext
    ) -> None:
        self._pool, self._workers, self._files, self._context = pool, workers, files, context
        self._cuts = _find_cuts(steps)

    def store(self, name: str, tables: Iterable[Table], schema: Schema) -> SpilledTable:
        """Store the parts of the table of this name."""
        columns, cuts = columns_of(schema), self._cuts.get(name, [UNCUT])
        stored = SpilledTable(columns, {cut: [] for cut in cuts})
        for table in tables:
            for cut in cuts if len(table) else ():
                stored.copies[cut].append(self._files.write(table, columns, cut))
        return stored

    def load(self, table: SpilledTable) -> Table:
        """Return all rows of a table."""
        return self._files.read(self.rows(table))

    def rows(self, table: SpilledTable) -> TableSlices:
        """Return where all rows of a table are."""
        return _Parts.of(table, UNCUT).rows()

    def run(self, stage: PlanStage, tables: Sequence[SpilledTable]) -> Sequence[SpilledTable]:
        """Return the tables that a stage gives."""
        if stage.operator in (Operator.ORDER, Operator.COMPONENTS, Operator.WHOLE):
            results = self._run_here(stage, list(map(self.load, tables)))
            schemas = stage.gives.items()
            return [self.store(name, [table], schema) for (name, schema), table in zip(schemas, results, strict=True)]
        return self.ask(stage, (RunStage(stage.name, slices, self.cuts(stage)) for slices in self._cut(stage, tables)))

    def cuts(self, stage: PlanStage) -> list[list[str]]:
        """Return the cuts by which each table that a stage gives is stored."""
        return [self._cuts.get(name, [UNCUT]) for name in stage.gives]

    def ask(self, stage: PlanStage, tasks: Iterable[RunStage | ListVectors]) -> list[SpilledTable]:
        """Return the tables that the tasks of a stage give."""
        stored = [
            SpilledTable(columns_of(schema), {cut: [] for cut in cuts})
            for schema, cuts in zip(stage.gives.values(), self.cuts(stage), strict=True)
        ]
        for result in self._pool.ask(tasks, StageResult):
            for table, parts in zip(stored, result.parts, strict=True):
                for copies, part in zip(table.copies.values(), parts, strict=False):  # no part has no rows
                    copies.append(part)
        return stored

    def added(self, table: SpilledTable, rows: SpilledTable) -> SpilledTable:
        """Return a table with the rows of another one added."""
        return table._replace(copies={cut: parts + rows.copies[cut] for cut, parts in table.copies.items()})

    def is_empty(self, table: SpilledTable) -> bool:
        """Return whether a table has no rows."""
        return not table.parts(UNCUT)

    def drop(self, table: SpilledTable) -> None:
        """Forget a table. Its bytes stay in the spill files."""

    def _run_here(self, stage: PlanStage, tables: Sequence[Table]) -> Sequence[Table]:
        """Return the tables of a stage that sees all rows."""
        if stage.operator is Operator.ORDER:
            return [_number(tables[0], stage.key)]
        if stage.operator is Operator.COMPONENTS:
            return [connect(tables[0])]
        return stage.compute(self._context, tables)

    def _cut(self, stage: PlanStage, tables: Sequence[SpilledTable]) -> Iterator[list[TableSlices]]:
        """Yield the rows of each task."""
        if stage.operator is Operator.MAP:
            whole = list(map(self.rows, tables[1:]))
            yield from ([rows, *whole] for rows in self._cut_any(tables[0]))
            return
        parts = [_Parts.of(table, _cut_of(stage, position)) for position, table in enumerate(tables)]
        keyed, others = (parts[:1], parts[1:]) if _of_pairs(stage) else (parts, [])
        costs = np.sum([table.sizes().sum(axis=0) for table in keyed], axis=0)
        if others:  # a pair needs a row more of each of these, about
            pairs = np.diff(keyed[0].edges[:, 0]).sum(axis=0)
            costs += pairs * sum(table.row_size() for table in others)
        needed = [table.rows() for table in others]
        for first, last in chunks(costs, self._budget(costs), SLICES):
            rows = [table.rows(first, last) for table in keyed]
            if any(len(slices.places) for slices in rows):
                yield rows + needed

    def _cut_any(self, table: SpilledTable) -> Iterator[TableSlices]:
        """Yield the rows of a table, some slices of some parts at a time."""
        parts = _Parts.of(table, UNCUT)
        costs = parts.sizes().ravel()
        for first, last in chunks(costs, self._budget(costs), max(costs.size, 1)):
            begin, end = first // SLICES, (last - 1) // SLICES + 1
            firsts, lasts = np.zeros(end - begin, np.int64), np.full(end - begin, SLICES)
            firsts[0], lasts[-1] = first - begin * SLICES, last - (end - 1) * SLICES
            yield parts._replace(places=parts.places[begin:end], edges=parts.edges[begin:end]).rows(firsts, lasts)

    def _budget(self, costs: Indices) -> int:
        """Return the bytes of a task."""
        total = int(costs.sum())
        return min(max(_LEAST, total // (_TASKS * self._workers) + 1), _MOST)


def _of_pairs(stage: PlanStage) -> bool:
    return stage.operator is Operator.PAIRS


def _cut_of(stage: PlanStage, position: int) -> str:
    """Return the column that cuts the table at a position among those that a stage reads: all its rows of a key are
    in one slice."""
    if _of_pairs(stage):
        return "num" if position else "a"
    return stage.key[0]


def _find_cuts(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Return the columns by which the stages read each table, by the name of the table."""
    cuts: dict[str, set[str]] = {}
    for stage in stages_of(steps):
        if stage.operator in (Operator.GROUP, Operator.PAIRS):
            for position, name in enumerate(stage.reads):
                cuts.setdefault(name, set()).add(_cut_of(stage, position))
    return {name: sorted(columns) for name, columns in cuts.items()}


class _Parts(NamedTuple):
    """The ``p`` parts of a table that are cut by one column.

    - ``columns``: the columns of the table.
    - ``places`` ``(p, 2) int64``: the file and the first byte of each part.
    - ``edges`` ``(p, 1 + l, SLICES + 1)``: the edges of each part, as in `StoredPart`.
    """

    columns: Columns
    places: Array
    edges: Array

    @classmethod
    def of(cls, table: SpilledTable, cut: str) -> "_Parts":
        """Return the parts of a table."""
        parts = table.parts(cut)
        lists = sum(column.many for column in table.columns)
        edges = np.array([part.edges for part in parts], np.int64).reshape(-1, 1 + lists, SLICES + 1)
        places = [
            np.array(column, np.int64) for column in ([part.file for part in parts], [part.start for part in parts])
        ]
        return cls(table.columns, np.stack(places, axis=-1), edges)

    def sizes(self) -> Indices:
        """Return ``(p, SLICES)`` the bytes of each slice."""
        widths = [np.dtype(column.dtype).itemsize for column in self.columns]
        of_lists = [width for width, column in zip(widths, self.columns, strict=True) if column.many]
        of_row = sum(_LENGTH if column.many else width for width, column in zip(widths, self.columns, strict=True))
        sizes: Indices = (np.diff(self.edges, axis=-1) * np.array([of_row, *of_lists])[:, np.newaxis]).sum(axis=1)
        return sizes

    def rows(self, firsts: Indices | int = 0, lasts: Indices | int = SLICES) -> TableSlices:
        """Return the rows of the slices from ``firsts`` to before ``lasts``, ``(p,)`` or one number for all parts."""
        part = np.arange(len(self.places))
        bounds = np.stack((self.edges[part, :, firsts], self.edges[part, :, lasts], self.edges[:, :, -1]), axis=-1)
        has_rows = bounds[:, 0, 1] > bounds[:, 0, 0]
        return TableSlices(self.columns, self.places[has_rows], bounds[has_rows])

    def row_size(self) -> int:
        """Return the mean bytes of a row."""
        return int(self.sizes().sum() // max(int(self.edges[:, 0, -1].sum()), 1))


def _number(table: Table, key: Sequence[str]) -> Table:
    """Return the table with the number ``num`` of each row in the order of the key columns.

    The columns of numbers come before those of texts.
    """
    numbers = [table[name] for name in key if not isinstance(table.columns[name], Lists)]
    texts = [table.lists(name) for name in key if isinstance(table.columns[name], Lists)]
    order = np.lexsort(numbers[::-1])
    new = np.zeros(order.size, np.bool_)
    new[:1] = True
    for column in numbers:
        new |= first_of_equals(column[order])
    if texts:
        starts = new.nonzero()[0]
        sizes = np.diff(np.append(starts, order.size))
        for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            rows = order[start : start + size]
            values = list(zip(*(column.take(rows).texts() for column in texts), strict=True))
            order[start : start + size] = rows[sorted(range(size), key=values.__getitem__)]
    num = np.empty(order.size, np.int64)
    num[order] = np.arange(order.size)
    return table.using(num=num)
