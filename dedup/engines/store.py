"""Ragged hashes on their way from one stage to the next: in a file without a name, mapped back when they are read.

So memory holds what is being worked on, and the page cache the rest. The file goes with the process.
"""

import tempfile
from types import TracebackType
from typing import Self

import numpy as np

from dedup.core.ragged import Ragged
from dedup.types import Hashes

__all__ = ["HashStore"]


class HashStore:
    """Rows of hashes, appended in batches and then read as one `Ragged`.

    The file lies where `tempfile` puts it (``TMPDIR``) and takes 8 bytes a hash. Use as a context manager.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115  closed by __exit__
        self._lengths: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = [np.zeros(1, np.int64)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, rows: Ragged) -> None:
        """Append rows that have no gaps between them."""
        self._file.write(np.ascontiguousarray(rows.values).data)
        self._lengths.append(rows.lengths)

    def ragged(self) -> Ragged:
        """All rows so far; read-only, and good until the store is closed."""
        self._file.flush()
        ends = np.cumsum(np.concatenate(self._lengths))
        values: Hashes = (
            np.memmap(self._file, np.uint64, mode="r", shape=(int(ends[-1]),)) if ends[-1] else np.zeros(0, np.uint64)
        )
        return Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))
