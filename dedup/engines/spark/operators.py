"""The operators of the plan on Spark. Each stage becomes a folder of packets, and is read from it where it is there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Final

from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from dedup.core.arrays.tables import Schema, Table
from dedup.core.stages.stage import Operator, Stage, StageContext
from dedup.engines.plan.walk import walk
from dedup.engines.spark import components, ordering
from dedup.engines.spark.driver import BOUNDS, CHECKSUMS, EDGES, Driver
from dedup.engines.spark.errors import readable_errors
from dedup.engines.spark.folders import JobFolder, StageFolder
from dedup.engines.spark.limits import DRIVER_EDGES, LARGE_PART_BYTES, MOST_ROUNDS, PARTS_A_CORE, SMALL_PART_BYTES
from dedup.engines.spark.packets import COUNT_TAG, PACKET_COLUMNS, packets_of
from dedup.engines.spark.progress import StageProgress
from dedup.engines.spark.session import WRITER_OPTIONS
from dedup.engines.spark.tasks import (
    REQUESTS,
    CutTask,
    FunctionTask,
    RequestTask,
    ServeTask,
    Task,
    resolve,
    versions,
)


@dataclass(frozen=True)
class StoredTable:
    """A table in folders of packets.

    - ``schema``: its columns.
    - ``paths``: the folders.
    - ``rows``: the number of rows.
    - ``size``: their bytes.
    """

    schema: Schema
    paths: tuple[str, ...]
    rows: int
    size: int


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
        self._usual_parts = PARTS_A_CORE * session.sparkContext.defaultParallelism
        self._edges, self._progress = driver_edges, progress or StageProgress(session)
        self.driver = Driver()

    def run(self, stage: Stage, tables: Sequence[StoredTable]) -> Sequence[StoredTable]:
        """Return the tables that a stage gives."""
        if stage.operator is Operator.WHOLE and tables[0].rows > self._edges:
            keep = (*stage.gives, *stage.reads)  # later stages may read what this one reads
            tables_given = walk(stage.beyond, self, dict(zip(stage.reads, tables, strict=True)), keep)
            return [tables_given[name] for name in stage.gives]
        folder = self._folder.next_stage(stage.name)
        counts = folder.counts()
        if counts is None and _has_rows(stage, tables):
            counts = self._compute(stage, tables, folder)
        elif counts is None:
            counts = dict.fromkeys(_count_names(len(stage.gives)), 0)
            folder.complete(counts)
        return _stored_tables(folder, tuple(stage.gives.values()), counts)

    def added(self, table: StoredTable, rows: StoredTable) -> StoredTable:
        """Return a table with the rows of another one added."""
        return StoredTable(table.schema, table.paths + rows.paths, table.rows + rows.rows, table.size + rows.size)

    def is_empty(self, table: StoredTable) -> bool:
        """Return whether a table has no rows."""
        return table.rows == 0

    def drop(self, table: StoredTable) -> None:
        """Delete a table. The counts of its stage stay, so that a run that resumes does not do it again."""
        for path in table.paths:
            self._folder.files.delete(path)

    def store(self, name: str, packets: Callable[[], DataFrame], schemas: Sequence[Schema]) -> list[StoredTable]:
        """Write packets that do not come from a stage.

        Args:
            name: the name of the folder.
            packets: makes the packets. It is not called if the folder is complete.
            schemas: the columns of each table, by tag.
        """
        folder = self._folder.next_stage(name)
        counts = folder.counts() or self._write(name, packets(), folder, schemas)
        return _stored_tables(folder, schemas, counts)

    def frame(self, table: StoredTable, tag: int = 0) -> DataFrame:
        """Return the packets of a table, with this tag."""
        if table.paths:
            stored = self._session.read.schema("part int, rows bigint, data binary").parquet(*table.paths)
        else:
            stored = self._session.createDataFrame([], "part int, rows bigint, data binary")
        return stored.select("part", F.lit(tag).alias("tag"), "rows", "data")

    def _compute(self, stage: Stage, tables: Sequence[StoredTable], folder: StageFolder) -> Mapping[str, int]:
        match stage.operator:
            case Operator.ORDER:
                packets = self._ordered(stage, tables[0], folder)
            case Operator.COMPONENTS:
                packets = self._components(stage, tables[0], folder)
            case Operator.PAIRS:
                packets = self._paired(stage, tables)
            case Operator.MAP:
                packets = self._called(stage, tables, self._union(tables).coalesce(self.parts(tables)))
            case Operator.WHOLE:
                packets = self._called(stage, tables, self._union(tables).coalesce(1))
            case _:
                packets = self._called(stage, tables, self._grouped(stage, tables))
        counts = self._write(stage.name, packets, folder, tuple(stage.gives.values()))
        for path in (folder.path + _CUT, folder.path + _ROUNDS):
            self._folder.files.delete(path)
        return counts

    def parts(self, tables: Iterable[StoredTable]) -> int:
        """Return the number of parts of tables."""
        if self._fixed_parts is not None:
            return self._fixed_parts
        size = sum(table.size for table in tables)
        return max(1, min(self._usual_parts, -(-size // SMALL_PART_BYTES)), size // LARGE_PART_BYTES)

    def _grouped(self, stage: Stage, tables: Sequence[StoredTable]) -> DataFrame:
        """Bring all rows of each key to one part."""
        parts = self.parts(tables)
        if parts == 1:
            return self._union(tables).coalesce(1)
        cut = self._mapped(CutTask(*self._shared(stage.name, tables), stage.key, parts), self._union(tables))
        return cut.repartitionById(parts, "part")

    def _called(self, stage: Stage, tables: Sequence[StoredTable], packets: DataFrame) -> DataFrame:
        """Return what the function of a stage gives for each part of the packets."""
        function = stage.function
        if function is None:
            raise ValueError(f"the stage {stage.name} has no function")
        module, name = function.__module__, function.__qualname__
        if resolve(module, name) is not function:
            raise ValueError(f"the stage {stage.name}: executors cannot find {module}.{name}")
        task = FunctionTask(
            *self._shared(stage.name, tables),
            module,
            name,
            self._context.settings,
            tuple(dict(schema) for schema in stage.gives.values()),
            any_rows=stage.operator is Operator.MAP,
        )
        return self._mapped(task, packets)

    def _paired(self, stage: Stage, tables: Sequence[StoredTable]) -> DataFrame:
        """Bring pairs and their texts to the cells of a grid. A text goes once to each cell that needs it."""
        parts = self.parts(tables)
        grid = isqrt(parts)
        cells = grid * grid
        if cells == 1:
            return self._called(stage, tables, self._union(tables).coalesce(1))
        name, version, schemas = self._shared(stage.name, tables)
        pairs = self.frame(tables[0])
        requests = self._mapped(RequestTask(name, version, schemas[:1], parts, grid), pairs)
        texts = [self.frame(table, tag) for tag, table in enumerate(tables) if tag and table.rows]
        served_schemas = (REQUESTS, *schemas[1:])
        for_texts = self._mapped(CutTask(name, version, served_schemas, ("num",), parts), _all_of(texts))
        together = requests.union(for_texts).repartitionById(parts, "part")
        served = self._mapped(ServeTask(name, version, served_schemas, cells), together)
        of_pairs = self._mapped(CutTask(name, version, schemas[:1], (), cells, grid), pairs)
        return self._called(stage, tables, of_pairs.union(served).repartitionById(cells, "part"))

    def _ordered(self, stage: Stage, table: StoredTable, folder: StageFolder) -> DataFrame:
        """Number the rows of a table in the order of the key columns."""
        name, version, schemas = self._shared(stage.name, [table])
        parts = self.parts([table])
        if parts == 1:
            number = ordering.NumberTask(name, version, schemas, stage.key, {0: 0}, any_part=True)
            return self._mapped(number, self.frame(table).coalesce(1))
        keys = ({column: table.schema[column] for column in stage.key},)
        sample = ordering.SampleTask(name, version, schemas, stage.key, ordering.samples(parts))
        sampled = self._mapped(sample, self.frame(table)).repartition(1)
        bounds = self._mapped(ordering.BoundsTask(name, version, keys, parts - 1), sampled)
        packed = self.driver.table_bytes(bounds, BOUNDS)
        cut = self._mapped(ordering.RangeCutTask(name, version, schemas, stage.key, packed, parts), self.frame(table))
        with readable_errors(stage.name):
            cut.write.options(**WRITER_OPTIONS).mode("overwrite").parquet(folder.path + _CUT)
        packets = self._session.read.parquet(folder.path + _CUT)
        counts = dict(self.driver.counts(packets.groupBy("part").agg(F.sum("rows"))))
        first, before = {}, 0
        for part in sorted(counts):
            first[part], before = before, before + counts[part]
        by_part = packets.select(*_NAMES).repartitionById(parts, "part")
        return self._mapped(ordering.NumberTask(name, version, schemas, stage.key, first), by_part)

    def _components(self, stage: Stage, edges: StoredTable, folder: StageFolder) -> DataFrame:
        """Find the components of edges, on the driver or by stars."""
        (schema,) = stage.gives.values()
        edge_schema = {name: edges.schema[name] for name in ("a", "b")}
        if edges.rows <= self._edges:
            table = self.driver.table(self.frame(edges), edges.schema, EDGES)
            return self.packets(components.labels_of(table), schema)
        rounds = SparkOperators(
            self._session, self._context, JobFolder(folder.path + _ROUNDS, self._folder.files), self._fixed_parts
        )
        self._folder.files.delete(rounds._folder.path)
        rounds.driver = self.driver

        def checks_of(checks: StoredTable) -> Table:
            return self.driver.table(rounds.frame(checks), checks.schema, CHECKSUMS)

        stars, _ = components.find_by_stars(rounds.run, checks_of, edges, edge_schema["a"], MOST_ROUNDS)
        labels = Stage("labels", Operator.GROUP, ("edges",), ("b",), {"labels": schema}, components.star_labels)
        (labelled,) = rounds.run(labels, [stars])
        return rounds.frame(labelled)

    def packets(self, table: Table, schema: Schema) -> DataFrame:
        """Return a table of the driver as packets."""
        return self._session.createDataFrame(list(packets_of(table, schema, 0)), PACKET_COLUMNS)

    def _shared(self, name: str, tables: Sequence[StoredTable]) -> tuple[str, str, tuple[Schema, ...]]:
        """Return the fields that all tasks of a stage share."""
        return name, versions(), tuple(dict(table.schema) for table in tables)

    def _union(self, tables: Sequence[StoredTable]) -> DataFrame:
        """Return the packets of tables. A table without rows needs no frame."""
        return _all_of([self.frame(table, tag) for tag, table in enumerate(tables) if table.rows or len(tables) == 1])

    def _mapped(self, task: Task, packets: DataFrame) -> DataFrame:
        return packets.mapInArrow(task, PACKET_COLUMNS)

    def _write(
        self, name: str, packets: DataFrame, folder: StageFolder, schemas: Sequence[Schema]
    ) -> Mapping[str, int]:
        """Write the packets of a stage, a folder a table. Return the rows of each table, and of the largest part."""
        observation = Observation()
        names = iter(_count_names(len(schemas)))
        sums = [
            F.sum(F.when(F.col("tag") == tag, value)).alias(next(names))
            for tag in range(len(schemas))
            for value in (F.col("rows"), F.length("data"))
        ]
        read = F.when(F.col("tag") == COUNT_TAG, F.col("rows"))
        parts = [F.max(read).alias("largest_part"), F.count(read).alias("parts"), F.sum(read).alias("read")]
        with readable_errors(name), self._progress.stage(name):
            written = packets.observe(observation, *sums, *parts).write.options(**WRITER_OPTIONS)
            written.mode("overwrite").partitionBy("tag").parquet(folder.path)
        counts = {key: int(value or 0) for key, value in self.driver.observed(observation).items()}
        folder.complete(counts)
        return counts


_NAMES: Final = ("part", "tag", "rows", "data")
_CUT: Final = "_cut"
_ROUNDS: Final = "_rounds"
"""The ends of the names of folders that a stage needs while it runs."""


def _all_of(frames: Iterable[DataFrame]) -> DataFrame:
    first, *others = frames
    for other in others:
        first = first.union(other)
    return first


def _stored_tables(folder: StageFolder, schemas: Sequence[Schema], counts: Mapping[str, int]) -> list[StoredTable]:
    """Return the tables of a complete stage."""
    tables = []
    for tag, schema in enumerate(schemas):
        rows, size = counts[f"rows_{tag}"], counts[f"size_{tag}"]
        tables.append(StoredTable(schema, (f"{folder.path}/tag={tag}",) if rows else (), rows, size))
    return tables


def _count_names(tables: int) -> list[str]:
    """Return the names of the counts of rows and bytes of tables."""
    return [f"{name}_{tag}" for tag in range(tables) for name in ("rows", "size")]


def _has_rows(stage: Stage, tables: Sequence[StoredTable]) -> bool:
    """Return whether there is something to do: no rows give no rows, and no pairs give none either."""
    if stage.operator is Operator.PAIRS:
        return tables[0].rows > 0
    return any(table.rows for table in tables)
