"""The result of a job on Spark: the table of results to rows of a report, counts, and the folder of a report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from pyspark.sql import Column
from pyspark.sql import functions as F

from dedup.core.arrays.tables import Lists, Schema, Table
from dedup.core.plan import EVIDENCE, REASONS, RELATIONS
from dedup.core.stages.result_schemas import RESULTS
from dedup.engines.spark.errors import naming_errors
from dedup.engines.spark.storage.packet_files import Reads
from dedup.engines.spark.storage.packets import Packet, StoredPacket, cut_packets
from dedup.engines.spark.tasks import Task, check_versions, groups_of, joined_tables, numbers_in
from dedup.parquet_schema import ALONE, COLUMNS, SKIPPED_COLUMNS, ParquetColumn, arrow_schema
from dedup.result_tables import utc_times

_SPARK_TYPES: Final = {"string": "string", "double": "double", "long": "bigint", "time": "timestamp"}


def spark_schema(columns: tuple[ParquetColumn, ...]) -> str:
    """Return columns of a report as the schema of a frame."""
    return ", ".join(f"{column.name} {_SPARK_TYPES[column.type]}" for column in columns)


REPORT_SCHEMA: Final = spark_schema(COLUMNS)
"""The columns of a report as the schema of a frame."""

SKIPPED_SCHEMA: Final = spark_schema(SKIPPED_COLUMNS)
"""The columns of skipped inputs as the schema of a frame."""


@dataclass(frozen=True)
class StoryCutTask(Task):
    """Cuts the table of results by story.

    - ``parts``: the number of parts.
    """

    parts: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows as packets of their parts."""
        for group in groups_of(packets):
            (table,) = self.join(group)
            keys = [xxhash.xxh3_64_intdigest(story) for story in _byte_strings(table.lists("story"))]
            part_of = (np.array(keys, np.uint64) % np.uint64(self.parts)).astype(np.int64)
            yield from cut_packets(table, 0, part_of, self.parts)


@dataclass(frozen=True)
class RowsTask:
    """Makes rows of Parquet of a table.

    - ``versions``: the versions of the driver.
    - ``stage``: the name of the stage in errors.
    - ``inputs``: the columns of the table.
    - ``reads``: what the task of each number reads.
    - ``make_rows``: makes the rows of the table of a task.
    """

    versions: str
    stage: str
    inputs: tuple[Schema, ...]
    reads: Reads
    make_rows: Callable[[Table], pa.RecordBatch]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Turn the packets of each task into rows."""
        check_versions(self.versions)
        for number in numbers_in(batches):
            with naming_errors(self.stage, number):
                (table,) = joined_tables(list(self.reads.packets(number)), self.inputs)
                if len(table):
                    yield self.make_rows(table)


def skipped_rows(skipped: Table) -> pa.RecordBatch:
    """Return the table of skipped inputs as rows."""
    lines = pa.array(skipped["line"], mask=skipped["line"] == 0)
    arrays = [_strings(skipped.lists("path")), lines, _strings(skipped.lists("reason")), pa.array(skipped["count"])]
    return pa.RecordBatch.from_arrays(arrays, [column.name for column in SKIPPED_COLUMNS])


def report_rows(results: Table) -> pa.RecordBatch:
    """Return the table of results as rows of a report, each story in its order."""
    story = _strings(results.lists("story"))
    order = pc.sort_indices(
        pa.table({"story": story.cast(pa.binary()), "rank": pa.array(results["rank"])}),
        sort_keys=[("story", "ascending"), ("rank", "ascending")],
    )
    results = results.take(order.to_numpy().astype(np.int64))
    story = story.take(order)
    relations = np.array(RELATIONS, object)
    arrays: dict[str, Any] = {name: _strings(results.lists(name)) for name, kind in RESULTS.items() if kind.many}
    arrays |= {name: pa.array(results[name]) for name in ("containment", "resemblance", "weakest")}
    arrays |= {
        "story": story,
        "canonical": story,
        "relation": pa.array(relations[results["relation"]], pa.string()),
        "decided": pa.array(_grounds(results), pa.string()),
        "published": pa.array(_times(results.lists("published")), pa.timestamp("us", "UTC")),
        "no_article": pa.array(np.array(REASONS, object)[results["no_article"]], pa.string()),
        "number": pa.nulls(len(results), pa.int64()),
    }
    return pa.RecordBatch.from_arrays([arrays[column.name] for column in COLUMNS], schema=arrow_schema(COLUMNS))


def _grounds(results: Table) -> list[str]:
    """Return why each document is in its story. The rows are sorted by story."""
    begins = np.flatnonzero(results["rank"] == 0)
    sizes = np.diff(np.append(begins, len(results)))
    grounds = np.array(EVIDENCE, object)[results["evidence"]]
    grounds[(sizes == 1).repeat(sizes)] = ALONE
    decided: list[str] = grounds.tolist()
    return decided


def _times(written: Lists) -> list[datetime | None]:
    """Return times of ISO 8601 in UTC, None for an empty text."""
    return utc_times([datetime.fromisoformat(text) if text else None for text in written.texts()])


def _strings(lists: Lists) -> pa.Array:
    """Return lists of UTF-8 as strings. A lone surrogate becomes its escape, as in other reports."""
    edges, values = lists.edges.astype(np.int32), np.ascontiguousarray(lists.values, np.uint8)
    strings = pa.Array.from_buffers(pa.string(), edges.size - 1, [None, pa.py_buffer(edges), pa.py_buffer(values)])
    try:
        strings.validate(full=True)
    except pa.ArrowInvalid:
        return pa.array([text.encode("utf-8", "backslashreplace").decode() for text in lists.texts()], pa.string())
    return strings


def _byte_strings(lists: Lists) -> Iterator[bytes]:
    data, edges = lists.values.tobytes(), lists.edges.tolist()
    return (data[first:last] for first, last in pairwise(edges))


def count_columns() -> list[Column]:
    """Return what Spark counts while it writes the rows of a report."""
    leads = F.col("id") == F.col("canonical")
    alone = F.col("decided") == ALONE

    def count(condition: Column, name: str) -> Column:
        return F.sum(F.when(condition, 1).otherwise(0)).alias(name)

    return [
        F.count(F.lit(1)).alias("documents"),
        count(leads & ~alone, "stories"),
        count(~leads, "copies"),
        count(alone, "singletons"),
        count(F.col("no_article") != "", "no_articles"),
    ]
