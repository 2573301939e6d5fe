"""Packets: some rows of one table as bytes. Executors write them to files; Spark never sees a row of the plan.

All numbers are little-endian.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.tables import Column, Kind, Lists, Schema, Table
from dedup.engines.spark.limits import PACKET_BYTES

COUNT_TAG: Final = -1
"""The tag of a packet without data, whose ``rows`` are the rows that a part has read."""

_ALIGNMENT: Final = np.dtype(np.int64).itemsize


class Packet(NamedTuple):
    """Some rows of one table.

    - ``part``: the part that they go to, or are in.
    - ``tag``: the number of the table among those of the stage.
    - ``rows``: the number of rows.
    - ``data``: the rows, as `pack` gives them.
    """

    part: int
    tag: int
    rows: int
    data: Any


def pack(table: Table, schema: Schema) -> bytes:
    """Return the rows of a table as bytes: the number of rows, the number of the values of each column of lists, and
    then each column in the order of the ``schema``; of lists first the lengths. Each array begins at 8 bytes.
    """
    header, arrays = [len(table)], []
    for name, kind in schema.items():
        if kind.many:
            lists = table.lists(name)
            header.append(lists.values.size)
            arrays += [lists.lengths.astype("<i4"), lists.values]
        else:
            arrays.append(table[name])
    pieces = [np.array(header, "<i8").tobytes()]
    kinds = [_dtypes(kind) for kind in schema.values()]
    for array, dtype in zip(arrays, [dtype for of_column in kinds for dtype in of_column], strict=True):
        data = np.ascontiguousarray(array, dtype).tobytes()
        pieces += [data, bytes(-len(data) % _ALIGNMENT)]
    return b"".join(pieces)


def unpack(data: Any, schema: Schema) -> Table:
    """Return the table that `pack` made. Its arrays are views of ``data`` and cannot be written."""
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
        if kind.many:
            lengths = read(dtypes[0], rows)
            columns[name] = Lists.of_lengths(read(dtypes[1], next(sizes)), lengths.astype(np.int64))
        else:
            columns[name] = read(dtypes[0], rows)
    return Table(columns)


def _dtypes(kind: Kind) -> tuple[np.dtype[Any], ...]:
    dtype = np.dtype(kind.dtype).newbyteorder("<")
    return (np.dtype("<i4"), dtype) if kind.many else (dtype,)


def packets_of(table: Table, schema: Schema, tag: int, part: int = 0) -> Iterator[Packet]:
    """Yield the rows of a table as packets of about `PACKET_BYTES`.

    Args:
        table: the rows.
        schema: its columns.
        tag: the tag of the packets.
        part: their part.
    """
    ends = np.cumsum(_row_bytes(table, schema))
    first = 0
    while first < len(table):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(ends.searchsorted(before + PACKET_BYTES, "right")))
        yield Packet(part, tag, last - first, pack(sliced(table, first, last), schema))
        first = last


def cut_packets(table: Table, schema: Schema, tag: int, part_of: Indices, parts: int) -> Iterator[Packet]:
    """Yield the rows of a table as packets of their parts.

    Args:
        table: ``n`` rows.
        schema: its columns.
        tag: the tag of the packets.
        part_of: ``(n,)`` the part of each row.
        parts: the number of parts.
    """
    ordered = table.take(part_of.argsort(kind="stable"))
    ends = np.bincount(part_of, minlength=parts).cumsum()
    for part, (first, last) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
        if first < last:
            yield from packets_of(sliced(ordered, first, last), schema, tag, part)


def sliced(table: Table, first: int, last: int) -> Table:
    """Return some rows. No value is copied.

    Args:
        table: the rows.
        first: the first row.
        last: the row after the last one.
    """
    return Table({name: _sliced_column(column, first, last) for name, column in table.columns.items()})


def _sliced_column(column: Column, first: int, last: int) -> Column:
    if not isinstance(column, Lists):
        return column[first:last]
    edges = column.edges[first : last + 1]
    return Lists(column.values[edges[0] : edges[-1]], edges - edges[0])


def _row_bytes(table: Table, schema: Schema) -> Indices:
    """Return ``(n,)`` the bytes of each row."""
    sizes = np.zeros(len(table), np.int64)
    for name, kind in schema.items():
        width = np.dtype(kind.dtype).itemsize
        sizes += table.lists(name).lengths * width if kind.many else width
    return sizes
