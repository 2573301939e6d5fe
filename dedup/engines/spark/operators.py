"""The operators of the plan on Spark. Each stage becomes a folder of packets, and is read from it where it is there."""

from collections.abc import Callable, Iterable, Sequence
from math import isqrt
from typing import Final

from pyspark.sql import DataFrame, SparkSession

from dedup.core.arrays.tables import Schema, Table
from dedup.core.stages.stage import Operator, PlanStage, StageContext, connect
from dedup.engines.plan.walk import walk
from dedup.engines.spark import components, ordering
from dedup.engines.spark.driver import BOUNDS, CHECKSUMS, EDGES, Driver
from dedup.engines.spark.errors import readable_errors
from dedup.engines.spark.folders import JobFolder
from dedup.engines.spark.limits import DRIVER_EDGES, LARGE_PART_BYTES, MOST_ROUNDS, PARTS_A_CORE, SMALL_PART_BYTES
from dedup.engines.spark.progress import StageProgress
from dedup.engines.spark.storage.packet_files import Parts, Reads, TaskCounts, write_packets
from dedup.engines.spark.storage.packets import pack, packets_of
from dedup.engines.spark.storage.stored_tables import (
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
    """

    def __init__(
        self,
        session: SparkSession,
        context: StageContext,
        folder: JobFolder,
        parts: int | None = None,
        driver_edges: int = DRIVER_EDGES,
        progress: StageProgress | None = None,
    ) -> None:
        self._session, self._context, self._folder, self._fixed_parts = session, context, folder, parts
        self._usual_parts: int = PARTS_A_CORE * session.sparkContext.defaultParallelism
        self._edges, self._progress = driver_edges, progress or StageProgress(session)
        self.driver = Driver()

    def run(self, stage: PlanStage, tables: Sequence[StoredTable]) -> Sequence[StoredTable]:
        """Return the tables that a stage gives."""
        if stage.operator is Operator.WHOLE and tables[0].rows > self._edges:
            keep = (*stage.gives, *stage.reads)  # later stages may read what this one reads
            tables_given = walk(stage.beyond, self, dict(zip(stage.reads, tables, strict=True)), keep)
            return [tables_given[name] for name in stage.gives]
        schemas = tuple(stage.gives.values())

        def compute(folder: str) -> Sequence[TaskCounts]:
            return self._compute(stage, tables, folder) if _has_rows(stage, tables) else ()

        return self._stored(stage.name, compute, schemas)

    def added(self, table: StoredTable, rows: StoredTable) -> StoredTable:
        """Return a table with the rows of another one added."""
        return StoredTable(table.schema, table.paths + rows.paths, table.rows + rows.rows, table.size + rows.size)

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
            schemas: the columns of each table, by tag.
        """
        return self._stored(name, lambda folder: self._written_frame(name, frame(), source, folder), schemas)

    def run_task(self, name: str, task: Task, tables: Sequence[StoredTable], schema: Schema) -> StoredTable:
        """Run a task that gives one table on all rows of tables."""
        reads = shares_of(tables, 1)
        return self._stored(name, lambda folder: self._run(name, task, reads, 1, folder), [schema])[0]

    def cut(self, name: str, task: Task, tables: Sequence[StoredTable], parts: int) -> Parts:
        """Cut tables by a task. Return what each part reads."""
        schemas = tuple(table.schema for table in tables)
        reads = shares_of(tables, parts)
        return Parts(files_of(self._stored(name, lambda path: self._run(name, task, reads, parts, path), schemas)))

    def numbers(self, tasks: int) -> DataFrame:
        """Return the numbers of tasks, one a partition."""
        return self._session.range(0, tasks, 1, tasks)

    def _stored(
        self, name: str, compute: Callable[[str], Sequence[TaskCounts]], schemas: Sequence[Schema]
    ) -> list[StoredTable]:
        """Return the tables of the next folder. They are computed if it is not complete."""
        folder = self._folder.next_stage(name)
        counts = folder.counts()
        if counts is None:
            folder.files.delete(folder.path)
            counts = sum_of_tasks(compute(folder.path), len(schemas))
            for inner in _INNER:
                folder.files.delete(f"{folder.path}/{inner}")
            folder.complete(counts)
        return stored_tables(folder.path, schemas, counts)

    def _compute(self, stage: PlanStage, tables: Sequence[StoredTable], folder: str) -> Sequence[TaskCounts]:
        parts = self.parts(tables)
        match stage.operator:
            case Operator.ORDER:
                return self._ordered(stage, tables[0], folder)
            case Operator.COMPONENTS:
                return self._components(stage, tables[0], folder)
            case Operator.PAIRS if parts >= _LEAST_GRID:
                return self._paired(stage, tables, folder, isqrt(parts))
            case Operator.GROUP if parts > 1:
                schemas = _schemas(tables)
                reads = self._cut(stage.name, CutTask(stage.name, schemas, stage.key, parts), tables, folder, parts)
                return self._called(stage, tables, Parts(files_of(reads)), parts, folder)
            case Operator.MAP:
                return self._called(stage, tables, shares_of(tables, parts), parts, folder)
        return self._called(stage, tables, shares_of(tables, 1), 1, folder)

    def _cut(
        self, name: str, task: Task, tables: Sequence[StoredTable], folder: str, tasks: int, more: Sequence[Schema] = ()
    ) -> list[StoredTable]:
        """Return tables that a task has cut, and ``more`` tables that it gives."""
        written = self._run(name, task, shares_of(tables, tasks), tasks, f"{folder}/{_CUT}")
        schemas = (*_schemas(tables), *more)
        return stored_tables(f"{folder}/{_CUT}", schemas, sum_of_tasks(written, len(schemas)))

    def _called(
        self, stage: PlanStage, tables: Sequence[StoredTable], reads: Reads, tasks: int, folder: str
    ) -> list[TaskCounts]:
        """Run the function of a stage on each part."""
        function = stage.function
        if function is None:
            raise ValueError(f"the stage {stage.name} has no function")
        module, name = function.__module__, function.__qualname__
        if resolve(module, name) is not function:
            raise ValueError(f"the stage {stage.name}: executors cannot find {module}.{name}")
        outputs = tuple(dict(schema) for schema in stage.gives.values())
        any_rows = stage.operator is Operator.MAP
        task = FunctionTask(stage.name, _schemas(tables), module, name, self._context, outputs, any_rows)
        return self._run(stage.name, task, reads, tasks, folder)

    def _paired(self, stage: PlanStage, tables: Sequence[StoredTable], folder: str, grid: int) -> list[TaskCounts]:
        """Bring pairs and their texts to the cells of a grid. A text goes once to each cell that needs it."""
        name, schemas, cells = stage.name, _schemas(tables), grid * grid
        cut = self._cut(name, PairCutTask(name, schemas, cells, grid), tables, folder, cells, [REQUESTS])
        pairs, by_number = cut[:1], files_of(cut)
        texts = Parts(tuple(file for file in by_number if file.tag))
        serve = ServeTask(name, (*schemas, REQUESTS), cells)
        written = self._run(name, serve, texts, cells, f"{folder}/{_SERVED}")
        served = stored_tables(f"{folder}/{_SERVED}", schemas, sum_of_tasks(written, len(schemas)))
        return self._called(stage, tables, Parts(files_of([*pairs, *served[1:]])), cells, folder)

    def _ordered(self, stage: PlanStage, table: StoredTable, folder: str) -> list[TaskCounts]:
        """Number the rows of a table in the order of the key columns."""
        name, schemas = stage.name, _schemas([table])
        parts = self.parts([table])
        if parts == 1:
            return self._run(
                name, ordering.NumberTask(name, schemas, stage.key, {0: 0}), shares_of([table], 1), 1, folder
            )
        keys = {column: table.schema[column] for column in stage.key}
        sample = ordering.SampleTask(name, schemas, stage.key, ordering.samples(parts))
        sampled = self._inner(name, sample, [table], parts, f"{folder}/{_SAMPLES}", keys)
        bounds_task = ordering.BoundsTask(name, (keys,), parts - 1)
        stored = self._inner(name, bounds_task, [sampled], 1, f"{folder}/{_BOUNDS}", keys)
        bounds = pack(self.driver.table(stored, BOUNDS), keys)
        cut = ordering.RangeCutTask(name, schemas, stage.key, bounds, parts)
        written = self._run(name, cut, shares_of([table], parts), parts, f"{folder}/{_CUT}", by_part=True)
        first, before = {}, 0
        for part in range(parts):
            first[part], before = before, before + sum(task.parts.get(part, 0) for task in written)
        (by_part,) = stored_tables(f"{folder}/{_CUT}", schemas, sum_of_tasks(written, 1))
        number = ordering.NumberTask(name, schemas, stage.key, first)
        return self._run(name, number, Parts(files_of([by_part])), parts, folder)

    def _inner(
        self, name: str, task: Task, tables: Sequence[StoredTable], tasks: int, folder: str, schema: Schema
    ) -> StoredTable:
        """Return the table of a step within a stage."""
        written = self._run(name, task, shares_of(tables, tasks), tasks, folder)
        return stored_tables(folder, [schema], sum_of_tasks(written, 1))[0]

    def _components(self, stage: PlanStage, edges: StoredTable, folder: str) -> Sequence[TaskCounts]:
        """Find the components of edges, on the driver or by stars."""
        (schema,) = stage.gives.values()
        if edges.rows <= self._edges:
            return [_write_here(folder, connect(self.driver.table(edges, EDGES)), schema)]
        inner = JobFolder(f"{folder}/{_ROUNDS}", self._folder.files)
        rounds = SparkOperators(self._session, self._context, inner, self._fixed_parts)
        rounds.driver = self.driver

        def checks_of(checks: StoredTable) -> Table:
            return self.driver.table(checks, CHECKSUMS)

        stars, _ = components.find_by_stars(rounds.run, checks_of, edges, edges.schema["a"], MOST_ROUNDS)
        labels = PlanStage(stage.name, Operator.GROUP, ("edges",), ("b",), {"labels": schema}, components.star_labels)
        return self._compute(labels, [stars], folder)

    def _run(
        self, name: str, task: Task, reads: Reads, tasks: int, folder: str, by_part: bool = False
    ) -> list[TaskCounts]:
        """Run tasks that read files and write files."""
        write = WriteTask(versions(), FilesSource(task, reads), folder, by_part)
        with readable_errors(name), self._progress.stage(name):
            return self.driver.task_counts(self._session.sparkContext, tasks, write.of_numbers)

    def _written_frame(self, name: str, frame: DataFrame, source: PacketSource, folder: str) -> list[TaskCounts]:
        task = WriteTask(versions(), source, folder)
        with readable_errors(name), self._progress.stage(name):
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
