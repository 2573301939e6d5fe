"""Spill files: rows of numbers in temporary files without a name, written by one stage and read by the next.

Memory holds what a stage works on, and the page cache of the system holds the other data. The files end with the
process.
"""

import errno
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType
from typing import IO, Any, Final, NamedTuple, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import Ragged
from dedup.errors import WorkError

_Entered = TypeVar("_Entered")

_Numbers = npt.NDArray[np.integer[Any]]

_AT_ONCE: Final = hasattr(os, "preadv")
"""Whether a file can be read and written at a position without a move of its offset, which processes share."""


class SpillRoom(Protocol):
    """A place for spill files that outlives the process."""

    def open_spill(self, name: str, by_workers: bool) -> IO[bytes]:
        """Open the file of a name. ``by_workers`` says whether tasks write it."""
        ...


class _SpillFiles:
    """``count`` files, in the folder of `tempfile` (``TMPDIR``) or in a `SpillRoom`. A context manager.

    - ``by_workers``: whether tasks write the files. This process writes other files.
    """

    def __init__(self, count: int, by_workers: bool) -> None:
        self._count, self.by_workers = count, by_workers
        self._files: list[IO[bytes]] = []

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors of the files."""
        return tuple(file.fileno() for file in self._files)

    def open_in(self, room: SpillRoom, name: str) -> None:
        """Open the files in a room, where their names begin with ``name``."""
        self._files = [room.open_spill(f"{name}-{number}", self.by_workers) for number in range(self._count)]

    def __enter__(self) -> Self:
        if not self._files:
            self._files = [
                tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115  closed by __exit__
                for _ in range(self._count)
            ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()

    @property
    def stored(self) -> int:
        """Bytes in the files, by all writers."""
        for file in self._files:
            file.flush()
        return sum(os.fstat(file.fileno()).st_size for file in self._files)


class SpillFiles(ExitStack):
    """The files and processes that are open while a job runs, closed with the job. Counts the bytes in spill files.

    Args:
        room: where the spill files are; None for temporary files without names.
    """

    def __init__(self, room: SpillRoom | None = None) -> None:
        super().__init__()
        self._spills: list[_SpillFiles] = []
        self._room = room

    def enter_context(self, opened: AbstractContextManager[_Entered, bool | None]) -> _Entered:
        """Enter a context that ends with the job, and return what it returns."""
        if isinstance(opened, _SpillFiles):
            if self._room is not None:
                opened.open_in(self._room, str(len(self._spills)))
            self._spills.append(opened)
        return super().enter_context(opened)

    @property
    def stored(self) -> int:
        """Bytes in all temporary files."""
        return sum(files.stored for files in self._spills)


class SpillWriter:
    """Writes and reads files of elements of one ``kind``, which processes share by their descriptors.

    One process appends to each file, and all processes read it.
    """

    def __init__(self, descriptors: Sequence[int], kind: type[np.generic], start: int | None = None) -> None:
        """Take open files.

        Args:
            descriptors: the descriptors of the files.
            kind: the dtype of the elements.
            start: the byte at which the first `append` writes; None for the end of the file.
        """
        self._descriptors, self._kind = descriptors, np.dtype(kind)
        self._written = start

    def end(self, file: int) -> int:
        """Return the byte of the file of this process at which the next `append` writes."""
        if self._written is None:
            self._written = os.fstat(self._descriptors[file]).st_size
        return self._written

    def append(self, file: int, values: npt.NDArray[Any]) -> None:
        """Append to the file of this process.

        Raises:
            WorkError: the disk is full.
        """
        written = self.end(file)
        if not values.size:
            return
        data = np.ascontiguousarray(values).data.cast("B")
        with full_disk_told():
            while data:
                count = _write(self._descriptors[file], data, written)
                data, written = data[count:], written + count
        self._written = written

    def read(self, file: int, start: int, into: npt.NDArray[Any]) -> None:
        """Fill an array with elements of a file.

        Args:
            file: the number of the file.
            start: the first element to read.
            into: the array to fill.

        Raises:
            EOFError: the file ends before the array is full.
        """
        if not into.size:
            return
        data, position = into.data.cast("B"), start * self._kind.itemsize
        while data:
            count = _read(self._descriptors[file], data, position)
            if not count:
                raise EOFError(f"a temporary file ends at byte {position:,}: it was cut short by another program")
            data, position = data[count:], position + count

    def fill(self, into: npt.NDArray[Any], files: _Numbers, starts: _Numbers, counts: _Numbers) -> None:
        """Fill an array with runs of elements, one run after another.

        Args:
            into: the array to fill, of ``counts.sum()`` elements.
            files: ``(s,)`` the file of each run.
            starts: ``(s,)`` the first element of each run in its file.
            counts: ``(s,)`` the elements of each run.
        """
        for file, start, count, end in iterate_rows(files, starts, counts, np.cumsum(counts)):
            self.read(file, start, into[end - count : end])

    def take(self, rows: "RowSpans") -> Ragged:
        """Return rows in their order, without gaps."""
        values, ends = np.empty(int(rows.counts.sum()), self._kind), np.cumsum(rows.lengths)
        self.fill(values, rows.files, rows.starts, rows.counts)
        return Ragged(values, np.stack((ends - rows.lengths, ends), axis=1))


class SpillColumn(_SpillFiles):
    """Elements of one ``kind`` in one file, which this process appends and reads in order. A context manager.

    A column holds data that is too large for memory while another stage reorders it.
    """

    def __init__(self, kind: type[np.generic]) -> None:
        super().__init__(1, by_workers=False)
        self._kind = np.dtype(kind)
        self.size = 0

    def __enter__(self) -> Self:
        super().__enter__()
        self._writer = SpillWriter(self.descriptors, self._kind.type)
        return self

    @property
    def descriptor(self) -> int:
        """The descriptor of the file."""
        return self.descriptors[0]

    def append(self, values: npt.NDArray[Any]) -> None:
        """Append elements."""
        self._writer.append(0, values)
        self.size += values.size

    def read(self, start: int, count: int) -> npt.NDArray[Any]:
        """Return ``count`` elements from the element ``start`` on."""
        values = np.empty(count, self._kind)
        self._writer.read(0, start, values)
        return values


def iterate_rows(*columns: _Numbers) -> Iterator[tuple[int, ...]]:
    """Yield the rows of a table, as tuples of Python numbers. The columns have one length."""
    return zip(*(column.tolist() for column in columns), strict=True)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Raise a `WorkError` that says what to do if a write fails because the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        cure = "free some of it, or give a folder on a larger disk (TMPDIR, or --run)"
        raise WorkError(f"the disk of the temporary files is full: {cure}") from error


def _write(descriptor: int, data: memoryview, position: int) -> int:
    if _AT_ONCE:
        return os.pwrite(descriptor, data, position)
    os.lseek(descriptor, position, os.SEEK_SET)
    return os.write(descriptor, data)


def _read(descriptor: int, into: memoryview, position: int) -> int:
    if _AT_ONCE:
        return os.preadv(descriptor, [into], position)
    os.lseek(descriptor, position, os.SEEK_SET)
    data = os.read(descriptor, len(into))
    into[: len(data)] = data
    return len(data)


class RowSpans(NamedTuple):
    """Where ``r`` rows are in spill files, as ``s`` runs that hold the rows one after another.

    - ``files``, ``starts``, ``counts`` ``(s,)``: the file of each run, its first element, and its elements.
    - ``lengths`` ``(r,)``: the elements of each row.
    """

    files: _Numbers
    starts: Indices
    counts: Indices
    lengths: Indices


class RowPlaces(NamedTuple):
    """Where ``r`` rows are in spill files.

    ``files``, ``starts``, ``lengths`` ``(r,)`` are the file of each row, its first element, and its elements.
    """

    files: _Numbers
    starts: Indices
    lengths: Indices

    def spans(self, first: int, last: int) -> RowSpans:
        """Return where the rows from ``first`` to before ``last`` are. Rows that lie end to end are one run."""
        span = slice(first, last)
        files = self.files[span]
        starts: Indices = self.starts[span]
        lengths: Indices = self.lengths[span]
        new = np.ones(lengths.size, np.bool_)
        new[1:] = (files[1:] != files[:-1]) | (starts[1:] != starts[:-1] + lengths[:-1])
        begins = np.flatnonzero(new)
        counts = np.add.reduceat(lengths, begins) if begins.size else lengths
        return RowSpans(files[begins], starts[begins], counts, lengths)


class RaggedSpill(_SpillFiles):
    """Rows of elements of one ``kind`` in several files. Each process appends to one file, and all processes read.

    A row has the number of its announcement by `came`, from 0.
    """

    def __init__(self, writers: int, kind: type[np.generic] = np.uint64, by_workers: bool = True) -> None:
        super().__init__(writers, by_workers)
        self._kind = np.dtype(kind)
        self._ends = [0] * writers
        self._rows = np.zeros(0, np.int16), np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._new: list[tuple[npt.NDArray[np.int16], Indices, Indices]] = []

    def __enter__(self) -> Self:
        super().__enter__()
        self._reader = SpillWriter(self.descriptors, self._kind.type)
        return self

    def came(self, file: int, lengths: Indices) -> None:
        """Announce rows of ``lengths`` ``(r,)`` that a process has appended to a file."""
        ends = self._ends[file] + np.cumsum(lengths)
        self._new.append((np.full(lengths.size, file, np.int16), ends - lengths, lengths))
        self._ends[file] += int(lengths.sum())

    def where(self) -> tuple[npt.NDArray[np.int16], Indices, Indices]:
        """Return ``(n,)`` arrays of all rows: the file, the first element in the file, and the elements."""
        if self._new:
            files, starts, lengths = zip(self._rows, *self._new, strict=True)
            self._rows, self._new = (np.concatenate(files), np.concatenate(starts), np.concatenate(lengths)), []
        return self._rows

    @property
    def lengths(self) -> Indices:
        """``(n,)`` elements of each row."""
        return self.where()[2]

    def take(self, rows: Indices) -> Ragged:
        """Return the rows of these numbers, in this order, without gaps."""
        return self._reader.take(self.rows(rows))

    def rows(self, rows: Indices) -> RowSpans:
        """Return where rows are, for a process that takes them. Rows that lie end to end are one run."""
        return self.places(rows).spans(0, rows.size)

    def places(self, rows: Indices) -> RowPlaces:
        """Return where each of the rows is."""
        files, starts, lengths = self.where()
        return RowPlaces(files[rows], starts[rows], lengths[rows])
