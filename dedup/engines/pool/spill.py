"""Ragged hashes on their way from one stage to the next, and texts: in files without a name, read back when needed.

So memory holds what is being worked on, and the page cache the rest. The files go with the process.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import IO, Any, Final, NamedTuple, Self, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import Ragged

_Entered = TypeVar("_Entered")

_Numbers = npt.NDArray[np.integer[Any]]

_AT_ONCE: Final = hasattr(os, "preadv")
"""Whether a file can be read and written at a place without moving where it stands, which processes share."""


class _Temporary:
    """Files that lie where `tempfile` puts them (``TMPDIR``). A context manager."""

    def __init__(self, count: int) -> None:
        self._files: list[IO[bytes]] = [
            tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115  closed by __exit__
            for _ in range(count)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()

    @property
    def stored(self) -> int:
        """Bytes in the files, whoever wrote them."""
        for file in self._files:
            file.flush()
        return sum(os.fstat(file.fileno()).st_size for file in self._files)


class SpillFiles(ExitStack):
    """What is open while a job runs, and is closed with it. Knows how much of that is in temporary files."""

    def __init__(self) -> None:
        super().__init__()
        self._temporary: list[_Temporary] = []

    def enter_context(self, opened: AbstractContextManager[_Entered, bool | None]) -> _Entered:
        """Enter a context that is left at the end of the job."""
        if isinstance(opened, _Temporary):
            self._temporary.append(opened)
        return super().enter_context(opened)

    @property
    def stored(self) -> int:
        """Bytes in all temporary files."""
        return sum(each.stored for each in self._temporary)


class SpillWriter:
    """Files of elements of one ``kind``, known by their descriptors, which processes share: each file is appended to by
    one process, and read by all."""

    def __init__(self, descriptors: Sequence[int], kind: type[np.generic]) -> None:
        self._descriptors, self._kind = descriptors, np.dtype(kind)
        self._written = 0

    def append(self, file: int, values: npt.NDArray[Any]) -> None:
        """Append to the file that is this process's own."""
        rest = np.ascontiguousarray(values).data.cast("B")
        while rest:
            count = _write(self._descriptors[file], rest, self._written)
            rest, self._written = rest[count:], self._written + count

    def read(self, file: int, start: int, into: npt.NDArray[Any]) -> None:
        """Fill an array with what begins at the element ``start``."""
        rest, place = into.data.cast("B"), start * self._kind.itemsize
        while rest:
            count = _read(self._descriptors[file], rest, place)
            if not count:
                raise EOFError(f"a temporary file ends at byte {place:,}: it was cut short by another program")
            rest, place = rest[count:], place + count

    def fill(self, into: npt.NDArray[Any], files: _Numbers, starts: _Numbers, counts: _Numbers) -> None:
        """Fill an array with ``counts[i]`` elements from ``starts[i]`` of ``files[i]`` on, one after another."""
        for file, start, count, end in listed(files, starts, counts, np.cumsum(counts)):
            self.read(file, start, into[end - count : end])

    def take(self, rows: "RowSpans") -> Ragged:
        """Some rows, in their order, without gaps."""
        values, ends = np.empty(int(rows.counts.sum()), self._kind), np.cumsum(rows.lengths)
        self.fill(values, rows.files, rows.starts, rows.counts)
        return Ragged(values, np.stack((ends - rows.lengths, ends), axis=1))


class SpillColumn(_Temporary):
    """Elements of one ``kind``, appended by this process and read back in order: what there is too much of to be held
    while all of it is put in another order. A context manager."""

    def __init__(self, kind: type[np.generic]) -> None:
        super().__init__(1)
        self._kind = np.dtype(kind)
        self.descriptor = self._files[0].fileno()
        self._spool = SpillWriter([self.descriptor], kind)
        self.size = 0

    def append(self, values: npt.NDArray[Any]) -> None:
        """Append some."""
        self._spool.append(0, values)
        self.size += values.size

    def read(self, start: int, count: int) -> npt.NDArray[Any]:
        """So many, from the element ``start`` on."""
        values = np.empty(count, self._kind)
        self._spool.read(0, start, values)
        return values


def listed(*columns: _Numbers) -> Iterator[tuple[int, ...]]:
    """Rows of numbers, from columns of one length."""
    return zip(*(column.tolist() for column in columns), strict=True)


def _write(descriptor: int, data: memoryview, place: int) -> int:
    if _AT_ONCE:
        return os.pwrite(descriptor, data, place)
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.write(descriptor, data)


def _read(descriptor: int, into: memoryview, place: int) -> int:
    if _AT_ONCE:
        return os.preadv(descriptor, [into], place)
    os.lseek(descriptor, place, os.SEEK_SET)
    data = os.read(descriptor, len(into))
    into[: len(data)] = data
    return len(data)


class RowSpans(NamedTuple):
    """Rows of ``lengths`` ``(r,)``, of which one after another is in the stretches ``(s,)``: ``counts[i]`` elements
    from ``starts[i]`` of ``files[i]`` on."""

    files: _Numbers
    starts: Indices
    counts: Indices
    lengths: Indices


class RaggedSpill(_Temporary):
    """Rows of elements of one ``kind``, which some processes write, each into a file of its own, and all can read.

    Rows are numbered in the order in which they were announced, by `came`.
    """

    def __init__(self, writers: int, kind: type[np.generic] = np.uint64) -> None:
        super().__init__(writers)
        self._kind = np.dtype(kind)
        self.descriptors = tuple(file.fileno() for file in self._files)
        self._spool = SpillWriter(self.descriptors, kind)
        self._ends = [0] * writers
        self._rows = np.zeros(0, np.int16), np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._new: list[tuple[npt.NDArray[np.int16], Indices, Indices]] = []

    def came(self, file: int, lengths: Indices) -> None:
        """The next rows are these, of ``lengths`` ``(r,)``: they were appended to the file of that number."""
        ends = self._ends[file] + np.cumsum(lengths)
        self._new.append((np.full(lengths.size, file, np.int16), ends - lengths, lengths))
        self._ends[file] += int(lengths.sum())

    def where(self) -> tuple[npt.NDArray[np.int16], Indices, Indices]:
        """``(n,)`` of each row the file, the element in it where it starts, and its length."""
        if self._new:
            files, starts, lengths = zip(self._rows, *self._new, strict=True)
            self._rows, self._new = (np.concatenate(files), np.concatenate(starts), np.concatenate(lengths)), []
        return self._rows

    @property
    def lengths(self) -> Indices:
        """``(n,)`` elements in each row."""
        return self.where()[2]

    def take(self, rows: Indices) -> Ragged:
        """The given rows, in that order, without gaps."""
        return self._spool.take(self.rows(rows))

    def rows(self, rows: Indices) -> RowSpans:
        """Where the given rows are, for a process that takes them. Rows that lie end to end are one stretch."""
        files, starts, lengths = self.where()
        files, starts, lengths = files[rows], starts[rows], lengths[rows]
        new = np.ones(rows.size, np.bool_)
        new[1:] = (files[1:] != files[:-1]) | (starts[1:] != starts[:-1] + lengths[:-1])
        first = np.flatnonzero(new)
        counts = np.add.reduceat(lengths, first) if first.size else lengths
        return RowSpans(files[first], starts[first], counts, lengths)
