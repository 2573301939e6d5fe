"""One opening of an index: its snapshots, its changes, and its end."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from dedup.errors import IndexProblem, InputError
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.lock import Lock
from dedup.index.disk.rows import DocumentRows
from dedup.index.error_mapping import map_errors, raise_corrupt
from dedup.index.records import Policy
from dedup.index.state import State
from dedup.settings import Settings

_TRIES = 100
"""Times that a reader lists the segments, if a listed segment is removed each time before the reader opens it."""


class Session:
    """An open index. `index.open_index.open_session` makes it.

    A writer has the ``lock``. No other process changes the index, so the loaded state of a writer remains true. A
    reader has no lock and loads new commits at each call.
    """

    def __init__(
        self, path: Path, database: Database, settings: Settings, policy: Policy, files: DurableFiles, lock: Lock | None
    ) -> None:
        self.path, self.database, self.settings, self.files = path, database, settings, files
        self._lock, self._ended, self._is_reading = lock, "", False
        self.commits: int | None = None
        """Commits so far of a transaction of several commits; None outside such a transaction."""
        self._process = os.getpid()
        self.policy = policy
        self.rows = DocumentRows(database)
        self.state = State(path, database, settings, policy)
        self.state.is_alone = lock is not None
        self._nested_reading = _NestedReading(self.state)
        if lock:
            with (
                map_errors(path, "opening"),
                contextlib.suppress(CorruptData, FileNotFoundError),  # the first call that needs the data raises it
            ):
                self.state.load()
                self.state.postings.remove_unlisted(files)
            with map_errors(path, "opening"), contextlib.suppress(CorruptData):
                self.rows.dictionaries.load()

    @property
    def is_writer(self) -> bool:
        """Whether the index is open to write: this session has the lock."""
        return self._lock is not None

    @property
    def end(self) -> str:
        """Why the session answers nothing more, empty if it answers."""
        return self._ended

    @property
    def is_forked(self) -> bool:
        """Whether this process is a fork of the process that opened the index: the index belongs to that one."""
        return os.getpid() != self._process

    def close(self) -> None:
        """Close everything. A writer brings the log into the database and frees the lock; a fork does neither."""
        if self._ended == "it was closed" or self.is_forked:
            return
        try:
            with map_errors(self.path, "closing"):
                if self._lock and not self._ended:
                    self.database.checkpoint()
                    self.files.reached("checkpointed")
                self.database.close()
        finally:
            self._ended = "it was closed"
            if self._lock:
                self._lock.close()

    @contextlib.contextmanager
    def mapping_errors(self, doing: str) -> Iterator[None]:
        """Map errors, raised while ``doing`` something, to errors of `dedup.errors`."""
        self._check_process()
        if self._ended:
            raise IndexProblem(f"{self.path} is not open any more ({self._ended}): open it again")
        with map_errors(self.path, doing):
            try:
                yield
            except CorruptData as damage:
                raise_corrupt(self.path, str(damage))

    def _check_process(self) -> None:
        """Raise `IndexProblem` in a fork: two processes that write one index would destroy it."""
        if self.is_forked:
            opener = f"{self.path} was opened in process {self._process}, and this is process {os.getpid()}"
            raise IndexProblem(f"{opener}: open it again here")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Give one snapshot of the database: a reader is in a transaction, a writer is alone."""
        if self._lock or self._is_reading:
            yield
            return
        self.database.execute("BEGIN")
        try:
            yield
        finally:
            self.database.rollback()

    def reading(self, doing: str) -> contextlib.AbstractContextManager[State]:
        """Give the state of one snapshot.

        A reading within another reading shares its snapshot and its mapping of errors.
        """
        return self._nested_reading if self._is_reading else self._reading(doing)

    def reading_values(self, doing: str) -> contextlib.AbstractContextManager[State]:
        """Give the state for its single values, without loading anything else."""
        return self._nested_reading if self._is_reading else self._reading_values(doing)

    @contextlib.contextmanager
    def _reading_values(self, doing: str) -> Iterator[State]:
        with self.mapping_errors(doing), self.snapshot():
            yield self.state

    @contextlib.contextmanager
    def _reading(self, doing: str) -> Iterator[State]:
        with self.mapping_errors(doing), self.snapshot():
            self._load_state()
            self._is_reading = True
            try:
                yield self.state
            finally:
                self._is_reading = False

    def restore(self) -> None:
        """Drop the commits of a transaction that did not end, on the disk and in memory."""
        with self.changing("rolling back"):
            self.database.rollback()
            self.state.load(again=True)

    def _load_state(self) -> None:
        """Load the commits up to the snapshot, or up to a newer snapshot if a segment is removed meanwhile."""
        for attempt in range(_TRIES):
            try:
                if not (self._lock and self.state.loaded):
                    self.state.load()
                return
            except FileNotFoundError as error:
                if self._lock or attempt == _TRIES - 1:
                    raise CorruptData(f"{error.filename} is not there") from error
                self.database.rollback()  # a writer sealed meanwhile: the next snapshot lists other segments
                self.database.execute("BEGIN")

    @contextlib.contextmanager
    def changing(self, doing: str) -> Iterator[None]:
        """Make a change that happens as a whole or not at all.

        After a failure the session answers nothing more, unless the failure is an `InputError`.

        Raises:
            InputError: the index is open to read, or the change does not fit it.
            IndexProblem: this process is a fork of the process that opened the index.
        """
        self._check_process()
        if not self._lock:
            raise InputError(f"{self.path} is open to read: open it with mode='w' to change it")
        try:
            with self.mapping_errors(doing):
                try:
                    yield
                except UnicodeEncodeError as error:
                    raise InputError(
                        f"a text has half a character ({error}): decode it with errors='replace'"
                    ) from error
        except BaseException as error:
            with contextlib.suppress(Exception):
                self.database.rollback()
            if not isinstance(error, InputError):
                self._ended = self._ended or f"{doing} failed: {error}"
            raise

    @contextlib.contextmanager
    def writing(self, doing: str) -> Iterator[State]:
        """Make a change, as `changing` does, with the loaded state."""
        with self.changing(doing), self.reading(doing) as state:
            yield state


class _NestedReading(contextlib.AbstractContextManager[State]):
    """A reading within another reading: a query has a dozen, so entering one costs almost nothing."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __enter__(self) -> State:
        return self._state

    def __exit__(self, *_: object) -> None:
        return None
