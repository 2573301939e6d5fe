"""The lock of the only writer. The operating system frees the lock when its process ends, in whatever way it ends."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from dedup.errors import IndexLocked, IndexProblem

LOCK: Final = "lock"
"""The name of the file whose lock the writer holds. Nothing is written to this file."""

HOLDER: Final = "lock.pid"
"""The name of the file with the number of the process that holds the lock, or that held it last."""

_NO_LOCKS: Final = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL}
"""Errors of a file system that has no locks."""

_DIGITS: Final = 20
"""Digits of the number of a process, at most."""


class Lock:
    """The lock of an index, held until `close`.

    Args:
        folder: the folder of the index.
        timeout: seconds to wait for another process, or for another open index of this process.

    Raises:
        IndexLocked: the lock is held longer than ``timeout``.
        IndexProblem: the lock is no file, or its file system has no locks.
    """

    def __init__(self, folder: Path, timeout: float) -> None:
        import filelock  # a reader needs no lock, and the import takes a tenth of the time of opening

        path, self._holder = folder / LOCK, folder / HOLDER
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise IndexProblem(f"{path} is no file: remove it, if no process writes to the index")
        native = filelock.WindowsFileLock if os.name == "nt" else filelock.UnixFileLock
        self._lock = native(path, mode=0o644, thread_local=False, fallback_to_soft=False)
        try:
            self._lock.acquire(max(0.0, timeout))
        except filelock.Timeout as error:
            raise IndexLocked(
                f"{folder}: process {self._read_holder()} writes to this index{_waited(timeout)}: wait until it has "
                "closed it, or open it to read"
            ) from error
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            raise IndexProblem(
                f"{folder}: the file system has no locks ({error}): keep the index on another"
            ) from error
        self._write_holder()

    def _read_holder(self) -> str:
        """Return the number of the process that holds the lock, or ``unknown``."""
        try:
            descriptor = os.open(
                self._holder, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            )
        except OSError:
            return "unknown"
        with os.fdopen(descriptor, "rb") as file:
            number = file.read(_DIGITS).strip() if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
        return number.decode() if number.isdigit() else "unknown"

    def _write_holder(self) -> None:
        """Write the number of this process to a new file, so that nothing is written through a link of its name."""
        self._holder.unlink(missing_ok=True)
        descriptor = os.open(self._holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"%d\n" % os.getpid())

    def close(self) -> None:
        """Free the lock for the next writer."""
        self._lock.release()


def _waited(timeout: float) -> str:
    return f", also after {timeout:g} seconds" if timeout > 0 else ""
