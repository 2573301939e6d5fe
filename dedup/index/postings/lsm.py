"""All postings of an index: segments on the disk, oldest first, and the tail, the newest postings, in memory.

The tail has tables, and the loose postings that came since the last table was made.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices, Keys, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.sorting import rising
from dedup.core.candidates import lookup, postings
from dedup.core.candidates.bloom import BloomFilter
from dedup.core.candidates.lookup import Lookups, PostingHits
from dedup.core.candidates.postings import PostingTable
from dedup.index.disk.batch_codec import PostingBatch
from dedup.index.disk.files import DurableFiles
from dedup.index.live import LiveNumbers
from dedup.index.postings.loose import LoosePostings
from dedup.index.postings.segments import Segment, SegmentRow, segment_file_name, write_segment
from dedup.index.records import Policy
from dedup.regular_files import PARTIAL

_ALL: Final = 1 << 32
"""A limit above every count of postings, and a number above every document."""

_NO_HITS: Final = PostingHits(*(np.zeros(0, np.int64) for _ in range(3)))

_CHUNK: Final = 1 << 13
"""Look-ups made at a time, so that they stay in the second-level cache."""

_SHORT: Final = 16
"""A tail with fewer postings than `Policy.seal` divided by this number is not sealed for its removed documents."""


def segments_to_merge(sizes: Sequence[int], new: int, factor: int) -> int:
    """Return how many of the last tables a new table takes in.

    The new table takes in the tables on its level or below; levels are powers of ``factor``. So there is one table a
    level, and each posting is written a few times a level (O'Neil et al. 1996, "The log-structured merge-tree").

    Args:
        sizes: the sizes of the tables, from the oldest on.
        new: the size of the new table.
        factor: the factor between two levels.
    """
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


def _to_table(*batches: PostingBatch) -> PostingTable:
    """Return the postings of batches as one table."""
    lanes = range(max((batch.lanes for batch in batches), default=0))
    words = ([batch.lane(lane) for batch in batches if lane < batch.lanes] for lane in lanes)
    return postings.make_table(words, sum(batch.words for batch in batches))


def _add_table(bloom_filter: BloomFilter, table: PostingTable) -> None:
    """Add all postings of a table to a Bloom filter."""
    starts = table.layout.starts.tolist()
    for first, last in pairwise(starts):
        bloom_filter.add(table.words[first:last])


class FoundPostings(NamedTuple):
    """The result of the ``lookups`` for a batch of new documents.

    ``hits`` are the postings of bands and sampled shingles. ``tagged`` has an array ``(m, 2) int64`` for each lane of
    tags: positions in the keys of the lane and the documents, in any order.
    """

    lookups: Lookups
    hits: PostingHits
    tagged: list[Pairs]


class PostingsStore:
    """The postings of an index in a folder, and the numbers of documents and stories in use.

    ``settings`` is the fingerprint of the settings, which each segment has. ``serial`` is the number of the next
    segment.
    """

    def __init__(self, folder: Path, settings: str, policy: Policy) -> None:
        self.folder, self.settings, self._policy = folder, settings, policy
        self.segments: list[Segment] = []
        self._tail: list[PostingTable] = []
        self._loose = LoosePostings()
        self._oldest = _ALL  # the first document of the tail
        self._dropped = False  # whether a document was removed since the last check for waste
        self._bloom_filter: BloomFilter | None = None  # of all postings, after the first large look-up
        self.documents, self.stories = LiveNumbers(), LiveNumbers()
        self.serial = 1

    def open(self, rows: Sequence[SegmentRow]) -> None:
        """Open these segments and no others, with an empty tail. `FileNotFoundError` if a segment was removed."""
        self._bloom_filter = None
        self.replace_segments(rows)

    def replace_segments(self, rows: Sequence[SegmentRow]) -> None:
        """Replace segments and tail by segments with the same postings."""
        self._tail, self._loose, self._oldest = [], LoosePostings(), _ALL
        open_segments = {segment.row: segment for segment in self.segments}
        self.segments = [open_segments.get(row) or Segment(self.folder, row, self.settings) for row in rows]

    def add(self, *batches: PostingBatch) -> None:
        """Add the batches of commits to the tail."""
        for batch in batches:
            self.documents.drop(batch.documents)
            self.stories.drop(batch.stories)
            self._dropped |= len(batch.documents) > 0
            self._oldest = int(batch.postings.numbers.min(initial=self._oldest))
        if sum(batch.words for batch in batches) >= self._policy.loose:
            self._add_table(_to_table(*batches))
            return
        for batch in batches:
            self._loose.add(batch)
        if self._loose.words >= self._policy.loose:
            self._gather_loose()

    def _gather_loose(self) -> None:
        """Make a table of the loose postings."""
        loose, self._loose = self._loose, LoosePostings()
        self._add_table(postings.make_table(loose.lanes(), loose.words, "stable"))

    def _add_table(self, table: PostingTable) -> None:
        """Add a table to the tail; the table takes in tables on its level or below."""
        new = table.words.size
        if not new:
            return
        if self._bloom_filter is not None:
            _add_table(self._bloom_filter, table)
        count = segments_to_merge([table.words.size for table in self._tail], new, self._policy.runs)
        older = self._tail[len(self._tail) - count :]
        self._tail[len(self._tail) - count :] = [postings.merge_tables([*older, table]) if older else table]

    @property
    def in_memory(self) -> int:
        """The number of postings in the tail."""
        return sum(table.words.size for table in self._tail) + self._loose.words

    def _tables(self) -> list[PostingTable]:
        """Return the tables of the tail, after the loose postings are in them."""
        self._gather_loose()
        return self._tail

    def _look_up(self, lanes: Indices, keys: Indices, limits: Indices, most: Indices) -> PostingHits:
        """Look up the postings of live documents, in any order.

        Args:
            lanes: ``(q,) int64`` the lane of each key, rising.
            keys: ``(q,) int64``.
            limits: ``(q,) int64`` each table is asked for at most this number of postings of a key. If a table has so
                many, and a posting of the key is of a removed document, the table is asked for all.
            most: ``(q,) int64`` of a key of which a table has more postings, the table returns representatives.
        """
        if keys.size < self._policy.sieved:
            return self._look_up_tables(lanes, keys, limits, most)
        self._tables()  # the filter has no loose postings
        rows = np.flatnonzero(self._full_bloom_filter().among(keys))
        return self._look_up_tables(lanes[rows], keys[rows], limits[rows], most[rows]).at(rows)

    def _full_bloom_filter(self) -> BloomFilter:
        """Return the Bloom filter of all postings, rebuilt when it is too full; segments are verified before."""
        if self._bloom_filter is None or self._bloom_filter.full:
            for segment in self.segments:
                segment.verify()
            tables = [segment.table for segment in self.segments] + self._tail
            self._bloom_filter = BloomFilter(sum(table.words.size for table in tables))
            for table in tables:
                _add_table(self._bloom_filter, table)
        return self._bloom_filter

    def _look_up_tables(self, lanes: Indices, keys: Indices, limits: Indices, most: Indices) -> PostingHits:
        """Look up the postings of live documents in all tables, as `_look_up` does."""
        sources: list[tuple[PostingTable, Segment | None]] = [(segment.table, segment) for segment in self.segments]
        sources += [(table, None) for table in self._tail]
        all_hits, again = [_NO_HITS], [np.zeros(0, np.int64)]

        def take(hits: PostingHits, first: int, last: int) -> None:
            """Take the live hits of one table for some look-ups."""
            in_use = self.documents.among(hits.numbers)
            if not in_use.all():  # a posting that was cut off may be of a live document
                again.append(np.intersect1d(hits.full, hits.looks[~in_use]) + first)
                hits = PostingHits(hits.looks[in_use], hits.numbers[in_use], hits.full)
            all_hits.append(lookup.drop_further(hits, most[first:last]).at(np.arange(first, last)))

        if self._loose.words and keys.size:
            take(self._loose.find(lanes, keys, limits), 0, keys.size)
        for table, segment in sources:
            for first in range(0, keys.size, _CHUNK):
                chunk = slice(first, min(first + _CHUNK, keys.size))
                hits = self._look_up_table(table, segment, lanes[chunk], keys[chunk], limits[chunk])
                if hits.looks.size:
                    take(hits, chunk.start, chunk.stop)
        hits = PostingHits(*map(np.concatenate, zip(*all_hits, strict=True)))
        rows = rising(np.concatenate(again))
        return self._complete_hits(hits, rows, (lanes, keys, limits, most)) if rows.size else hits

    def _complete_hits(
        self, hits: PostingHits, again: Indices, arguments: tuple[Indices, Indices, Indices, Indices]
    ) -> PostingHits:
        """Look up the keys at ``again`` without limits. ``arguments`` are those of `_look_up`."""
        lanes, keys, limits, most = (column[again] for column in arguments)
        complete = self._look_up(lanes, keys, np.full(again.size, _ALL), most)
        others = (~np.isin(rows, again) for rows in (hits.looks, hits.full, hits.further[:, 0]))
        looks, full, further = others
        remaining = PostingHits(hits.looks[looks], hits.numbers[looks], hits.full[full], hits.further[further])
        complete = complete._replace(full=(complete.counts(again.size) >= limits).nonzero()[0]).at(again)
        return PostingHits(*map(np.concatenate, zip(remaining, complete, strict=True)))

    def _look_up_table(
        self, table: PostingTable, segment: Segment | None, lanes: Indices, keys: Indices, limits: Indices
    ) -> PostingHits:
        """Look up the postings in one table. ``lanes`` rise; lanes that the table does not have bring no hit."""
        if lanes.size and lanes[-1] >= table.layout.shifts.size:
            rows = np.flatnonzero(lanes < table.layout.shifts.size)
            return self._look_up_table(table, segment, lanes[rows], keys[rows], limits[rows]).at(rows)
        if segment is not None:
            return segment.find(lanes, keys, limits)
        begins, ends = lookup.spans(table, lanes, lookup.slots(table.layout, lanes, keys))
        return lookup.find_postings(table.words, begins, ends, keys, limits)

    def find_documents(self, lane: int, keys: Indices) -> tuple[Indices, Indices]:
        """Return all live documents with ``keys`` ``(q,) int64`` in one lane.

        Returns:
            Positions in ``keys`` and the documents, both ``(m,) int64``.
        """
        no_limits = np.full(keys.size, _ALL)
        hits = self._look_up(np.full(keys.size, lane), keys, no_limits, no_limits)
        return hits.looks, hits.numbers

    def find(self, keys: Keys, sampled: Ragged, tags: Sequence[tuple[int, Indices]], max_bucket: int) -> FoundPostings:
        """Find the postings of new documents, and the documents with the keys of ``tags``, in one look-up.

        Args:
            keys: ``(n, b)`` the band keys of the documents.
            sampled: the sampled shingles of the documents.
            tags: other lanes with their keys, as `core.candidates.lookup.make_lookups` takes them.
            max_bucket: a key of more documents is oversized.
        """
        lookups = lookup.make_lookups(keys, sampled, tags)
        values = (lookups.words >> np.uint64(32)).view(np.int64)
        of_shingles = (lookups.lanes == postings.KEPT) | (lookups.lanes >= postings.BANDS)
        limits = lookup.limits_of_keys(lookups.lanes, max_bucket)
        most = np.where(of_shingles, max_bucket, _ALL)
        hits = self._look_up(lookups.lanes, values, limits, most)
        cut = hits.full[~of_shingles[hits.full]]
        if cut.size:
            hits = self._complete_hits(hits, cut, (lookups.lanes, values, limits, most))
        rows, hit_lanes = (lookups.words[hits.looks] & np.uint64(2**32 - 1)).view(np.int64), lookups.lanes[hits.looks]
        in_lanes = (hit_lanes == lane for lane, _ in tags)
        tagged = [pair_up(rows[in_lane], hits.numbers[in_lane]) for in_lane in in_lanes]
        listed = of_shingles[hits.looks]
        hits = hits._replace(looks=hits.looks[listed], numbers=hits.numbers[listed])
        return FoundPostings(lookups, hits, tagged)

    def needs_seal(self) -> bool:
        """Return whether the tail must be sealed: it is long, or most of its documents are removed."""
        if not self._dropped or self.in_memory < self._policy.seal // _SHORT:
            return self.in_memory >= self._policy.seal
        self._dropped = False
        last = self.documents.next - 1
        count = max(last + 1 - self._oldest, 0)
        is_wasted = self.documents.count_removed(self._oldest, last) > self._policy.waste * count
        return is_wasted or self.in_memory >= self._policy.seal

    def write_sealed(self, files: DurableFiles) -> list[SegmentRow]:
        """Write the tail to a new segment, durably, and return the rows of all segments from then on.

        The new segment takes in the segments on its level or below, and the segments whose documents are mostly
        removed.
        """
        rows = [segment.row for segment in self.segments]
        count = segments_to_merge([row.words for row in rows], self.in_memory, self._policy.segments)
        merged = set(rows[len(rows) - count :]) | {row for row in rows if self._is_wasted(row)}
        old = [segment for segment in self.segments if segment.row in merged]
        for segment in old:
            segment.verify()
        tables = [segment.table for segment in old] + self._tables()
        new = write_segment(files, self.folder, self.serial, tables, self.documents, self.settings)
        self.serial += 1
        remaining = [row for row in rows if row not in merged]
        return sorted([*remaining, new] if new.words else remaining, key=lambda row: -row.words)

    def write_merged(self, files: DurableFiles) -> list[SegmentRow]:
        """Write all postings of live documents to one segment, durably, and return its row, if it has postings."""
        for segment in self.segments:
            segment.verify()
        tables = [segment.table for segment in self.segments] + self._tables()
        new = write_segment(files, self.folder, self.serial, tables, self.documents, self.settings)
        self.serial += 1
        return [new] if new.words else []

    def _is_wasted(self, row: SegmentRow) -> bool:
        """Return whether most documents of a segment were removed after it was written."""
        removed = self.documents.count_removed(row.lowest, row.highest) - row.removed
        return removed > self._policy.waste * row.documents

    def write_rebuilt(self, files: DurableFiles, batches: Iterator[PostingBatch]) -> list[SegmentRow]:
        """Write segments of these batches alone, durably, in place of all others, and return their rows."""
        rows: list[SegmentRow] = []
        rebuilt = PostingsStore(self.folder, self.settings, self._policy)
        rebuilt.documents, rebuilt.serial = self.documents, self.serial
        for batch in batches:
            rebuilt._tail.append(_to_table(batch))  # without merging: nothing is looked up before the seal
            if rebuilt.needs_seal():
                rows = rebuilt.write_sealed(files)
                rebuilt.replace_segments(rows)
        if rebuilt.in_memory:
            rows = rebuilt.write_sealed(files)
        self.serial, self._bloom_filter = rebuilt.serial, None  # the filter is of the old postings
        return rows

    def named_documents(self) -> Indices:
        """Return the documents ``(n,)`` that a look-up of their id finds, rising."""
        tables = [segment.table for segment in self.segments] + self._tables()
        words = [piece for table in tables for piece in postings.pieces([table], postings.NAME, _ALL)]
        return rising((np.concatenate([np.zeros(0, np.uint64), *words]) & np.uint64(2**32 - 1)).view(np.int64))

    def unused_serial(self) -> int:
        """Return a number for a segment that is above the numbers of all files."""
        numbers = [int(path.name[:10]) for path in self.folder.glob("*.postings") if path.name[:10].isdigit()]
        return max(numbers, default=0) + 1

    def remove_unlisted(self, files: DurableFiles) -> None:
        """Remove files of no segment: a process died before it listed them, or before it removed them."""
        listed = {segment_file_name(segment.row.serial) for segment in self.segments}
        for path in self.folder.iterdir():
            if path.name not in listed and path.name.endswith((".postings", PARTIAL)):
                files.remove(path)
