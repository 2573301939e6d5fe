"""Ragged hashes on their way from one stage to the next, and texts: in files without a name, read back when needed.

So memory holds what is being worked on, and the page cache the rest. The files go with the process.
"""

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import numpy as np

from dedup.core.ragged import Ragged
from dedup.types import Bytes, Indices, Offsets

__all__ = ["HashStore", "TextStore"]


class _Store:
    """A file that lies where `tempfile` puts it (``TMPDIR``), and the lengths of the rows in it. A context manager."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115  closed by __exit__
        self._lengths: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = [np.zeros(1, np.int64)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class HashStore(_Store):
    """Rows of hashes, appended in batches and then read as one `Ragged`. The file takes 8 bytes a hash."""

    def append(self, rows: Ragged) -> None:
        """Append rows that have no gaps between them."""
        self._file.write(np.ascontiguousarray(rows.values).data)
        self._lengths.append(rows.lengths)

    def ragged(self) -> Ragged:
        """All rows so far; read-only, and good until the store is closed."""
        self._file.flush()
        ends = np.cumsum(np.concatenate(self._lengths))
        values = np.zeros(0, np.uint64)
        if ends[-1]:  # as a plain array: a slice of a memmap takes ten times as long
            values = np.asarray(np.memmap(self._file, np.uint64, mode="r", shape=(int(ends[-1]),)))
        return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))


class TextStore(_Store):
    """Texts, appended in batches and then read one by one. The file is as large as the texts are as UTF-8."""

    def append(self, buffer: Bytes, offsets: Offsets, rows: Indices) -> None:
        """Append some ``rows`` of a batch, row ``i`` being ``buffer[offsets[i]:offsets[i + 1]]``."""
        for row in rows.tolist():
            self._file.write(buffer[offsets[row] : offsets[row + 1]].data)
        self._lengths.append(np.diff(offsets)[rows])

    def read(self, rows: Indices) -> Iterator[Bytes]:
        """The bytes of the given rows, counted from 0 over all batches, one after another."""
        ends = np.cumsum(np.concatenate(self._lengths))
        for first, last in zip(ends[rows].tolist(), ends[rows + 1].tolist(), strict=True):
            self._file.seek(first)
            yield np.frombuffer(self._file.read(last - first), np.uint8)
