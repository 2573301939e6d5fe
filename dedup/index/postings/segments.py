"""Segments: postings in files that are written once, mapped to be read, and unlinked when others take their place.

A file is its words, its directory, and a foot: the layout, and the checksum of every block of 64 KiB before it. The row
of the segment in the database knows its size and the checksum of its foot. A block is verified when it is first looked
at, so that an index opens at once and still nothing is answered from a damaged one.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import xxhash

from dedup.array_types import Hashes, Indices
from dedup.core.candidates import lookup, postings
from dedup.core.candidates.lookup import PostingHits
from dedup.core.candidates.postings import Layout, Table
from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.disk.files import DurableFiles
from dedup.index.live import LiveNumbers

FORMAT: Final = 1
"""Version of all files of an index."""

_MAGIC: Final = b"dedup postings\0\0"

_FOOT: Final = int.from_bytes(b"foot", "little")
"""The kind of record that a foot is."""

_BLOCK: Final = 16
"""Bytes in a block, as a power of two."""

_PIECE: Final = 1 << 17
"""Words merged at a time, so that they stay in the second-level cache."""

_WORD: Final = 3
"""Bytes in a word, as a power of two."""

_NONE: Final = 2**32
"""Higher than any number of a document."""

_ENTRY: Final = 2
"""Bytes in an entry of the directory, as a power of two."""

_NEXT: Final = 1 << _ENTRY
"""Bytes from one entry to the next."""


class Row(NamedTuple):
    """What the database knows of a segment: its ``serial`` number, its ``size`` and that of its ``foot`` in bytes, the
    ``digest`` of its foot; how many ``words`` it has and of how many ``documents``, the ``lowest`` and the ``highest``,
    and how many between these two had ``gone`` when it was written."""

    serial: int
    size: int
    foot: int
    digest: int
    words: int
    documents: int
    lowest: int
    highest: int
    gone: int


def name(serial: int) -> str:
    """The name of a segment's file."""
    return f"{serial:010}.postings"


class _Writer:
    """The chunks of a file, as they are to be written, and what is known of them in the end."""

    def __init__(self, tables: Sequence[Table], alive: LiveNumbers, settings: str) -> None:
        self._tables, self._alive, self._settings = tables, alive, settings
        self._sums: list[int] = []
        self._rest = b""
        self.documents, self.lowest, self.highest = 0, _NONE, 0
        self.words = self.size = self.foot = self.digest = 0

    def chunks(self) -> Iterator[bytes]:
        """The file."""
        lanes = max((table.layout.shifts.size for table in self._tables), default=0)
        sizes = np.zeros(lanes, np.int64)
        highest = np.array([self._highest(lane) for lane in range(lanes)], np.int64)
        most = np.array([self._most(lane) for lane in range(lanes)], np.int64)
        where = postings.layout(most, highest)
        directories = []
        for lane in range(lanes):
            counts = np.zeros(int(where.slots[lane + 1] - where.slots[lane]) - 1, np.int64)
            for words in postings.pieces(self._tables, lane, _PIECE):
                numbers = (words & np.uint64(2**32 - 1)).view(np.int64)
                there = self._alive.among(numbers)
                if not there.all():
                    words, numbers = words[there], numbers[there]
                if not words.size:
                    continue
                self.lowest = min(self.lowest, int(numbers.min()))
                self.highest = max(self.highest, int(numbers.max()))
                buckets = (words >> np.uint64(32 + int(where.shifts[lane]))).view(np.int64)
                some = np.bincount(buckets - buckets[0])
                counts[int(buckets[0]) :][: some.size] += some
                sizes[lane] += words.size
                yield from self._hashed(words.tobytes())
            directories.append(np.append(0, np.cumsum(counts)).astype(np.uint32))
        self.words, self.documents = int(sizes.sum()), int(sizes[postings.NAME]) if lanes else 0
        yield from self._hashed(np.concatenate([np.zeros(0, np.uint32), *directories]).tobytes())
        yield from self._hashed(b"", last=True)
        yield self._footed(Layout(np.append(0, np.cumsum(sizes)), where.slots, where.shifts))

    def _most(self, lane: int) -> int:
        starts = [table.layout.starts for table in self._tables if lane < table.layout.shifts.size]
        return sum(int(each[lane + 1] - each[lane]) for each in starts)

    def _highest(self, lane: int) -> int:
        tables = [table for table in self._tables if lane < table.layout.shifts.size]
        ends = [(table.words, *table.layout.starts[lane : lane + 2].tolist()) for table in tables]
        return max((int(words[last - 1]) >> 32 for words, first, last in ends if last > first), default=0)

    def _hashed(self, data: bytes, last: bool = False) -> Iterator[bytes]:
        data, block = self._rest + data, 1 << _BLOCK
        whole = len(data) if last else len(data) & -block
        view = memoryview(data)
        self._sums += [xxhash.xxh3_64_intdigest(view[at : min(at + block, whole)]) for at in range(0, whole, block)]
        self._rest = data[whole:]
        self.size += whole
        yield data[:whole]

    def _footed(self, where: Layout) -> bytes:
        head = np.array([FORMAT, where.shifts.size, self.size, len(self._sums)], np.int64)
        arrays = [head, where.starts, where.slots, where.shifts, np.array(self._sums, np.uint64)]
        foot = _MAGIC + self._settings.encode() + b"".join(array.tobytes() for array in arrays)
        self.size, self.foot, self.digest = self.size + len(foot), len(foot), checksum(foot, _FOOT)
        return foot


def write(
    files: DurableFiles, folder: Path, serial: int, tables: Sequence[Table], alive: LiveNumbers, settings: str
) -> Row:
    """Write all postings of the tables to one file, but for documents that have gone; durable when it returns."""
    made = _Writer(tables, alive, settings)
    files.write(folder / name(serial), made.chunks())
    gone = alive.between(made.lowest, made.highest) if made.words else 0
    return Row(serial, made.size, made.foot, made.digest, made.words, made.documents, made.lowest, made.highest, gone)


class Segment:
    """A segment that is mapped. `CorruptData` where it is not what was written."""

    def __init__(self, folder: Path, row: Row, settings: str) -> None:
        self.row = row
        with (folder / name(row.serial)).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != row.size or not 0 < row.foot <= size:
                raise CorruptData(f"{name(row.serial)} has {size:,} bytes, not {row.size:,}")
            self.bytes = np.asarray(np.memmap(file, np.uint8, mode="r", shape=(size,)))
        self._sums, layout = self._read_foot(self.bytes[size - row.foot :].tobytes(), settings)
        self._verified, self._sound = np.zeros(self._sums.size, np.bool_), False
        words = self._directory = int(layout.starts[-1]) << _WORD
        entries = self.bytes[words : words + (int(layout.slots[-1]) << _ENTRY)]
        self.table = Table(self.bytes[:words].view(np.uint64), entries.view(np.uint32), layout)

    def _read_foot(self, foot: bytes, settings: str) -> tuple[Hashes, Layout]:
        """The checksums of blocks, and the layout, of which it is sure that it lies within the file."""
        body, known = self.row.size - self.row.foot, name(self.row.serial)
        if checksum(foot, _FOOT) != self.row.digest or foot[: len(_MAGIC)] != _MAGIC:
            raise CorruptData(f"{known} is not the file that was written")
        start = len(_MAGIC) + 16
        if len(foot) % 8 or len(foot) < start + 32:
            raise CorruptData(f"{known} has half a foot")
        if foot[len(_MAGIC) : start] != settings.encode():
            raise CorruptData(f"{known} is of an index with other settings")
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
            raise CorruptData(f"{known} does not add up")
        starts, slots, shifts, sums = np.split(numbers[4:], np.cumsum(counts)[:-1])
        rising = starts[0] == slots[0] == 0 and (np.diff(starts) >= 0).all() and (np.diff(slots) >= 2).all()
        inside = (int(starts[-1]) << _WORD) + (int(slots[-1]) << _ENTRY) == body
        if not (rising and inside and ((shifts >= 0) & (shifts <= 32)).all()):
            raise CorruptData(f"{known} has lanes that do not fit")
        return sums.view(np.uint64), Layout(starts, slots, shifts)

    def find(self, lanes: Indices, keys: Indices, most: int) -> PostingHits:
        """The postings of ``keys`` ``(q,) int64``, each in its lane, as `core.candidates.lookup.find_postings`; all of these lanes the
        segment has."""
        slots = lookup.slots(self.table.layout, lanes, keys)
        self._verify((slots << _ENTRY) + self._directory, _NEXT)
        begins, ends = lookup.spans(self.table, lanes, slots)
        self._verify(begins << _WORD, (ends - begins) << _WORD)
        return lookup.find_postings(self.table.words, begins, ends, keys, most)

    def _verify(self, first: Indices, size: "Indices | int") -> None:
        """Verify the blocks of the ``size`` ``(q,)`` bytes from ``first`` ``(q,)`` on, and of those that follow."""
        if self._sound:
            return
        begin, end = first >> _BLOCK, (first + size) >> _BLOCK
        np.minimum(end, self._sums.size - 1, out=end)
        if self._verified[begin].all() and self._verified[end].all() and int((end - begin).max()) < 2:
            return
        parts = [begin, end, *(np.arange(*pair) for pair in np.stack((begin, end))[:, end - begin > 1].T.tolist())]
        blocks = np.unique(np.concatenate(parts))
        for block in blocks[~self._verified[blocks]].tolist():
            self._verify_block(block)
        self._sound = bool(self._verified.all())

    def _verify_block(self, block: int) -> None:
        data = self.bytes[block << _BLOCK : min((block + 1) << _BLOCK, self.row.size - self.row.foot)]
        if xxhash.xxh3_64_intdigest(data.data) != int(self._sums[block]):
            raise CorruptData(f"{name(self.row.serial)} is damaged at byte {block << _BLOCK:,}")
        self._verified[block] = True

    def verify(self) -> None:
        """Verify all of it, again if need be."""
        for block in range(self._sums.size):
            self._verify_block(block)
