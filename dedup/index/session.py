"""One opening of an index: the moment that is read, the change that is made, and the end of it."""

import contextlib
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
"""How often a reader lists the segments, if each time one of them goes before it is open."""


class Session:
    """What is open. A writer has the ``lock``, and is the only one who changes anything: what it has loaded stays true.
    A reader loads at each call what was committed since."""

    def __init__(
        self, path: Path, database: Database, settings: Settings, policy: Policy, files: DurableFiles, lock: Lock | None
    ) -> None:
        self.path, self.database, self.settings, self.files = path, database, settings, files
        self._lock, self._ended, self._read = lock, "", False
        self.policy = policy
        self.rows = DocumentRows(database)
        self.state = State(path, database, settings, policy)
        self._within = _Within(self.state)
        if lock:
            with (
                map_errors(path, "opening"),
                contextlib.suppress(CorruptData, FileNotFoundError),
            ):  # met again where it matters
                self.state.load()
                self.state.shelf.cleared(files)
            with map_errors(path, "opening"), contextlib.suppress(CorruptData):
                self.rows.dictionaries.load()

    def close(self) -> None:
        """Close all that is open; a writer brings the log into the database and lets the next one in."""
        if self._ended == "it was closed":
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
    def guarded(self, doing: str) -> Iterator[None]:
        """Errors in it are ours."""
        if self._ended:
            raise IndexProblem(f"{self.path} is not open any more ({self._ended}): open it again")
        with map_errors(self.path, doing):
            try:
                yield
            except CorruptData as damage:
                raise_corrupt(self.path, str(damage))

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """One moment: a reader is in a transaction, the writer is alone."""
        if self._lock or self._read:
            yield
            return
        self.database.execute("BEGIN")
        try:
            yield
        finally:
            self.database.rollback()

    def reading(self, doing: str) -> contextlib.AbstractContextManager[State]:
        """The index at one moment; within another reading, at the moment of that, which guards it too."""
        return self._within if self._read else self._reading(doing)

    def knowing(self, doing: str) -> contextlib.AbstractContextManager[State]:
        """What is known at one moment, for which nothing else is loaded; within a reading, at the moment of that."""
        return self._within if self._read else self._knowing(doing)

    @contextlib.contextmanager
    def _knowing(self, doing: str) -> Iterator[State]:
        with self.guarded(doing), self.snapshot():
            yield self.state

    @contextlib.contextmanager
    def _reading(self, doing: str) -> Iterator[State]:
        with self.guarded(doing), self.snapshot():
            self._load()
            self._read = True
            try:
                yield self.state
            finally:
                self._read = False

    def _load(self) -> None:
        """Take in what was committed before the snapshot, or before another that takes its place."""
        for attempt in range(_TRIES):
            try:
                if not (self._lock and self.state.loaded):
                    self.state.load()
                return
            except FileNotFoundError as error:
                if self._lock or attempt == _TRIES - 1:
                    raise CorruptData(f"{error.filename} is not there") from error
                self.database.rollback()  # sealed in the meantime: the next moment lists other segments
                self.database.execute("BEGIN")

    @contextlib.contextmanager
    def changing(self, doing: str) -> Iterator[None]:
        """All of a change or nothing; and nothing more at all if it fails, but for what does not fit the index."""
        if not self._lock:
            raise InputError(f"{self.path} is open to read: open it with mode='w' to change it")
        try:
            with self.guarded(doing):
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
        """A change of what is there."""
        with self.changing(doing), self.reading(doing) as state:
            yield state


class _Within(contextlib.AbstractContextManager[State]):
    """A reading within another: of a query, a dozen are."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __enter__(self) -> State:
        return self._state

    def __exit__(self, *_: object) -> None:
        return None
