"""Segments: files of postings that are written once, mapped for reading, and unlinked when other segments replace them.

A file has the words, the directory and a foot. The foot has the layout and the checksum of each block of 64 KiB before
it. The row of the segment in the database has the size of the file and the checksum of the foot. A block is verified
when it is first read: so an index opens at once, and no answer comes from a damaged block.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import xxhash

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.sorting import rising
from dedup.core.candidates import lookup, postings
from dedup.core.candidates.lookup import PostingHits
from dedup.core.candidates.postings import Layout, PostingTable
from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.disk.files import DurableFiles
from dedup.index.live import LiveNumbers
from dedup.regular_files import NotRegularError, open_descriptor

FORMAT: Final = 1
"""The version of the segment files."""

_MAGIC: Final = b"dedup postings\0\0"

_FOOT: Final = int.from_bytes(b"foot", "little")
"""The kind of checksum of a foot."""

_BLOCK: Final = 16
"""Bytes in a block, as a power of two."""

_PIECE: Final = 1 << 17
"""Words merged at a time, so that they stay in the second-level cache."""

_WORD: Final = 3
"""Bytes in a word, as a power of two."""

_NONE: Final = 2**32
"""A number above every document."""

_ENTRY: Final = 2
"""Bytes in an entry of the directory, as a power of two."""

_NEXT: Final = 1 << _ENTRY
"""Bytes from one entry of the directory to the next."""


class SegmentRow(NamedTuple):
    """A segment as the database knows it.

    ``serial`` is its number. ``size`` is the size of the file in bytes, ``foot`` the size of its foot, and ``digest``
    the checksum of its foot. ``words`` and ``documents`` are counts; ``lowest`` and ``highest`` are the first and the
    last document. ``removed`` counts the numbers between these two that were removed before the segment was written.
    """

    serial: int
    size: int
    foot: int
    digest: int
    words: int
    documents: int
    lowest: int
    highest: int
    removed: int


def segment_file_name(serial: int) -> str:
    """Return the name of the file of a segment."""
    return f"{serial:010}.postings"


class _SegmentWriter:
    """The chunks of a segment file, and what the row of the segment needs to know after the last chunk."""

    def __init__(self, tables: Sequence[PostingTable], live: LiveNumbers, settings: str) -> None:
        self._tables, self._live, self._settings = tables, live, settings
        self._sums: list[int] = []
        self._pending = b""
        self.documents, self.lowest, self.highest = 0, _NONE, 0
        self.words = self.size = self.foot = self.digest = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        lanes = max((table.layout.shifts.size for table in self._tables), default=0)
        sizes = np.zeros(lanes, np.int64)
        highest = np.array([self._highest_key(lane) for lane in range(lanes)], np.int64)
        bounds = np.array([self._count_words(lane) for lane in range(lanes)], np.int64)
        layout = postings.layout(bounds, highest)
        directories = []
        for lane in range(lanes):
            counts = np.zeros(int(layout.slots[lane + 1] - layout.slots[lane]) - 1, np.int64)
            for words in self._live_words(lane):
                buckets = (words >> np.uint64(32 + int(layout.shifts[lane]))).view(np.int64)
                bucket_counts = np.bincount(buckets - buckets[0])
                counts[int(buckets[0]) :][: bucket_counts.size] += bucket_counts
                sizes[lane] += words.size
                yield from self._add_checksums(words.tobytes())
            directories.append(np.append(0, np.cumsum(counts)).astype(np.uint32))
        self.words, self.documents = int(sizes.sum()), int(sizes[postings.NAME]) if lanes else 0
        yield from self._add_checksums(np.concatenate([np.zeros(0, np.uint32), *directories]).tobytes())
        yield from self._add_checksums(b"", is_last=True)
        yield self._make_foot(Layout(np.append(0, np.cumsum(sizes)), layout.slots, layout.shifts))

    def _live_words(self, lane: int) -> Iterator[Hashes]:
        """Yield the words of live documents in one lane, in order, never an empty array."""
        for words in postings.pieces(self._tables, lane, _PIECE):
            numbers = (words & np.uint64(2**32 - 1)).view(np.int64)
            keep = self._live.among(numbers)
            if not keep.all():
                words, numbers = words[keep], numbers[keep]
            if words.size:
                self.lowest = min(self.lowest, int(numbers.min()))
                self.highest = max(self.highest, int(numbers.max()))
                yield words

    def _count_words(self, lane: int) -> int:
        """Return how many words the tables have in one lane."""
        starts = [table.layout.starts for table in self._tables if lane < table.layout.shifts.size]
        return sum(int(table_starts[lane + 1] - table_starts[lane]) for table_starts in starts)

    def _highest_key(self, lane: int) -> int:
        tables = [table for table in self._tables if lane < table.layout.shifts.size]
        ends = [(table.words, *table.layout.starts[lane : lane + 2].tolist()) for table in tables]
        return max((int(words[last - 1]) >> 32 for words, first, last in ends if last > first), default=0)

    def _add_checksums(self, data: bytes, is_last: bool = False) -> Iterator[bytes]:
        """Yield whole blocks of the data so far, and keep their checksums; the last block may be short."""
        data, block = self._pending + data, 1 << _BLOCK
        whole = len(data) if is_last else len(data) & -block
        view = memoryview(data)
        self._sums += [xxhash.xxh3_64_intdigest(view[at : min(at + block, whole)]) for at in range(0, whole, block)]
        self._pending = data[whole:]
        self.size += whole
        yield data[:whole]

    def _make_foot(self, layout: Layout) -> bytes:
        head = np.array([FORMAT, layout.shifts.size, self.size, len(self._sums)], np.int64)
        arrays = [head, layout.starts, layout.slots, layout.shifts, np.array(self._sums, np.uint64)]
        foot = _MAGIC + self._settings.encode() + b"".join(array.tobytes() for array in arrays)
        self.size, self.foot, self.digest = self.size + len(foot), len(foot), checksum(foot, _FOOT)
        return foot


def write_segment(
    files: DurableFiles, folder: Path, serial: int, tables: Sequence[PostingTable], live: LiveNumbers, settings: str
) -> SegmentRow:
    """Write the postings of live documents in some tables to one file, durably.

    Args:
        files: writes and syncs the file.
        folder: the folder of segments.
        serial: the number of the segment.
        tables: the tables.
        live: the numbers of documents in use.
        settings: the fingerprint of the settings, 16 bytes.

    Returns:
        The row of the segment; it has no words if no document of the tables is in use.
    """
    writer = _SegmentWriter(tables, live, settings)
    files.write(folder / segment_file_name(serial), writer.chunks())
    lowest, highest = writer.lowest, writer.highest
    return SegmentRow(
        serial=serial,
        size=writer.size,
        foot=writer.foot,
        digest=writer.digest,
        words=writer.words,
        documents=writer.documents,
        lowest=lowest,
        highest=highest,
        removed=live.count_removed(lowest, highest) if writer.words else 0,
    )


class Segment:
    """A mapped segment. `CorruptData` is raised for bytes that are not what was written."""

    def __init__(self, folder: Path, row: SegmentRow, settings: str) -> None:
        self.row, name = row, segment_file_name(row.serial)
        try:
            descriptor, size = open_descriptor(folder / name, links=False)
        except NotRegularError as error:
            raise CorruptData(f"{name} {error.strerror}") from error
        with os.fdopen(descriptor, "rb") as file:
            if size != row.size or not 0 < row.foot <= size:
                raise CorruptData(f"{name} has {size:,} bytes, not {row.size:,}")
            self.bytes = np.asarray(np.memmap(file, np.uint8, mode="r", shape=(size,)))
        self._sums, layout = self._read_foot(self.bytes[size - row.foot :].tobytes(), settings)
        self._verified, self._is_sound = np.zeros(self._sums.size, np.bool_), False
        words = self._directory = int(layout.starts[-1]) << _WORD
        entries = self.bytes[words : words + (int(layout.slots[-1]) << _ENTRY)]
        self.table = PostingTable(self.bytes[:words].view(np.uint64), entries.view(np.uint32), layout)

    def _read_foot(self, foot: bytes, settings: str) -> tuple[Hashes, Layout]:
        """Return the checksums of the blocks, and the layout, after a check that the layout lies within the file."""
        body, name = self.row.size - self.row.foot, segment_file_name(self.row.serial)
        if checksum(foot, _FOOT) != self.row.digest or foot[: len(_MAGIC)] != _MAGIC:
            raise CorruptData(f"{name} is not the file that was written")
        start = len(_MAGIC) + 16
        if len(foot) % 8 or len(foot) < start + 32:
            raise CorruptData(f"{name} has half a foot")
        if foot[len(_MAGIC) : start] != settings.encode():
            raise CorruptData(f"{name} is of an index with other settings")
        numbers = np.frombuffer(foot[start:], np.int64)
        version, lanes, size, blocks = numbers[:4].tolist()
        counts = [lanes + 1, lanes + 1, lanes, blocks]
        if (
            version != FORMAT
            or size != body
            or lanes < 0
            or blocks != -(-body >> _BLOCK)
            or sum(counts) + 4 != numbers.size
        ):
            raise CorruptData(f"{name} does not add up")
        starts, slots, shifts, sums = np.split(numbers[4:], np.cumsum(counts)[:-1])
        is_rising = starts[0] == slots[0] == 0 and (np.diff(starts) >= 0).all() and (np.diff(slots) >= 2).all()
        is_inside = (int(starts[-1]) << _WORD) + (int(slots[-1]) << _ENTRY) == body
        if not (is_rising and is_inside and ((shifts >= 0) & (shifts <= 32)).all()):
            raise CorruptData(f"{name} has lanes that do not fit")
        return sums.view(np.uint64), Layout(starts, slots, shifts)

    def find(self, lanes: Indices, keys: Indices, limit: Indices | int) -> PostingHits:
        """Look up postings, as `core.candidates.lookup.find_postings` does.

        Args:
            lanes: ``(q,)`` the lane of each key; the segment has all of them.
            keys: ``(q,) int64``.
            limit: ``(q,)`` the most postings of each key, or one number for all keys.
        """
        slots = lookup.slots(self.table.layout, lanes, keys)
        self._verify_spans((slots << _ENTRY) + self._directory, _NEXT)
        begins, ends = lookup.spans(self.table, lanes, slots)
        self._verify_spans(begins << _WORD, (ends - begins) << _WORD)
        return lookup.find_postings(self.table.words, begins, ends, keys, limit)

    def _verify_spans(self, first: Indices, size: "Indices | int") -> None:
        """Verify the blocks of ``size`` ``(q,)`` bytes from ``first`` ``(q,)`` on, and of the byte after them."""
        if self._is_sound:
            return
        begin, end = first >> _BLOCK, (first + size) >> _BLOCK
        np.minimum(end, self._sums.size - 1, out=end)
        if self._verified[begin].all() and self._verified[end].all() and int((end - begin).max()) < 2:
            return
        inner = (np.arange(*span) for span in np.stack((begin, end))[:, end - begin > 1].T.tolist())
        blocks = rising(np.concatenate([begin, end, *inner]))
        for block in blocks[~self._verified[blocks]].tolist():
            self._verify_block(block)
        self._is_sound = bool(self._verified.all())

    def _verify_block(self, block: int) -> None:
        data = self.bytes[block << _BLOCK : min((block + 1) << _BLOCK, self.row.size - self.row.foot)]
        if xxhash.xxh3_64_intdigest(data.data) != int(self._sums[block]):
            raise CorruptData(f"{segment_file_name(self.row.serial)} is damaged at byte {block << _BLOCK:,}")
        self._verified[block] = True

    def verify(self) -> None:
        """Verify the whole segment, even blocks that were verified before."""
        for block in range(self._sums.size):
            self._verify_block(block)
