"""Packets: some rows of one table. Executors write them to files as bytes; Spark never sees a row of the plan.

All numbers are little-endian.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.tables import Column, Kind, Lists, Schema, Table
from dedup.engines.spark.limits import PACKET_BYTES

COUNT_TAG: Final = -1
"""The tag of a packet without data, whose ``rows`` are the rows that a part has read."""

_ALIGNMENT: Final = np.dtype(np.int64).itemsize


class Packet(NamedTuple):
    """Rows of one table that a task gives.

    - ``part``: the part that they go to.
    - ``tag``: the number of the table among those of the stage.
    - ``rows``: the number of rows.
    - ``table``: the rows. Its columns have the order and the dtypes of their schema.
    """

    part: int
    tag: int
    rows: int
    table: Table


class StoredPacket(NamedTuple):
    """Some rows of one table in a file.

    - ``part``: the part that they are in.
    - ``tag``: the number of the table among those of the stage.
    - ``rows``: the number of rows.
    - ``data``: the rows as bytes, as `pack` makes them.
    """

    part: int
    tag: int
    rows: int
    data: Any


def pack(table: Table) -> list[memoryview]:
    """Return the bytes of the rows of a table, array after array. No array is copied.

    They are the number of rows, the number of the values of each column of lists, and then each column; of lists first
    the lengths. Each array begins at 8 bytes.
    """
    header, arrays = [len(table)], []
    for column in table.columns.values():
        if isinstance(column, Lists):
            header.append(column.values.size)
            arrays += [column.lengths.astype("<i4"), column.values]
        else:
            arrays.append(column)
    pieces = [np.array(header, "<i8").view(np.uint8).data]
    for array in arrays:
        pieces.append(np.ascontiguousarray(array).view(np.uint8).data)
        if array.nbytes % _ALIGNMENT:
            pieces.append(memoryview(bytes(-array.nbytes % _ALIGNMENT)))
    return pieces


def unpack(data: Any, schema: Schema, names: Collection[str] = ()) -> Table:
    """Return the table that `pack` made. Its arrays are views of ``data``, and cannot be written.

    Args:
        data: the bytes, as one buffer.
        schema: the columns of the table.
        names: the columns that are wanted; empty for all.
    """
    many = sum(kind.many for kind in schema.values())
    header = np.frombuffer(data, "<i8", 1 + many).tolist()
    rows, sizes, place = header[0], iter(header[1:]), (1 + many) * _ALIGNMENT
    columns: dict[str, Column] = {}

    def read(dtype: Any, size: int) -> Any:
        nonlocal place
        values = np.frombuffer(data, dtype, size, place) if size else np.zeros(0, dtype)
        place += values.nbytes + -values.nbytes % _ALIGNMENT
        return values

    for name, kind in schema.items():
        dtypes = _dtypes(kind)
        lengths = read(dtypes[0], rows) if kind.many else None
        values = read(dtypes[-1], rows if lengths is None else next(sizes))
        if not names or name in names:
            columns[name] = values if lengths is None else Lists.of_lengths(values, lengths)
    return Table(columns)


def _dtypes(kind: Kind) -> tuple[np.dtype[Any], ...]:
    dtype = np.dtype(kind.dtype).newbyteorder("<")
    return (np.dtype("<i4"), dtype) if kind.many else (dtype,)


def packets_of(table: Table, schema: Schema, tag: int, part: int = 0) -> Iterator[Packet]:
    """Yield the rows of a table as a packet, if there are any.

    Args:
        table: the rows.
        schema: its columns.
        tag: the tag of the packet.
        part: its part.
    """
    if len(table):
        yield Packet(part, tag, len(table), _in_schema(table, schema))


def pieces_of(table: Table) -> Iterator[Table]:
    """Yield the rows of a table in pieces of about `PACKET_BYTES`, a row at least."""
    ends = np.cumsum(_row_bytes(table))
    first = 0
    while first < len(table):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(ends.searchsorted(before + PACKET_BYTES, "right")))
        yield sliced(table, first, last)
        first = last


def cut_packets(table: Table, tag: int, part_of: Indices, parts: int) -> Iterator[Packet]:
    """Yield the rows of a table as packets of their parts.

    Args:
        table: ``n`` rows, in the order and the dtypes of their schema.
        tag: the tag of the packets.
        part_of: ``(n,)`` the part of each row.
        parts: the number of parts.
    """
    ordered = table.take(part_of.argsort(kind="stable")) if parts > 1 else table
    ends = np.bincount(part_of, minlength=parts).cumsum()
    for part, (first, last) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
        if first < last:
            yield Packet(part, tag, last - first, sliced(ordered, first, last))


def sliced(table: Table, first: int, last: int) -> Table:
    """Return some rows. No value is copied.

    Args:
        table: the rows.
        first: the first row.
        last: the row after the last one.
    """
    return Table({name: _sliced_column(column, first, last) for name, column in table.columns.items()})


def _sliced_column(column: Column, first: int, last: int) -> Column:
    return column.part(first, last) if isinstance(column, Lists) else column[first:last]


def _in_schema(table: Table, schema: Schema) -> Table:
    """Return the columns of a ``schema``, in its order and its dtypes. A column is copied only to change its dtype."""
    columns: dict[str, Column] = {}
    for name, kind in schema.items():
        dtype = _dtypes(kind)[-1]
        if kind.many:
            lists = table.lists(name)
            columns[name] = Lists(lists.values.astype(dtype, copy=False), lists.edges)
        else:
            columns[name] = table[name].astype(dtype, copy=False)
    return Table(columns)


def _row_bytes(table: Table) -> Indices:
    """Return ``(n,)`` the bytes of each row."""
    sizes = np.zeros(len(table), np.int64)
    for column in table.columns.values():
        if isinstance(column, Lists):
            sizes += column.lengths * column.values.itemsize
        else:
            sizes += column.itemsize
    return sizes
