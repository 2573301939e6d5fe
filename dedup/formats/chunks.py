"""Places -> chunks of bytes, each as much as one process reads at a time; and a chunk -> its documents.

A chunk can be sent to another process: it names files or a byte range of a file, or holds bytes or columns, and needs
no other chunk.
"""

import contextlib
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns, columns_of_documents, merge_columns
from dedup.formats.files.cuts import LINES, Cut, cut_pieces
from dedup.formats.files.prefetch import read_ahead, unbuffered
from dedup.formats.files.stream import byte_ranges, decompressed, read_range
from dedup.formats.messages import SkipGroups
from dedup.formats.places import NO_HEAD, STDIN, FieldProblem, FileHead, Place, ReadContext
from dedup.formats.record import read_head
from dedup.formats.registry import FORMATS
from dedup.types import Note, Skip


class FileChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole files."""

    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        first, last = self.places[0].path, self.places[-1].path
        return first if first == last else f"{first} to {last}"


class RangeChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines of a file that is cut after line feeds and not packed, as ``size`` bytes from byte ``start``.

    ``first`` is the number of the first line, counted from 1. ``head`` is what the first lines of the file decided. The
    process that reads the chunk opens the file.
    """

    place: Place
    first: int
    start: int
    size: int
    head: FileHead = NO_HEAD

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


class DataChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole documents of a place, decompressed. ``first`` is the number of the first document or line, from 1.

    ``head`` is as in `RangeChunk`.
    """

    place: Place
    first: int
    data: bytes
    head: FileHead = NO_HEAD

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


class ColumnChunk(msgspec.Struct, frozen=True, tag=True):
    """Documents of a place that this process has read, for its format cannot be cut; and the reports on them."""

    place: Place
    columns: DocumentColumns
    skips: list[Skip]
    notes: list[Note]
    odd: list[FieldProblem]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path}, {self.columns.ids[0]}" if self.columns.ids else self.place.path


Chunk = FileChunk | RangeChunk | DataChunk | ColumnChunk
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


def read_chunk(
    chunk: Chunk, fields: Mapping[str, str], own_ids: bool = False, extractor: str = "trafilatura"
) -> ReadOutcome:
    """Read the documents of a chunk, in their order, while a caller takes them. Bad input becomes a skip.

    Args:
        chunk: what to read.
        fields: our names of fields -> the names in the rows.
        own_ids: skip a row that has no id of its own.
        extractor: the extractor of HTML pages.

    Returns:
        The outcome. Its columns raise `ImportError` if a library is missing that no extra of the distribution installs.
    """
    if isinstance(chunk, ColumnChunk):
        return ReadOutcome([chunk.columns], chunk.skips, chunk.notes, chunk.odd)
    outcome = ReadOutcome()
    head = NO_HEAD if isinstance(chunk, FileChunk) else chunk.head
    skips = SkipGroups(limits.MAX_SKIPS)
    report = skips.add, outcome.notes.append, outcome.odd.append
    context = ReadContext(fields, *report, own_ids, extractor, head)

    def read() -> Iterator[DocumentColumns]:
        try:
            for place, pieces, first in _open_inputs(chunk):
                yield from _read_place(place, pieces, first, context)
        finally:
            outcome.skips += skips.skips()

    outcome.columns = merge_columns(read())
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
            yield from reader.read(pieces, place, context, first)
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


def read_numbered(
    place: Place, context: ReadContext, on_bytes: Callable[[int], object]
) -> Iterator[tuple[list[str], list[int]]]:
    """Read one file of many documents in this process, batch by batch.

    Args:
        place: the file.
        context: the names of fields; takes reports. Its list ``numbers`` is emptied batch by batch.
        on_bytes: takes numbers of bytes that are read.

    Yields:
        The ids of the documents, and the numbers of their rows.
    """
    numbers = [] if context.numbers is None else context.numbers
    for columns in _read_place(place, decompressed(place, on_bytes=on_bytes), 1, context):
        count = len(columns.ids)
        yield columns.ids, numbers[:count]
        del numbers[:count]


def _open_inputs(chunk: FileChunk | RangeChunk | DataChunk) -> Iterator[tuple[Place, Generator[bytes], int]]:
    """Each place of a chunk, its decompressed bytes in pieces, and the number of their first line."""
    match chunk:
        case FileChunk():
            yield from ((place, decompressed(place), 1) for place in chunk.places)
        case RangeChunk():
            yield chunk.place, read_range(chunk.place, chunk.start, chunk.size), chunk.first
        case DataChunk():
            yield chunk.place, _one_piece(chunk.data), chunk.first


def _one_piece(data: bytes) -> Generator[bytes]:
    yield data


def cut_chunks(
    places: Iterable[Place],
    stdin: BinaryIO | None,
    on_bytes: Callable[[int], object],
    prompt: bool,
    fields: Mapping[str, str],
    own_ids: bool,
    on_skip: Callable[[Skip], object],
) -> Iterator[Chunk]:
    """Cut places into chunks, in the order of the places. A file that cannot be cut is read here, batch by batch.

    Args:
        places: the inputs.
        stdin: standard input; None for the process's own.
        on_bytes: takes numbers of bytes; in the end it has the ``size`` of each place.
        prompt: a chunk of standard input holds all lines that came since the chunk before, and waits for no more.
        fields: our names of fields -> the names in the rows.
        own_ids: skip a row that has no id of its own.
        on_skip: takes a place, or the end of a place, that cannot be read.
    """
    files: list[Place] = []
    for place in places:
        form = FORMATS[place.suffix]
        if not form.many:
            files.append(place)
            if len(files) == limits.CHUNK_FILES or sum(file.size for file in files) >= limits.CHUNK_FILE_BYTES:
                yield from _flush_files(files, on_bytes)
            continue
        yield from _flush_files(files, on_bytes)
        if form.cut is None:
            yield from read_in_order(place, stdin, fields, own_ids, on_bytes)
        elif form.cut is LINES and not place.packing:
            yield from _cut_ranges(place, fields, on_bytes, on_skip)
        else:
            waits = prompt and place.file == STDIN.file
            pieces = _pieces_of_stdin(place, stdin, on_bytes) if waits else decompressed(place, stdin, on_bytes)
            with contextlib.closing(pieces):
                yield from _cut_stream(pieces, place, form.cut, waits, fields, on_skip)
    yield from _flush_files(files, on_bytes)


def read_in_order(
    place: Place,
    stdin: BinaryIO | None,
    fields: Mapping[str, str],
    own_ids: bool,
    on_bytes: Callable[[int], object],
) -> Iterator[ColumnChunk]:
    """Read a file that cannot be cut in this process. Memory holds one batch of documents.

    The arguments are those of `cut_chunks`.
    """
    reports, read = ReadOutcome(), 0

    def count(size: int) -> None:
        nonlocal read
        read += size
        on_bytes(size)

    def chunk(columns: DocumentColumns) -> ColumnChunk:
        made = ColumnChunk(place, columns, reports.skips.copy(), reports.notes.copy(), reports.odd.copy())
        for messages in (reports.skips, reports.notes, reports.odd):
            messages.clear()
        return made

    report = reports.skips.append, reports.notes.append, reports.odd.append
    context = ReadContext(fields, *report, own_ids, on_bytes=count)
    yield from map(chunk, merge_columns(_read_place(place, decompressed(place, stdin, count), 1, context)))
    if reports.skips or reports.notes or reports.odd:
        yield chunk(columns_of_documents([]))
    on_bytes(max(0, place.size - read))


def _flush_files(files: list[Place], on_bytes: Callable[[int], object]) -> Iterator[FileChunk]:
    """Give the collected files as one chunk, and empty the list."""
    if files:
        yield FileChunk(tuple(files))
        on_bytes(sum(place.size for place in files))
        files.clear()


def _cut_ranges(
    place: Place, fields: Mapping[str, str], on_bytes: Callable[[int], object], on_skip: Callable[[Skip], object]
) -> Iterator[RangeChunk]:
    """Cut a file that can be opened again into byte ranges of whole lines."""
    first, head = 1, NO_HEAD
    try:
        for start, size, feeds in byte_ranges(place, on_bytes):
            if start and head is NO_HEAD:
                head = _read_head(place, b"".join(read_range(place, 0, min(start, limits.SNIFF_BYTES))), fields)
            yield RangeChunk(place, first, start, size, head)
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


def _cut_stream(
    pieces: Iterator[bytes],
    place: Place,
    cut: Cut,
    prompt: bool,
    fields: Mapping[str, str],
    on_skip: Callable[[Skip], object],
) -> Iterator[DataChunk]:
    """Cut the bytes of one place into chunks of whole documents; with ``prompt``, as soon as one document is whole."""
    head = NO_HEAD
    try:
        for first, data in cut_pieces(pieces, cut, prompt):
            yield DataChunk(place, first, data, head)
            if head is NO_HEAD:
                head = _read_head(place, data[: limits.SNIFF_BYTES], fields)
    except ReadError as error:
        on_skip(Skip(error.path, error.reason, error.line))


def _read_head(place: Place, data: bytes, fields: Mapping[str, str]) -> FileHead:
    """The decisions of the first rows of a file, whose first bytes are ``data``."""
    first_rows = FORMATS[place.suffix].first_rows
    return NO_HEAD if first_rows is None else read_head(first_rows(data), fields)
