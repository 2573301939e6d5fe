"""The persistent index of a program: documents arrive -> decisions, stories and events.

`Index` opens an index, has the methods that change it, and serves event loops; `engines.online.reader` has the methods
that read. `dedup.index` stores the documents, and `engines.online.ingest` does the work on them.
"""

import asyncio
import datetime
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Concatenate, Final, Literal, ParamSpec, Self, TypeVar

from dedup.engines.online.batches import WaitingDocuments
from dedup.engines.online.ingest import Ingest
from dedup.engines.online.read_ahead import OnSkip, ReadAhead
from dedup.engines.online.reader import IndexReader
from dedup.engines.online.stories.by_hand import give_word
from dedup.engines.online.window import seconds_of
from dedup.engines.pool.pool import worker_count
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.errors import IndexProblem, InputError
from dedup.formats import Inputs
from dedup.formats.fields.names import checked_fields
from dedup.formats.program.documents import Documents, Fields, Given
from dedup.index.export import import_index
from dedup.index.store import Store
from dedup.index_types import Decision, Event, IdRule
from dedup.settings import Settings, make_settings, names_seed

_EVENTS: Final = 256
"""Events that `Index.aevents` reads together."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Index(IndexReader):
    """Stories that grow as documents arrive. Open an index with `Index.open` in a ``with`` statement.

    In an event loop write ``async with await Index.aopen(path) as index``.

    One process writes, and any number of processes read at the same time. A document that `add` has answered is on the
    disk. A decision uses what the index knows at that time. `review` decides all documents again, learns the
    boilerplate of their sites, and ends in the stories of `cluster`. An index below a size reviews itself each time its
    documents have doubled.

    Any thread may call any method. One method at a time does its work. Methods whose names begin with ``a`` are for an
    event loop and do not block it.
    """

    def __init__(self, store: Store, ingest: Ingest, workers: int) -> None:
        super().__init__(store, ingest)
        self._read_ahead = ReadAhead(self._ingest.judge, self._snapshot, store.settings, workers, lambda: store.using)
        self._waiting = WaitingDocuments(self._ingest, store.settings)
        self._thread = ThreadPoolExecutor(1, "dedup index")  # starts its thread when it is first used

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        settings: Settings | Mapping[str, Any] | None = None,
        *,
        mode: Literal["r", "w"] = "w",
        ids: IdRule | None = None,
        window: float | datetime.timedelta | None = None,
        remember: float | datetime.timedelta | None = None,
        durable: bool = True,
        reviews: int = 1 << 18,
        workers: int | None = None,
        clock: Callable[[], float] = time.time,
        timeout: float = 10.0,
        **changes: Any,
    ) -> Self:
        """Opens the index in a folder.

        Args:
            path: the folder.
            settings: the settings of a new index, or a mapping of them, if they are not the defaults. A new index
                draws a secret seed if they name none: `Settings` with the default seed name none.
            ids: how a new index names documents of inputs without an id of their own; None for ``"path"``.
            mode: ``"w"`` to read and write, which makes an index if there is none, or ``"r"`` to read only.
            window: seconds or a timedelta. A document that was not added for this time is forgotten.
            remember: seconds or a timedelta for which it is remembered then, without its text: a copy of it is not new.
            durable: whether documents survive a crash of the machine. A crash of the program loses none.
            reviews: the most documents of an index that reviews itself, 0 for no reviews.
            workers: processes of a review, as for `cluster`. Two of them at most read documents ahead.
            clock: returns the time in seconds.
            timeout: seconds to wait while another process writes the index.
            **changes: settings by name, as in ``k=256``. They go before ``settings``. An index keeps no ``limits``.

        Raises:
            IndexMissing: there is no index to read, or no folder for a new one.
            IndexExists: something else is at the path of a new index.
            IndexLocked: another process writes the index, after ``timeout`` seconds too.
            IndexMismatch: the index has other ``settings``.
            IndexCorrupt: the index is damaged.
            InputError: an argument is not allowed.
            SettingsError: a setting is unknown, or out of its range.
        """
        _check_mode(mode)
        spans, processes = seconds_of(window=window, remember=remember), worker_count(workers)
        limits = make_settings(settings, {name: changes.pop(name) for name in ["limits"] if name in changes}).limits
        chosen = None if settings is None and not changes else make_settings(settings, changes)
        draws_seed = not names_seed(settings, changes)
        how: dict[str, Any] = {"ids": ids, "durable": durable, "draws_seed": draws_seed, "timeout": timeout}
        store = Store.open(fspath(path), chosen, mode, limits=limits, **how)
        return cls(store, Ingest(store, spans["window"], spans["remember"], reviews, processes, clock), processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the index. Closing it again does nothing. All answered documents are on the disk already."""
        self._closing.set()
        with self._lock:
            self._thread.shutdown(wait=False)
            self._read_ahead.close()
            self._store.close()

    def __repr__(self) -> str:
        with self._lock:
            return f"<dedup.{type(self).__name__} {str(self._store.path)!r} {self._store.condition}>"

    def add(self, document: Given) -> Decision:
        """Adds a document with an id, and returns the decision on it.

        If the index has the id with the same text, only the time of the document changes, and the decision is repeated.
        If the index has the id with another text, the new document replaces the old document. Documents of threads that
        wait for each other are one commit.

        Raises:
            ReadError: the text or the id cannot be used.
        """
        decision = self._waiting.put(document)
        self._add_waiting(decision)
        return decision.result()

    def _add_waiting(self, decision: "Future[Decision]") -> None:
        """Adds the documents that wait, until a ``decision`` is made."""
        while not decision.done():
            with self._lock:
                if not decision.done():  # the holder of the lock before may have made it
                    self._waiting.add()

    def add_many(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> list[Decision]:
        """Adds documents in their order, and returns the decisions. This is faster than one `add` a document.

        Documents are added in batches, and each batch is one transaction. So ``documents`` may be a stream.

        Args:
            documents: the documents, each with an id: all that `dedup.cluster` takes. The number of a row is no id.
            fields: names of fields -> the keys or columns that hold them, as in ``{"text": "body"}``.
            on_skip: is called with each document that cannot be used.

        Returns:
            The decisions, without those documents.

        Raises:
            InputError: the argument is not many documents.
            ReadError: a document cannot be used, and there is no ``on_skip``. The documents before it are added.
        """
        stream = self.add_stream(documents, fields=fields, on_skip=on_skip)
        return [decision for batch in stream for decision in batch]

    def add_stream(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> Iterator[list[Decision]]:
        """Adds documents as `add_many` does, and yields the decisions on each batch when the batch is on the disk.

        Workers read the next batches meanwhile. If a caller takes no more decisions, no more documents are added.
        `add_many` explains the arguments and the errors.
        """
        with closing(self._read_ahead.read(documents, checked_fields(fields), on_skip)) as batches:
            for batch in batches:
                with self._lock:
                    decisions = self._ingest.add(batch)
                yield decisions

    def _snapshot(self) -> LearnedProfiles:
        """The site profiles for workers that read ahead."""
        with self._lock:
            return self._ingest.snapshot()

    def remove(self, id: str, *, erase: bool = False) -> bool:
        """Forgets the document of an id, and returns whether there was one. A document that is remembered counts.

        Args:
            id: the id.
            erase: whether no byte of this document, or of a document removed before, stays in a file of the index. That
                takes time with the size of the index.

        Raises:
            IndexProblem: an erasure cannot end while another process reads. Call it again then.
        """
        with self._lock:
            number = self._store.number(id)
            remembered = self._store.remembered_as(id)
            self._ingest.remove([] if number is None else [number], remembered)
            if erase:
                self._store.erase()
            return number is not None or bool(remembered)

    def expire(self, *, before: float | datetime.datetime) -> int:
        """Forgets the documents that were last seen before a time, and returns their number.

        They are remembered if the index was opened with ``remember``.

        Args:
            before: seconds since 1970, or a datetime, which is in UTC if it has no zone.
        """
        if isinstance(before, datetime.datetime):
            before = (before if before.tzinfo else before.replace(tzinfo=datetime.UTC)).timestamp()
        with self._lock:
            return self._ingest.expire(before)

    def rule(self, a: str, b: str, same: bool | None) -> int:
        """Keeps the word of a person on two documents, which goes before every rule, and changes their stories.

        The word stays when the documents leave, and holds for documents that come later under these ids.

        Args:
            a: the id of a document.
            b: the id of the other document.
            same: whether the two are one story; None to take the word back.

        Returns:
            The number of new events.

        Raises:
            InputError: the index has no document of an id, the word contradicts others, or there is none to take back.
        """
        with self._lock:
            self._ingest.see_to_hashes()
            first = self._store.next_event
            with self._store.moment(), self._store.transaction(), self._ingest.trial() as learning:
                give_word(self._store, self._ingest.judge, learning, (a, b), same)
            return self._store.next_event - first

    def review(self, *, on_progress: Progress | None = None) -> int:
        """Decides all documents together as `cluster` does, and changes the stories that come out otherwise.

        The index learns the boilerplate of sites from the documents. Time and memory are those of `cluster` on the same
        documents.

        Args:
            on_progress: is called with the stage, the work done and the whole work.

        Returns:
            The number of new events.
        """
        with self._lock:
            return self._ingest.review(on_progress or no_progress)

    def watch_reviews(self, on_review: Callable[[float], object]) -> None:
        """Has a function called with the seconds of each review that ends, also of a review of the index itself.

        Args:
            on_review: the function. The thread of the review calls it, while other calls of the index wait.
        """
        with self._lock:
            self._ingest.on_review = on_review

    @classmethod
    def restore(cls, file: str | PathLike[str], path: str | PathLike[str]) -> None:
        """Makes an index from a file that `export` has written.

        Args:
            file: the file.
            path: the folder of the new index, which must not exist.
        """
        import_index(fspath(file), fspath(path))

    @classmethod
    async def aopen(cls, path: str | PathLike[str], *args: Any, **named: Any) -> Self:
        """Opens the index in a folder as `open` does, for an event loop."""
        return await asyncio.to_thread(partial(cls.open, path, *args, **named))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the index as `close` does, after the calls that were made before it."""
        await asyncio.to_thread(self._thread.shutdown)
        await asyncio.to_thread(self.close)

    async def aadd(self, document: Given) -> Decision:
        """Adds a document as `add` does, for an event loop. A document whose task is cancelled is added too."""
        decision = self._waiting.put(document)
        self._submit(Index._add_waiting, decision)
        return await asyncio.wrap_future(decision)

    async def aadd_many(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> list[Decision]:
        """Adds documents as `add_many` does, for an event loop.

        Another thread iterates over ``documents`` and calls ``on_skip``.
        """
        return await self._run_in_thread(Index.add_many, documents, fields=fields, on_skip=on_skip)

    async def aquery(self, document: Given) -> Decision:
        """Returns the decision as `query` does, for an event loop."""
        return await self._run_in_thread(Index.query, document)

    async def aevents(self, *, since: int = 0) -> AsyncIterator[Event]:
        """Yields the events as `events` does, for an event loop."""
        events = await self._run_in_thread(Index.events, since=since)
        while page := await self._run_in_thread(lambda _: list(islice(events, _EVENTS))):
            for event in page:
                yield event

    async def _run_in_thread(
        self, method: Callable[Concatenate["Index", _P], _T], *args: _P.args, **named: _P.kwargs
    ) -> _T:
        """Calls a method in the thread of this index, and waits for its result."""
        return await asyncio.wrap_future(self._submit(method, *args, **named))

    def _submit(
        self, method: Callable[Concatenate["Index", _P], _T], *args: _P.args, **named: _P.kwargs
    ) -> "Future[_T]":
        """Calls a method in the thread of this index. So calls are done in their order."""
        try:  # without the lock, because an event loop must not wait for it
            return self._thread.submit(method, self, *args, **named)
        except RuntimeError as error:
            raise IndexProblem(f"{self._store.path} is not open any more: open it again") from error


def _check_mode(mode: str) -> None:
    """Raises `InputError` for an unknown mode."""
    if mode not in ("r", "w"):
        raise InputError(f"mode = {mode!r}: give 'r' to read or 'w' to read and write")
