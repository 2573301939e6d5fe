"""Places -> chunks of bytes, each as much as one process reads at a time; and a chunk -> its documents.

A chunk can be sent to another process: it names files or a byte range, or holds bytes, and needs no other chunk.
"""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns, merge_columns
from dedup.formats.files.names import PassedOver
from dedup.formats.files.stream import byte_ranges, decompressed, line_feeds, read_range, read_whole
from dedup.formats.members import Input, members, prompt_pieces, sniffed_input
from dedup.formats.places import STDIN, FieldProblem, Place, ReadContext
from dedup.formats.registry import ARCHIVES, FORMATS
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
    """Whole lines or records of a place, decompressed. ``first`` is the number of the first one, counted from 1."""

    place: Place
    first: int
    data: bytes

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


class MemberChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole members of an archive, or all of standard input: the place of each, and its bytes, decompressed."""

    members: tuple[tuple[Place, bytes], ...]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        first, last = self.members[0][0].path, self.members[-1][0].path
        return first if first == last else f"{first} to {last}"


Chunk = FileChunk | RangeChunk | LineChunk | MemberChunk
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


def read_chunk(chunk: Chunk, fields: Mapping[str, str], own_ids: bool = False) -> ReadOutcome:
    """Read the documents of a chunk, in their order, while a caller takes them. Bad input becomes a skip.

    Args:
        chunk: what to read.
        fields: our names of fields -> the names in the rows.
        own_ids: skip a row that has no id of its own.

    Returns:
        The outcome. Its columns raise `ImportError` if a library is missing that no extra of the distribution installs.
    """
    outcome = ReadOutcome()
    context = ReadContext(fields, outcome.skips.append, outcome.notes.append, outcome.odd.append, own_ids)
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


def _open_inputs(chunk: Chunk) -> Iterator[tuple[Place, Generator[bytes], int]]:
    """Each place of a chunk, its decompressed bytes in pieces, and the number of their first line."""
    match chunk:
        case FileChunk():
            yield from ((place, decompressed(place, resume=FORMATS[place.suffix].resumes), 1) for place in chunk.places)
        case RangeChunk():
            yield chunk.place, read_range(chunk.place, chunk.start, chunk.size), chunk.first
        case LineChunk():
            yield chunk.place, _one_piece(chunk.data), chunk.first
        case MemberChunk():
            yield from ((place, _one_piece(data), 1) for place, data in chunk.members)


def _one_piece(data: bytes) -> Generator[bytes]:
    yield data


def cut_chunks(
    places: Iterable[Place],
    stdin: BinaryIO | None,
    on_bytes: Callable[[int], object],
    prompt: bool,
    on_note: Callable[[Note], object],
    on_skip: Callable[[Skip], object],
) -> Iterator[Chunk]:
    """Cut places into chunks, in the order of the places.

    Args:
        places: the inputs.
        stdin: standard input; None for the process's own.
        on_bytes: takes numbers of bytes; in the end it has the ``size`` of each place.
        prompt: a chunk of standard input holds all lines that came since the chunk before, and waits for no more.
        on_note: takes the numbers of members of archives that are passed over.
        on_skip: takes a place, or the end of a place, that cannot be read.
    """
    files: list[Place] = []
    passed_over = PassedOver()
    for place in places:
        format = FORMATS.get(place.suffix)  # None for an archive, and for what the first bytes tell
        if format is not None and place.file != STDIN.file and not format.splittable and format.records is None:
            files.append(place)
            if len(files) == limits.CHUNK_FILES or sum(file.size for file in files) >= limits.CHUNK_FILE_BYTES:
                yield from _flush_files(files, on_bytes)
            continue
        yield from _flush_files(files, on_bytes)
        if format is not None and format.splittable and not place.packing:
            yield from _cut_ranges(place, on_bytes, on_skip)
            continue
        waits = prompt and place.file == STDIN.file
        resumes = format is not None and format.resumes
        pieces = prompt_pieces(place, stdin, on_bytes) if waits else decompressed(place, stdin, on_bytes, resumes)
        try:
            yield from _cut_stream(place, pieces, waits, on_bytes, on_skip, passed_over)
        except ReadError as error:
            on_skip(Skip(error.path, error.reason, error.line))
        finally:
            pieces.close()
    yield from _flush_files(files, on_bytes)
    passed_over.tell(on_note)


def _cut_stream(
    place: Place,
    pieces: Generator[bytes],
    prompt: bool,
    on_bytes: Callable[[int], object],
    on_skip: Callable[[Skip], object],
    passed_over: PassedOver,
) -> Iterator[Chunk]:
    """Cut an input that is read once, from its beginning: standard input, an archive, or packed lines.

    Args:
        place: the input.
        pieces: its decompressed bytes.
        prompt: as in `cut_chunks`.
        on_bytes: takes the bytes of a zip in a file.
        on_skip: takes what cannot be read.
        passed_over: counts the members of an archive that are no documents.

    Raises:
        ReadError: the input, or the end of it, cannot be read.
    """
    stream: Iterator[bytes] = pieces
    if place.suffix == STDIN.suffix:
        place, stream = sniffed_input(place, pieces)
    is_archive = place.suffix in ARCHIVES
    inputs = members(place, stream, on_bytes, on_skip, passed_over) if is_archive else iter([(place, stream)])
    yield from _cut_inputs(inputs, place, prompt, on_skip)


def _cut_inputs(
    inputs: Iterator[Input], whole: Place, prompt: bool, on_skip: Callable[[Skip], object]
) -> Iterator[Chunk]:
    """Cut the inputs in one place: lines by size, others whole and together.

    Args:
        inputs: the inputs.
        whole: the place that holds them.
        prompt: as in `cut_chunks`.
        on_skip: takes an input that cannot be read.

    Raises:
        ReadError: no more inputs can be read.
    """
    collected: list[tuple[Place, bytes]] = []
    size, damage = 0, None
    try:
        for place, pieces in inputs:
            format = FORMATS[place.suffix]
            if format.splittable:
                yield from _cut_lines(pieces, place, on_skip, prompt)
                continue
            if format.records is not None:
                yield from _cut_records(format.records(pieces), place, on_skip)
                continue
            try:
                collected.append((place, read_whole(pieces, place, limits.MAX_DOCUMENT_BYTES)))
            except ReadError as error:
                if error.path == whole.path:
                    raise
                on_skip(Skip(error.path, error.reason, error.line))
                continue
            size += len(collected[-1][1])
            if size >= limits.CHUNK_BYTES or len(collected) == limits.CHUNK_FILES:
                yield MemberChunk(tuple(collected))
                collected, size = [], 0
    except ReadError as error:
        damage = error
    if collected:
        yield MemberChunk(tuple(collected))
    if damage is not None:
        raise damage


def _cut_records(records: Iterator[bytes], place: Place, on_skip: Callable[[Skip], object]) -> Iterator[LineChunk]:
    """Put the records of one place together to chunks."""
    collected: list[bytes] = []
    first, size = 1, 0
    try:
        for record in records:
            collected.append(record)
            size += len(record)
            if size >= limits.CHUNK_BYTES:
                yield LineChunk(place, first, b"".join(collected))
                first, size = first + len(collected), 0
                collected.clear()
    except ReadError as error:
        on_skip(Skip(error.path, error.reason, first + len(collected)))
    if collected:
        yield LineChunk(place, first, b"".join(collected))


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
