"""Places -> chunks of bytes, each as much as one process reads at a time; and a chunk -> its documents.

A chunk can be sent to another process: it names files or a byte range of a file, or holds lines, and needs no other
chunk.
"""

import contextlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns, merge_columns
from dedup.formats.document_ids import name_files
from dedup.formats.files.prefetch import read_ahead, unbuffered
from dedup.formats.files.stream import byte_ranges, decompressed, line_feeds, read_range
from dedup.formats.places import STDIN, FieldProblem, Place, ReadContext
from dedup.formats.registry import FORMATS
from dedup.types import IdRule, Note, Skip


class FileChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole files."""

    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        first, last = self.places[0].path, self.places[-1].path
        return first if first == last else f"{first} to {last}"


class RangeChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines of a file that is splittable and not packed, as ``size`` bytes from byte ``start``.

    ``first`` is the number of the first line, counted from 1. The process that reads the chunk opens the file.
    """

    place: Place
    first: int
    start: int
    size: int

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


class LineChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines of a place, decompressed. ``first`` is the number of the first line, counted from 1."""

    place: Place
    first: int
    data: bytes

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


Chunk = FileChunk | RangeChunk | LineChunk
"""Bytes that one process reads together. A chunk can be part of a message."""


@dataclass(slots=True)
class ReadOutcome:
    """The result of reading a chunk.

    - ``columns``: the documents, batch by batch. A file is read while a caller takes them, which can be done once.
    - ``skips``, ``notes``: the reports. They are complete after the last batch.
    - ``odd``: the values that cannot be used. They are complete after the last batch.
    """

    columns: Iterable[DocumentColumns] = ()
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    odd: list[FieldProblem] = field(default_factory=list)


def read_chunk(chunk: Chunk, fields: Mapping[str, str], ids: IdRule | None = None) -> ReadOutcome:
    """Read the documents of a chunk, in their order, while a caller takes them. Bad input becomes a skip.

    Args:
        chunk: what to read.
        fields: our names of fields -> the names in the rows.
        ids: how the index that the documents go to names a document without an id; None outside an index.

    Returns:
        The outcome. Its columns raise `ImportError` if a library is missing that no extra of the distribution installs.
    """
    outcome = ReadOutcome()
    context = ReadContext(fields, outcome.skips.append, outcome.notes.append, outcome.odd.append, ids)
    outcome.columns = merge_columns(
        columns
        for place, pieces, first in _open_inputs(chunk)
        for columns in _read_place(place, pieces, first, context)
    )
    return outcome


def _read_place(place: Place, pieces: Generator[bytes], first: int, context: ReadContext) -> Iterator[DocumentColumns]:
    """Read the documents of one place by the reader of its format. All readers are entered here.

    Any error of a reader or of its library is a skip, and the documents before the error are given.

    Args:
        place: the input.
        pieces: its decompressed bytes.
        first: the number of their first line.
        context: takes the reports.
    """
    reader = FORMATS[place.suffix]
    with contextlib.closing(pieces):
        try:
            for columns in reader.read(pieces, place, context, first):
                yield columns if reader.many else name_files(context.ids, columns)
        except ReadError as error:
            context.on_skip(Skip(error.path, error.reason, error.line))
        except MemoryError:
            raise
        except ImportError as error:
            if not reader.extra:
                raise
            reason = f"needs a library that is missing ({error}); run pip install 'news-dedup[{reader.extra}]'"
            context.on_skip(Skip(place.path, reason))
        except Exception as error:
            reason = f"stops its reader ({type(error).__name__}: {error}); repair the file, or leave it out"
            context.on_skip(Skip(place.path, reason))


def _open_inputs(chunk: Chunk) -> Iterator[tuple[Place, Generator[bytes], int]]:
    """Each place of a chunk, its decompressed bytes in pieces, and the number of their first line."""
    match chunk:
        case FileChunk():
            yield from ((place, decompressed(place), 1) for place in chunk.places)
        case RangeChunk():
            yield chunk.place, read_range(chunk.place, chunk.start, chunk.size), chunk.first
        case LineChunk():
            yield chunk.place, _one_piece(chunk.data), chunk.first


def _one_piece(data: bytes) -> Generator[bytes]:
    yield data


def cut_chunks(
    places: Iterable[Place],
    stdin: BinaryIO | None,
    on_bytes: Callable[[int], object],
    prompt: bool,
    on_skip: Callable[[Skip], object],
) -> Iterator[Chunk]:
    """Cut places into chunks, in the order of the places.

    Args:
        places: the inputs.
        stdin: standard input; None for the process's own.
        on_bytes: takes numbers of bytes; in the end it has the ``size`` of each place.
        prompt: a chunk of standard input holds all lines that came since the chunk before, and waits for no more.
        on_skip: takes a place, or the end of a place, that cannot be read.
    """
    files: list[Place] = []
    for place in places:
        if not FORMATS[place.suffix].splittable:
            files.append(place)
            if len(files) == limits.CHUNK_FILES or sum(file.size for file in files) >= limits.CHUNK_FILE_BYTES:
                yield from _flush_files(files, on_bytes)
            continue
        yield from _flush_files(files, on_bytes)
        if not place.packing:
            yield from _cut_ranges(place, on_bytes, on_skip)
            continue
        waits = prompt and place.file == STDIN.file
        pieces = _pieces_of_stdin(place, stdin, on_bytes) if waits else decompressed(place, stdin, on_bytes)
        try:
            yield from _cut_lines(pieces, place, on_skip, waits)
        finally:
            pieces.close()
    yield from _flush_files(files, on_bytes)


def _flush_files(files: list[Place], on_bytes: Callable[[int], object]) -> Iterator[FileChunk]:
    """Give the collected files as one chunk, and empty the list."""
    if files:
        yield FileChunk(tuple(files))
        on_bytes(sum(place.size for place in files))
        files.clear()


def _cut_ranges(
    place: Place, on_bytes: Callable[[int], object], on_skip: Callable[[Skip], object]
) -> Iterator[RangeChunk]:
    """Cut a file that can be opened again into byte ranges of whole lines."""
    first = 1
    try:
        for start, size, feeds in byte_ranges(place, on_bytes):
            yield RangeChunk(place, first, start, size)
            first += feeds
    except ReadError as error:
        on_skip(Skip(error.path, error.reason, first))


def _pieces_of_stdin(place: Place, stdin: BinaryIO | None, on_bytes: Callable[[int], object]) -> Generator[bytes]:
    """Standard input in pieces; each piece is all that has come. The caller's thread calls ``on_bytes``."""
    pieces = read_ahead(decompressed(place, unbuffered(stdin or sys.stdin.buffer)))
    with contextlib.closing(pieces):
        for piece in pieces:
            on_bytes(len(piece))
            yield piece


def _cut_lines(
    pieces: Iterator[bytes], place: Place, on_skip: Callable[[Skip], object], prompt: bool
) -> Iterator[LineChunk]:
    """Cut the bytes of one place into chunks of whole lines; with ``prompt``, as soon as one line is whole.

    A line above ``limits.MAX_DOCUMENT_BYTES`` is cut just above that size. The reader refuses the line.
    """
    pending: list[bytes] = []
    first, size, goal = 1, 0, limits.CHUNK_BYTES
    try:
        for piece in pieces:
            size += len(piece)
            pending.append(piece)
            if size < goal and not (prompt and b"\n" in piece):
                continue
            data = b"".join(pending)
            end = data.rfind(b"\n") + 1
            if end:
                yield LineChunk(place, first, data[:end])
                first += line_feeds(data).size
            begun = data[end : end + limits.MAX_DOCUMENT_BYTES + 1]  # enough for the reader to see a line too long
            pending, size, goal = [begun], len(begun), max(limits.CHUNK_BYTES, 2 * len(begun))
    except ReadError as error:
        data = b"".join(pending)
        end = data.rfind(b"\n") + 1
        if end:
            yield LineChunk(place, first, data[:end])
        on_skip(Skip(error.path, error.reason, first + data.count(b"\n")))
        return
    if size:
        yield LineChunk(place, first, b"".join(pending))
