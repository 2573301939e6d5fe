"""What an index is at one moment: its counters, which numbers are in use, its postings, and what is known."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dedup.index import changing
from dedup.index.alive import Alive, Runs
from dedup.index.changing import NOTHING, Counters
from dedup.index.database import NAME, Database
from dedup.index.files import Files
from dedup.index.packing import Batch, Damage, checksum, pack_batch, shrunk, unpack_batch, widened
from dedup.index.records import Counts, Policy, Postings, StoryRow
from dedup.index.rows import Rows
from dedup.index.segments import Row, name
from dedup.index.shelf import Shelf
from dedup.settings import Settings
from dedup.types import Event, Indices

__all__ = ["SEGMENTS", "State", "first_values"]

SEGMENTS = "segments"
"""The folder of segments in that of the index."""

_AT_ONCE = 1 << 10
"""Documents whose postings are made together."""


def first_values(settings: Settings) -> dict[str, Any]:
    """The values of a new index."""
    nothing = shrunk(b"")
    return {
        "settings": settings.to_mapping(),
        "counters": Counters(),
        "segments": [],
        "gone": (nothing, nothing),
        "knowledge": (0, nothing),
        "version": 0,
    }


def _runs(data: bytes, next: int) -> Runs:
    """Runs of numbers below ``next``, rising."""
    bounds = np.frombuffer(widened(data), np.int64)
    if bounds.size % 2 or (bounds.size and (bounds[0] < 1 or bounds[-1] > next or (np.diff(bounds) <= 0).any())):
        raise Damage("the numbers that have gone are not in order")
    return bounds.reshape(-1, 2)


class State:
    """An index as it was when it was last loaded, or changed. `Damage` where that cannot be read."""

    def __init__(self, folder: Path, database: Database, settings: Settings, policy: Policy) -> None:
        self._folder, self._database, self._settings = folder, database, settings
        self.shelf = Shelf(folder / SEGMENTS, settings.fingerprint(), policy)
        self.counters = Counters()
        self.loaded = False

    @property
    def documents(self) -> Alive:
        """The numbers of documents."""
        return self.shelf.documents

    @property
    def stories(self) -> Alive:
        """The numbers of stories."""
        return self.shelf.stories

    def load(self, again: bool = False) -> None:
        """Take in what was committed since. `FileNotFoundError` if a segment has gone in the meantime."""
        counters = self._database.get("counters", Counters)
        if self.loaded and counters == self.counters and not again:
            return
        if (
            again
            or not self.loaded
            or counters.sealed != self.counters.sealed
            or counters.segment != self.counters.segment
        ):
            self.loaded = False
            self._load_sealed(counters)
            self.counters = counters._replace(commits=counters.sealed)
        rows = self._database.execute(
            "SELECT * FROM tail WHERE number > ? ORDER BY number", (self.counters.commits,)
        ).fetchall()
        if [row[0] for row in rows] != list(range(self.counters.commits + 1, counters.commits + 1)):
            raise Damage("commits are missing")
        self.loaded = False  # until all is in place
        for number, value, sum in rows:
            if not isinstance(value, bytes) or checksum("commit", number.to_bytes(8, "little"), value) != sum:
                raise Damage(f"commit {number} is damaged")
            self.shelf.add(unpack_batch(value))
        self._at(counters)
        self.loaded = True

    def _load_sealed(self, counters: Counters) -> None:
        """What is in segments, and nothing else."""
        self.shelf.open(self._database.get("segments", list[Row]))
        self.shelf.emptied()
        self.shelf.serial = counters.segment
        documents, stories = self._database.get("gone", tuple[bytes, bytes])
        self.shelf.documents = Alive(counters.document, _runs(documents, counters.document))
        self.shelf.stories = Alive(counters.story, _runs(stories, counters.story))

    def _at(self, counters: Counters) -> None:
        self.documents.next, self.stories.next = counters.document, counters.story
        self.counters = counters

    def put(self, batch: Batch, counters: Counters) -> None:
        """Write what a commit brings for look-ups."""
        data = pack_batch(batch)
        number = counters.commits
        row = (number, data, checksum("commit", number.to_bytes(8, "little"), data))
        self._database.execute("INSERT INTO tail VALUES (?, ?, ?)", row)
        self._database.put("counters", counters)

    def came(self, batch: Batch, counters: Counters) -> None:
        """That is committed."""
        self._at(counters)
        self.shelf.add(batch)

    def seal(self, files: Files, written: Callable[[Files], list[Row]]) -> None:
        """Segments are ``written``; list them in place of those that there are and of the tail."""
        rows = written(files)
        counters = self.counters._replace(sealed=self.counters.commits, segment=self.shelf.serial)
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute("DELETE FROM tail")
        self._database.put("segments", rows)
        gone = (self.documents.gone(), self.stories.gone())
        self._database.put("gone", [shrunk(runs.tobytes()) for runs in gone])
        self._database.put("counters", counters)
        files.reached("listing")
        self._database.execute("COMMIT")
        files.reached("listed")
        self.counters = counters
        self.shelf.open(rows)
        self.shelf.emptied()
        self.shelf.cleared(files)
        files.reached("removed")

    def rebuild(self, files: Files, rows: Rows, batches: Iterable[Postings]) -> None:
        """Make all postings anew: those of bands and kept shingles from ``batches``, the others from the rows."""
        self.seal(files, lambda files: self.shelf.written(files, self._batches(rows, batches)))

    def _batches(self, rows: Rows, batches: Iterable[Postings]) -> Iterator[Batch]:
        for found in batches:
            yield Batch(found, changing.tags([], [], 0), _none(), _none())
        numbers = self.documents.numbers().tolist()
        for first in range(0, len(numbers), _AT_ONCE):
            heads = [rows.head(number) for number in numbers[first : first + _AT_ONCE]]
            some = [(head.number, head.id, head.fingerprint, head.story) for head in heads if head]
            yield Batch(NOTHING, changing.tags(some, [], self._settings.seed), _none(), _none())

    def recover(self) -> None:
        """Take the numbers in use from the rows, and no postings from anywhere: they are to be made anew."""
        self.loaded = False
        tables = {table: self._numbers(table) for table in ("documents", "stories", "events", "tail")}
        next = {table: int(numbers.max(initial=0)) + 1 for table, numbers in tables.items()}
        old = self.counters
        self.counters = Counters(
            document=max(old.document, next["documents"]),
            story=max(old.story, next["stories"]),
            event=next["events"],
            commits=max(old.commits, next["tail"] - 1),
            sealed=old.sealed,
            segment=max(old.segment, self.shelf.unused()),
        )
        self.shelf.open([])
        self.shelf.emptied()
        self.shelf.serial = self.counters.segment
        self.shelf.documents = Alive.of(tables["documents"], self.counters.document)
        self.shelf.stories = Alive.of(tables["stories"], self.counters.story)

    def _numbers(self, table: str) -> Indices:
        rows = self._database.execute(f"SELECT number FROM {table} NOT INDEXED ORDER BY number")
        return np.array([number for (number,) in rows], np.int64)

    def strangers(self) -> Iterator[str]:
        """Rows of numbers that are not in use."""
        tables = (("documents", self.documents), ("texts", self.documents), ("stories", self.stories))
        for table, alive in tables:
            numbers = self._numbers(table)
            yield from (f"{table} has a row {number} too many" for number in numbers[~alive.among(numbers)].tolist())

    def verify(self) -> Iterator[str]:
        """What is wrong with segments and with the commits that are in none; all of it is read again."""
        self.load(again=True)
        for segment in self.shelf.segments:
            try:
                segment.verify()
            except Damage as damage:
                yield str(damage)

    def sound(self) -> Iterator[str]:
        """What SQLite finds wrong."""
        found = [row[0] for row in self._database.execute("PRAGMA integrity_check")]
        return iter([] if found == ["ok"] else [f"SQLite: {problem}" for problem in found])

    def put_knowledge(self, version: int, data: bytes) -> None:
        """Write what is known."""
        self._database.put("knowledge", (version, shrunk(data)))
        self._database.put("version", version)

    def version(self) -> int:
        """The version of what is known."""
        return self._database.get("version", int)

    def knowledge(self) -> tuple[int, bytes]:
        """The version of what is known, and its bytes."""
        version, data = self._database.get("knowledge", tuple[int, bytes])
        return version, widened(data)

    def story(self, rows: Rows, number: int) -> StoryRow | None:
        """The row of a story that is there."""
        if number not in self.stories:
            return None
        row = rows.story(number)
        if row is None:
            raise Damage(f"story {number} has no row")
        return row

    def events(self, rows: Rows, since: int) -> list[Event]:
        """The next events after the one of that number, some at a time."""
        found = rows.events(since)
        numbers = [event.number for event in found]
        if numbers != list(range(since + 1, since + 1 + len(found))) or (not found and since + 1 < self.counters.event):
            raise Damage("events are missing")
        return found

    def counts(self) -> Counts:
        """How much there is."""
        kept = [(name(segment.row.serial), segment.row) for segment in self.shelf.segments]
        files = [path for path in self._folder.iterdir() if path.name.startswith(NAME)]
        return Counts(
            documents=len(self.documents),
            stories=self._database.execute("SELECT count(*) FROM stories WHERE alias = 0").fetchone()[0],
            events=self.counters.event - 1,
            segments=tuple((known, row.documents, row.size) for known, row in kept),
            stored=sum(path.stat().st_size for path in files) + sum(row.size for _, row in kept),
            settings=self._settings.to_mapping(),
            format=self._database.get("format", int),
        )


def _none() -> Runs:
    """No numbers."""
    return np.zeros((0, 2), np.int64)
