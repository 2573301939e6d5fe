"""Strings as columns: their bytes in one buffer. A Python string is made only where a caller asks for it."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Generic, NamedTuple, TypeVar, overload

import numpy as np

from dedup.array_types import Bytes, Indices, Offsets

_ROWS: Final = 1 << 10
"""Rows whose items are made together."""

_ANY_CODE_POINT: Final = "surrogatepass"
"""The error handler of UTF-8 for file names that are not UTF-8, which have lone surrogates. Their order stays."""

_NO_BYTES: Final = np.zeros(0, np.uint8)

_Item = TypeVar("_Item")
_Rows = TypeVar("_Rows", bound="RowSequence[Any]")


class StringColumn(NamedTuple):
    """``n`` strings.

    - ``buffer`` ``(bytes,) uint8``: the strings in UTF-8, one after another.
    - ``offsets`` ``(n + 1,) int64``: string ``i`` is ``buffer[offsets[i]:offsets[i + 1]]``.
    """

    buffer: Bytes
    offsets: Offsets

    @property
    def size(self) -> int:
        """The number of strings."""
        return self.offsets.size - 1

    def decoded(self, rows: Indices | slice = slice(None)) -> list[str]:
        """Return the strings of ``rows``, or all strings."""
        data = self.buffer.data
        spans = zip(self.offsets[:-1][rows].tolist(), self.offsets[1:][rows].tolist(), strict=True)
        return [str(data[first:last], "utf-8", _ANY_CODE_POINT) for first, last in spans]

    def take(self, rows: Indices) -> "StringColumn":
        """Return a copy of the strings of ``rows``, in their order."""
        data, starts, ends = self.buffer.data, self.offsets[rows], self.offsets[rows + 1]
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return _column_of(b"".join([data[first:last] for first, last in spans]), ends - starts)

    def with_new(self, strings: Mapping[int, str]) -> "StringColumn":
        """Return the column with other strings in some rows.

        Args:
            strings: the new strings by row, in the order of the rows.
        """
        data, sizes, end = self.buffer.data, np.diff(self.offsets), 0
        pieces: list[bytes | memoryview] = []
        for row, string in strings.items():
            encoded = string.encode("utf-8", _ANY_CODE_POINT)
            pieces += [data[end : int(self.offsets[row])], encoded]
            end, sizes[row] = int(self.offsets[row + 1]), len(encoded)
        return _column_of(b"".join([*pieces, data[end:]]), sizes)


def pack_strings(strings: Sequence[str]) -> StringColumn:
    """Return strings as a column. They may have lone surrogates."""
    joined = "".join(strings)
    if joined.isascii():
        return _column_of(joined.encode(), np.fromiter(map(len, strings), np.int64, len(strings)))
    encoded = [string.encode("utf-8", _ANY_CODE_POINT) for string in strings]
    return _column_of(b"".join(encoded), np.fromiter(map(len, encoded), np.int64, len(encoded)))


def join_strings(columns: Sequence[StringColumn]) -> StringColumn:
    """Return the strings of all columns as one column."""
    if len(columns) == 1:
        return columns[0]
    buffers, offsets, size = [_NO_BYTES], [np.zeros(1, np.int64)], 0
    for column in columns:
        buffers.append(column.buffer)
        offsets.append(column.offsets[1:] + size)
        size += column.buffer.size
    return StringColumn(np.concatenate(buffers), np.concatenate(offsets))


def _column_of(data: bytes, sizes: Indices) -> StringColumn:
    offsets = np.zeros(sizes.size + 1, np.int64)
    sizes.cumsum(out=offsets[1:])
    return StringColumn(np.frombuffer(data, np.uint8), offsets)


class RowSequence(Sequence[_Item], Generic[_Item]):
    """Rows of columns as a sequence that makes an item when a caller asks for it. It equals the tuple of its items.

    Args:
        rows: ``(n,)`` the rows.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Indices) -> None:
        self.rows = rows

    @abstractmethod
    def make(self, rows: Indices) -> Iterable[_Item]:
        """Make the items of a few rows."""

    @abstractmethod
    def take(self: _Rows, places: Indices | slice) -> _Rows:
        """Return the items at some places, in their order."""

    def __len__(self) -> int:
        return self.rows.size

    @overload
    def __getitem__(self, place: int) -> _Item: ...

    @overload
    def __getitem__(self, place: slice) -> "RowSequence[_Item]": ...

    def __getitem__(self, place: int | slice) -> "_Item | RowSequence[_Item]":
        if isinstance(place, slice):
            return self.take(place)
        (item,) = self.make(self.rows[[place]])
        return item

    def __iter__(self) -> Iterator[_Item]:
        return chain.from_iterable(
            self.make(self.rows[first : first + _ROWS]) for first in range(0, self.rows.size, _ROWS)
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (tuple, RowSequence)):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,}>"


class Strings(RowSequence[str]):
    """Strings of a column as a sequence.

    Args:
        column: the strings.
        rows: the rows of the column that are in the sequence; None for all.
    """

    __slots__ = ("column",)

    def __init__(self, column: StringColumn, rows: Indices | None = None) -> None:
        super().__init__(np.arange(column.size) if rows is None else rows)
        self.column = column

    def make(self, rows: Indices) -> list[str]:
        """Make the strings of a few rows."""
        return self.column.decoded(rows)

    def take(self, places: Indices | slice) -> "Strings":
        """Return the strings at some places, in their order."""
        return Strings(self.column, self.rows[places])
