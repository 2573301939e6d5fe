"""Tasks of executors on packets: cut a table by its keys, run the function of a stage, send texts to their pairs.

A task is a small object that Spark sends to its executors. It names the function of a stage by module and name, and
calls it on whole parts. It reads files of packets and writes files of packets; Spark gets the counts of them.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Final, Protocol
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
from dedup.engines.spark.limits import PART_BYTES
from dedup.engines.spark.storage.packet_files import Reads, write_packets
from dedup.engines.spark.storage.packets import COUNT_TAG, Packet, cut_packets, packets_of, unpack
from dedup.settings import Settings
from dedup.version import version

REQUESTS: Final[Schema] = {"num": I64, "cell": I64}
"""Texts that a cell of pairs needs."""


class TaskError(RuntimeError):
    """A task failed. The message begins with `MARK` and names the stage, the part and the error."""

    MARK: ClassVar[str] = "dedup task failed: "


class VersionError(TaskError):
    """An executor has another version of Python or of this package than the driver."""

    MARK: ClassVar[str] = "dedup versions differ: "


def versions() -> str:
    """Return the versions of Python and of this package in this process."""
    return f"Python {sys.version_info.major}.{sys.version_info.minor} with dedup {version()}"


def check_versions(expected: str) -> None:
    """Raise `VersionError` if this process has other versions than the driver, which ``expected`` names."""
    if versions() != expected:
        raise VersionError(f"{VersionError.MARK}an executor has {versions()}, the driver has {expected}")


@contextmanager
def naming_errors(stage: str, part: int) -> Iterator[None]:
    """Raise `TaskError` with the stage and the part for any error but a lack of memory.

    Args:
        stage: the name of the stage.
        part: the number of the part.
    """
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise TaskError(f"{TaskError.MARK}stage {stage}, part {part}: {type(error).__name__}: {error}") from error


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
    - ``by_part``: whether the rows of each part are counted too.
    """

    versions: str
    source: PacketSource
    folder: str
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
        context: Any = TaskContext.get()
        name = f"{context.partitionId()}-{uuid4().hex}"
        return msgspec.msgpack.encode(write_packets(self.folder, name, self.source.packets_of(rows), self.by_part))


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

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Turn the packets that one task reads into packets."""
        raise NotImplementedError

    def join(self, packets: Sequence[Packet]) -> list[Table]:
        """Return the tables that packets hold, by tag."""
        return joined_tables(packets, self.inputs)


@dataclass(frozen=True)
class CutTask(Task):
    """Cuts tables by their key columns: all rows of one key go to one part.

    - ``key``: the key columns.
    - ``parts``: the number of parts.
    """

    key: tuple[str, ...]
    parts: int

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the rows as packets of their parts."""
        for group in groups_of(packets):
            for tag, table in enumerate(self.join(group)):
                yield from cut_packets(table, self.inputs[tag], tag, parts_of(table, self.key, self.parts), self.parts)


@dataclass(frozen=True)
class PairCutTask(Task):
    """Cuts pairs, the first input, by the cells of a square grid; and the texts, the other inputs, by their numbers.

    All pairs of one text go to one row and one column of the grid. It gives one table more, the last: the texts that
    each cell needs (`REQUESTS`), cut by their numbers.

    - ``parts``: the number of parts of texts.
    - ``grid``: the rows of the grid.
    """

    parts: int
    grid: int

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the rows as packets of their cells and parts."""
        for group in groups_of(packets):
            pairs, *texts = self.join(group)
            cells = parts_of(pairs, ("a",), self.grid) * self.grid + parts_of(pairs, ("b",), self.grid)
            yield from cut_packets(pairs, self.inputs[0], 0, cells, self.grid * self.grid)
            requests = _make_requests(np.append(pairs["a"], pairs["b"]), np.append(cells, cells))
            for tag, table in enumerate((*texts, requests), 1):
                schema = self.inputs[tag] if tag < len(self.inputs) else REQUESTS
                yield from cut_packets(table, schema, tag, parts_of(table, ("num",), self.parts), self.parts)


@dataclass(frozen=True)
class ServeTask(Task):
    """Sends texts to the cells of pairs that need them. The inputs are pairs, of which none come, texts, and requests.

    - ``cells``: the number of cells.
    """

    cells: int

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the rows of texts as packets of cells."""
        _, *texts, requests = self.join(list(packets))
        requests = _make_requests(requests["num"], requests["cell"])
        for tag, table in enumerate(texts, 1):
            order = table["num"].argsort(kind="stable")
            numbers = table["num"][order]
            first = numbers.searchsorted(requests["num"])
            counts = numbers.searchsorted(requests["num"], "right") - first
            rows = order[ranges(first, counts)]
            yield from cut_packets(table.take(rows), self.inputs[tag], tag, requests["cell"].repeat(counts), self.cells)


@dataclass(frozen=True)
class FunctionTask(Task):
    """Runs the function of a stage.

    - ``module``, ``function``: where the function is.
    - ``settings``: the settings of the job.
    - ``outputs``: the columns of the tables that the stage gives.
    - ``any_rows``: whether a call takes any rows, as in `Operator.MAP`; else it takes all rows of the partition.
    """

    module: str
    function: str
    settings: Settings
    outputs: tuple[Schema, ...]
    any_rows: bool = False

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the tables that the stage gives, and the number of rows that the function has read."""
        part, rows = 0, 0
        for group in groups_of(packets) if self.any_rows else [list(packets)]:
            if not group:
                continue
            part = group[0].part
            rows += sum(packet.rows for packet in group)
            for tag, table in enumerate(self._call(self.join(group), part)):
                yield from packets_of(table, self.outputs[tag], tag)
        if rows:
            yield Packet(part, COUNT_TAG, rows, b"")

    def _call(self, tables: Sequence[Table], part: int) -> Sequence[Table]:
        """Call the function on the tables of a part."""
        with naming_errors(self.stage, part):
            return as_tables(resolve(self.module, self.function)(StageContext(self.settings), *tables))


def joined_tables(packets: Sequence[Packet], schemas: Sequence[Schema]) -> list[Table]:
    """Return the tables that packets hold, by tag. ``schemas`` are their columns."""
    return [
        Table.joined([unpack(packet.data, schema) for packet in packets if packet.tag == tag], schema)
        for tag, schema in enumerate(schemas)
    ]


def resolve(module: str, function: str) -> Callable[..., Any]:
    """Return a function by its module and name."""
    resolved: Any = import_module(module)
    for name in function.split("."):
        resolved = getattr(resolved, name)
    return resolved  # type: ignore[no-any-return]


def groups_of(packets: Iterable[Packet]) -> Iterator[list[Packet]]:
    """Yield packets in groups of about `PART_BYTES`."""
    collected: list[Packet] = []
    size = 0
    for packet in packets:
        collected.append(packet)
        size += len(packet.data)
        if size >= PART_BYTES:
            yield collected
            collected, size = [], 0
    if collected:
        yield collected


def _make_requests(numbers: Indices, cells: Indices) -> Table:
    """Return each text and cell once."""
    number, cell = distinct_edges(numbers, cells)
    return Table({"num": number, "cell": cell})
