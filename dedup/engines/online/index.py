"""The door for ingest pipelines: a persistent index that says of every document, as it arrives, which story it is of.

Storage is `dedup.index`; judgement is that of `cluster` (`engines.online.arrivals`, `engines.online.review`). Here the two meet:
each step is one transaction.
"""

import asyncio
import datetime
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from os import PathLike, fspath
from types import TracebackType
from typing import Concatenate, Final, Literal, ParamSpec, Self, TypeVar

import numpy as np

from dedup.core.thresholds import fingerprint
from dedup.engines.online import decisions as deciding
from dedup.engines.online.arrivals import ArrivalJudge, ArrivingBatch
from dedup.engines.online.batches import make_batches, to_document
from dedup.engines.online.decisions import StoredDecision
from dedup.engines.online.read_ahead import ReadAhead
from dedup.engines.online.review import review
from dedup.engines.pool.pool import worker_count
from dedup.engines.stages.documents import Given
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.tasks.profiles import NO_PROFILES, LearnedProfiles, unpack_profiles
from dedup.errors import IndexProblem, InputError
from dedup.formats import Inputs
from dedup.index.export import import_index
from dedup.index.records import Change, IndexCounts, Postings, Stored, StoryRow
from dedup.index.store import Hits, Store
from dedup.settings import Settings
from dedup.types import Decision, Document, Event, IndexedStory, Member, Skip

_LOGGER: Final = logging.getLogger(__name__)

_FIRST_REVIEW: Final = 32
"""Documents from which on an index is reviewed by itself, whenever as many have come as there were the last time."""

_STORIES: Final = 256
"""Stories that are read together."""

_EXPIRED: Final = 1024
"""Documents that expire in one transaction."""

_SWEEPS: Final = 64
"""A window is looked over so many times while it passes."""

_EVENTS: Final = 10_000
"""Events that are kept where there is a window, and four for each document besides."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Index:
    """Stories that grow as documents arrive: open one with `Index.open`, in a ``with`` statement.

    One process writes, any number read at the same time. What `add` has answered is on the disk. A decision is taken
    with what is known then; `review` looks at everything again, learns from it, and ends in the stories of `cluster`.
    An index that is not too large reviews itself, whenever as many documents have come as it had.

    All methods may be called from any thread, one at a time does its work; those whose names begin with ``a`` are for
    an event loop, which they do not block.
    """

    def __init__(
        self,
        store: Store,
        window: float | None,
        reviews: int,
        workers: int,
        clock: Callable[[], float],
    ) -> None:
        self._store, self._window, self._clock = store, window, clock
        self._reviews, self._workers = reviews, workers
        self._arrivals = ArrivalJudge(store.settings)
        self._ahead = ReadAhead(self._arrivals, store.settings, workers, lambda: store.using)
        self._learned: tuple[int, LearnedProfiles] = (0, NO_PROFILES)
        self._swept = 0.0
        self._lock = threading.RLock()
        self._thread = ThreadPoolExecutor(1, "dedup index")  # which starts none before it is used

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        settings: Settings | None = None,
        *,
        mode: Literal["r", "w"] = "w",
        window: float | datetime.timedelta | None = None,
        durable: bool = True,
        reviews: int = 1 << 18,
        workers: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open the index in the folder ``path``: to write, where it is made if there is none, or to read only.

        ``settings`` are those of the index, and are needed only to make it with others than the defaults. A document
        that was not seen (added, or added again) for a ``window``, in seconds, is forgotten; ``clock`` gives the time.
        If not ``durable``, a crash of the machine, not of the program, may lose the last documents. An index of up to
        ``reviews`` documents reviews itself; 0 if it never should. It does that with as many ``workers`` as `cluster`,
        and where many documents are added at once other processes read them ahead: two at most, until it is closed.

        Raises `IndexMissing`, `IndexLocked`, `IndexMismatch`, `IndexCorrupt`; `InputError` for other arguments.
        """
        if mode not in ("r", "w"):
            raise InputError(f"mode = {mode!r}: give 'r' to read or 'w' to read and write")
        seconds = window.total_seconds() if isinstance(window, datetime.timedelta) else window
        if seconds is not None and not seconds > 0:
            raise InputError(f"window = {window!r}: give a time above 0, in seconds or as a timedelta")
        processes = worker_count(workers)
        store = Store.open(fspath(path), settings, mode, durable=durable)
        return cls(store, seconds, reviews, processes, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what was answered is on the disk already. Closing again does nothing."""
        with self._lock:
            self._thread.shutdown(wait=False)
            self._ahead.close()
            self._store.close()

    @property
    def settings(self) -> Settings:
        """The settings that it was made with."""
        return self._store.settings

    @property
    def outdated(self) -> bool:
        """Whether its documents were judged by other numbers than those of this version: a `review` judges them
        again. Until then few copies of them are found."""
        with self._lock:
            return self._store.thresholds != fingerprint()

    def add(self, document: Given) -> Decision:
        """Add a document, which needs an id, and say what it is.

        If it is there with the same words, nothing changes but when it was seen, and the answer is as before. If it is
        there with others, they are replaced. Raises `ReadError` if its text or id cannot be used.
        """
        return self.add_many([document])[0]

    def add_many(
        self, documents: Iterable[Given], *, on_skip: Callable[[Skip], object] | None = None
    ) -> list[Decision]:
        """Add documents, in their order, and say what each of them is: faster than one by one.

        They are added some at a time, each of those in one transaction, so that a stream can be given; a list of all
        decisions is returned. One that cannot be used is left out and told to ``on_skip``; without that it raises
        `ReadError`, after those before it were added.
        """
        return [decision for some in self.add_stream(documents, on_skip=on_skip) for decision in some]

    def add_stream(
        self, documents: Iterable[Given] | Inputs, *, on_skip: Callable[[Skip], object] | None = None
    ) -> Iterator[list[Decision]]:
        """`add_many`, as a stream: the decisions on some documents as soon as these are on the disk, while those that
        follow are being read. To stop asking is to add no more."""
        with self._lock:
            self._known()
        if isinstance(documents, Inputs):
            read = self._ahead.inputs(documents, lambda: self._learned[1])
        else:
            read = self._ahead.lots(make_batches(documents, on_skip), lambda: self._learned[1], self._room)
        with closing(read):
            for lot in read:
                with self._lock:
                    decisions = self._added(lot)
                yield decisions

    def query(self, document: Given) -> Decision:
        """What `add` would say of a document, which needs no id; nothing changes. The story is empty if it would be
        new."""
        with self._lock, self._store.moment():
            given = to_document(document, "the document", needs_id=False)
            learned = self._known()[1]
            lot = self._arrivals.read([given], learned)
            hits = self._arrivals.found(lot, self._store)
            there = self._there(hits)
            if given.id in there and there[given.id].fingerprint == int(lot.read.fingerprints[0]):
                return deciding.repeat_decision(self._store, there[given.id])
            return deciding.preview_decision(given, self._arrivals.judge(lot, hits, self._store, _numbers(there)))

    def remove(self, id: str) -> bool:
        """Forget the document of that id; whether there was one."""
        with self._lock:
            number = self._store.number(id)
            if number is None:
                return False
            self._lose(self._store.documents([number]))
            return True

    def expire(self, *, before: float | datetime.datetime) -> int:
        """Forget the documents that were last seen before that time (seconds since 1970; UTC if it has no zone); how
        many those were."""
        if isinstance(before, datetime.datetime):
            before = (before if before.tzinfo else before.replace(tzinfo=datetime.UTC)).timestamp()
        with self._lock:
            numbers = self._store.before(before)
            for first in range(0, len(numbers), _EXPIRED):
                self._lose(self._store.documents(numbers[first : first + _EXPIRED]))
            return len(numbers)

    def get(self, id: str) -> Document | None:
        """The document of that id."""
        with self._lock:
            number = self._store.number(id)
            found = [] if number is None else self._store.documents([number])
            return found[0].document if found else None

    def story(self, story: str) -> IndexedStory | None:
        """The story of that name, also by one it had before it was merged; None if there is none, or none any more."""
        with self._lock:
            number = _number(story)
            row = None if number is None else self._store.resolve(number)
            return None if row is None else next(self._told([row]), None)

    def stories(self) -> Iterator[IndexedStory]:
        """All stories, by age, those of one document too."""
        with self._lock:
            rows = [row for row in self._store.all_stories() if not row.alias]
        for first in range(0, len(rows), _STORIES):
            with self._lock:
                found = list(self._told(rows[first : first + _STORIES]))
            yield from found

    def events(self, *, since: int = 0) -> Iterator[Event]:
        """What has happened to stories, in order: events with numbers above ``since``. With a window the oldest are
        forgotten, all but ten thousand and four for each document: if numbers do not follow ``since``, begin anew with
        `stories`."""
        with self._lock:
            yield from list(self._store.events(since))

    def stats(self) -> IndexCounts:
        """How much there is in it, and how large it is."""
        with self._lock:
            return self._store.counts()

    def review(self, *, on_progress: Progress | None = None) -> int:
        """Look at all documents together, as `cluster` does, learn from them, and change what is found to be otherwise;
        how many events that gave. Time and memory are those of `cluster` on the same documents."""
        with self._lock:
            version, _ = self._known()
            first = self._store.next_event
            review(self._store, version + 1, self._workers, on_progress or no_progress)
            return self._store.next_event - first

    def check(self, *, fix: bool = False) -> list[str]:
        """All that is wrong with it, nothing if that list is empty; with ``fix``, what can be mended is."""
        with self._lock:
            return self._store.check(fix, lambda stored: self._postings(stored, self._known()[1]))

    def export(self, file: str | PathLike[str]) -> None:
        """Write all of it to one file, from which `Index.restore` makes it again."""
        with self._lock:
            self._store.export(fspath(file))

    @classmethod
    def restore(cls, file: str | PathLike[str], path: str | PathLike[str]) -> None:
        """Make an index at ``path``, where nothing may be, of what `export` wrote to the file."""
        import_index(fspath(file), fspath(path))

    def __len__(self) -> int:
        with self._lock:
            return len(self._store)

    def __contains__(self, id: object) -> bool:
        with self._lock:
            return isinstance(id, str) and self._store.number(id) is not None

    async def aadd(self, document: Given) -> Decision:
        """`add`, for an event loop."""
        return await self._later(Index.add, document)

    async def aadd_many(
        self, documents: Iterable[Given], *, on_skip: Callable[[Skip], object] | None = None
    ) -> list[Decision]:
        """`add_many`, for an event loop; ``documents`` and ``on_skip`` are used in another thread."""
        return await self._later(Index.add_many, documents, on_skip=on_skip)

    async def aquery(self, document: Given) -> Decision:
        """`query`, for an event loop."""
        return await self._later(Index.query, document)

    async def _later(self, work: Callable[Concatenate["Index", _P], _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Do it in the thread of this index, so that all is done in the order in which it was asked for."""
        try:  # without the lock, for which an event loop must not wait
            done = self._thread.submit(work, self, *args, **named)
        except RuntimeError as error:
            raise IndexProblem(f"{self._store.path} is not open any more: open it again") from error
        return await asyncio.wrap_future(done)

    def _known(self) -> tuple[int, LearnedProfiles]:
        """What was learned, and which version of it that is."""
        version = self._store.version
        if version != self._learned[0]:
            version, data = self._store.knowledge()
            # What another rule has learned says nothing to this one.
            self._learned = version, NO_PROFILES if self._store.thresholds != fingerprint() else unpack_profiles(data)
        return self._learned

    def _there(self, hits: Hits) -> dict[str, Stored]:
        """The documents whose ids were looked up."""
        if not hits.numbers:
            return {}
        return {stored.document.id: stored for stored in self._store.documents(sorted(hits.numbers.values()))}

    def _added(self, lot: ArrivingBatch) -> list[Decision]:
        """Add documents in one transaction."""
        now = self._clock()
        version, learned = self._known()
        if lot.learned is not learned:  # in the meantime; what was read before is out of date
            lot = self._arrivals.read(lot.documents, learned)
        with self._store.moment():
            hits = self._arrivals.found(lot, self._store)
            there = self._there(hits)
            prints = zip((document.id for document in lot.documents), lot.read.fingerprints.tolist(), strict=True)
            same = {id: there[id] for id, fingerprint in prints if id in there and there[id].fingerprint == fingerprint}
            if not same:
                change, decisions = self._decided(lot, hits, there, now, version)
        if same:
            return self._seen(lot, same, now)
        self._store.commit(change)
        self._keep(now)
        return decisions

    def _seen(self, lot: ArrivingBatch, same: dict[str, Stored], now: float) -> list[Decision]:
        """Documents some of which are there with the ``same`` text: the others are added without them."""
        self._store.commit(Change(seen=[(stored.number, now) for stored in same.values()]))
        rest = [document for document in lot.documents if document.id not in same]
        added = self._added(self._arrivals.read(rest, lot.learned)) if rest else []
        told = {decision.id: decision for decision in added}
        return [told.get(each.id) or deciding.repeat_decision(self._store, same[each.id]) for each in lot.documents]

    def _decided(
        self, lot: ArrivingBatch, hits: Hits, there: dict[str, Stored], now: float, version: int
    ) -> tuple[Change, list[Decision]]:
        """What it changes to add documents, and the decisions on them."""
        arrived = self._arrivals.judge(lot, hits, self._store, _numbers(there))
        change, decisions = deciding.decide(
            self._store, lot.documents, arrived, lot.read.fingerprints, there, now, version, self._arrivals.leader
        )
        numbers = [entry.number for entry in change.entries]
        change.packed = lot.packed
        change.postings = self._arrivals.postings(lot, np.array(numbers, np.int64))
        return change, decisions

    def _keep(self, now: float) -> None:
        """Forget what the window has left behind, and review an index in which half of the documents are new."""
        if self._window is not None and now - self._swept >= self._window / _SWEEPS:
            self._swept = now
            self.expire(before=now - self._window)
            last = self._store.next_event - 1 - _EVENTS - 4 * len(self._store)
            if last > 0:
                self._store.commit(Change(forgotten=last))
        if self._room() <= 0:
            _LOGGER.info("half of the documents are new: the index reviews itself")
            self.review()

    def _room(self) -> int:
        """How many more documents may come before half of them are new, and the index reviews itself; any number if it
        does not."""
        with self._lock:
            if not self._reviews or len(self._store) > self._reviews:
                return sys.maxsize
            learned = self._known()[1]
            return max(_FIRST_REVIEW, learned.documents) - (self._store.next_document - 1 - learned.last)

    def _lose(self, stored: list[Stored]) -> None:
        self._store.commit(deciding.removal(self._store, stored, self._arrivals.leader))

    def _told(self, rows: list[StoryRow]) -> Iterator[IndexedStory]:
        """The stories of these rows, but for those that have ended in the meantime."""
        numbers: dict[int, list[int]] = {}
        for story, number in self._store.of_stories([row.number for row in rows]):
            numbers.setdefault(story, []).append(number)
        every = sorted(number for some in numbers.values() for number in some)
        members = {stored.number: _member(stored) for stored in self._store.documents(every)}
        for row in rows:
            those = {number: members[number] for number in sorted(numbers.get(row.number, ())) if number in members}
            canonical = those.pop(row.canonical, None)
            if canonical is not None:
                weakest = min((copy.containment for copy in those.values()), default=1.0)
                yield IndexedStory(canonical, tuple(those.values()), weakest, deciding.story_name(row.number))

    def _postings(self, stored: list[Stored], learned: LearnedProfiles) -> Postings:
        lot = self._arrivals.read([each.document for each in stored], learned)
        return self._arrivals.postings(lot, np.array([each.number for each in stored], np.int64))


def _numbers(there: dict[str, Stored]) -> frozenset[int]:
    return frozenset(stored.number for stored in there.values())


def _member(stored: Stored) -> Member:
    document, said = stored.document, StoredDecision.read(stored.decision)
    return Member(
        document.id,
        said.relation,
        said.containment,
        said.resemblance,
        document.source,
        document.published,
        document.title,
        document.path,
        said.credit,
        said.no_article,
    )


def _number(story: str) -> int | None:
    """The number in the name of a story."""
    return int(story[1:]) if story[:1] == "s" and story[1:].isascii() and story[1:].isdecimal() else None
