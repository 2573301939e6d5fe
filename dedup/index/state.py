"""The state of an index at one moment: its counters, the numbers in use, its postings, and the site profiles."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dedup.core import thresholds
from dedup.index.changes import NO_POSTINGS, Counters, make_tags, name_keys
from dedup.index.disk.batch_codec import PostingBatch, pack_batch, unpack_batch
from dedup.index.disk.codec import CorruptData, checksum, compress, decompress
from dedup.index.disk.database import FINGERPRINT, HAND, IDS, NAME, THRESHOLDS, Database
from dedup.index.disk.dictionaries import IN_USE, DictionaryInUse
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.rows import PAGE, TEXTS, DocumentHead, DocumentRows
from dedup.index.live import LiveNumbers, Runs
from dedup.index.postings.lsm import PostingsStore
from dedup.index.postings.segments import SegmentRow, segment_file_name
from dedup.index.records import IndexCounts, Policy, Postings, StoryRow
from dedup.index_types import Event, IdRule
from dedup.settings import Settings

_LOGGER = logging.getLogger(__name__)

SEGMENTS = "segments"
"""The name of the folder of segments in the folder of the index."""

_NO_RUNS = (np.zeros((0, 2), np.int64),) * 2
"""Runs of documents and of stories for a batch that removes nothing."""


def first_values(settings: Settings, ids: IdRule) -> dict[str, Any]:
    """Return the single values of a new index."""
    nothing = compress(b"")
    return {
        "settings": settings.to_mapping(),
        FINGERPRINT: settings.fingerprint(),
        THRESHOLDS: thresholds.fingerprint(),
        IDS: ids,
        HAND: [],
        "counters": Counters(),
        "segments": [],
        "gone": (nothing, nothing),
        "knowledge": (0, nothing),
        "version": 0,
        IN_USE: DictionaryInUse(),
    }


def _read_runs(data: bytes, next: int) -> Runs:
    """Return the rising runs of removed numbers below ``next``; `CorruptData` if they are not rising."""
    bounds = np.frombuffer(decompress(data), np.int64)
    if bounds.size % 2 or (bounds.size and (bounds[0] < 1 or bounds[-1] > next or (np.diff(bounds) <= 0).any())):
        raise CorruptData("the numbers that have gone are not in order")
    return bounds.reshape(-1, 2)


class State:
    """The index as of the last load or commit. `CorruptData` is raised for data that cannot be read."""

    def __init__(self, folder: Path, database: Database, settings: Settings, policy: Policy) -> None:
        self._folder, self._database, self._settings = folder, database, settings
        self.postings = PostingsStore(folder / SEGMENTS, database.get(FINGERPRINT, str), policy)
        self.counters = Counters()
        self._version: int | None = None  # of the site profiles; None until it is read
        self._thresholds: str | None = None  # None until it is read
        self._data_version = -1
        self.loaded = False
        self.is_alone = False
        """Whether no other process can commit, so that what is loaded stays true."""

    @property
    def documents(self) -> LiveNumbers:
        """The numbers of documents in use."""
        return self.postings.documents

    @property
    def stories(self) -> LiveNumbers:
        """The numbers of stories in use."""
        return self.postings.stories

    @property
    def is_current(self) -> bool:
        """Whether no commit came since the last load."""
        return self.loaded and (self.is_alone or self._data_version == self._database.data_version())

    def load(self, again: bool = False) -> None:
        """Load the commits since the last load, or everything ``again``.

        `FileNotFoundError` is raised if a segment was removed after the snapshot began.
        """
        data_version = self._database.data_version()
        if self.loaded and data_version == self._data_version and not again:
            return
        self._data_version = data_version
        counters, before = self._database.get("counters", Counters), self.counters
        if self.loaded and counters == before and not again:
            return
        again = again or not self.loaded or (counters.sealed, counters.segment) != (before.sealed, before.segment)
        self.loaded = False  # until the load is complete
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
        self.postings.add(*(unpack_batch(value) for _, value, _ in rows))
        self._version = self._thresholds = None
        self._set_counters(counters)
        self.loaded = True

    def _load_sealed(self, counters: Counters) -> None:
        """Load the segments and the numbers in use, without the tail."""
        self.postings.settings = self._database.get(FINGERPRINT, str)
        self.postings.open(self._database.get("segments", list[SegmentRow]))
        self.postings.serial = counters.segment
        documents, stories = self._database.get("gone", tuple[bytes, bytes])
        self.postings.documents = LiveNumbers(counters.document, _read_runs(documents, counters.document))
        self.postings.stories = LiveNumbers(counters.story, _read_runs(stories, counters.story))

    def _set_counters(self, counters: Counters) -> None:
        self.documents.next, self.stories.next = counters.document, counters.story
        self.counters = counters

    def write_batch(self, batch: PostingBatch, counters: Counters) -> None:
        """Write the batch of a commit to the tail, and the counters."""
        data = pack_batch(batch)
        number = counters.commits
        row = (number, data, checksum(data, number))
        self._database.execute("INSERT INTO tail VALUES (?, ?, ?)", row)
        self._database.put("counters", counters)

    def add_committed(self, batch: PostingBatch, counters: Counters, version: int | None) -> None:
        """Add a batch that is committed.

        Args:
            batch: the batch.
            counters: the counters after the commit.
            version: the new version of the site profiles, or None if it does not change.
        """
        self._set_counters(counters)
        self._version = self._version if version is None else version
        self.postings.add(batch)

    def drop_removed(self, batch: PostingBatch, counters: Counters, version: int | None) -> None:
        """Drop the numbers that a commit removes, before all postings are rebuilt with those of the batch.

        Args:
            batch: the batch; its postings are among the rebuilt ones.
            counters: the counters after the commit.
            version: the new version of the site profiles, or None if it does not change.
        """
        self._set_counters(counters)
        self._version = self._version if version is None else version
        self.documents.drop(batch.documents)
        self.stories.drop(batch.stories)

    def seal(
        self,
        files: DurableFiles,
        write_segments: Callable[[DurableFiles], list[SegmentRow]],
        write_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Replace the segments and the tail by new segments, in one transaction.

        Args:
            files: writes and removes the files.
            write_segments: writes the segments and returns the rows of all segments.
            write_change: writes a change, before the segments, in the same transaction.
        """
        with self._database.durable():
            self._database.execute("BEGIN IMMEDIATE")
            write_change()
            rows = write_segments(files)
            counters = self.counters._replace(sealed=self.counters.commits, segment=self.postings.serial)
            self._database.execute("DELETE FROM tail")
            self._database.put("segments", rows)
            removed = (self.documents.removed(), self.stories.removed())
            self._database.put("gone", [compress(runs.tobytes()) for runs in removed])
            self._database.put("counters", counters)
            files.reached("listing")
            self._database.execute("COMMIT")
        files.reached("listed")
        _LOGGER.debug("postings are sealed in %d segments", len(rows))
        self.counters, self.loaded = counters, True
        self.postings.replace_segments(rows)
        self.postings.remove_unlisted(files)
        files.reached("removed")

    def postings_writer(
        self, rows: DocumentRows, postings: Iterable[Postings]
    ) -> Callable[[DurableFiles], list[SegmentRow]]:
        """Return a function that rebuilds all postings and writes them to segments.

        Args:
            rows: the documents, from which the postings of ids, fingerprints and stories are made.
            postings: the postings of bands and sampled shingles.
        """
        return lambda files: self.postings.write_rebuilt(files, self._rebuilt_batches(rows, postings))

    def _rebuilt_batches(self, rows: DocumentRows, all_postings: Iterable[Postings]) -> Iterator[PostingBatch]:
        for postings in all_postings:
            yield PostingBatch(postings, make_tags([], np.zeros(0, np.int64)), *_NO_RUNS)
        after = 0
        while heads := self.heads_after(rows, after):
            after = heads[-1].number
            keys = name_keys([head.id for head in heads], self._settings.seed)
            documents = [(head.number, head.fingerprint, head.story) for head in heads]
            yield PostingBatch(NO_POSTINGS, make_tags(documents, keys), *_NO_RUNS)

    def forget_postings(self) -> None:
        """Drop all postings in memory and all segments, before they are rebuilt."""
        self.loaded = False
        self.postings.open([])
        self.postings.serial = self.counters.segment

    def last_event(self) -> int:
        """Return the number of the last event, even if nothing else can be read."""
        return self._database.get("counters", Counters).event - 1

    def put_knowledge(self, version: int, data: bytes) -> None:
        """Write the site profiles and their version."""
        self._database.put("knowledge", (version, compress(data)))
        self._database.put("version", version)

    def ids(self) -> IdRule:
        """Return how the index names documents without an id of their own."""
        rule: Any = IdRule  # a union, which is no type to mypy
        ids: IdRule = self._database.get(IDS, rule)
        return ids

    def thresholds(self) -> str:
        """Return the hash of the numbers that decided all documents, empty for an older rule."""
        thresholds = self._thresholds if self.is_current else None
        if thresholds is None:
            thresholds = self._thresholds = self._database.get(THRESHOLDS, str)
        return thresholds

    def put_hashes(self, settings: str) -> None:
        """Write the fingerprint of the settings by which all hashes are made now. The thresholds become older ones."""
        self._database.put(FINGERPRINT, settings)
        self.put_thresholds("")
        self.postings.settings = settings

    def has_present_hashes(self) -> bool:
        """Return whether the hashes in the index are those of this version."""
        return self._database.get(FINGERPRINT, str) == self._settings.fingerprint()

    def put_thresholds(self, fingerprint: str) -> None:
        """Write the hash of the numbers that decide all documents now."""
        self._database.put(THRESHOLDS, fingerprint)
        self._thresholds = None

    def version(self) -> int:
        """Return the version of the site profiles, even if nothing else can be read."""
        version = self._version if self.is_current else None
        if version is None:
            version = self._version = self._database.get("version", int)
        return version

    def knowledge(self) -> tuple[int, bytes]:
        """Return the version of the site profiles, and their bytes."""
        version, data = self._database.get("knowledge", tuple[int, bytes])
        return version, decompress(data)

    def story(self, rows: DocumentRows, number: int) -> StoryRow | None:
        """Return the story with this number, or None if it is not in use."""
        return self.stories_of(rows, [number]).get(number)

    def resolve(self, rows: DocumentRows, number: int) -> StoryRow | None:
        """Return the story to which a number leads through aliases, or None if it is not in use."""
        visited: set[int] = set()
        row = self.story(rows, number)
        while row is not None and row.alias:
            visited.add(row.number)
            if row.alias in visited:
                raise CorruptData(f"story {number} is an alias of itself")
            row = self.story(rows, row.alias)
        return row

    def stories_of(self, rows: DocumentRows, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """Return the stories that are in use, by number; `CorruptData` if one has no row."""
        in_use = [number for number in numbers if number in self.stories]
        stories = rows.stories_of(in_use)
        for number in in_use:
            if number not in stories:
                raise CorruptData(f"story {number} has no row")
        return stories

    def heads_after(self, rows: DocumentRows, number: int) -> list[DocumentHead]:
        """Return the next documents after a number, at most `PAGE`; `CorruptData` if one has no row."""
        heads = rows.heads_after(number)
        self._check_heads(heads, number, PAGE)
        return heads

    def packed_after(self, rows: DocumentRows, number: int) -> list[tuple[DocumentHead, bytes, int]]:
        """Return the next documents after a number, at most `TEXTS`; `CorruptData` if one has no row.

        Returns:
            The document, its packed text, and the number of its dictionary, 0 for none.
        """
        packed = rows.packed_after(number)
        self._check_heads([head for head, *_ in packed], number, TEXTS)
        return packed

    def _check_heads(self, heads: Sequence[DocumentHead], after: int, limit: int) -> None:
        """Check that ``heads`` are all documents after a number, or the first ``limit`` of them."""
        last = heads[-1].number if len(heads) == limit else self.counters.document - 1
        if len(heads) != last - after - self.documents.count_removed(after + 1, last):
            raise CorruptData("a document has no row")

    def stories_after(self, rows: DocumentRows, number: int) -> list[StoryRow]:
        """Return the next stories after a number, at most `PAGE`; `CorruptData` if one has no row."""
        stories = rows.stories_after(number)
        last = stories[-1].number if len(stories) == PAGE else self.counters.story - 1
        if len(stories) != last - number - self.stories.count_removed(number + 1, last):
            raise CorruptData("a story has no row")
        return stories

    def events_after(self, rows: DocumentRows, number: int) -> list[Event]:
        """Return the next events after a number, at most `PAGE`, without deleted ones; `CorruptData` if one is lost."""
        number = max(number, self.counters.forgotten)
        events = rows.events_after(number)
        numbers = [event.number for event in events]
        expected = list(range(number + 1, number + 1 + len(events)))
        if numbers != expected or (not events and number + 1 < self.counters.event):
            raise CorruptData("events are missing")
        return events

    def counts(self) -> IndexCounts:
        """Return the size of the index."""
        segments = [(segment_file_name(segment.row.serial), segment.row) for segment in self.postings.segments]
        files = [path for path in self._folder.iterdir() if path.name.startswith(NAME)]
        return IndexCounts(
            documents=len(self.documents),
            stories=self._database.execute("SELECT count(*) FROM stories WHERE canonical > 0").fetchone()[0],
            events=self.counters.event - 1 - self.counters.forgotten,
            segments=tuple((name, row.documents, row.size) for name, row in segments),
            stored=sum(path.stat().st_size for path in files) + sum(row.size for _, row in segments),
            settings=self._settings.shown(),
            format=self._database.get("format", int),
            thresholds=self.thresholds(),
        )
