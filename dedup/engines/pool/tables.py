"""Tables in spill files: parts that are cut into slices by a column, so that a task reads only the rows of some keys.

A part is what one process has written at a time. It holds one column after another: numbers as they are, lists as their
lengths and then their elements. The rows of a slice are neighbours.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import find
from dedup.core.arrays.tables import Lists, Numbers, Schema, Table, mixed_key
from dedup.engines.pool.messages import Array
from dedup.engines.pool.spill import SpillWriter

SLICES: Final = 256
"""Slices of each part."""

UNCUT: Final = ""
"""The cut of a part whose rows are in any order."""

_NEIGHBOURS: Final = 11
"""Bits of numbers of rows: numbers that differ in these bits alone are in one slice, so that they are read together."""

_GAP: Final = 1 << 16
"""Bytes between two runs of rows from which on each run is read for itself. A call costs as much as these bytes."""

_LENGTH: Final = np.dtype(np.int32)
"""The type of the lengths of lists."""


class StoredColumn(NamedTuple):
    """A column: its ``name``, the ``dtype`` of its elements, and whether a row has ``many`` of them."""

    name: str
    dtype: str
    many: bool


Columns = tuple[StoredColumn, ...]


class StoredPart(NamedTuple):
    """Where a part is.

    - ``file``: the file.
    - ``start``: the first byte.
    - ``edges`` ``(1 + l, SLICES + 1)``: the first row of each slice, and the end; then for each of ``l`` columns of
      lists the first element of each slice, and the end.
    """

    file: int
    start: int
    edges: Array


class TableSlices(NamedTuple):
    """Rows of a table, for a task that reads them.

    - ``columns``: the columns.
    - ``places`` ``(p, 2) int64``: the file and the first byte of each part.
    - ``bounds`` ``(p, 1 + l, 3) int64``: for rows, and for the elements of each column of lists, the first one, the one
      after the last one, and the number of all in the part.
    """

    columns: Columns
    places: Array
    bounds: Array


def columns_of(schema: Schema) -> Columns:
    """Return the columns of a schema."""
    return tuple(StoredColumn(name, np.dtype(kind.dtype).str, kind.many) for name, kind in schema.items())


def slices_of(table: Table, cut: str) -> Array:
    """Return ``(n,) uint8``: the slice of each row, by the column ``cut``. Rows of one key are in one slice."""
    key = table[cut]
    mixed = mixed_key(Table({cut: key >> _NEIGHBOURS if key.dtype == np.int64 else key}), (cut,))
    return (mixed >> np.uint64(56)).astype(np.uint8)


class TableFiles:
    """Writes tables to the file of one process, and reads the files of all processes.

    Args:
        descriptors: the descriptors of the files.
        number: the file to write.
    """

    def __init__(self, descriptors: Sequence[int], number: int) -> None:
        self._files, self._number = SpillWriter(descriptors, np.uint8), number

    def write(self, table: Table, columns: Columns, cut: str) -> StoredPart:
        """Write a table as one part, cut by a column or `UNCUT`. Return where it is."""
        table, rows = _sliced(table, cut)
        start, edges = self._files.end(self._number), [rows]
        for name, dtype, many in columns:
            if many:
                lists = table.lists(name)
                edges.append(lists.edges[rows])
                self._files.append(self._number, lists.lengths.astype(_LENGTH))
                self._files.append(self._number, lists.values.astype(dtype, copy=False))
            else:
                self._files.append(self._number, table[name].astype(dtype, copy=False))
        return StoredPart(self._number, start, np.stack(edges))

    def read(self, stored: TableSlices, names: Collection[str] = ()) -> Table:
        """Return rows of a table.

        Args:
            stored: where they are.
            names: the columns that are read; empty for all.
        """
        starts, rows = stored.places[:, 1].copy(), stored.bounds[:, 0]
        columns: dict[str, Numbers | Lists] = {}
        lists, lengths = 0, np.zeros(0, _LENGTH)
        for name, dtype, many in stored.columns:
            elements, is_read = rows, not names or name in names
            if many:
                lists += 1
                elements = stored.bounds[:, lists]
                lengths = self._read(stored, starts, rows, _LENGTH) if is_read else lengths
                starts += rows[:, 2] * _LENGTH.itemsize
            if is_read:
                values = self._read(stored, starts, elements, np.dtype(dtype))
                columns[name] = Lists.of_lengths(values, lengths) if many else values
            starts += elements[:, 2] * np.dtype(dtype).itemsize
        return Table(columns)

    def read_numbers(self, stored: TableSlices, numbers: Indices) -> Table:
        """Return the rows whose ``num`` is among ``numbers``, which rise."""
        runs = [
            self._find_runs(stored, part, numbers)
            for part in np.flatnonzero(stored.bounds[:, 0, 1] > stored.bounds[:, 0, 0]).tolist()
        ]
        places = [stored.places[:0], *(stored.places[[part]].repeat(len(bounds), axis=0) for part, bounds in runs)]
        bounds = [stored.bounds[:0], *(bounds for _, bounds in runs)]
        table = self.read(TableSlices(stored.columns, np.concatenate(places), np.concatenate(bounds)))
        return table.take(find(numbers, table["num"])[1])

    def _find_runs(self, stored: TableSlices, part: int, numbers: Indices) -> tuple[int, Array]:
        """Return a part, and the ``(r, 1 + l, 3)`` bounds of its runs that have ``numbers``."""
        bounds = stored.bounds[part]
        first, last, total = bounds[0].tolist()
        starts = _column_starts(stored.columns, bounds, int(stored.places[part, 1]))
        num = self._read_run(stored, part, starts["num"], first, last, np.dtype(np.int64))
        rows = find(numbers, num)[1].nonzero()[0] + first
        widths = [np.dtype(column.dtype).itemsize for column in stored.columns if column.many]
        size = sum(np.dtype(column.dtype).itemsize for column in stored.columns)
        size += int((bounds[1:, 2] * np.array(widths, np.int64)).sum()) // total
        new = np.diff(rows, prepend=-_GAP) * size > _GAP
        begins = rows[new]
        ends = np.append(rows[:-1][new[1:]], rows[-1:]) + 1
        of_runs = np.empty((begins.size, len(bounds), 3), np.int64)
        of_runs[:, :, 2] = bounds[:, 2]
        of_runs[:, 0, 0], of_runs[:, 0, 1] = begins, ends
        names = [column.name for column in stored.columns if column.many]
        for lists, name in enumerate(names, 1):
            if begins.size:
                edges = edges_of(self._read_run(stored, part, starts[name], first, last, _LENGTH)) + bounds[lists, 0]
                of_runs[:, lists, 0], of_runs[:, lists, 1] = edges[begins - first], edges[ends - first]
        return part, of_runs

    def _read_run(self, stored: TableSlices, part: int, start: int, first: int, last: int, dtype: np.dtype) -> Numbers:
        """Return the elements from ``first`` to before ``last`` of the column that begins at the byte ``start``."""
        values = np.empty(last - first, dtype)
        self._files.read(int(stored.places[part, 0]), start + first * dtype.itemsize, values)
        return values

    def _read(self, stored: TableSlices, starts: Indices, bounds: Array, dtype: np.dtype) -> Numbers:
        """Return elements of a column.

        Args:
            stored: the parts.
            starts: ``(p,)`` the first byte of the column in each part.
            bounds: ``(p, 3)`` the elements of each part, as in `TableSlices`.
            dtype: the dtype of the elements.
        """
        counts = bounds[:, 1] - bounds[:, 0]
        values = np.empty(int(counts.sum()), dtype)
        parts = counts.nonzero()[0]
        begins = starts[parts] + bounds[parts, 0] * dtype.itemsize
        ends = counts[parts].cumsum()
        columns = stored.places[parts, 0], begins, ends - counts[parts], ends
        for file, begin, first, last in zip(*(column.tolist() for column in columns), strict=True):
            self._files.read(file, begin, values[first:last])
        return values


def _sliced(table: Table, cut: str) -> tuple[Table, Indices]:
    """Return the rows slice by slice, and ``(SLICES + 1,)`` the first row of each slice, and the end."""
    if cut == UNCUT:
        return table, np.arange(SLICES + 1) * len(table) // SLICES
    slices = slices_of(table, cut)
    edges = edges_of(np.bincount(slices, minlength=SLICES))
    if (slices[1:] >= slices[:-1]).all():
        return table, edges
    return table.take(slices.argsort(kind="stable")), edges


def _column_starts(columns: Columns, bounds: Array, start: int) -> dict[str, int]:
    """Return the first byte of each column of a part that begins at the byte ``start``."""
    starts, lists, rows = {}, 0, int(bounds[0, 2])
    for name, dtype, many in columns:
        starts[name] = start
        if many:
            lists += 1
            start += rows * _LENGTH.itemsize + int(bounds[lists, 2]) * np.dtype(dtype).itemsize
        else:
            start += rows * np.dtype(dtype).itemsize
    return starts
