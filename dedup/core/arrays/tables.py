"""Tables: named columns of numbers and of lists, the rows that stages of the plan take and give.

A table is a set of rows: nothing that is computed from a table may depend on the order of its rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Offsets
from dedup.core.arrays.ragged import Ragged, edges_of, ranges, take_rows
from dedup.strings import StringColumn, pack_strings

Numbers = npt.NDArray[Any]
"""``(n,)`` numbers of one dtype."""


class Kind(NamedTuple):
    """The kind of a column: elements of a ``dtype``, one a row, or a list of them a row if ``many`` is true."""

    dtype: type[np.generic]
    many: bool = False


I64: Final = Kind(np.int64)
U64: Final = Kind(np.uint64)
F64: Final = Kind(np.float64)
FLAG: Final = Kind(np.bool_)
I8: Final = Kind(np.int8)
I32: Final = Kind(np.int32)
TEXT: Final = Kind(np.uint8, many=True)
"""UTF-8."""

MANY_U64: Final = Kind(np.uint64, many=True)
MANY_I64: Final = Kind(np.int64, many=True)
MANY_I32: Final = Kind(np.int32, many=True)
MANY_U8: Final = Kind(np.uint8, many=True)

Schema = Mapping[str, Kind]
"""The names and kinds of the columns of a table."""


class Lists(NamedTuple):
    """``n`` lists. List ``i`` is ``values[edges[i]:edges[i + 1]]``.

    - ``values`` ``(m,)``: the elements, of one dtype.
    - ``edges`` ``(n + 1,) int64``: from 0 to m.
    """

    values: Numbers
    edges: Offsets

    @classmethod
    def of_lengths(cls, values: Numbers, lengths: npt.NDArray[np.integer[Any]]) -> "Lists":
        """Return the lists of ``lengths`` ``(n,)`` that ``values`` holds one after another."""
        return cls(values, edges_of(lengths))

    @classmethod
    def of_ragged(cls, rows: Ragged) -> "Lists":
        """Return the rows without the gaps between them."""
        return cls.of_lengths(rows.values[ranges(rows.bounds[:, 0], rows.lengths)], rows.lengths)

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> "Lists":
        """Return texts as lists of bytes, in UTF-8."""
        return cls(*pack_strings(texts))

    @property
    def strings(self) -> StringColumn:
        """The lists of bytes as strings. No byte is copied."""
        return StringColumn(self.values, self.edges)

    @property
    def lengths(self) -> Indices:
        """``(n,)`` the elements of each list."""
        return np.diff(self.edges)

    @property
    def ragged(self) -> Ragged:
        """The lists as `Ragged` rows. No element is copied."""
        return Ragged(self.values, np.stack((self.edges[:-1], self.edges[1:]), axis=1))

    @property
    def owners(self) -> Indices:
        """``(m,)`` the list of each element."""
        return np.arange(self.edges.size - 1).repeat(self.lengths)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> "Lists":
        """Return the lists at ``rows`` ``(r,)``, in this order. Neighbours in their order are not copied."""
        places: Indices = rows.astype(np.int64, copy=False)
        if places.size and (places[1:] == places[:-1] + 1).all():
            return self.part(int(places[0]), int(places[-1]) + 1)
        chosen = take_rows(self.ragged, places)
        return Lists.of_lengths(chosen.values, chosen.lengths)

    def part(self, first: int, last: int) -> "Lists":
        """Return the lists from ``first`` to before ``last``. No element is copied."""
        edges = self.edges[first : last + 1]
        return Lists(self.values[edges[0] : edges[-1]], edges - edges[0])

    def texts(self) -> list[str]:
        """Return lists of bytes as texts."""
        return self.strings.decoded()


Column = Numbers | Lists


@dataclass(frozen=True, slots=True)
class Table:
    """``n`` rows in named columns of one length."""

    columns: dict[str, Column]

    def __len__(self) -> int:
        first = next(iter(self.columns.values()))
        return first.edges.size - 1 if isinstance(first, Lists) else first.size

    @property
    def size(self) -> int:
        """The bytes of all numbers and elements."""
        arrays = (column.values if isinstance(column, Lists) else column for column in self.columns.values())
        return sum(array.nbytes for array in arrays)

    def __getitem__(self, name: str) -> Numbers:
        """Return a column of numbers."""
        column = self.columns[name]
        if isinstance(column, Lists):
            raise TypeError(f"the column {name} holds lists")
        return column

    def lists(self, name: str) -> Lists:
        """Return a column of lists."""
        column = self.columns[name]
        if not isinstance(column, Lists):
            raise TypeError(f"the column {name} holds numbers")
        return column

    def take(self, rows: Indices | npt.NDArray[np.bool_]) -> "Table":
        """Return the rows of a mask ``(n,)``, or at positions ``(r,)`` in their order."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        places: Indices = rows.nonzero()[0] if rows.dtype == np.bool_ else rows.astype(np.int64, copy=False)
        return Table({name: column.take(places) for name, column in self.columns.items()})

    def select(self, names: Iterable[str]) -> "Table":
        """Return some of the columns."""
        return Table({name: self.columns[name] for name in names})

    def using(self, **columns: Column) -> "Table":
        """Return the table with columns added or replaced."""
        return Table(self.columns | columns)

    @classmethod
    def empty(cls, schema: Schema) -> "Table":
        """Return a table without rows."""
        return cls({name: _empty_column(kind) for name, kind in schema.items()})

    @classmethod
    def joined(cls, tables: Sequence["Table"], schema: Schema) -> "Table":
        """Return the rows of all tables. The columns are those of the ``schema``, in its dtypes."""
        if not tables:
            return cls.empty(schema)
        return cls({name: _joined_columns([table.columns[name] for table in tables]) for name in schema})

    def plus(self, *others: "Table") -> "Table":
        """Return the rows of this table and of other tables with the same columns."""
        return Table(
            {
                name: _joined_columns([column, *(other.columns[name] for other in others)])
                for name, column in self.columns.items()
            }
        )


def _empty_column(kind: Kind) -> Column:
    values = np.zeros(0, kind.dtype)
    return Lists(values, np.zeros(1, np.int64)) if kind.many else values


def _joined_columns(columns: Sequence[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    lists = [column for column in columns if isinstance(column, Lists)]
    if not lists:
        return np.concatenate([column for column in columns if not isinstance(column, Lists)])
    lengths = np.concatenate([column.lengths for column in lists])
    return Lists.of_lengths(np.concatenate([column.values for column in lists]), lengths)


def mixed_key(table: Table, key: Sequence[str]) -> Hashes:
    """Return ``(n,)`` one hash of the ``key`` columns of each row. Rows of one key have one hash.

    The hash chooses the part of a row, and decides nothing.
    """
    mixed = np.zeros(len(table), np.uint64)
    for name in key:
        mixed ^= table[name].astype(np.int64, copy=False).view(np.uint64)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
    return mixed


def parts_of(table: Table, key: Sequence[str], parts: int) -> Indices:
    """Return ``(n,)`` the part of each row.

    Args:
        table: ``n`` rows.
        key: the key columns.
        parts: the number of parts.
    """
    return (mixed_key(table, key) % np.uint64(parts)).astype(np.int64)
