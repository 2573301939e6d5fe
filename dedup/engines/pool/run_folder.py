"""A run folder: the spill files of a job and the results of its complete stages, so that a job that ended can go on.

A job asks its pool for the same results in the same order each time. So the results of an ask that is complete are
taken from the folder, and no worker does its tasks again. An ask that is not complete is done anew.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from dedup.engines.pool.messages import decode, encode, receive, send
from dedup.engines.pool.pool import Pool
from dedup.engines.pool.spill import full_disk_told
from dedup.engines.pool.usage import Usage
from dedup.errors import SettingsError, WorkError
from dedup.index.disk.files import FILES
from dedup.regular_files import (
    PARTIAL,
    NotRegularError,
    open_descriptor,
    open_regular,
    partial_path,
    read_regular,
    write_new,
)

_Result = TypeVar("_Result")

_PAUSE: Final = 0.1
"""Seconds between two tries to lock a file."""

_PATIENCE: Final = 600
"""Tries to lock a file: a minute."""

_LARGEST_SIZES: Final = 1 << 24
"""Bytes that a file of sizes may have."""

_HEADER: Final = "run.json"
"""The file of what the run depends on. It is the lock of the folder too."""


class RunFolder:
    """The folder of one run. A context manager: one process uses the folder at a time.

    - ``run.json``: what the results depend on, and the number of workers.
    - ``spill-NN-W``: the spill files.
    - ``NN.results``: the results of ask ``NN``; ``NN.sizes``: the bytes of the spill files after it. An ask is complete
      if it has both.
    """

    def __init__(self, path: Path, header: Mapping[str, str]) -> None:
        """Open a folder, or make it.

        Args:
            path: the folder.
            header: what the results depend on, by name.

        Raises:
            SettingsError: the folder is of a run with another header, has other files, or is in use.
        """
        self.path = path
        if path.exists() and not (path / _HEADER).is_file() and (not path.is_dir() or any(path.iterdir())):
            raise SettingsError(f"{path} is no folder of a run: name a new folder, or one that is empty")
        path.mkdir(parents=True, exist_ok=True)
        self._lock = _open_own(path / _HEADER, "name another folder")
        try:
            self.workers = self._check(header)
        except BaseException:
            os.close(self._lock)
            raise
        self.complete = self._count_complete()
        self._sizes = self._read_sizes() if self.complete else {}
        self._spills: dict[str, IO[bytes]] = {}

    def _check(self, header: Mapping[str, str]) -> int:
        """Return the number of workers of the run, 0 for a new run. Lock the folder and compare the headers."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(f"another process works on the run {self.path}: wait until it ends") from error
        try:
            before = json.loads(os.pread(self._lock, os.fstat(self._lock).st_size, 0) or b"{}")
        except ValueError:
            before = {}  # the process died while it wrote the header: nothing is complete
        self._header = dict(header)
        if not before:
            return 0
        for name in sorted({*header, *before["header"]}):
            mine, its = header.get(name, "none"), before["header"].get(name, "none")
            if mine != its:
                raise SettingsError(
                    f"the run {self.path} has {name} {its}, and this one has {name} {mine}: give what it had, "
                    "name another folder, or remove this one"
                )
        return int(before["workers"])

    def start(self, workers: int) -> int:
        """Write the header of a new run. Return the number of workers of the run: that of its first start."""
        if not self.workers:
            self.workers = workers
            os.pwrite(self._lock, json.dumps({"header": self._header, "workers": workers}).encode(), 0)
            FILES.sync(self._lock)
        return self.workers

    def _count_complete(self) -> int:
        """Return how many asks are complete, and remove what is left of others."""
        complete = 0
        while self._results(complete).is_file() and (self.path / f"{complete}.sizes").is_file():
            complete += 1
        for path in (*self.path.glob("[0-9]*.results*"), *self.path.glob("[0-9]*.sizes*")):
            if int(path.name.partition(".")[0]) >= complete:
                FILES.remove(path)
        for path in self.path.glob(f".*{PARTIAL}"):
            FILES.remove(path)
        return complete

    def _read_sizes(self) -> dict[str, int]:
        """Return the bytes of the spill files after the last complete ask, by their names."""
        data = read_regular(self.path / f"{self.complete - 1}.sizes", _LARGEST_SIZES, links=False)
        sizes: dict[str, int] = json.loads(data)
        return sizes

    def _results(self, ask: int) -> Path:
        return self.path / f"{ask}.results"

    def open_spill(self, name: str, by_workers: bool) -> IO[bytes]:
        """Open a spill file.

        Args:
            name: the name of the file. A job gives its files the same names each time.
            by_workers: whether tasks write the file, so that it keeps what complete asks have written. Another file is
                written anew.
        """
        path = self.path / f"spill-{name}"
        file = os.fdopen(_open_own(path, "remove it, and run again"), "r+b")
        self._lock_file(file.fileno())
        file.truncate(self._sizes.get(name, 0) if by_workers else 0)
        if by_workers:
            self._spills[name] = file
        return file

    def _lock_file(self, descriptor: int) -> None:
        """Lock a spill file. A worker of a process that was killed holds the lock until it has done its task."""
        for _ in range(_PATIENCE):
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(_PAUSE)
        raise SettingsError(f"a worker of an earlier start still writes to the run {self.path}: end that process")

    def results(self, ask: int) -> Iterator[bytes]:
        """Yield the results of a complete ask, as messages."""
        with open_regular(self._results(ask), links=False) as file:
            end = os.fstat(file.fileno()).st_size
            while file.tell() < end:
                yield receive(file)

    def write_results(self, ask: int, results: Iterable[_Result]) -> Iterator[_Result]:
        """Yield the results of an ask, and write them. The ask is complete after the last result."""
        partial = partial_path(self._results(ask))
        with write_new(partial) as file:
            for result in results:
                with full_disk_told():
                    send(file, encode(result))
                yield result
            FILES.sync(file.fileno())
        for spill in self._spills.values():
            FILES.sync(spill.fileno())
        sizes = {name: os.fstat(spill.fileno()).st_size for name, spill in self._spills.items()}
        FILES.rename(partial, self._results(ask))
        FILES.write(self.path / f"{ask}.sizes", [json.dumps(sizes).encode()])

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._lock)


def _open_own(path: Path, cure: str) -> int:
    """Open a file of a run to read and write, or create it.

    Args:
        path: the file.
        cure: words that tell the user what to do about a link or a pipe in its place.

    Returns:
        The descriptor of the file.

    Raises:
        SettingsError: a link, a pipe or a folder has its name.
    """
    with suppress(FileExistsError):
        write_new(path).close()
    try:
        return open_descriptor(path, links=False, write=True)[0]
    except NotRegularError as error:
        raise SettingsError(f"{path} {error.strerror}: {cure}") from error


def remove_run(path: Path) -> None:
    """Remove the folder of a run whose results are where they are wanted. Files of others in it stay."""
    for pattern in (_HEADER, "spill-*", "*.results", "*.sizes"):
        for file in path.glob(pattern):
            FILES.remove(file)
    with suppress(OSError):  # it has files of others
        path.rmdir()


class ResumablePool:
    """A pool whose results a run folder keeps. It counts what is asked of it."""

    def __init__(self, pool: Pool, folder: RunFolder) -> None:
        self._pool, self._folder, self._asks = pool, folder, 0

    @property
    def used(self) -> Usage:
        """The usage of the workers until their latest results."""
        return self._pool.used

    def ask(self, tasks: Iterable[Any], kind: type[_Result]) -> Iterator[_Result]:
        """Yield the results of the tasks, all of one ``kind``, in the order of the tasks.

        Raises:
            WorkError: a task has no result, or the folder has results of other tasks.
        """
        ask, self._asks = self._asks, self._asks + 1
        if ask < self._folder.complete:
            return self._replay(ask, tasks, kind)
        return self._folder.write_results(ask, self._pool.ask(tasks, kind))

    def _replay(self, ask: int, tasks: Iterable[Any], kind: type[_Result]) -> Iterator[_Result]:
        """Yield the results of a complete ask. The tasks are made, because the job keeps account of them."""
        try:
            for _, message in zip(tasks, self._folder.results(ask), strict=True):
                yield decode(message, kind)
        except ValueError as error:
            reason = f"the run {self._folder.path} has results of other tasks; remove the folder, and run again"
            raise WorkError(reason) from error
