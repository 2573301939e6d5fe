"""What an index is at one moment: its counters, which numbers are in use, its postings, and what is known."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from dedup.core import thresholds
from dedup.index import changes as changing
from dedup.index.changes import NOTHING, Counters
from dedup.index.disk.codec import CorruptData, PostingBatch, checksum, compress, decompress, pack_batch, unpack_batch
from dedup.index.disk.database import FINGERPRINT, NAME, THRESHOLDS, Database
from dedup.index.disk.dictionaries import IN_USE, DictionaryInUse
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.rows import PAGE, TEXTS, DocumentHead, DocumentRows
from dedup.index.live import LiveNumbers, Runs
from dedup.index.postings.lsm import PostingsStore
from dedup.index.postings.segments import Row, name
from dedup.index.records import IndexCounts, Policy, Postings, StoryRow
from dedup.settings import Settings
from dedup.types import Event

_LOGGER = logging.getLogger(__name__)

SEGMENTS = "segments"
"""The folder of segments in that of the index."""

_Found = TypeVar("_Found")

_NONE = (np.zeros((0, 2), np.int64),) * 2
"""No number goes."""


def first_values(settings: Settings) -> dict[str, Any]:
    """The values of a new index."""
    nothing = compress(b"")
    return {
        "settings": settings.to_mapping(),
        FINGERPRINT: settings.fingerprint(),
        THRESHOLDS: thresholds.fingerprint(),
        "counters": Counters(),
        "segments": [],
        "gone": (nothing, nothing),
        "knowledge": (0, nothing),
        "version": 0,
        IN_USE: DictionaryInUse(),
    }


def _runs(data: bytes, next: int) -> Runs:
    """Runs of numbers below ``next``, rising."""
    bounds = np.frombuffer(decompress(data), np.int64)
    if bounds.size % 2 or (bounds.size and (bounds[0] < 1 or bounds[-1] > next or (np.diff(bounds) <= 0).any())):
        raise CorruptData("the numbers that have gone are not in order")
    return bounds.reshape(-1, 2)


class State:
    """An index as it was when it was last loaded, or changed. `CorruptData` where that cannot be read."""

    def __init__(self, folder: Path, database: Database, settings: Settings, policy: Policy) -> None:
        self._folder, self._database, self._settings = folder, database, settings
        self.shelf = PostingsStore(folder / SEGMENTS, database.get(FINGERPRINT, str), policy)
        self.counters = Counters()
        self._version: int | None = None  # not read yet
        self._seen = -1
        self.loaded = False

    @property
    def documents(self) -> LiveNumbers:
        """The numbers of documents."""
        return self.shelf.documents

    @property
    def stories(self) -> LiveNumbers:
        """The numbers of stories."""
        return self.shelf.stories

    def load(self, again: bool = False) -> None:
        """Take in what was committed since. `FileNotFoundError` if a segment has gone in the meantime."""
        changes = self._database.changes()
        if self.loaded and changes == self._seen and not again:
            return
        self._seen = changes
        counters, known = self._database.get("counters", Counters), self.counters
        if self.loaded and counters == known and not again:
            return
        again = again or not self.loaded or (counters.sealed, counters.segment) != (known.sealed, known.segment)
        self.loaded = False  # until all is in place
        if again:
            self._load_sealed(counters)
            self.counters = counters._replace(commits=counters.sealed)
        rows = self._database.execute(
            "SELECT * FROM tail WHERE number > ? ORDER BY number", (self.counters.commits,)
        ).fetchall()
        if [row[0] for row in rows] != list(range(self.counters.commits + 1, counters.commits + 1)):
            raise CorruptData("commits are missing")
        for number, value, sum in rows:
            if not isinstance(value, bytes) or checksum(value, number) != sum:
                raise CorruptData(f"commit {number} is damaged")
        self.shelf.add(*(unpack_batch(value) for _, value, _ in rows))
        self._version = None
        self._at(counters)
        self.loaded = True

    def _load_sealed(self, counters: Counters) -> None:
        """What is in segments, and nothing else."""
        self.shelf.open(self._database.get("segments", list[Row]))
        self.shelf.serial = counters.segment
        documents, stories = self._database.get("gone", tuple[bytes, bytes])
        self.shelf.documents = LiveNumbers(counters.document, _runs(documents, counters.document))
        self.shelf.stories = LiveNumbers(counters.story, _runs(stories, counters.story))

    def _at(self, counters: Counters) -> None:
        self.documents.next, self.stories.next = counters.document, counters.story
        self.counters = counters

    def put(self, batch: PostingBatch, counters: Counters) -> None:
        """Write what a commit brings for look-ups."""
        data = pack_batch(batch)
        number = counters.commits
        row = (number, data, checksum(data, number))
        self._database.execute("INSERT INTO tail VALUES (?, ?, ?)", row)
        self._database.put("counters", counters)

    def came(self, batch: PostingBatch, counters: Counters, version: int | None) -> None:
        """That is committed, and what is known is of a new version if there is one."""
        self._at(counters)
        self._version = self._version if version is None else version
        self.shelf.add(batch)

    def changed(self, batch: PostingBatch, counters: Counters, version: int | None) -> None:
        """It is being committed, with postings made anew: those of the batch are among them."""
        self._at(counters)
        self._version = self._version if version is None else version
        self.documents.drop(batch.documents)
        self.stories.drop(batch.stories)

    def seal(
        self,
        files: DurableFiles,
        written: Callable[[DurableFiles], list[Row]],
        change: Callable[[], None] = lambda: None,
    ) -> None:
        """Segments are ``written``, after a ``change`` in the same transaction; they take the place of those that there
        are and of the tail."""
        with self._database.durable():
            self._database.execute("BEGIN IMMEDIATE")
            change()
            rows = written(files)
            counters = self.counters._replace(sealed=self.counters.commits, segment=self.shelf.serial)
            self._database.execute("DELETE FROM tail")
            self._database.put("segments", rows)
            gone = (self.documents.gone(), self.stories.gone())
            self._database.put("gone", [compress(runs.tobytes()) for runs in gone])
            self._database.put("counters", counters)
            files.reached("listing")
            self._database.execute("COMMIT")
        files.reached("listed")
        _LOGGER.debug("postings are sealed in %d segments", len(rows))
        self.counters, self.loaded = counters, True
        self.shelf.moved(rows)
        self.shelf.cleared(files)
        files.reached("removed")

    def anew(self, rows: DocumentRows, batches: Iterable[Postings]) -> Callable[[DurableFiles], list[Row]]:
        """What makes all postings anew: those of bands and kept shingles from ``batches``, the others of ``rows``."""
        return lambda files: self.shelf.written(files, self._batches(rows, batches))

    def _batches(self, rows: DocumentRows, batches: Iterable[Postings]) -> Iterator[PostingBatch]:
        for found in batches:
            yield PostingBatch(found, changing.tags([], np.zeros(0, np.int64)), *_NONE)
        after = 0
        while heads := self.heads_after(rows, after):
            after = heads[-1].number
            keys = changing.name_keys([head.id for head in heads], self._settings.seed)
            some = [(head.number, head.fingerprint, head.story) for head in heads]
            yield PostingBatch(NOTHING, changing.tags(some, keys), *_NONE)

    def forget(self) -> None:
        """Take no postings from anywhere: they are to be made anew."""
        self.loaded = False
        self.shelf.open([])
        self.shelf.serial = self.counters.segment

    def put_knowledge(self, version: int, data: bytes) -> None:
        """Write what is known."""
        self._database.put("knowledge", (version, compress(data)))
        self._database.put("version", version)

    def thresholds(self) -> str:
        """The hash of the numbers by which all documents were judged, empty for those of an older rule."""
        return self._database.get(THRESHOLDS, str)

    def put_thresholds(self, fingerprint: str) -> None:
        """Write by which numbers all documents are judged now."""
        self._database.put(THRESHOLDS, fingerprint)

    def version(self) -> int:
        """The version of what is known, also where nothing else can be read."""
        known = self._version if self.loaded and self._seen == self._database.changes() else None
        if known is None:
            known = self._version = self._database.get("version", int)
        return known

    def knowledge(self) -> tuple[int, bytes]:
        """The version of what is known, and its bytes."""
        version, data = self._database.get("knowledge", tuple[int, bytes])
        return version, decompress(data)

    def story(self, rows: DocumentRows, number: int) -> StoryRow | None:
        """The row of a story that is there."""
        return self.some_stories(rows, [number]).get(number)

    def some_stories(self, rows: DocumentRows, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """The rows of those of these stories that are there."""
        there = [number for number in numbers if number in self.stories]
        found = rows.stories_of(there)
        for number in there:
            if number not in found:
                raise CorruptData(f"story {number} has no row")
        return found

    def heads_after(self, rows: DocumentRows, number: int) -> list[DocumentHead]:
        """The next documents after the one of that number, some at a time."""
        found = rows.heads(number)
        return self._all_documents(found, number, found, PAGE)

    def packed_after(self, rows: DocumentRows, number: int) -> list[tuple[DocumentHead, bytes, int]]:
        """The same with their texts, packed, and the dictionaries that these need, a few at a time."""
        found = rows.packed(number)
        return self._all_documents(found, number, [head for head, *_ in found], TEXTS)

    def _all_documents(self, found: list[_Found], after: int, heads: Sequence[DocumentHead], most: int) -> list[_Found]:
        """What was found, if that are all after a number, up to so many."""
        last = heads[-1].number if len(heads) == most else self.counters.document - 1
        if len(heads) != last - after - self.documents.between(after + 1, last):
            raise CorruptData("a document has no row")
        return found

    def stories_after(self, rows: DocumentRows, number: int) -> list[StoryRow]:
        """The next stories after the one of that number, some at a time."""
        found = rows.stories(number)
        last = found[-1].number if len(found) == PAGE else self.counters.story - 1
        if len(found) != last - number - self.stories.between(number + 1, last):
            raise CorruptData("a story has no row")
        return found

    def events(self, rows: DocumentRows, since: int) -> list[Event]:
        """The next events after the one of that number, some at a time; the oldest may be forgotten."""
        since = max(since, self.counters.forgotten)
        found = rows.events(since)
        numbers = [event.number for event in found]
        if numbers != list(range(since + 1, since + 1 + len(found))) or (not found and since + 1 < self.counters.event):
            raise CorruptData("events are missing")
        return found

    def counts(self) -> IndexCounts:
        """How much there is."""
        kept = [(name(segment.row.serial), segment.row) for segment in self.shelf.segments]
        files = [path for path in self._folder.iterdir() if path.name.startswith(NAME)]
        return IndexCounts(
            documents=len(self.documents),
            stories=self._database.execute("SELECT count(*) FROM stories WHERE alias = 0").fetchone()[0],
            events=self.counters.event - 1 - self.counters.forgotten,
            segments=tuple((known, row.documents, row.size) for known, row in kept),
            stored=sum(path.stat().st_size for path in files) + sum(row.size for _, row in kept),
            settings=self._settings.to_mapping(),
            format=self._database.get("format", int),
            thresholds=self.thresholds(),
        )
