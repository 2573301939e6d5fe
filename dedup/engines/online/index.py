"""The persistent index of a program: documents arrive -> decisions, stories and events.

`Index` has the public methods, checks their arguments, holds the lock and serves event loops. `dedup.index` stores the
documents, and `engines.online.ingest` does the work on them.
"""

import asyncio
import datetime
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Concatenate, Final, Literal, ParamSpec, Self, TypeVar

from dedup.core.thresholds import fingerprint
from dedup.engines.online.batches import to_document
from dedup.engines.online.decisions import story_number
from dedup.engines.online.ingest import Ingest
from dedup.engines.online.read_ahead import OnSkip, ReadAhead
from dedup.engines.online.stored_documents import load_stories
from dedup.engines.pool.pool import worker_count
from dedup.engines.stages.meter import Progress, no_progress
from dedup.errors import IndexProblem, InputError
from dedup.formats import Inputs
from dedup.formats.fields.names import checked_fields
from dedup.formats.program.documents import Documents, Fields, Given
from dedup.index.export import import_index
from dedup.index.records import IndexCounts
from dedup.index.store import Store
from dedup.index_types import Decision, Event, IdRule, IndexedStory
from dedup.settings import Settings, make_settings
from dedup.types import Document

_STORIES: Final = 256
"""Stories that are read together."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Index:
    """Stories that grow as documents arrive. Open an index with `Index.open` in a ``with`` statement.

    One process writes, and any number of processes read at the same time. A document that `add` has answered is on the
    disk. A decision uses what the index knows at that time. `review` decides all documents again, learns the
    boilerplate of their sites, and ends in the stories of `cluster`. An index below a size reviews itself each time its
    documents have doubled.

    Any thread may call any method. One method at a time does its work. Methods whose names begin with ``a`` are for an
    event loop and do not block it.
    """

    def __init__(
        self, store: Store, window: float | None, reviews: int, workers: int, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._ingest = Ingest(store, window, reviews, workers, clock)
        self._read_ahead = ReadAhead(self._ingest, store.settings, workers, lambda: store.using)
        self._lock = threading.RLock()
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
        durable: bool = True,
        reviews: int = 1 << 18,
        workers: int | None = None,
        clock: Callable[[], float] = time.time,
        **changes: Any,
    ) -> Self:
        """Opens the index in a folder.

        Args:
            path: the folder.
            settings: the settings of a new index, or a mapping of them, if they are not the defaults. An old index
                keeps its settings.
            ids: how a new index names documents of inputs without an id of their own; None for ``"path"``. An old
                index keeps its rule.
            mode: ``"w"`` to read and write, which makes an index if there is none, or ``"r"`` to read only.
            window: seconds or a timedelta. A document that was not added for this time is forgotten.
            durable: whether documents survive a crash of the machine. If not, a crash may lose the last documents. A
                crash of the program loses none.
            reviews: the most documents of an index that reviews itself, 0 for no reviews.
            workers: processes of a review, as for `cluster`. Two of them at most read documents ahead while many
                documents are added. They end when the index is closed.
            clock: returns the time in seconds.
            **changes: settings by name, as in ``k=256``. They go before ``settings``.

        Raises:
            IndexMissing: there is no index to read, or no folder for a new one.
            IndexExists: something else is at the path of a new index.
            IndexLocked: another process writes the index.
            IndexMismatch: the index has other ``settings``.
            IndexCorrupt: the index is damaged.
            InputError: an argument is not allowed.
            SettingsError: a setting is unknown, or out of its range.
        """
        if mode not in ("r", "w"):
            raise InputError(f"mode = {mode!r}: give 'r' to read or 'w' to read and write")
        seconds = window.total_seconds() if isinstance(window, datetime.timedelta) else window
        if seconds is not None and not seconds > 0:
            raise InputError(f"window = {window!r}: give a time above 0, in seconds or as a timedelta")
        processes = worker_count(workers)
        chosen = None if settings is None and not changes else make_settings(settings, changes)
        store = Store.open(fspath(path), chosen, mode, ids=ids, durable=durable)
        return cls(store, seconds, reviews, processes, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the index. Closing it again does nothing. All answered documents are on the disk already."""
        with self._lock:
            self._thread.shutdown(wait=False)
            self._read_ahead.close()
            self._store.close()

    @property
    def settings(self) -> Settings:
        """The settings of the index, from when it was made."""
        return self._store.settings

    @property
    def ids(self) -> IdRule:
        """How the index names documents of inputs without an id of their own."""
        with self._lock:
            return self._store.ids

    @property
    def outdated(self) -> bool:
        """Whether the documents were decided with other numbers than the numbers of this version.

        A `review` decides the documents again. Until then the index finds few copies of them.
        """
        with self._lock:
            return self._store.thresholds != fingerprint()

    def add(self, document: Given) -> Decision:
        """Adds a document with an id, and returns the decision on it.

        If the index has the id with the same text, only the time of the document changes, and the decision is repeated.
        If the index has the id with another text, the new document replaces the old document.

        Raises:
            ReadError: the text or the id cannot be used.
        """
        return self.add_many([document])[0]

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
        with self._lock:
            self._ingest.read_profiles()
        with closing(self._read_ahead.read(documents, checked_fields(fields), on_skip, self._room)) as batches:
            for batch in batches:
                with self._lock:
                    decisions = self._ingest.add(batch)
                yield decisions

    def _room(self) -> int:
        """How many documents may come before the index reviews itself."""
        with self._lock:
            return self._ingest.room()

    def query(self, document: Given) -> Decision:
        """Returns the decision that `add` would make, and changes nothing.

        The document needs no id. The story of the decision is empty if the document would begin a story.

        Raises:
            ReadError: the text cannot be used.
        """
        with self._lock, self._store.moment():
            return self._ingest.preview(to_document(document, "the document", self.settings.extractor, needs_id=False))

    def remove(self, id: str) -> bool:
        """Forgets the document of an id, and returns whether there was one."""
        with self._lock:
            number = self._store.number(id)
            if number is None:
                return False
            self._ingest.remove([number])
            return True

    def expire(self, *, before: float | datetime.datetime) -> int:
        """Forgets the documents that were last seen before a time, and returns their number.

        Args:
            before: seconds since 1970, or a datetime, which is in UTC if it has no zone.
        """
        if isinstance(before, datetime.datetime):
            before = (before if before.tzinfo else before.replace(tzinfo=datetime.UTC)).timestamp()
        with self._lock:
            return self._ingest.expire(before)

    def get(self, id: str) -> Document | None:
        """Returns the document of an id, or None."""
        with self._lock:
            number = self._store.number(id)
            stored = [] if number is None else self._store.documents([number])
            return stored[0].document if stored else None

    def story(self, story: str) -> IndexedStory | None:
        """Returns the story of a name, which may be an older name of the story. None says that there is no story."""
        with self._lock:
            number = story_number(story)
            row = None if number is None else self._store.resolve(number)
            return None if row is None else next(load_stories(self._store, [row]), None)

    def stories(self) -> Iterator[IndexedStory]:
        """Yields all stories, the oldest first, stories of one document included."""
        with self._lock:
            rows = [row for row in self._store.all_stories() if not row.alias]
        for first in range(0, len(rows), _STORIES):
            with self._lock:
                stories = list(load_stories(self._store, rows[first : first + _STORIES]))
            yield from stories

    def events(self, *, since: int = 0) -> Iterator[Event]:
        """Yields the events of stories, in order.

        An index with a window forgets its oldest events, except for ten thousand and four for each document. If the
        numbers do not continue after ``since``, begin again with `stories`.

        Args:
            since: the number of an event. Only later events are returned.
        """
        with self._lock:
            yield from list(self._store.events(since))

    def stats(self) -> IndexCounts:
        """Returns the counts and the sizes of the index."""
        with self._lock:
            return self._store.counts()

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

    def check(self, *, fix: bool = False) -> list[str]:
        """Returns all problems of the index.

        Args:
            fix: whether to repair the problems that can be repaired.
        """
        with self._lock:
            return self._store.check(fix, self._ingest.postings)

    def export(self, file: str | PathLike[str]) -> None:
        """Writes the index to one file, from which `Index.restore` makes it again."""
        with self._lock:
            self._store.export(fspath(file))

    @classmethod
    def restore(cls, file: str | PathLike[str], path: str | PathLike[str]) -> None:
        """Makes an index from a file that `export` has written.

        Args:
            file: the file.
            path: the folder of the new index, which must not exist.
        """
        import_index(fspath(file), fspath(path))

    def __len__(self) -> int:
        with self._lock:
            return len(self._store)

    def __contains__(self, id: object) -> bool:
        with self._lock:
            return isinstance(id, str) and self._store.number(id) is not None

    async def aadd(self, document: Given) -> Decision:
        """Adds a document as `add` does, for an event loop."""
        return await self._run_in_thread(Index.add, document)

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

    async def _run_in_thread(
        self, method: Callable[Concatenate["Index", _P], _T], *args: _P.args, **named: _P.kwargs
    ) -> _T:
        """Calls a method in the thread of this index. So calls are done in their order."""
        try:  # without the lock, because an event loop must not wait for it
            result = self._thread.submit(method, self, *args, **named)
        except RuntimeError as error:
            raise IndexProblem(f"{self._store.path} is not open any more: open it again") from error
        return await asyncio.wrap_future(result)
