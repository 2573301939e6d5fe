"""The door of the room: one index, opened to read or to write.

The commit of a transaction of the database is the only point at which something is in the index. Postings are in the
same transaction, then go to segments, which could be made anew from what the database has.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import postings
from dedup.errors import InputError
from dedup.index import changes, open_index, repair
from dedup.index import check as checking
from dedup.index import export as moving
from dedup.index.changes import Counters, IdLookup
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Mode
from dedup.index.disk.dictionaries import SAMPLE, train_dictionary
from dedup.index.disk.files import FILES, DurableFiles
from dedup.index.disk.rows import PAGE, DocumentHead
from dedup.index.records import POLICY, Change, IndexCounts, Policy, Postings, Stored, StoryRow
from dedup.index.session import Session
from dedup.index.state import State
from dedup.settings import Settings
from dedup.types import Event


class Hits(NamedTuple):
    """What was looked up of new documents: the ``numbers`` of those ids that are there; ``(m, 2) int64`` places among
    the documents with the numbers of the ``same`` text, and with those that may be copies: ``near``, as from
    `core.candidates.lookup.lookup_candidates`. Both are sorted, each pair once."""

    numbers: dict[str, int]
    same: Pairs
    near: Pairs


class Store:
    """An open index; a context manager, to be used by one thread at a time. What it answers is of one moment: a reader
    sees, at each call, all that was committed before it.

    Any call raises `IndexCorrupt` where it meets damage. After a write has failed the store answers nothing more: what
    was committed is there when the index is opened again.
    """

    def __init__(self, session: Session) -> None:
        self._session, self._rows = session, session.rows
        self.path, self.settings = session.path, session.settings
        self._looked: tuple[Counters, IdLookup] | None = None  # what was looked up last, and when
        self._known: dict[int, DocumentHead] | None = None  # of this moment

    @classmethod
    def open(
        cls,
        path: str | Path,
        settings: Settings | None = None,
        mode: Mode = "r",
        *,
        durable: bool = True,
        policy: Policy = POLICY,
        files: DurableFiles = FILES,
    ) -> "Store":
        """Open the index in the folder ``path``; ``"w"`` makes it if there is none.

        ``settings`` are for a new index, and must be those of an old one; without them it keeps its own. What a commit
        wrote survives the end of the process at once; with ``durable`` it survives a loss of power too, without it only
        the last commits before that may be lost, never part of one. `IndexMissing`, `IndexLocked`, `IndexMismatch`,
        `IndexCorrupt` say why it cannot be opened.
        """
        return cls(Session(*open_index.open_folder(Path(path), settings, mode, durable, policy, files)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; a writer lets the next one in."""
        self._session.close()

    @contextlib.contextmanager
    def moment(self) -> Iterator[None]:
        """All that is asked in it is answered as of one moment, and sooner."""
        with self._session.reading("reading"):
            outermost = self._known is None
            if self._known is None:
                self._known = {}
            try:
                yield
            finally:
                if outermost:
                    self._known = None

    def commit(self, change: Change, anew: Iterable[Postings] | None = None) -> None:
        """Write a change: all of it is there when this returns. `InputError`, and nothing changed, if it does not fit
        what is there.

        With ``anew``, all postings are made anew in the same transaction: those of bands and kept shingles from these,
        of all documents, the others from what the change leaves.
        """
        database, files = self._session.database, self._session.files
        with self._session.writing("committing") as state:
            batch, counters = changes.batch(change, state.counters, state.documents, state.stories, self._names)
            version = change.knowledge and change.knowledge[0]
            files.reached("commit begun")
            if anew is not None:

                def changed() -> None:
                    self._write(state, change, counters)
                    state.changed(batch, counters, version)

                state.seal(files, state.anew(self._rows, anew), changed)
                return
            database.execute("BEGIN IMMEDIATE")
            self._write(state, change, counters)
            state.put(batch, counters)
            files.reached("committing")
            database.execute("COMMIT")
            files.reached("committed")
            state.came(batch, counters, version)
            if state.shelf.due():
                state.seal(files, state.shelf.sealed)
            if self._rows.dictionaries.due(counters.document - 1, self._session.policy.first):
                self._learn(state, counters.document - 1)

    def _write(self, state: State, change: Change, counters: Counters) -> None:
        """The rows of a change, within a transaction."""
        rows = self._rows
        rows.drop_documents(change.removed)
        rows.put_entries(change.entries, change.packed)
        rows.change_heads(change)
        rows.put_stories(change.stories)
        rows.put_events(change.events)
        if change.forgotten:
            rows.drop_events(counters.forgotten)
        if change.knowledge is not None:
            state.put_knowledge(*change.knowledge)
        if change.thresholds:
            state.put_thresholds(change.thresholds)

    def _learn(self, state: State, documents: int) -> None:
        """Look whether texts to come are better packed with another dictionary, when so many documents have come."""
        database, dictionaries = self._session.database, self._rows.dictionaries
        numbers = state.documents.numbers()
        count = min(SAMPLE, numbers.size)
        some = numbers[np.arange(count) * numbers.size // max(1, count)]  # from all over the index
        found = train_dictionary(self._rows.sample(some.tolist()), dictionaries.using)
        database.execute("BEGIN IMMEDIATE")
        dictionaries.looked(found, documents)
        self._session.files.reached("committing")
        database.execute("COMMIT")
        self._session.files.reached("committed")

    def seal(self) -> None:
        """Bring the postings that are in memory to a segment now."""
        with self._session.writing("sealing") as state:
            if state.shelf.in_memory:
                state.seal(self._session.files, state.shelf.sealed)

    def __len__(self) -> int:
        """How many documents there are."""
        with self._session.reading("counting") as state:
            return len(state.documents)

    @property
    def next_document(self) -> int:
        """The least number that a new document may have."""
        with self._session.reading("reading") as state:
            return state.counters.document

    @property
    def next_story(self) -> int:
        """The least number that a new story may have."""
        with self._session.reading("reading") as state:
            return state.counters.story

    @property
    def next_event(self) -> int:
        """The number of the next event."""
        with self._session.reading("reading") as state:
            return state.counters.event

    def look_up(self, ids: list[str], fingerprints: Hashes, keys: Keys, kept: Ragged) -> Hits:
        """What is there of new documents: of their ``ids``, of texts of those ``fingerprints`` ``(n,) uint64``, and
        what may be copies of them, found by their ``keys`` ``(n, b)`` and ``kept`` shingles."""
        with self._session.reading("looking for copies") as state:
            called = changes.name_keys(ids, self.settings.seed)
            tags = ((postings.FINGERPRINT, (fingerprints >> np.uint64(32)).view(np.int64)), (postings.NAME, called))
            near = state.shelf.near(keys, kept, tags, self.settings.max_bucket)
            prints, names = near.tagged
            numbers = self._of_ids(ids, names)
            self._looked = state.counters, IdLookup(ids, called, numbers)
            return Hits(numbers, self._of_prints(fingerprints, prints), near.pairs)

    def _heads(self, numbers: Iterable[int]) -> Iterator[DocumentHead]:
        """The documents that are there of these numbers."""
        there, asked = self._session.state.documents, map(int, numbers)
        while page := list(islice(asked, PAGE)):
            some = [number for number in page if number in there]
            known = {} if self._known is None else self._known
            known |= self._rows.heads_of([number for number in dict.fromkeys(some) if number not in known])
            for number in some:
                if number not in known:
                    raise CorruptData(f"document {number} has no row")
                yield known[number]

    def documents(self, numbers: Iterable[int]) -> list[Stored]:
        """The documents of these numbers, in their order; those that are not there are left out."""
        with self._session.reading("reading documents"):
            return self._rows.entries(list(self._heads(numbers)))

    def heads(self, numbers: Iterable[int]) -> list[DocumentHead]:
        """All of them but for their texts, which need not be read."""
        with self._session.reading("reading documents"):
            return list(self._heads(numbers))

    def numbers(self, ids: list[str]) -> dict[str, int]:
        """The numbers of those ids that are there."""
        with self._session.reading("looking up ids"):
            return self._names(ids).numbers

    def _names(self, ids: list[str]) -> IdLookup:
        """What is known of ids: what was found when they were looked up, if nothing was committed since."""
        state = self._session.state
        if self._looked is not None and self._looked[0] == state.counters and self._looked[1].ids == ids:
            return self._looked[1]
        keys = changes.name_keys(ids, self.settings.seed)
        found = np.stack(state.shelf.of_keys(postings.NAME, keys), axis=1)
        return IdLookup(ids, keys, self._of_ids(ids, found))

    def _of_ids(self, ids: list[str], found: Pairs) -> dict[str, int]:
        """Of the documents that were ``found`` for ids, those that have them."""
        pairs = zip(found[:, 0].tolist(), self._heads(found[:, 1].tolist()), strict=True)
        return {head.id: head.number for look, head in pairs if head.id == ids[look]}

    def number(self, id: str) -> int | None:
        """The number of the document of that id, if it is there."""
        return self.numbers([id]).get(id)

    def _of_prints(self, values: Hashes, found: Pairs) -> Pairs:
        """Of the documents that were ``found`` for fingerprints, those that have them; sorted."""
        if not len(found):
            return found
        prints = np.array([head.fingerprint for head in self._heads(found[:, 1].tolist())], np.uint64)
        return np.unique(found[values[found[:, 0]] == prints], axis=0)

    def of_stories(self, stories: list[int]) -> list[tuple[int, int]]:
        """The documents of these stories, as (story, document), sorted."""
        with self._session.reading("looking up stories"):
            return self._of_stories(stories)

    def _of_stories(self, stories: list[int]) -> list[tuple[int, int]]:
        looks, found = self._session.state.shelf.of_keys(
            postings.STORY, changes.story_keys(np.array(stories, np.int64))
        )
        pairs = zip(looks.tolist(), self._heads(found.tolist()), strict=True)
        return sorted({(head.story, head.number) for look, head in pairs if head.story == stories[look]})

    def all_packed(self) -> Iterator[tuple[DocumentHead, bytes, int]]:
        """All documents, by number, with their texts as `index.disk.codec.DocumentCodec` has packed them, and the number of the
        dictionary that these need, 0 for none; those that are there when they are reached."""
        after = 0
        while True:
            with self._session.reading("reading documents") as state:
                found = state.packed_after(self._rows, after)
            if not found:
                return
            yield from found
            after = found[-1][0].number

    @property
    def using(self) -> bytes:
        """The dictionary that a writer packs texts with, none if it is empty. Any thread may ask for it."""
        return self._rows.dictionaries.using

    def dictionary(self, number: int) -> bytes:
        """The dictionary of that number, with which texts are packed."""
        with self._session.reading("reading documents"):
            return self._rows.dictionaries.find(number)

    def stories_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """The story of each of these documents that is there."""
        with self._session.reading("looking up stories"):
            return {head.number: head.story for head in self._heads(numbers)}

    def story(self, number: int) -> StoryRow | None:
        """The story of that number, if there is one."""
        with self._session.reading("reading stories") as state:
            return state.story(self._rows, number)

    def story_rows(self, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """Those of these stories that there are."""
        with self._session.reading("reading stories") as state:
            return state.some_stories(self._rows, numbers)

    def resolve(self, number: int) -> StoryRow | None:
        """The story that this one is by now, which is no alias, if there is one."""
        with self._session.reading("reading stories") as state:
            passed: set[int] = set()
            row = state.story(self._rows, number)
            while row is not None and row.alias:
                passed.add(row.number)
                if row.alias in passed:
                    raise CorruptData(f"story {number} is an alias of itself")
                row = state.story(self._rows, row.alias)
            return row

    def all_numbers(self) -> Indices:
        """``(n,)`` the documents that are there, rising."""
        with self._session.reading("reading numbers") as state:
            return state.documents.numbers()

    def all_stories(self) -> Iterator[StoryRow]:
        """All stories and aliases, by number; those that are there when they are reached."""
        page = [StoryRow(0, 0)]
        while page:
            with self._session.reading("reading stories") as state:
                page = state.stories_after(self._rows, page[-1].number)
            yield from page

    def before(self, time: float) -> list[int]:
        """The documents that were last seen before that time, by number."""
        with self._session.reading("reading times"):
            return [head.number for head in self._heads(self._rows.before(time)) if head.seen < time]

    def events(self, since: int = 0) -> Iterator[Event]:
        """The events after the one of that number."""
        page = [since]
        while page:
            with self._session.reading("reading events") as state:
                found = state.events(self._rows, page[-1])
            yield from found
            page = [event.number for event in found]

    @property
    def version(self) -> int:
        """The version of what is known, 0 at first."""
        with self._session.knowing("reading knowledge") as state:
            return state.version()

    def knowledge(self) -> tuple[int, bytes]:
        """The version of what is known, and its bytes; ``(0, b"")`` at first."""
        with self._session.knowing("reading knowledge") as state:
            return state.knowledge()

    @property
    def thresholds(self) -> str:
        """The hash of the numbers by which all documents were judged, empty for those of an older rule."""
        with self._session.knowing("reading thresholds") as state:
            return state.thresholds()

    def counts(self) -> IndexCounts:
        """How much there is."""
        with self._session.reading("counting") as state:
            return state.counts()

    def check(self, fix: bool = False, sketch: Callable[[list[Stored]], Postings] | None = None) -> list[str]:
        """Read everything; all problems that there are, none if the list is empty.

        With ``fix``, if there are any, documents that cannot be read are removed, and all postings made anew, from what
        ``sketch`` finds in the others. `IndexCorrupt` if the database is too damaged for that.
        """
        if fix and not sketch:
            raise InputError("to mend an index, say how its documents are sketched")
        session = self._session
        with session.guarded("checking"), session.snapshot():
            found = checking.find_problems(session.database, session.state, self._rows)
        if fix and sketch and found:
            self._looked = None
            with session.changing("mending"):
                repair.repair(session.database, session.state, self._rows, session.files, sketch)
        return found

    def export(self, file: str | Path) -> None:
        """Write all of the index, as it is now, to one file, which `index.export.import_index` reads."""
        with self._session.reading("exporting") as state:
            moving.export_index(state, self._session.database.connection, Path(file), self._session.files)
