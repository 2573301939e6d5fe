"""`Operator.ORDER` on packets: samples give bounds, rows go to the part between two bounds, parts are counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.array_types import Indices
from dedup.core.arrays.tables import I64, Lists, Table
from dedup.engines.spark.limits import SAMPLES_A_PART
from dedup.engines.spark.storage.packets import Packet, StoredPacket, cut_packets, packets_of, unpack
from dedup.engines.spark.tasks import Task, groups_of


@dataclass(frozen=True)
class SampleTask(Task):
    """Takes keys of rows at even distances.

    - ``key``: the key columns.
    - ``samples``: the number of keys.
    """

    key: tuple[str, ...]
    samples: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield keys."""
        (schema,) = self.inputs
        keys_schema = {name: schema[name] for name in self.key}
        for group in groups_of(packets):
            keys = self.join(group)[0].select(self.key)
            yield from packets_of(_evenly_spaced(keys, self.key, self.samples), keys_schema, 0)


@dataclass(frozen=True)
class BoundsTask(Task):
    """Makes bounds of all sampled keys.

    - ``bounds``: the number of bounds, at most.
    """

    bounds: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the bounds."""
        (schema,) = self.inputs
        keys = self.join(list(packets))[0]
        yield from packets_of(_evenly_spaced(keys, tuple(schema), self.bounds), schema, 0)


@dataclass(frozen=True)
class RangeCutTask(Task):
    """Sends rows to the part between two bounds.

    - ``key``: the key columns.
    - ``bounds``: the bounds, packed.
    - ``parts``: the number of parts.
    """

    key: tuple[str, ...]
    bounds: bytes
    parts: int

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows as packets of their parts."""
        (schema,) = self.inputs
        keys_schema = {name: schema[name] for name in self.key}
        bounds = unpack(self.bounds, keys_schema)
        for group in groups_of(packets):
            (table,) = self.join(group)
            order = _sorted_rows(Table.joined([bounds, table.select(self.key)], keys_schema), self.key)
            part_of = np.empty(order.size, np.int64)
            part_of[order] = np.cumsum(order < len(bounds))
            yield from cut_packets(table, 0, part_of[len(bounds) :], self.parts)


@dataclass(frozen=True)
class NumberTask(Task):
    """Numbers the rows of a part in their order.

    - ``key``: the key columns.
    - ``first``: the part -> the number of its first row. A part without rows is not there.
    """

    key: tuple[str, ...]
    first: Mapping[int, int]

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the rows with their numbers."""
        (schema,) = self.inputs
        of_part = list(packets)
        if not of_part:
            return
        (table,) = self.join(of_part)
        numbers = np.empty(len(table), np.int64)
        numbers[_sorted_rows(table, self.key)] = np.arange(len(table)) + self.first[of_part[0].part]
        yield from packets_of(table.using(num=numbers), {**schema, "num": I64}, 0)


def _evenly_spaced(keys: Table, key: Sequence[str], count: int) -> Table:
    """Return at most ``count`` rows that cut the sorted rows into about equal parts."""
    if len(keys) <= count:
        return keys.take(_sorted_rows(keys, key))
    places = np.arange(1, count + 1) * len(keys) // (count + 1)
    return keys.take(_sorted_rows(keys, key)[places])


def _sorted_rows(table: Table, key: Sequence[str]) -> Indices:
    """Return ``(n,)`` the rows in the order of the key columns; texts by their bytes. Equal rows keep their order."""
    columns = {f"{place}": _arrow_column(table.columns[name]) for place, name in enumerate(key)}
    columns["row"] = pa.array(np.arange(len(table)))
    sort_keys = [(name, "ascending") for name in columns]
    rows: Indices = pc.sort_indices(pa.table(columns), sort_keys=sort_keys).to_numpy().astype(np.int64)
    return rows


def _arrow_column(column: Any) -> Any:
    if not isinstance(column, Lists):
        return pa.array(column.astype(np.int8) if column.dtype == np.bool_ else column)
    edges = np.ascontiguousarray(column.edges, np.int64)
    values = np.ascontiguousarray(column.values, np.uint8)
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(values)]
    return pa.Array.from_buffers(pa.large_binary(), edges.size - 1, buffers)


def samples(parts: int) -> int:
    """Return the number of keys that a task samples."""
    return SAMPLES_A_PART * parts
