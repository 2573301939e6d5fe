"""The lock of the only writer. The operating system frees the lock when its process ends, in whatever way it ends."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from dedup.errors import IndexLocked, IndexProblem
from dedup.regular_files import private_mode, read_regular, write_new

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
        mode = private_mode(folder)
        native = filelock.WindowsFileLock if os.name == "nt" else filelock.UnixFileLock
        self._lock = native(path, mode=mode, thread_local=False, fallback_to_soft=False)
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
        self._write_holder(mode)

    def _read_holder(self) -> str:
        """Return the number of the process that holds the lock, or ``unknown``."""
        try:
            number = read_regular(self._holder, _DIGITS, links=False).strip()
        except OSError:
            return "unknown"
        return number.decode() if number.isdigit() else "unknown"

    def _write_holder(self, mode: int) -> None:
        """Write the number of this process to a new file, so that nothing is written through a link of its name."""
        self._holder.unlink(missing_ok=True)
        with write_new(self._holder, mode) as file:
            file.write(b"%d\n" % os.getpid())

    def close(self) -> None:
        """Free the lock for the next writer."""
        self._lock.release()


def _waited(timeout: float) -> str:
    return f", also after {timeout:g} seconds" if timeout > 0 else ""
