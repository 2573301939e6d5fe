"""Tasks of executors on packets: cut a table by its keys, run the function of a stage, send texts to their pairs.

A task is a small object that Spark sends to its executors. It names the function of a stage by module and name, and
calls it on whole parts. Batches of Arrow go in and out.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from dedup.array_types import Indices
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.tables import I64, Schema, Table, mixed_key
from dedup.core.stages.stage import StageContext
from dedup.engines.spark.limits import PART_BYTES
from dedup.engines.spark.packets import (
    COUNT_TAG,
    Packet,
    arrow_batches,
    cut_packets,
    packets_in,
    packets_of,
    unpack,
)
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


@dataclass(frozen=True)
class Task:
    """A task: the stage, the versions and the tables that all tasks of a stage share.

    - ``stage``: the name of the stage.
    - ``versions``: the versions of the driver, which an executor must have too.
    - ``inputs``: the columns of the tables that the stage reads, by their tags.
    """

    stage: str
    versions: str
    inputs: tuple[Schema, ...]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Turn batches of one partition of Spark into batches."""
        check_versions(self.versions)
        yield from arrow_batches(self.packets(packets_in(batches)))

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Turn packets of one partition into packets."""
        raise NotImplementedError

    def join(self, packets: Sequence[Packet]) -> list[Table]:
        """Return the tables that packets hold, by tag."""
        return joined_tables(packets, self.inputs)


@dataclass(frozen=True)
class CutTask(Task):
    """Cuts tables by their key columns: all rows of one key go to one part.

    - ``key``: the key columns.
    - ``parts``: the number of parts.
    - ``grid``: for pairs ``a``, ``b``: the part is a cell of a square grid with this number of rows, else 0. So all
      pairs of one text go to one row and one column of the grid.
    """

    key: tuple[str, ...]
    parts: int
    grid: int = 0

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the rows as packets of their parts."""
        for group in groups_of(packets):
            for tag, table in enumerate(self.join(group)):
                part_of = _cells(table, self.grid) if self.grid else parts_of(table, self.key, self.parts)
                yield from cut_packets(table, self.inputs[tag], tag, part_of, self.parts)


@dataclass(frozen=True)
class RequestTask(Task):
    """Says which cells of pairs need which texts.

    - ``parts``: the number of parts, by ``num``.
    - ``grid``: as in `CutTask`.
    """

    parts: int
    grid: int

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the texts that each cell needs, as packets of the parts of the texts."""
        for group in groups_of(packets):
            (pairs,) = self.join(group)
            cells = _cells(pairs, self.grid)
            requests = _distinct_requests(np.append(pairs["a"], pairs["b"]), np.append(cells, cells))
            part_of = parts_of(requests, ("num",), self.parts)
            yield from cut_packets(requests, REQUESTS, 0, part_of, self.parts)


@dataclass(frozen=True)
class ServeTask(Task):
    """Sends texts to the cells of pairs that need them. The first input has the requests.

    - ``cells``: the number of cells.
    """

    cells: int

    def packets(self, packets: Iterator[Packet]) -> Iterator[Packet]:
        """Yield the rows of texts as packets of cells."""
        requests, *texts = self.join(list(packets))
        requests = _distinct_requests(requests["num"], requests["cell"])
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
            result = resolve(self.module, self.function)(StageContext(self.settings), *tables)
        return (result,) if isinstance(result, Table) else result


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


def parts_of(table: Table, key: Sequence[str], parts: int) -> Indices:
    """Return ``(n,)`` the part of each row.

    Args:
        table: ``n`` rows.
        key: the key columns.
        parts: the number of parts.
    """
    return (mixed_key(table, key) % np.uint64(parts)).astype(np.int64)


def _cells(pairs: Table, grid: int) -> Indices:
    """Return ``(n,)`` the cell of each pair in a grid of ``grid`` rows and columns."""
    return parts_of(pairs, ("a",), grid) * grid + parts_of(pairs, ("b",), grid)


def _distinct_requests(numbers: Indices, cells: Indices) -> Table:
    """Return each text and cell once."""
    order = np.lexsort((cells, numbers))
    numbers, cells = numbers[order], cells[order]
    is_first = np.ones(numbers.size, np.bool_)
    is_first[1:] = (numbers[1:] != numbers[:-1]) | (cells[1:] != cells[:-1])
    return Table({"num": numbers[is_first], "cell": cells[is_first]})
