"""All postings of an index together: segments on the disk, oldest first, and the tail, the newest, in memory."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices, Keys, Pairs
from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import lookup, postings
from dedup.core.candidates.bloom import BloomFilter
from dedup.core.candidates.lookup import PostingHits
from dedup.core.candidates.postings import Table
from dedup.core.candidates.sampled import COMMON
from dedup.index.disk.codec import PostingBatch
from dedup.index.disk.files import PARTIAL, DurableFiles
from dedup.index.live import LiveNumbers
from dedup.index.postings import segments
from dedup.index.postings.segments import Row, Segment
from dedup.index.records import Policy

_ALL: Final = 1 << 32

_NOTHING: Final = PostingHits(*(np.zeros(0, np.int64) for _ in range(3)))

_LOOKS: Final = 1 << 13
"""Look-ups made at a time, so that they stay in the second-level cache."""

_SHORT: Final = 16
"""A tail that has less than this part of what is sealed stays, whoever has gone."""


def segments_to_merge(sizes: Sequence[int], new: int, factor: int) -> int:
    """How many of the last tables, of ``sizes`` from the oldest on, a ``new`` one takes in: those that are on its level
    or below, levels being powers of ``factor``. So there is one table a level, and each posting is written anew a few
    times a level (O'Neil et al. 1996, "The log-structured merge-tree")."""
    count = 0
    while count < len(sizes) and _level(sizes[-1 - count], factor) <= _level(new, factor):
        new += sizes[-1 - count]
        count += 1
    return count


def _level(size: int, factor: int) -> int:
    level = 0
    while size >= factor:
        size //= factor
        level += 1
    return level


def _laid(*batches: PostingBatch) -> Table:
    """What commits brought, as one table."""
    lanes = range(max((batch.lanes for batch in batches), default=0))
    parts = ([batch.lane(lane) for batch in batches if lane < batch.lanes] for lane in lanes)
    return postings.make_table(parts, sum(batch.words for batch in batches))


def _take_in(sieve: BloomFilter, table: Table) -> None:
    """All postings of a table go into a sieve."""
    starts = table.layout.starts.tolist()
    for first, last in pairwise(starts):
        sieve.add(table.words[first:last])


class NearPostings(NamedTuple):
    """``pairs`` ``(m, 2)`` as `core.candidates.lookup.lookup_candidates`; of each other lane ``(m, 2) int64`` places in what was looked
    up and the documents there, in any order."""

    pairs: Pairs
    tagged: list[Pairs]


class PostingsStore:
    """Postings of an index in a folder, and which documents and stories are in use; ``serial`` is the number of the
    next segment."""

    def __init__(self, folder: Path, settings: str, policy: Policy) -> None:
        self.folder, self._settings, self._policy = folder, settings, policy
        self.segments: list[Segment] = []
        self._tail: list[Table] = []
        self._oldest, self._dropped = _ALL, False  # the first document of the tail; whether any has gone lately
        self._sieve: BloomFilter | None = None  # of all postings that there are, once there were many look-ups
        self.documents, self.stories = LiveNumbers(), LiveNumbers()
        self.serial = 1

    def open(self, rows: Sequence[Row]) -> None:
        """Have these segments open and no others, and no tail. `FileNotFoundError` if one has gone."""
        self._sieve = None
        self.moved(rows)

    def moved(self, rows: Sequence[Row]) -> None:
        """The tail is in one of these segments now, which have all that there was."""
        self._tail, self._oldest = [], _ALL
        known = {segment.row: segment for segment in self.segments}
        self.segments = [known.get(row) or Segment(self.folder, row, self._settings) for row in rows]

    def add(self, *batches: PostingBatch) -> None:
        """What commits brought."""
        for batch in batches:
            self.documents.drop(batch.documents)
            self.stories.drop(batch.stories)
            self._dropped |= len(batch.documents) > 0
        table = _laid(*batches)
        new = table.words.size
        if not new:
            return
        self._oldest = min(int(batch.postings.numbers.min(initial=self._oldest)) for batch in batches)
        if self._sieve is not None:
            _take_in(self._sieve, table)
        count = segments_to_merge([table.words.size for table in self._tail], new, self._policy.runs)
        older = self._tail[len(self._tail) - count :]
        self._tail[len(self._tail) - count :] = [postings.merge_tables([*older, table]) if older else table]

    @property
    def in_memory(self) -> int:
        """Postings in the tail."""
        return sum(table.words.size for table in self._tail)

    def _look_up(self, lanes: Indices, keys: Indices, most: int) -> PostingHits:
        """The postings of ``keys`` ``(q,) int64``, each in its lane, of documents that are in use; in any order, and
        of each table no more than ``most`` of a key, unless some of those have gone."""
        if keys.size < self._policy.sieved:
            return self._looked_up(lanes, keys, most)
        some = np.flatnonzero(self._sieved().among(keys))
        part = self._looked_up(lanes[some], keys[some], most)
        return PostingHits(some[part.looks], part.numbers, some[part.full])

    def _sieved(self) -> BloomFilter:
        """The sieve, made anew when it lets too much through: whatever is in it was verified."""
        if self._sieve is None or self._sieve.full:
            for segment in self.segments:
                segment.verify()
            tables = [segment.table for segment in self.segments] + self._tail
            self._sieve = BloomFilter(sum(table.words.size for table in tables))
            for table in tables:
                _take_in(self._sieve, table)
        return self._sieve

    def _looked_up(self, lanes: Indices, keys: Indices, most: int) -> PostingHits:
        """The same, of all tables."""
        if not keys.size:
            return _NOTHING
        sources: list[tuple[Table, Segment | None]] = [(segment.table, segment) for segment in self.segments]
        sources += [(table, None) for table in self._tail]
        parts = [_NOTHING]
        for table, segment in sources:
            for first in range(0, keys.size, _LOOKS):
                some = slice(first, first + _LOOKS)
                part = self._of(table, segment, lanes[some], keys[some], most)
                if part.looks.size:
                    parts.append(PostingHits(part.looks + first, part.numbers, part.full + first))
        if len(parts) == 1:
            return _NOTHING
        looks, numbers, full = (np.concatenate([part[column] for part in parts]) for column in range(3))
        there = self.documents.among(numbers)
        found = PostingHits(looks[there], numbers[there], full)
        if most == _ALL or not full.size or there.all():
            return found
        again = np.intersect1d(full, looks[~there])  # what was cut off may be in use
        return self._in_full(found, again, lanes, keys, most) if again.size else found

    def _in_full(self, found: PostingHits, again: Indices, lanes: Indices, keys: Indices, most: int) -> PostingHits:
        """What was ``found``, but for the keys ``again`` of which all postings are looked up."""
        rest = self._look_up(lanes[again], keys[again], _ALL)
        looks, sizes = again[rest.looks], np.bincount(rest.looks, minlength=again.size)
        kept, full = ~np.isin(found.looks, again), ~np.isin(found.full, again)
        return PostingHits(
            np.concatenate((found.looks[kept], looks)),
            np.concatenate((found.numbers[kept], rest.numbers)),
            np.concatenate((found.full[full], again[sizes >= most])),
        )

    def _of(self, table: Table, segment: Segment | None, lanes: Indices, keys: Indices, most: int) -> PostingHits:
        """The postings in one table; of ``lanes``, which rise, those that it does not have are passed over."""
        if lanes.size and lanes[-1] >= table.layout.shifts.size:
            known = np.flatnonzero(lanes < table.layout.shifts.size)
            part = self._of(table, segment, lanes[known], keys[known], most)
            return PostingHits(known[part.looks], part.numbers, known[part.full])
        if segment is not None:
            return segment.find(lanes, keys, most)
        begins, ends = lookup.spans(table, lanes, lookup.slots(table.layout, lanes, keys))
        return lookup.find_postings(table.words, begins, ends, keys, most)

    def of_keys(self, lane: int, keys: Indices) -> tuple[Indices, Indices]:
        """Of ``keys`` ``(q,) int64`` in one lane: places in them, and the documents there; all of them."""
        hits = self._look_up(np.full(keys.size, lane), keys, _ALL)
        return hits.looks, hits.numbers

    def near(self, keys: Keys, kept: Ragged, tags: Sequence[tuple[int, Indices]], max_bucket: int) -> NearPostings:
        """The candidates of new documents, and the documents of other keys in lanes of their own, as
        `core.candidates.lookup.make_lookups` has them."""
        asked = lookup.make_lookups(keys, kept, tags)
        values = (asked.words >> np.uint64(32)).view(np.int64)
        hits = self._look_up(asked.lanes, values, COMMON + 1)
        if not hits.looks.size:
            return NearPostings(np.zeros((0, 2), np.int64), [np.zeros((0, 2), np.int64)] * len(tags))
        of, full = asked.lanes[hits.looks], asked.lanes[hits.full]
        cut = hits.full[(full != postings.KEPT) & (full < postings.BANDS)]
        if cut.size:
            hits = self._in_full(hits, cut, asked.lanes, values, COMMON + 1)
            of = asked.lanes[hits.looks]
        rows = (asked.words[hits.looks] & np.uint64(2**32 - 1)).view(np.int64)
        found = [np.stack((rows[of == lane], hits.numbers[of == lane]), axis=1) for lane, _ in tags]
        rest = (of == postings.KEPT) | (of >= postings.BANDS)
        hits = PostingHits(hits.looks[rest], hits.numbers[rest], hits.full)
        return NearPostings(lookup.lookup_candidates(asked, hits, max_bucket), found)

    def due(self) -> bool:
        """Whether the tail is to be sealed: it is long, or mostly of documents that have gone."""
        if not self._dropped or self.in_memory < self._policy.seal // _SHORT:
            return self.in_memory >= self._policy.seal
        self._dropped = False
        last = self.documents.next - 1
        count = max(last + 1 - self._oldest, 0)
        wasted = self.documents.between(self._oldest, last) > self._policy.waste * count
        return wasted or self.in_memory >= self._policy.seal

    def sealed(self, files: DurableFiles) -> list[Row]:
        """The tail goes to a new segment, with those older ones that it takes in or that are mostly of documents that
        have gone; durable when it returns. The rows of all segments from then on."""
        rows = [segment.row for segment in self.segments]
        count = segments_to_merge([row.words for row in rows], self.in_memory, self._policy.segments)
        taken = set(rows[len(rows) - count :]) | {row for row in rows if self._wasted(row)}
        old = [segment for segment in self.segments if segment.row in taken]
        for segment in old:
            segment.verify()
        tables = [segment.table for segment in old] + self._tail
        row = segments.write(files, self.folder, self.serial, tables, self.documents, self._settings)
        self.serial += 1
        return self._placed([row for row in rows if row not in taken], row)

    def _placed(self, rows: list[Row], new: Row) -> list[Row]:
        """The rows with a new one, largest first; without it if it is empty."""
        return sorted([*rows, new] if new.words else rows, key=lambda row: -row.words)

    def _wasted(self, row: Row) -> bool:
        gone = self.documents.between(row.lowest, row.highest) - row.gone
        return gone > self._policy.waste * row.documents

    def written(self, files: DurableFiles, batches: Iterator[PostingBatch]) -> list[Row]:
        """Segments of these batches alone, in place of all that there are; durable when it returns."""
        rows: list[Row] = []
        fresh = PostingsStore(self.folder, self._settings, self._policy)
        fresh.documents, fresh.serial = self.documents, self.serial
        for batch in batches:
            fresh._tail.append(_laid(batch))  # nobody looks anything up before they are in a segment
            if fresh.due():
                rows = fresh.sealed(files)
                fresh.moved(rows)
        if fresh.in_memory:
            rows = fresh.sealed(files)
        self.serial, self._sieve = fresh.serial, None  # the postings are others
        return rows

    def named(self) -> Indices:
        """``(n,)`` the documents that are found by their ids, rising."""
        tables = [segment.table for segment in self.segments] + self._tail
        words = [part for table in tables for part in postings.pieces([table], postings.NAME, _ALL)]
        return np.unique((np.concatenate([np.zeros(0, np.uint64), *words]) & np.uint64(2**32 - 1)).view(np.int64))

    def unused(self) -> int:
        """The number of a segment that no file has."""
        numbers = [int(path.name[:10]) for path in self.folder.glob("*.postings") if path.name[:10].isdigit()]
        return max(numbers, default=0) + 1

    def cleared(self, files: DurableFiles) -> None:
        """Remove files that no row knows: of a process that died before it could list them, or remove them."""
        known = {segments.name(segment.row.serial) for segment in self.segments}
        for path in self.folder.iterdir():
            if path.name not in known and path.name.endswith((".postings", PARTIAL)):
                files.remove(path)
