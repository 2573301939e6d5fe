"""The one door through which rows reach the driver. It counts all of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from pyspark import SparkContext
from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from dedup.core.arrays.tables import Table
from dedup.engines.plan.report import make_coverage
from dedup.engines.spark.limits import CHECKSUM_BITS
from dedup.engines.spark.storage.packet_files import TaskCounts, read_packets
from dedup.engines.spark.storage.packets import unpack
from dedup.engines.spark.storage.stored_tables import StoredTable
from dedup.types import Coverage, Skip

COUNTS = "counts"
CHECKSUMS = "checksums"
BOUNDS = "bounds"
EDGES = "edges"
NOTES = "notes"
SKIPS = "skips"
COVERAGE = "coverage"


class Driver:
    """Takes rows to the driver.

    Attributes:
        received: the rows of each kind: `COUNTS` of the tasks of a stage, `CHECKSUMS` of a round of components,
            `BOUNDS` between the parts of an order, `EDGES` of a search for components, `NOTES`, one for a job, the
            first `SKIPS`, and `COVERAGE`, one for a story in it and one for a rewrite.
    """

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()

    def observed(self, observation: Observation) -> dict[str, Any]:
        """Return the counts that Spark has made while it wrote a report."""
        self.received[COUNTS] += 1
        return dict(observation.get)

    def task_counts(
        self, context: SparkContext, tasks: int, write: Callable[[Iterable[int]], Iterable[bytes]]
    ) -> list[TaskCounts]:
        """Run tasks, and return their counts.

        Args:
            context: runs the tasks.
            tasks: their number.
            write: does the task of each number, and gives its counts.
        """
        return self._decoded(context.parallelize(range(tasks), tasks).mapPartitions(write).collect())

    def frame_counts(self, frame: DataFrame) -> list[TaskCounts]:
        """Return the counts of tasks that write what comes of a frame."""
        return self._decoded([bytes(row[0]) for row in frame.collect()])

    def _decoded(self, counts: list[bytes]) -> list[TaskCounts]:
        self.received[COUNTS] += len(counts)
        return [msgspec.msgpack.decode(data, type=TaskCounts) for data in counts]

    def surveys(self, frame: DataFrame) -> dict[int, bytes]:
        """Return the survey of each byte range of files, by its number. It is a count of lines."""
        rows = frame.select("number", "data").collect()
        self.received[COUNTS] += len(rows)
        return {int(number): bytes(data) for number, data in rows}

    def skips(self, frame: DataFrame, most: int) -> list[Skip]:
        """Return the first of the skipped inputs, ``most`` of them at most."""
        rows = frame.take(most)
        self.received[SKIPS] += len(rows)
        return [Skip(**row.asDict()) for row in rows]

    def checksum(self, frame: DataFrame) -> tuple[int, int]:
        """Return the number of rows of a frame, and a sum of their hashes of 64 bits: the same in any order of rows."""
        ((count, total),) = frame.agg(F.count(F.lit(1)), F.sum(_row_hash(frame))).collect()
        self.received[CHECKSUMS] += 1
        return int(count), int(total or 0) % (1 << CHECKSUM_BITS)

    def table(self, stored: StoredTable, kind: str) -> Table:
        """Return the rows of a table.

        Args:
            stored: the table.
            kind: what the rows are counted as.
        """
        packets = [packet for path in stored.paths for packet in read_packets(path, 0, 0, None)]
        self.received[kind] += sum(packet.rows for packet in packets)
        return Table.joined([unpack(packet.data, stored.schema) for packet in packets], stored.schema)

    def coverage(self, tables: Mapping[str, StoredTable]) -> tuple[Coverage, ...]:
        """Return the coverage in the tables of a job, none of a job that is not asked for it."""
        rows = [self.table(tables[name], COVERAGE) for name in ("coverage", "rewrites") if name in tables]
        return make_coverage(*rows) if rows else ()


def _row_hash(frame: DataFrame) -> Column:
    """Return a hash of each row, by its values and by which of them are null."""
    columns = [
        F.col(f"`{name}`").cast("string") if "map<" in kind else F.col(f"`{name}`")  # Spark hashes no map
        for name, kind in frame.dtypes
    ]
    return F.xxhash64(*columns, *(column.isNull() for column in columns)).cast("decimal(20)")
