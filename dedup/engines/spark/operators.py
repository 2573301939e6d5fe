"""The operators of the plan on Spark. Each stage becomes a folder of packets, and is read from it where it is there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isqrt
from typing import Final

from pyspark.sql import DataFrame, SparkSession

from dedup.core.arrays.tables import Schema, Table
from dedup.core.plan import PLAN
from dedup.core.stages.stage import Operator, PlanStage, StageContext, Step, connect
from dedup.engines.plan.walk import walk
from dedup.engines.spark import components, ordering
from dedup.engines.spark.cuts import NUMBERS, common_cut, cuts_of_outputs, is_cut_otherwise, keys_of_tables, tasks_of
from dedup.engines.spark.driver import BOUNDS, CHECKSUMS, EDGES, Driver
from dedup.engines.spark.errors import readable_errors
from dedup.engines.spark.folders import JobFolder
from dedup.engines.spark.limits import DRIVER_EDGES, LARGE_PART_BYTES, MOST_ROUNDS, PARTS_A_CORE, SMALL_PART_BYTES
from dedup.engines.spark.progress import StageProgress
from dedup.engines.spark.storage.packet_files import Parts, Reads, TaskCounts, write_packets
from dedup.engines.spark.storage.packets import pack, packets_of
from dedup.engines.spark.storage.stored_tables import (
    Cut,
    StoredTable,
    files_of,
    shares_of,
    size_of,
    stored_tables,
    sum_of_tasks,
)
from dedup.engines.spark.tasks import (
    REQUESTS,
    TASK_COLUMNS,
    CutTask,
    FilesSource,
    FunctionTask,
    PacketSource,
    PairCutTask,
    ServeTask,
    Task,
    WriteTask,
    resolve,
    versions,
)

_UNCUT: Final[Mapping[int, Cut]] = {}
"""No table is cut."""


class SparkOperators:
    """Runs each stage as jobs of Spark.

    Args:
        session: a session whose settings `session.prepare` has set.
        context: what each stage gets beside its tables.
        folder: where stages are stored.
        parts: the number of parts of a table; None for as few as its bytes need, and at least two a core for a large
            one.
        driver_edges: the edges whose components the driver finds, at most; 0 for none.
        progress: is told of each stage.
        steps: the plan, which says how each table is cut.
    """

    def __init__(
        self,
        session: SparkSession,
        context: StageContext,
        folder: JobFolder,
        parts: int | None = None,
        driver_edges: int = DRIVER_EDGES,
        progress: StageProgress | None = None,
        steps: Sequence[Step] = PLAN,
    ) -> None:
        self._session, self._context, self._folder, self._fixed_parts = session, context, folder, parts
        self._usual_parts: int = PARTS_A_CORE * session.sparkContext.defaultParallelism
        self._edges, self._progress = driver_edges, progress or StageProgress(session)
        self._keys, self._least_cut = keys_of_tables(steps), 0  # the parts of a table of a large job, at least
        self.driver = Driver()

    def run(self, stage: PlanStage, tables: Sequence[StoredTable]) -> Sequence[StoredTable]:
        """Return the tables that a stage gives."""
        self._least_cut = self._least_cut or min(self.parts(tables), self._usual_parts)
        if stage.operator is Operator.WHOLE and tables[0].rows > self._edges:
            keep = (*stage.gives, *stage.reads)  # later stages may read what this one reads
            tables_given = walk(stage.beyond, self, dict(zip(stage.reads, tables, strict=True)), keep)
            return [tables_given[name] for name in stage.gives]
        is_written_here = stage.operator is Operator.COMPONENTS
        cuts = {} if is_written_here else cuts_of_outputs(stage, self._keys, max(self._least_cut, self.parts(tables)))

        def compute(folder: str) -> Sequence[TaskCounts]:
            return self._compute(stage, tables, folder, cuts) if _has_rows(stage, tables) else ()

        return self._stored(stage.name, compute, tuple(stage.gives.values()), cuts)

    def added(self, table: StoredTable, rows: StoredTable) -> StoredTable:
        """Return a table with the rows of another one added."""
        cut = table.cut if table.cut == rows.cut else None
        return StoredTable(table.schema, table.paths + rows.paths, table.rows + rows.rows, table.size + rows.size, cut)

    def is_empty(self, table: StoredTable) -> bool:
        """Return whether a table has no rows."""
        return table.rows == 0

    def drop(self, table: StoredTable) -> None:
        """Delete a table. The counts of its stage stay, so that a run that resumes does not do it again."""
        for path in table.folders:
            self._folder.files.delete(path)

    def parts(self, tables: Iterable[StoredTable]) -> int:
        """Return the number of parts of tables."""
        if self._fixed_parts is not None:
            return self._fixed_parts
        size = size_of(tables)
        return max(1, min(self._usual_parts, -(-size // SMALL_PART_BYTES)), size // LARGE_PART_BYTES)

    def store(self, name: str, table: Table, schema: Schema) -> StoredTable:
        """Write a table of the driver."""
        return self._stored(name, lambda folder: [_write_here(folder, table, schema)], [schema])[0]

    def store_frame(
        self, name: str, frame: Callable[[], DataFrame], source: PacketSource, schemas: Sequence[Schema]
    ) -> list[StoredTable]:
        """Write the tables that executors make of the rows of a frame.

        Args:
            name: the name of the folder.
            frame: makes the frame. It is not called if the folder is complete.
            source: makes packets of the rows of a partition.
            schemas: the columns of each table, by tag. The first one is that of the documents.
        """
        cuts = {0: Cut(self._keys["documents"], self._fixed_parts or self._usual_parts)}

        def compute(folder: str) -> Sequence[TaskCounts]:
            return self._written_frame(name, frame(), source, folder, cuts)

        return self._stored(name, compute, schemas, cuts)

    def run_task(self, name: str, task: Task, tables: Sequence[StoredTable], schema: Schema) -> StoredTable:
        """Run a task that gives one table on all rows of tables."""
        reads = shares_of(tables, 1)
        return self._stored(name, lambda folder: self._run(name, task, reads, 1, folder), [schema])[0]

    def cut(self, name: str, task: Task, tables: Sequence[StoredTable], parts: int) -> Parts:
        """Cut tables by a task. Return what each part reads."""
        schemas = tuple(table.schema for table in tables)
        reads = shares_of(tables, parts)
        cut = self._stored(name, lambda path: self._run(name, task, reads, parts, path), schemas)
        return Parts(files_of(cut), parts)

    def numbers(self, tasks: int) -> DataFrame:
        """Return the numbers of tasks, one a partition."""
        return self._session.range(0, tasks, 1, tasks)

    def _stored(
        self,
        name: str,
        compute: Callable[[str], Sequence[TaskCounts]],
        schemas: Sequence[Schema],
        cuts: Mapping[int, Cut] = _UNCUT,
    ) -> list[StoredTable]:
        """Return the tables of the next folder. They are computed if it is not complete."""
        folder = self._folder.next_stage(name)
        counts = folder.counts()
        if counts is None:
            folder.files.delete(folder.path)
            with self._progress.stage(name):
                counts = sum_of_tasks(compute(folder.path), [cuts.get(tag) for tag in range(len(schemas))])
            for inner in _INNER:
                folder.files.delete(f"{folder.path}/{inner}")
            folder.complete(counts)
        else:
            self._progress.count_complete(name)
        return stored_tables(folder.path, schemas, counts)

    def _compute(
        self, stage: PlanStage, tables: Sequence[StoredTable], folder: str, cuts: Mapping[int, Cut]
    ) -> Sequence[TaskCounts]:
        parts = self.parts(tables)
        match stage.operator:
            case Operator.ORDER:
                return self._ordered(stage, tables[0], folder, cuts)
            case Operator.COMPONENTS:
                return self._components(stage, tables[0], folder)
            case Operator.PAIRS if parts >= _LEAST_GRID:
                return self._paired(stage, tables, folder, isqrt(parts), cuts)
            case Operator.GROUP if parts > 1:
                cut = common_cut(tables, stage.key, parts)
                ready = self._cut(stage.name, tables, cut, folder)
                tasks = tasks_of(cut, parts)
                return self._called(stage, tables, Parts(files_of(ready), tasks), tasks, folder, cuts)
            case Operator.MAP:
                reads = shares_of(tables[:1], parts).beside(files_of(tables)[len(tables[0].paths) :])
                return self._called(stage, tables, reads, parts, folder, cuts)
        return self._called(stage, tables, shares_of(tables, 1), 1, folder, cuts)

    def _cut(self, name: str, tables: Sequence[StoredTable], cut: Cut, folder: str) -> Sequence[StoredTable]:
        """Return tables that are all cut in one way. Only those that are cut in another way are cut anew."""
        others = [table for table in tables if is_cut_otherwise(table, cut)]
        if not others:
            return tables
        anew = iter(self._cut_by(CutTask(name, _schemas(others), cut), others, folder, [cut] * len(others)))
        return [next(anew) if is_cut_otherwise(table, cut) else table for table in tables]

    def _cut_by(
        self,
        task: Task,
        tables: Sequence[StoredTable],
        folder: str,
        cuts: Sequence[Cut | None],
        more: Sequence[Schema] = (),
    ) -> list[StoredTable]:
        """Return tables that a task has cut, and ``more`` tables that it gives. ``cuts`` has the cut of each one."""
        tasks = self.parts(tables)
        written = self._run(task.stage, task, shares_of(tables, tasks), tasks, f"{folder}/{_CUT}")
        return stored_tables(f"{folder}/{_CUT}", (*_schemas(tables), *more), sum_of_tasks(written, cuts))

    def _called(
        self,
        stage: PlanStage,
        tables: Sequence[StoredTable],
        reads: Reads,
        tasks: int,
        folder: str,
        cuts: Mapping[int, Cut],
    ) -> list[TaskCounts]:
        """Run the function of a stage on each part."""
        function = stage.function
        if function is None:
            raise ValueError(f"the stage {stage.name} has no function")
        module, name = function.__module__, function.__qualname__
        if resolve(module, name) is not function:
            raise ValueError(f"the stage {stage.name}: executors cannot find {module}.{name}")
        outputs = tuple(dict(schema) for schema in stage.gives.values())
        any_rows, context = stage.operator is Operator.MAP, self._context
        task = FunctionTask(stage.name, _schemas(tables), module, name, context, outputs, any_rows, stage.columns)
        return self._run(stage.name, task, reads, tasks, folder, cuts)

    def _paired(
        self, stage: PlanStage, tables: Sequence[StoredTable], folder: str, grid: int, cuts: Mapping[int, Cut]
    ) -> list[TaskCounts]:
        """Bring pairs and their texts to the cells of a grid. A text goes once to each cell that needs it."""
        name, cells, pairs = stage.name, grid * grid, tables[0]
        cut = common_cut(tables[1:], NUMBERS, cells)
        others = [table for table in tables[1:] if is_cut_otherwise(table, cut)]
        task = PairCutTask(name, _schemas([pairs, *others]), cut, grid)
        cuts_anew = [None, *[cut] * (len(others) + 1)]
        of_cells, *anew, requests = self._cut_by(task, [pairs, *others], folder, cuts_anew, [REQUESTS])
        left = iter(anew)
        texts = [next(left) if is_cut_otherwise(table, cut) else table for table in tables[1:]]
        serve = ServeTask(name, _schemas([*texts, requests]), cells)
        tasks = tasks_of(cut, cells)
        written = self._run(name, serve, Parts(files_of([*texts, requests]), tasks), tasks, f"{folder}/{_SERVED}")
        served = stored_tables(f"{folder}/{_SERVED}", _schemas(texts), sum_of_tasks(written, [None] * len(texts)))
        return self._called(stage, tables, Parts(files_of([of_cells, *served]), cells), cells, folder, cuts)

    def _ordered(self, stage: PlanStage, table: StoredTable, folder: str, cuts: Mapping[int, Cut]) -> list[TaskCounts]:
        """Number the rows of a table in the order of the key columns."""
        name, schemas = stage.name, _schemas([table])
        parts = self.parts([table])
        if parts == 1:
            whole = ordering.NumberTask(name, schemas, stage.key, {0: 0})
            return self._run(name, whole, shares_of([table], 1), 1, folder, cuts)
        keys = {column: table.schema[column] for column in stage.key}
        sample = ordering.SampleTask(name, schemas, stage.key, ordering.samples(parts))
        sampled = self._inner(name, sample, [table], parts, f"{folder}/{_SAMPLES}", keys)
        bounds_task = ordering.BoundsTask(name, (keys,), parts - 1)
        stored = self._inner(name, bounds_task, [sampled], 1, f"{folder}/{_BOUNDS}", keys)
        bounds = b"".join(pack(self.driver.table(stored, BOUNDS).select(keys)))
        cut = ordering.RangeCutTask(name, schemas, stage.key, bounds, parts)
        written = self._run(name, cut, shares_of([table], parts), parts, f"{folder}/{_CUT}", by_part=True)
        first, before = {}, 0
        for part in range(parts):
            first[part], before = before, before + sum(task.parts.get(part, 0) for task in written)
        (by_part,) = stored_tables(f"{folder}/{_CUT}", schemas, sum_of_tasks(written, [None]))
        number = ordering.NumberTask(name, schemas, stage.key, first)
        return self._run(name, number, Parts(files_of([by_part]), parts), parts, folder, cuts)

    def _inner(
        self, name: str, task: Task, tables: Sequence[StoredTable], tasks: int, folder: str, schema: Schema
    ) -> StoredTable:
        """Return the table of a step within a stage."""
        written = self._run(name, task, shares_of(tables, tasks), tasks, folder)
        return stored_tables(folder, [schema], sum_of_tasks(written, [None]))[0]

    def _components(self, stage: PlanStage, edges: StoredTable, folder: str) -> Sequence[TaskCounts]:
        """Find the components of edges, on the driver or by stars."""
        (schema,) = stage.gives.values()
        if edges.rows <= self._edges:
            return [_write_here(folder, connect(self.driver.table(edges, EDGES)), schema)]
        inner = JobFolder(f"{folder}/{_ROUNDS}", self._folder.files)
        rounds = SparkOperators(self._session, self._context, inner, self._fixed_parts, steps=())
        rounds.driver = self.driver

        def checks_of(checks: StoredTable) -> Table:
            return self.driver.table(checks, CHECKSUMS)

        stars, _ = components.find_by_stars(rounds.run, checks_of, edges, edges.schema["a"], MOST_ROUNDS)
        labels = PlanStage(stage.name, Operator.GROUP, ("edges",), ("b",), {"labels": schema}, components.star_labels)
        return self._compute(labels, [stars], folder, {})

    def _run(
        self,
        name: str,
        task: Task,
        reads: Reads,
        tasks: int,
        folder: str,
        cuts: Mapping[int, Cut] = _UNCUT,
        by_part: bool = False,
    ) -> list[TaskCounts]:
        """Run tasks that read files and write files."""
        write = WriteTask(versions(), FilesSource(task, reads), folder, cuts, by_part)
        with readable_errors(name):
            return self.driver.task_counts(self._session.sparkContext, tasks, write.of_numbers)

    def _written_frame(
        self, name: str, frame: DataFrame, source: PacketSource, folder: str, cuts: Mapping[int, Cut]
    ) -> list[TaskCounts]:
        task = WriteTask(versions(), source, folder, cuts)
        with readable_errors(name):
            return self.driver.frame_counts(frame.mapInArrow(task.of_frame, TASK_COLUMNS))


_LEAST_GRID: Final = 4
"""The least parts of pairs that are cells of a grid with more than one."""

_CUT: Final = "cut"
_SERVED: Final = "served"
_SAMPLES: Final = "samples"
_BOUNDS: Final = "bounds"
_ROUNDS: Final = "rounds"
_INNER: Final = (_CUT, _SERVED, _SAMPLES, _BOUNDS, _ROUNDS)
"""Folders that a stage needs while it runs."""


def _write_here(folder: str, table: Table, schema: Schema) -> TaskCounts:
    """Write a table of the driver."""
    return write_packets(folder, "driver", packets_of(table, schema, 0))


def _schemas(tables: Sequence[StoredTable]) -> tuple[Schema, ...]:
    return tuple(dict(table.schema) for table in tables)


def _has_rows(stage: PlanStage, tables: Sequence[StoredTable]) -> bool:
    """Return whether there is something to do: no rows give no rows, and no pairs give none either."""
    if stage.operator is Operator.PAIRS:
        return tables[0].rows > 0
    return any(table.rows for table in tables)
