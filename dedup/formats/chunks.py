"""Places -> lots of bytes, each as much as one process reads at a time, and a lot -> its documents.

A lot can be handed to another process: it names files, or a stretch of one, or holds lines, and needs no other lot.
"""

import contextlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.prefetch import read_ahead, unbuffered
from dedup.formats.files.stream import byte_ranges, decompressed, line_feeds, read_range
from dedup.formats.places import ROWS, STDIN, FieldProblem, Place, ReadContext
from dedup.formats.registry import READERS
from dedup.types import Document, Note, Skip


class FileChunk(msgspec.Struct, frozen=True, tag=True):
    """Files that are one document each."""

    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """What the lot is called in errors."""
        first, last = self.places[0].path, self.places[-1].path
        return first if first == last else f"{first} to {last}"


class RangeChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines of a file of JSON Lines that is not packed, from the ``first`` on, which counts from 1: so many bytes
    from ``start`` on, to be read by whom the lot is handed to."""

    place: Place
    first: int
    start: int
    size: int

    @property
    def name(self) -> str:
        """What the lot is called in errors."""
        return f"{self.place.path} from line {self.first:,}"


class LineChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines of JSON Lines at a place, decompressed, from the ``first`` on, which counts from 1."""

    place: Place
    first: int
    data: bytes

    @property
    def name(self) -> str:
        """What the lot is called in errors."""
        return f"{self.place.path} from line {self.first:,}"


Chunk = FileChunk | RangeChunk | LineChunk
"""Whatever is read together; it can be part of a message."""


@dataclass(slots=True)
class ReadOutcome:
    """What is in a lot: its documents, and what was left out of it, noted on it, and odd in its rows."""

    documents: list[Document] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    odd: list[FieldProblem] = field(default_factory=list)


def read_chunk(lot: Chunk, fields: Mapping[str, str], own_ids: bool = False) -> ReadOutcome:
    """The documents of a lot, in their order; no bad input breaks it. With ``own_ids`` a row without an id is bad."""
    found = ReadOutcome()
    run = ReadContext(fields, found.skips.append, found.notes.append, found.odd.append, own_ids)
    for place, pieces, first in _inputs(lot):
        try:
            found.documents += READERS[place.suffix](pieces, place, run, first)
        except ReadError as error:
            found.skips.append(Skip(error.path, error.reason, error.line))
        finally:
            pieces.close()
    return found


def _inputs(lot: Chunk) -> Iterator[tuple[Place, Generator[bytes], int]]:
    """What is to be read of a lot: each place, the bytes of it, and the number of the line with which they begin."""
    match lot:
        case FileChunk():
            yield from ((place, decompressed(place), 1) for place in lot.places)
        case RangeChunk():
            yield lot.place, read_range(lot.place, lot.start, lot.size), lot.first
        case LineChunk():
            yield lot.place, _once(lot.data), lot.first


def _once(data: bytes) -> Generator[bytes]:
    yield data


def cut_chunks(
    places: Iterable[Place],
    stdin: BinaryIO | None,
    on_bytes: Callable[[int], object],
    prompt: bool,
    on_skip: Callable[[Skip], object],
) -> Iterator[Chunk]:
    """The lots of all places in their order. ``on_bytes`` hears of each place's ``size`` in the end.

    If it is to be ``prompt``, a lot of standard input is all lines that have come since the one before.
    """
    held: list[Place] = []
    for place in places:
        if place.suffix != ROWS:
            held.append(place)
            if len(held) == limits.LOT_FILES or sum(one.size for one in held) >= limits.LOT_FILE_BYTES:
                yield from _files(held, on_bytes)
            continue
        yield from _files(held, on_bytes)
        if not place.packing:
            yield from _stretches(place, on_bytes, on_skip)
            continue
        waits = prompt and place.file == STDIN.file
        pieces = _as_they_come(place, stdin, on_bytes) if waits else decompressed(place, stdin, on_bytes)
        try:
            yield from _lines(pieces, place, on_skip, waits)
        finally:
            pieces.close()
    yield from _files(held, on_bytes)


def _files(held: list[Place], on_bytes: Callable[[int], object]) -> Iterator[FileChunk]:
    if held:
        yield FileChunk(tuple(held))
        on_bytes(sum(place.size for place in held))
        held.clear()


def _stretches(
    place: Place, on_bytes: Callable[[int], object], on_skip: Callable[[Skip], object]
) -> Iterator[RangeChunk]:
    """The lines of a file that can be read again."""
    first = 1
    try:
        for start, size, feeds in byte_ranges(place, on_bytes):
            yield RangeChunk(place, first, start, size)
            first += feeds
    except ReadError as error:
        on_skip(Skip(error.path, error.reason, first))


def _as_they_come(place: Place, stdin: BinaryIO | None, on_bytes: Callable[[int], object]) -> Generator[bytes]:
    """Standard input, each time all that has come; ``on_bytes`` hears of it here, in the thread of who asks."""
    pieces = read_ahead(decompressed(place, unbuffered(stdin or sys.stdin.buffer)))
    with contextlib.closing(pieces):
        for piece in pieces:
            on_bytes(len(piece))
            yield piece


def _lines(
    pieces: Iterator[bytes], place: Place, on_skip: Callable[[Skip], object], prompt: bool
) -> Iterator[LineChunk]:
    """The lines of one place, if ``prompt`` as soon as one is whole. A line that is too long is left to the reader to
    refuse, but for most of its bytes."""
    held: list[bytes] = []
    first, size, wanted = 1, 0, limits.LOT_BYTES
    try:
        for piece in pieces:
            size += len(piece)
            held.append(piece)
            if size < wanted and not (prompt and b"\n" in piece):
                continue
            data = b"".join(held)
            end = data.rfind(b"\n") + 1
            if end:
                yield LineChunk(place, first, data[:end])
                first += line_feeds(data).size
            rest = data[end : end + limits.MAX_DOCUMENT_BYTES + 1]  # of a longer line, as much as tells that it is
            held, size, wanted = [rest], len(rest), max(limits.LOT_BYTES, 2 * len(rest))
    except ReadError as error:
        data = b"".join(held)
        end = data.rfind(b"\n") + 1
        if end:
            yield LineChunk(place, first, data[:end])
        on_skip(Skip(error.path, error.reason, first + data.count(b"\n")))
        return
    if size:
        yield LineChunk(place, first, b"".join(held))
