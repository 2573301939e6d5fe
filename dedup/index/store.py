"""The door of the room: one index, opened to read or to write.

The commit of a transaction of the database is the only point at which something is in the index. Postings are in the
same transaction, then go to segments, which could be made anew from what the database has.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from dedup.core import postings
from dedup.core.ragged import Ragged
from dedup.errors import IndexProblem, InputError
from dedup.index import changing, checking, opening
from dedup.index.database import Database, Mode
from dedup.index.edge import damaged, mapped
from dedup.index.files import FILES, Files
from dedup.index.lock import Lock
from dedup.index.packing import Damage
from dedup.index.records import POLICY, Change, Counts, Policy, Postings, Stored, StoryRow
from dedup.index.rows import Head, Rows
from dedup.index.state import State
from dedup.settings import Settings
from dedup.types import Event, Hashes, Indices, Keys, Pairs

__all__ = ["Store"]

_TRIES = 100
"""How often a reader lists the segments, if each time one of them goes before it is open."""


class Store:
    """An open index; a context manager, to be used by one thread at a time. What it answers is of one moment: a reader
    sees, at each call, all that was committed before it.

    Any call raises `IndexCorrupt` where it meets damage. After a write has failed the store answers nothing more: what
    was committed is there when the index is opened again.
    """

    def __init__(
        self, path: Path, database: Database, settings: Settings, policy: Policy, files: Files, lock: Lock | None
    ) -> None:
        self.path, self.settings, self.policy, self.files = path, settings, policy, files
        self._database, self._lock, self._rows = database, lock, Rows(database)
        self._state = State(path, database, settings, policy)
        self._dead = ""

    @classmethod
    def open(
        cls,
        path: str | Path,
        settings: Settings | None = None,
        mode: Mode = "r",
        *,
        durable: bool = True,
        policy: Policy = POLICY,
        files: Files = FILES,
    ) -> "Store":
        """Open the index in the folder ``path``; ``"w"`` makes it if there is none.

        ``settings`` are for a new index, and must be those of an old one; without them it keeps its own. What a commit
        wrote survives the end of the process at once; with ``durable`` it survives a loss of power too, without it only
        the last commits before that may be lost, never part of one. `IndexMissing`, `IndexLocked`, `IndexMismatch`,
        `IndexCorrupt` say why it cannot be opened.
        """
        store = cls(*opening.opened(Path(path), settings, mode, durable, policy, files))
        if mode == "w":
            with store._mapped("opening"), contextlib.suppress(Damage):  # it is met again where it is needed
                store._state.load()
                store._state.shelf.cleared(files)
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; a writer lets the next one in."""
        if self._dead == "closed":
            return
        try:
            with self._mapped("closing"):
                if self._lock and not self._dead:
                    self._database.checkpoint(whole=True)
                    self.files.reached("checkpointed")
                self._database.close()
        finally:
            self._dead = "closed"
            if self._lock:
                self._lock.close()

    @contextlib.contextmanager
    def _mapped(self, doing: str) -> Iterator[None]:
        if self._dead:
            raise IndexProblem(f"{self.path}: this door is no longer good ({self._dead}): open the index again")
        with mapped(self.path, doing):
            yield

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """One moment: the writer is alone, a reader is in a transaction."""
        if self._lock:
            yield
            return
        self._database.execute("BEGIN")
        try:
            yield
        finally:
            self._database.rollback()

    @contextlib.contextmanager
    def _reading(self, doing: str) -> Iterator[State]:
        """What is there at one moment, taken in."""
        with self._mapped(doing), contextlib.ExitStack() as stack:
            try:
                for last in [False] * (_TRIES - 1) + [True]:
                    with contextlib.ExitStack() as attempt:
                        attempt.enter_context(self._snapshot())
                        try:
                            self._state.load()
                        except FileNotFoundError as error:
                            if last or self._lock:
                                raise Damage(f"{error.filename} is not there") from error
                            continue
                        stack.push(attempt.pop_all())
                        break
                yield self._state
            except Damage as damage:
                damaged(self.path, str(damage))

    @contextlib.contextmanager
    def _writing(self, doing: str) -> Iterator[State]:
        """A change of what is there."""
        with self._changing(doing), self._reading(doing) as state:
            yield state

    @contextlib.contextmanager
    def _changing(self, doing: str) -> Iterator[None]:
        """All of a change or nothing; and nothing more if that fails for another reason than what was asked."""
        if not self._lock:
            raise InputError(f"{self.path} is open to read: open it with mode='w' to change it")
        try:
            with self._mapped(doing):
                yield
        except BaseException as error:
            with contextlib.suppress(Exception):
                self._database.rollback()
            if not isinstance(error, InputError):
                self._dead = self._dead or f"{doing} failed: {error}"
            raise

    def commit(self, change: Change) -> None:
        """Write a change: all of it is there when this returns. `InputError`, and nothing changed, if it does not fit
        what is there."""
        with self._writing("committing") as state:
            batch, counters = changing.batch(
                change, state.counters, state.documents, state.stories, self.settings.seed, self._numbers
            )
            self.files.reached("commit begun")
            self._database.execute("BEGIN IMMEDIATE")
            self._rows.drop_documents(change.removed)
            self._rows.put_entries(change.entries)
            self._rows.change_heads(change)
            self._rows.put_stories(change.stories)
            self._rows.put_events(change.events)
            if change.knowledge is not None:
                state.put_knowledge(*change.knowledge)
            state.put(batch, counters)
            self.files.reached("committing")
            self._database.execute("COMMIT")
            self.files.reached("committed")
            state.came(batch, counters)
            if state.shelf.due():
                state.seal(self.files, state.shelf.sealed)

    def seal(self) -> None:
        """Bring postings in memory to a segment now."""
        with self._writing("sealing") as state:
            if state.shelf.in_memory:
                state.seal(self.files, state.shelf.sealed)

    def replace_postings(self, batches: Iterable[Postings]) -> None:
        """Write all segments anew from postings of all documents, some at a time; the old ones stay until they are
        written."""
        with self._writing("writing all postings") as state:
            state.rebuild(self.files, self._rows, batches)

    def __len__(self) -> int:
        """How many documents there are."""
        with self._reading("counting") as state:
            return len(state.documents)

    @property
    def next_document(self) -> int:
        """The least number that a new document may have."""
        with self._reading("reading") as state:
            return state.counters.document

    @property
    def next_story(self) -> int:
        """The least number that a new story may have."""
        with self._reading("reading") as state:
            return state.counters.story

    @property
    def next_event(self) -> int:
        """The number of the next event."""
        with self._reading("reading") as state:
            return state.counters.event

    def candidates(self, keys: Keys, kept: Ragged) -> Pairs:
        """``(m, 2) int64`` rows of ``keys`` ``(n, b)`` and ``kept``, with the numbers of the documents that may be
        copies of them, as `core.postings.candidates`; distinct and sorted."""
        with self._reading("looking for candidates") as state:
            return state.shelf.candidates(keys, kept, self.settings.max_bucket)

    def _heads(self, numbers: Iterable[int]) -> Iterator[Head]:
        """The documents that are there of these numbers."""
        for number in numbers:
            if number in self._state.documents:
                head = self._rows.head(number)
                if head is None:
                    raise Damage(f"document {number} has no row")
                yield head

    def documents(self, numbers: Iterable[int]) -> list[Stored]:
        """The documents of these numbers, in their order; those that are not there are left out."""
        with self._reading("reading documents"):
            return [self._rows.entry(head) for head in self._heads(numbers)]

    def numbers(self, ids: list[str]) -> dict[str, int]:
        """The numbers of those ids that are there."""
        with self._reading("looking up ids"):
            return self._numbers(ids)

    def _numbers(self, ids: list[str]) -> dict[str, int]:
        looks, found = self._state.shelf.of_keys(postings.NAME, changing.name_keys(ids, self.settings.seed))
        pairs = zip(looks.tolist(), self._heads(found.tolist()), strict=True)
        return {head.id: head.number for look, head in pairs if head.id == ids[look]}

    def number(self, id: str) -> int | None:
        """The number of the document of that id, if it is there."""
        return self.numbers([id]).get(id)

    def of_fingerprints(self, values: Hashes) -> Pairs:
        """``(m, 2) int64`` places in ``values`` ``(n,) uint64``, and the documents of that fingerprint; sorted."""
        with self._reading("looking up texts") as state:
            looks, found = state.shelf.of_keys(postings.FINGERPRINT, (values >> np.uint64(32)).view(np.int64))
            prints = np.array([head.fingerprint for head in self._heads(found.tolist())], np.uint64)
            pairs = np.stack((looks, found), axis=1)[values[looks] == prints]
            return np.unique(pairs, axis=0)

    def of_stories(self, stories: list[int]) -> list[tuple[int, int]]:
        """The documents of these stories, as (story, document), sorted."""
        with self._reading("looking up stories"):
            return self._of_stories(stories)

    def _of_stories(self, stories: list[int]) -> list[tuple[int, int]]:
        looks, found = self._state.shelf.of_keys(postings.STORY, changing.story_keys(np.array(stories, np.int64)))
        pairs = zip(looks.tolist(), self._heads(found.tolist()), strict=True)
        return sorted({(head.story, head.number) for look, head in pairs if head.story == stories[look]})

    def stories_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """The story of each of these documents that is there."""
        with self._reading("looking up stories"):
            return {head.number: head.story for head in self._heads(numbers)}

    def story(self, number: int) -> StoryRow | None:
        """The story of that number, if there is one."""
        with self._reading("reading stories") as state:
            return state.story(self._rows, number)

    def resolve(self, number: int) -> StoryRow | None:
        """The story that this one is by now, which is no alias, if there is one."""
        with self._reading("reading stories") as state:
            passed: set[int] = set()
            row = state.story(self._rows, number)
            while row is not None and row.alias:
                passed.add(row.number)
                if row.alias in passed:
                    raise Damage(f"story {number} is an alias of itself")
                row = state.story(self._rows, row.alias)
            return row

    def all_numbers(self) -> Indices:
        """``(n,)`` the documents that are there, rising."""
        with self._reading("reading numbers") as state:
            return state.documents.numbers()

    def all_stories(self) -> Iterator[StoryRow]:
        """All stories and aliases, by number; those that are there when they are reached."""
        after, page = 0, [StoryRow(0, 0)]
        while page:
            with self._reading("reading stories"):
                page = self._rows.stories(after)
            yield from page
            after = page[-1].number if page else after

    def before(self, time: float) -> list[int]:
        """The documents that were last seen before that time, by number."""
        with self._reading("reading times"):
            return self._rows.before(time)

    def events(self, since: int = 0) -> Iterator[Event]:
        """The events after the one of that number."""
        page = [since]
        while page:
            with self._reading("reading events") as state:
                found = state.events(self._rows, page[-1])
            yield from found
            page = [event.number for event in found]

    @property
    def version(self) -> int:
        """The version of what is known, 0 at first."""
        with self._reading("reading knowledge") as state:
            return state.version()

    def knowledge(self) -> tuple[int, bytes]:
        """The version of what is known, and its bytes; ``(0, b"")`` at first."""
        with self._reading("reading knowledge") as state:
            return state.knowledge()

    def counts(self) -> Counts:
        """How much there is."""
        with self._reading("counting") as state:
            return state.counts()

    def check(self, fix: bool = False, sketch: Callable[[list[Stored]], Postings] | None = None) -> list[str]:
        """Read everything; all problems, none if the list is empty. With ``fix``, postings that are damaged or do not
        fit are made anew, from what ``sketch`` finds in the documents."""
        if fix and not (self._lock and sketch):
            raise InputError(f"{self.path}: to mend an index, open it with mode='w' and say how documents are sketched")
        with self._mapped("checking"), self._snapshot():
            found = checking.problems(self._state, self._rows)
        if fix and sketch and found:
            with self._changing("mending"):
                self._state.recover()
                self._state.rebuild(self.files, self._rows, checking.batches(self._state, self._rows, sketch))
        return found
