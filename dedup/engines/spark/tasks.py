"""Tasks of executors on packets: cut a table by its keys, run the function of a stage, send texts to their pairs.

A task is a small object that Spark sends to its executors. It names the function of a stage by module and name, and
calls it on whole parts. It reads files of packets and writes files of packets; Spark gets the counts of them.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Any, Final, Protocol
from uuid import uuid4

import msgspec
import numpy as np
import pyarrow as pa
from pyspark import TaskContext

from dedup.array_types import Indices
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.stars import distinct_edges
from dedup.core.arrays.tables import I64, Schema, Table, parts_of
from dedup.core.stages.stage import StageContext, as_tables
from dedup.engines.pool.garbage import spare_loaded
from dedup.engines.spark.errors import VersionError, naming_errors
from dedup.engines.spark.limits import PART_BYTES
from dedup.engines.spark.storage.packet_files import Reads, write_packets
from dedup.engines.spark.storage.packets import COUNT_TAG, Packet, StoredPacket, cut_packets, packets_of, unpack
from dedup.engines.spark.storage.stored_tables import Cut
from dedup.version import version

REQUESTS: Final[Schema] = {"num": I64, "cell": I64}
"""Texts that a cell of pairs needs."""


def versions() -> str:
    """Return the versions of Python and of this package in this process."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor} with dedup {version()}"


def check_versions(expected: str) -> None:
    """Raise `VersionError` if this process has other versions than the driver, which ``expected`` names."""
    if versions() != expected:
        raise VersionError(f"{VersionError.MARK}an executor has {versions()}, the driver has {expected}")


class PacketSource(Protocol):
    """The source of the packets that a task writes."""

    def packets_of(self, rows: Iterator[Any]) -> Iterator[Packet]:
        """Yield packets for one partition of Spark: for batches of a frame, or for numbers of tasks."""
        ...


TASK_COLUMNS: Final = "counts binary"
"""The column that Spark gets of a task: `TaskCounts`."""


@dataclass(frozen=True)
class WriteTask:
    """Writes the packets of a source to files, and gives their counts.

    - ``versions``: the versions of the driver, which an executor must have too.
    - ``source``: where the packets come from.
    - ``folder``: the folder of the files.
    - ``cuts``: the tag of a table -> how its packets are cut. Packets of other tables stay as they are.
    - ``by_part``: whether the rows of each part are counted too.
    """

    versions: str
    source: PacketSource
    folder: str
    cuts: Mapping[int, Cut]
    by_part: bool = False

    def of_frame(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Write what comes of the rows of a frame, of one partition. Yield the counts as a row of `TASK_COLUMNS`."""
        yield pa.RecordBatch.from_arrays([pa.array([self._write(batches)], pa.binary())], ["counts"])

    def of_numbers(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """Write what comes of the number of a task. Yield the counts."""
        yield self._write(iter(numbers))

    def _write(self, rows: Iterator[Any]) -> bytes:
        """Write packets, and return `TaskCounts`.

        No two tries of a task write one file, those of a run that was killed and may not have ended included.
        """
        check_versions(self.versions)
        _load_plan()
        context: Any = TaskContext.get()
        name = f"{context.partitionId()}-{uuid4().hex}"
        return msgspec.msgpack.encode(write_packets(self.folder, name, self._cut_packets(rows), self.by_part))

    def _cut_packets(self, rows: Iterator[Any]) -> Iterator[Packet]:
        """Yield the packets of the source. Tables are cut in pieces of `PART_BYTES`: small ones make small packets."""
        waiting: dict[int, list[Table]] = {tag: [] for tag in self.cuts}
        sizes = dict.fromkeys(self.cuts, 0)
        for packet in self.source.packets_of(rows):
            tag = packet.tag
            if tag not in self.cuts:
                yield packet
                continue
            waiting[tag].append(packet.table)
            sizes[tag] += packet.table.size
            if sizes[tag] >= PART_BYTES:
                yield from self._cut_tables(tag, waiting[tag])
                waiting[tag], sizes[tag] = [], 0
        for tag, tables in waiting.items():
            yield from self._cut_tables(tag, tables)

    def _cut_tables(self, tag: int, tables: Sequence[Table]) -> Iterator[Packet]:
        """Yield the rows of tables as packets of their parts."""
        if tables:
            yield from cut_by_key(tables[0].plus(*tables[1:]), tag, self.cuts[tag])


@dataclass(frozen=True)
class FilesSource:
    """Packets of a task that reads files.

    - ``task``: the task.
    - ``reads``: what it reads.
    """

    task: "Task"
    reads: Reads

    def packets_of(self, rows: Iterator[int]) -> Iterator[Packet]:
        """Yield the packets that the task gives for its number."""
        for number in rows:
            yield from self.task.packets(self.reads.packets(number))


def numbers_in(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    """Yield the numbers of tasks in the first column of batches."""
    for batch in batches:
        yield from batch.column(0).to_pylist()


@dataclass(frozen=True)
class Task:
    """A task: what all tasks of a stage share.

    - ``stage``: the name of the stage.
    - ``inputs``: the columns of the tables that the stage reads, by their tags.
    """

    stage: str
    inputs: tuple[Schema, ...]

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Turn the packets that one task reads into packets."""
        raise NotImplementedError

    def join(self, packets: Sequence[StoredPacket]) -> list[Table]:
        """Return the tables that packets hold, by tag."""
        return joined_tables(packets, self.inputs)


@dataclass(frozen=True)
class CutTask(Task):
    """Cuts tables by their key columns: all rows of one key go to one part.

    - ``cut``: the key columns and the number of parts.
    """

    cut: Cut

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows as packets of their parts."""
        for group in groups_of(packets):
            for tag, table in enumerate(self.join(group)):
                yield from cut_by_key(table, tag, self.cut)


@dataclass(frozen=True)
class PairCutTask(Task):
    """Cuts pairs, the first input, by the cells of a square grid; and the texts, the other inputs, by their numbers.

    All pairs of one text go to one row and one column of the grid. It gives one table more, the last: the texts that
    each cell needs (`REQUESTS`), cut by their numbers.

    - ``cut``: the cut of texts, by their numbers.
    - ``grid``: the rows of the grid.
    """

    cut: Cut
    grid: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows as packets of their cells and parts."""
        for group in groups_of(packets):
            pairs, *texts = self.join(group)
            cells = parts_of(pairs, ("a",), self.grid) * self.grid + parts_of(pairs, ("b",), self.grid)
            yield from cut_packets(pairs, 0, cells, self.grid * self.grid)
            requests = _make_requests(np.append(pairs["a"], pairs["b"]), np.append(cells, cells))
            for tag, table in enumerate((*texts, requests), 1):
                yield from cut_by_key(table, tag, self.cut)


@dataclass(frozen=True)
class ServeTask(Task):
    """Sends texts to the cells of pairs that need them. The inputs are texts, and requests.

    - ``cells``: the number of cells.
    """

    cells: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows of texts as packets of cells."""
        *texts, requests = self.join(list(packets))
        requests = _make_requests(requests["num"], requests["cell"])
        for tag, table in enumerate(texts):
            order = table["num"].argsort(kind="stable")
            numbers = table["num"][order]
            first = numbers.searchsorted(requests["num"])
            counts = numbers.searchsorted(requests["num"], "right") - first
            rows = order[ranges(first, counts)]
            yield from cut_packets(table.take(rows), tag, requests["cell"].repeat(counts), self.cells)


@dataclass(frozen=True)
class FunctionTask(Task):
    """Runs the function of a stage.

    - ``module``, ``function``: where the function is.
    - ``context``: what it gets beside its tables.
    - ``outputs``: the columns of the tables that the stage gives.
    - ``any_rows``: whether a call takes any rows, as in `Operator.MAP`; else it takes all rows of the partition.
    - ``columns``: the columns that the function reads; empty for all.
    """

    module: str
    function: str
    context: StageContext
    outputs: tuple[Schema, ...]
    any_rows: bool = False
    columns: tuple[str, ...] = ()

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the tables that the stage gives, and the number of rows that the function has read."""
        part, rows = 0, 0
        whole, packets = _split_whole(packets) if self.any_rows else ([], packets)
        for group in groups_of(packets) if self.any_rows else [list(packets)]:
            if not group:
                continue
            part = group[0].part
            rows += sum(packet.rows for packet in group)
            for tag, table in enumerate(self._call(joined_tables([*whole, *group], self.inputs, self.columns), part)):
                yield from packets_of(table, self.outputs[tag], tag)
        if rows:
            yield Packet(part, COUNT_TAG, rows, Table({}))

    def _call(self, tables: Sequence[Table], part: int) -> Sequence[Table]:
        """Call the function on the tables of a part."""
        with naming_errors(self.stage, part):
            return as_tables(resolve(self.module, self.function)(self.context, *tables))


def cut_by_key(table: Table, tag: int, cut: Cut) -> Iterator[Packet]:
    """Yield the rows of a table as packets of their parts, by their keys.

    Args:
        table: the rows.
        tag: the tag of the packets.
        cut: the key columns and the number of parts.
    """
    yield from cut_packets(table, tag, parts_of(table, cut.key, cut.parts), cut.parts)


def joined_tables(
    packets: Sequence[StoredPacket], schemas: Sequence[Schema], names: Collection[str] = ()
) -> list[Table]:
    """Return the tables that packets hold, by tag.

    Args:
        packets: the packets.
        schemas: the columns of each table.
        names: the columns that are wanted; empty for all.
    """
    tables = []
    for tag, schema in enumerate(schemas):
        columns = {name: kind for name, kind in schema.items() if not names or name in names}
        unpacked = [unpack(packet.data, schema, names) for packet in packets if packet.tag == tag]
        tables.append(Table.joined(unpacked, columns))
    return tables


@cache
def _load_plan() -> None:
    """Import the functions of all stages. No collection of garbage looks at what is loaded then."""
    import_module("dedup.core.plan")
    spare_loaded()


def resolve(module: str, function: str) -> Callable[..., Any]:
    """Return a function by its module and name."""
    resolved: Any = import_module(module)
    for name in function.split("."):
        resolved = getattr(resolved, name)
    return resolved  # type: ignore[no-any-return]


def groups_of(packets: Iterable[StoredPacket]) -> Iterator[list[StoredPacket]]:
    """Yield packets in groups of about `PART_BYTES`."""
    collected: list[StoredPacket] = []
    size = 0
    for packet in packets:
        collected.append(packet)
        size += len(packet.data)
        if size >= PART_BYTES:
            yield collected
            collected, size = [], 0
    if collected:
        yield collected


def _split_whole(packets: Iterator[StoredPacket]) -> tuple[list[StoredPacket], Iterator[StoredPacket]]:
    """Return the packets of the tables that each call gets whole, which come first, and those of the first table."""
    whole: list[StoredPacket] = []
    for packet in packets:
        if packet.tag == 0:
            return whole, chain((packet,), packets)
        whole.append(packet)
    return whole, iter(())


def _make_requests(numbers: Indices, cells: Indices) -> Table:
    """Return each text and cell once."""
    number, cell = distinct_edges(numbers, cells)
    return Table({"num": number, "cell": cell})
