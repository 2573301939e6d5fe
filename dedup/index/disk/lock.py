"""The lock of the only writer. The operating system frees the lock when its process ends, in whatever way it ends."""

import fcntl
import os
from pathlib import Path

from dedup.errors import IndexLocked


class Lock:
    """The lock file of an index, held until `close`.

    `IndexLocked` is raised at once if another process, or another open index of this process, holds the lock.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(self._descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise IndexLocked(
                f"{path.parent}: process {holder} writes to this index: wait until it has closed it, or open it to read"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, b"%d\n" % os.getpid(), 0)

    def close(self) -> None:
        """Free the lock for the next writer."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
