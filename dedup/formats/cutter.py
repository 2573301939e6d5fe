"""Places -> chunks, in the order of the places. Files are cut by sizes; archives and standard input are read here."""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from msgspec.structs import replace

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.chunks import Chunk, ColumnChunk, DataChunk, FileChunk, MemberChunk, RangeChunk, read_in_order
from dedup.formats.files.names import PassedOver
from dedup.formats.files.stream import decompressed, read_whole
from dedup.formats.guard import skip_of
from dedup.formats.members import Input, members, prompt_pieces, sniffed_input
from dedup.formats.places import NO_HEAD, STDIN, Place, ReadOptions
from dedup.formats.registry import ARCHIVES, FORMATS, Format
from dedup.formats.surveys import ByteRange, RangeSurvey, Surveyor, head_of_bytes, survey_here
from dedup.types import Note, Skip


@dataclass(frozen=True, slots=True)
class CutContext:
    """The options and the callbacks with which all inputs of a run are cut.

    - ``options``: how rows and pages are read.
    - ``on_skip``: takes a place, or the end of a place, that cannot be read.
    - ``on_note``: takes the numbers of members of archives that are passed over.
    - ``on_bytes``: takes numbers of bytes; in the end it has the ``size`` of each place.
    - ``survey``: surveys the byte ranges of a file.
    - ``stdin``: standard input; None for the process's own.
    - ``prompt``: whether a chunk of standard input holds all lines that came since the chunk before, and waits for no
      more.
    """

    options: ReadOptions
    on_skip: Callable[[Skip], object]
    on_note: Callable[[Note], object]
    on_bytes: Callable[[int], object]
    survey: Surveyor = survey_here
    stdin: BinaryIO | None = None
    prompt: bool = False
    passed_over: PassedOver = field(default_factory=PassedOver)


def cut_chunks(places: Iterable[Place], context: CutContext) -> Iterator[Chunk]:
    """Cut places into chunks, in their order. This process reads a place that cannot be cut, batch by batch."""
    files: list[Place] = []
    size = 0
    for place in places:
        form = FORMATS.get(place.suffix)  # None for an archive, and for what the first bytes tell
        is_file = place.file != STDIN.file and _is_unicode(place.file)
        if is_file and form is not None and _is_read_whole(form, place):
            files.append(place)
            size += place.size
            if len(files) == limits.CHUNK_FILES or size >= limits.CHUNK_FILE_BYTES:
                yield from _flush_files(files, context)
                size = 0
            continue
        yield from _flush_files(files, context)
        size = 0
        if is_file and form is not None and form.splittable and not place.packing:
            yield from _cut_ranges(place, context)
        else:
            chunks = _cut_place(place, context)
            yield from chunks if _is_unicode(place.file) else map(_without_file_names, chunks)
    yield from _flush_files(files, context)
    context.passed_over.tell(context.on_note)


def is_cut_by_reading(place: Place) -> bool:
    """Whether `cut_chunks` reads a place from its beginning: an archive, a packed file of many documents, a pipe."""
    form = FORMATS.get(place.suffix)
    if place.file == STDIN.file or form is None or not _is_unicode(place.file):
        return True
    return not _is_read_whole(form, place) and (not form.splittable or bool(place.packing))


def _is_unicode(name: str) -> bool:
    """Whether the name of a file can be part of a message. The bytes of any other file are read in this process."""
    try:
        return bool(name.isascii() or name.encode())
    except UnicodeEncodeError:
        return False


def _without_file_names(chunk: Chunk) -> Chunk:
    """A chunk that holds its bytes or documents, with names to print in place of the names to open."""
    if isinstance(chunk, MemberChunk):
        return MemberChunk(tuple((replace(place, file=place.path), data) for place, data in chunk.members))
    if isinstance(chunk, (DataChunk, ColumnChunk)):
        return replace(chunk, place=replace(chunk.place, file=chunk.place.path))
    return chunk


def _is_read_whole(form: Format, place: Place) -> bool:
    """Whether one process reads a file with others: a file of one document, or a small file that need not be cut."""
    if form.splittable and not place.packing:
        return place.size <= min(limits.READ_BYTES, limits.CHUNK_BYTES)  # one piece of bytes
    is_cut = form.splittable or form.records is not None
    return not form.many or (not is_cut and place.size <= limits.CHUNK_FILE_BYTES)


def _flush_files(files: list[Place], context: CutContext) -> Iterator[FileChunk]:
    """Give the collected files as one chunk, and empty the list."""
    if files:
        yield FileChunk(tuple(files))
        context.on_bytes(sum(place.size for place in files))
        files.clear()


def _cut_ranges(place: Place, context: CutContext) -> Iterator[RangeChunk]:
    """Cut a file that can be opened again into byte ranges, by its size alone. Later growth of the file is not read."""
    step, fields = limits.CHUNK_BYTES, context.options.fields
    starts = range(0, place.size, step)
    before_last = (ByteRange(place, start, start + step, fields) for start in starts[:-1])
    surveys = context.survey(before_last)
    first, head, read = 1, NO_HEAD, 0
    try:
        for start in starts:
            end = min(start + step, place.size)
            survey = next(surveys, RangeSurvey())  # nothing needs that of the last range
            if survey.problem:
                context.on_skip(Skip(place.path, survey.problem, first if start else None))
                return
            context.on_bytes(end - start)
            read = end
            yield RangeChunk(place, first, start, end, head)
            first += survey.lines
            head = head if start else survey.head
    finally:
        context.on_bytes(place.size - read)


def _cut_place(place: Place, context: CutContext) -> Iterator[Chunk]:
    """Cut a place that is read once, from its beginning. In the end, all of its bytes are reported."""
    form, read = FORMATS.get(place.suffix), 0

    def count(size: int) -> None:
        nonlocal read
        read += size
        context.on_bytes(size)

    waits = context.prompt and place.file == STDIN.file
    resumes = form is not None and form.resumes
    bounds = context.options.limits
    pieces = (
        prompt_pieces(place, context.stdin, count, bounds)
        if waits
        else decompressed(place, context.stdin, count, resumes, bounds)
    )
    with contextlib.closing(pieces):
        try:
            yield from _cut_stream(place, pieces, context, count)
        except Exception as error:
            context.on_skip(skip_of(error, place.path))
    context.on_bytes(max(0, place.size - read))


def _cut_stream(
    place: Place, pieces: Generator[bytes], context: CutContext, on_bytes: Callable[[int], object]
) -> Iterator[Chunk]:
    """Cut the inputs in one place.

    Args:
        place: the place: standard input, an archive, or a file of many documents.
        pieces: its decompressed bytes.
        context: takes the reports.
        on_bytes: takes the bytes of a file that is opened by its name.

    Raises:
        ReadError: the place, or the end of it, cannot be read.
    """
    stream: Iterator[bytes] = pieces
    if place.suffix == STDIN.suffix:
        place, stream = sniffed_input(place, pieces)
    inputs: Iterator[Input] = iter([(place, stream)])
    if place.suffix in ARCHIVES:
        inputs = members(place, stream, on_bytes, context.on_skip, context.passed_over, context.options.limits)
    yield from _cut_inputs(inputs, place, context, on_bytes)


def _cut_inputs(
    inputs: Iterator[Input], whole: Place, context: CutContext, on_bytes: Callable[[int], object]
) -> Iterator[Chunk]:
    """Cut the inputs in one place by their formats. Inputs of one document are put together.

    Args:
        inputs: the inputs.
        whole: the place that holds the inputs.
        context: takes the reports.
        on_bytes: takes the bytes of a file that is opened by its name.

    Raises:
        ReadError: no more inputs can be read.
    """
    collected: list[tuple[Place, bytes]] = []
    size, damage = 0, None
    try:
        for place, pieces in inputs:
            form = FORMATS[place.suffix]
            if form.splittable:
                yield from _cut_lines(pieces, place, context)
            elif form.records is not None:
                yield from _cut_records(form.records(pieces, context.options.limits), place, context)
            elif form.many:
                yield from read_in_order(place, _closable(pieces), context.options, on_bytes)
            else:
                data = _read_member(pieces, place, whole, context)
                size += len(data or b"")
                collected += [] if data is None else [(place, data)]
                if size >= limits.CHUNK_BYTES or len(collected) == limits.CHUNK_FILES:
                    yield MemberChunk(tuple(collected))
                    collected, size = [], 0
    except Exception as error:
        damage = error
    if collected:
        yield MemberChunk(tuple(collected))
    if damage is not None:
        raise damage


def _closable(pieces: Iterator[bytes]) -> Generator[bytes]:
    yield from pieces


def _read_member(pieces: Iterator[bytes], place: Place, whole: Place, context: CutContext) -> bytes | None:
    """All bytes of a member of one document; None for a member that cannot be read.

    Args:
        pieces: its bytes.
        place: the member.
        whole: the place that holds the member.
        context: takes the skip.

    Raises:
        ReadError: the place cannot be read on.
    """
    try:
        return read_whole(pieces, place, context.options.limits)
    except Exception as error:
        if isinstance(error, ReadError) and error.path == whole.path:
            raise
        context.on_skip(skip_of(error, place.path))
        return None


def _cut_records(records: Iterator[bytes], place: Place, context: CutContext) -> Iterator[DataChunk]:
    """Put the records of one place together to chunks."""
    collected: list[bytes] = []
    first, size = 1, 0
    try:
        for record in records:
            collected.append(record)
            size += len(record)
            if size >= limits.CHUNK_BYTES:
                yield DataChunk(place, first, b"".join(collected))
                first, size = first + len(collected), 0
                collected.clear()
    except Exception as error:
        context.on_skip(skip_of(error, place.path, first + len(collected)))
    if collected:
        yield DataChunk(place, first, b"".join(collected))


def _cut_lines(pieces: Iterator[bytes], place: Place, context: CutContext) -> Iterator[DataChunk]:
    """Cut the bytes of one place into chunks of whole lines. If the run is prompt, one whole line is enough.

    A line that is longer than a document may be is cut just above that size. The reader refuses the line.
    """
    prompt = context.prompt and place.file == STDIN.file
    pending: list[bytes] = []
    first, size, goal, head = 1, 0, limits.CHUNK_BYTES, NO_HEAD
    try:
        for piece in pieces:
            size += len(piece)
            pending.append(piece)
            if size < goal and not (prompt and b"\n" in piece):
                continue
            data = b"".join(pending)
            end = data.rfind(b"\n") + 1
            if end:
                yield DataChunk(place, first, data[:end], head)
                first += data.count(b"\n")
                if head is NO_HEAD:
                    head = head_of_bytes(place, data[: min(end, limits.SNIFF_BYTES)], context.options.fields)
            begun = data[
                end : end + context.options.limits.document_bytes + 1
            ]  # enough for the reader to see a line too long
            pending, size, goal = [begun], len(begun), max(limits.CHUNK_BYTES, 2 * len(begun))
    except Exception as error:
        data = b"".join(pending)
        end = data.rfind(b"\n") + 1
        if end:
            yield DataChunk(place, first, data[:end], head)
        context.on_skip(skip_of(error, place.path, first + data.count(b"\n")))
        return
    if size:
        yield DataChunk(place, first, b"".join(pending), head)
