"""Places -> chunks of bytes, each as much as one process reads at a time; and a chunk -> its documents.

A chunk can be sent to another process: it names files or a byte range of a file, or holds bytes or columns, and needs
no other chunk. `dedup.formats.cutter` makes the chunks.
"""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from dedup.formats.columns import DocumentColumns, columns_of_documents, merge_columns
from dedup.formats.files.ranges import read_range
from dedup.formats.files.stream import decompressed
from dedup.formats.guard import skip_of
from dedup.formats.ids.documents import name_file
from dedup.formats.messages import SkipGroups
from dedup.formats.places import NO_HEAD, FieldProblem, FileHead, Place, ReadContext, ReadOptions
from dedup.formats.registry import FORMATS
from dedup.settings import InputLimits
from dedup.types import Note, Skip
from dedup.version import DISTRIBUTION


class FileChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole files."""

    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        first, last = self.places[0].path, self.places[-1].path
        return first if first == last else f"{first} to {last}"


class RangeChunk(msgspec.Struct, frozen=True, tag=True):
    """The lines of a file that begin in the bytes from ``start`` up to ``end``. The file is not packed.

    ``first`` is the number of the first line, counted from 1. ``head`` is what the first lines of the file decided. The
    process that reads the chunk opens the file.
    """

    place: Place
    first: int
    start: int
    end: int
    head: FileHead = NO_HEAD

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path} from line {self.first:,}"


class DataChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole lines or records of a place, decompressed. ``first`` is the number of the first one, from 1.

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


class MemberChunk(msgspec.Struct, frozen=True, tag=True):
    """Whole members of an archive, or all of standard input: the place of each, and its bytes, decompressed."""

    members: tuple[tuple[Place, bytes], ...]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        first, last = self.members[0][0].path, self.members[-1][0].path
        return first if first == last else f"{first} to {last}"


class ColumnChunk(msgspec.Struct, frozen=True, tag=True):
    """Documents that this process has read, because their place cannot be cut; and the reports on them."""

    place: Place
    columns: DocumentColumns
    skips: list[Skip]
    notes: list[Note]
    odd: list[FieldProblem]

    @property
    def name(self) -> str:
        """The name of the chunk in errors."""
        return f"{self.place.path}, {self.columns.ids[0]}" if self.columns.ids else self.place.path


Chunk = FileChunk | RangeChunk | DataChunk | MemberChunk | ColumnChunk
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


def read_chunk(chunk: Chunk, options: ReadOptions) -> ReadOutcome:
    """Read the documents of a chunk, in their order, while a caller takes them. Bad input becomes a skip.

    Args:
        chunk: what to read.
        options: how rows and pages are read.

    Returns:
        The outcome. Its columns raise `ImportError` if a library is missing that no extra of the distribution installs.
    """
    if isinstance(chunk, ColumnChunk):
        return ReadOutcome([chunk.columns], chunk.skips, chunk.notes, chunk.odd)
    outcome = ReadOutcome()
    head = chunk.head if isinstance(chunk, (RangeChunk, DataChunk)) else NO_HEAD
    skips = SkipGroups(options.limits.skips, options.limits.skips)
    context = ReadContext(options, skips.add, outcome.notes.append, outcome.odd.append, head)

    def read() -> Iterator[DocumentColumns]:
        try:
            for place, pieces, first in _open_inputs(chunk, options.limits):
                yield from read_place(place, pieces, first, context)
        finally:
            outcome.skips += skips.skips()

    outcome.columns = merge_columns(read())
    return outcome


def read_place(place: Place, pieces: Generator[bytes], first: int, context: ReadContext) -> Iterator[DocumentColumns]:
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
                yield columns if reader.many else name_file(context.ids, place, columns)
        except ImportError as error:
            if not reader.extra:
                raise
            reason = f"needs a library that is missing ({error}); run pip install '{DISTRIBUTION}[{reader.extra}]'"
            context.on_skip(Skip(place.path, reason))
        except Exception as error:
            context.on_skip(skip_of(error, place.path))


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
    for columns in read_place(place, decompressed(place, on_bytes=on_bytes, bounds=context.limits), 1, context):
        count = len(columns.ids)
        yield columns.ids, numbers[:count]
        del numbers[:count]


def read_in_order(
    place: Place, pieces: Generator[bytes], options: ReadOptions, on_bytes: Callable[[int], object]
) -> Iterator[ColumnChunk]:
    """Read an input that cannot be cut in this process. Memory holds one batch of documents.

    Args:
        place: the input.
        pieces: its decompressed bytes.
        options: how rows are read.
        on_bytes: takes the numbers of bytes that a reader has read of a file that it opens itself.
    """
    reports = ReadOutcome()

    def chunk(columns: DocumentColumns) -> ColumnChunk:
        made = ColumnChunk(place, columns, reports.skips.copy(), reports.notes.copy(), reports.odd.copy())
        for messages in (reports.skips, reports.notes, reports.odd):
            messages.clear()
        return made

    report = reports.skips.append, reports.notes.append, reports.odd.append
    context = ReadContext(options, *report, on_bytes=on_bytes)
    yield from map(chunk, merge_columns(read_place(place, pieces, 1, context)))
    if reports.skips or reports.notes or reports.odd:
        yield chunk(columns_of_documents([]))


def _open_inputs(
    chunk: FileChunk | RangeChunk | DataChunk | MemberChunk, bounds: InputLimits
) -> Iterator[tuple[Place, Generator[bytes], int]]:
    """Each place of a chunk, its decompressed bytes in pieces, and the number of their first line."""
    match chunk:
        case FileChunk():
            yield from ((place, decompressed(place, bounds=bounds), 1) for place in chunk.places)
        case RangeChunk():
            yield chunk.place, read_range(chunk.place, chunk.start, chunk.end, bounds), chunk.first
        case DataChunk():
            yield chunk.place, _one_piece(chunk.data), chunk.first
        case MemberChunk():
            yield from ((place, _one_piece(data), 1) for place, data in chunk.members)


def _one_piece(data: bytes) -> Generator[bytes]:
    yield data
