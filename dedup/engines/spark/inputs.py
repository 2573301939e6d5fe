"""Inputs on executors: files and byte ranges that the driver has listed, or the rows of a frame, to documents.

The driver lists files and cuts them by their sizes. It reads no data of them. An executor opens the file, reads it,
extracts the text of pages, and gives the table of documents, skips and notes. An archive or a packed file of many
documents is one task, because it can only be read from its beginning.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.structs import replace
from pyspark import TaskContext

from dedup.core.arrays.tables import I64, TEXT, Lists, Schema, Table
from dedup.core.arrays.workspace import Workspace
from dedup.core.stages.schemas import DOCUMENTS
from dedup.engines.plan.documents import read_documents
from dedup.engines.spark.errors import naming_errors
from dedup.engines.spark.storage.packets import Packet, StoredPacket, packets_of
from dedup.engines.spark.tasks import Task, check_versions
from dedup.engines.stages.collection import note_repairs
from dedup.errors import InputError
from dedup.formats import ProblemGroups, ReadOutcome, discover
from dedup.formats.arrow_columns import check_columns, columns_of_batch
from dedup.formats.chunks import FileChunk, RangeChunk, read_chunk
from dedup.formats.cutter import CutContext, cut_chunks, is_cut_by_reading
from dedup.formats.files.names import PassedOver
from dedup.formats.files.remote import is_address, list_address
from dedup.formats.places import STDIN, FieldProblem, Place, ReadContext, ReadOptions, no_events
from dedup.formats.record import keys_of_fields
from dedup.formats.registry import UNKNOWN, suffixes
from dedup.formats.surveys import ByteRange, RangeSurvey, Surveyor, survey_range
from dedup.settings import Settings
from dedup.types import Note, Skip

SKIPPED: Final[Schema] = {"place": I64, "path": TEXT, "line": I64, "reason": TEXT, "count": I64}
"""Inputs that are not read. ``line`` is 0 where it is unknown."""

NOTES: Final[Schema] = {"place": I64, "notes": TEXT}
"""Notes on what one call has read, as JSON of `ChunkNotes`."""

READ: Final[tuple[Schema, ...]] = (DOCUMENTS, SKIPPED, NOTES)
"""The tables of a job that reads."""

CHUNK_BITS: Final = 14
"""Bits of the number of a chunk among those of one input."""

NAME: Final = "read"
"""The name of the stage that reads."""

_DOCUMENTS_TAG, _SKIPPED_TAG, _NOTES_TAG = range(3)
"""The tags of the tables that a task of reading gives."""


class StreamChunk(msgspec.Struct, frozen=True, tag=True):
    """A place that an executor cuts while it reads it."""

    place: Place


Input = FileChunk | RangeChunk | StreamChunk
"""Files, a byte range, or a place: one executor reads them together."""


class ChunkNotes(msgspec.Struct, frozen=True):
    """Notes and problems of values in one chunk, and how many texts were repaired, by the kind of the repair."""

    notes: list[Note]
    odd: list[FieldProblem]
    repairs: dict[str, int]


@dataclass
class ListedInputs:
    """The inputs of a job, as the driver lists them.

    - ``inputs``: what executors read, in the order of the places.
    - ``skips``, ``notes``: what the driver has passed over.
    """

    inputs: list[Input] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def list_inputs(
    places: Sequence[Place],
    options: ReadOptions,
    survey_all: Callable[[Sequence[ByteRange]], Sequence[RangeSurvey]],
) -> ListedInputs:
    """Cut places into what executors read.

    Args:
        places: the places, as `discover` finds them.
        options: how rows are read.
        survey_all: counts the lines of byte ranges on executors.
    """
    ranges: list[ByteRange] = []

    def note_ranges(of_file: Iterator[ByteRange]) -> Iterator[RangeSurvey]:
        for byte_range in of_file:
            ranges.append(byte_range)
            yield RangeSurvey()

    _cut(places, options, note_ranges)
    surveys = iter(survey_all(ranges) if ranges else ())
    # All surveys of a file are taken, also those behind a range that cannot be read.
    return _cut(places, options, lambda of_file: iter([next(surveys) for _ in of_file]))


def find_places(
    paths: Sequence[str], on_skip: Callable[[Skip], object], on_note: Callable[[Note], object]
) -> list[Place]:
    """Find the files that paths and addresses name; those at addresses come last.

    Args:
        paths: files, folders, and addresses of them.
        on_skip: takes each path that cannot be read.
        on_note: takes the numbers of files that are passed over.
    """
    local = [path for path in paths if not is_address(path)]
    places = discover(local, on_skip=on_skip, on_note=on_note) if local else []
    passed_over = PassedOver()
    for path in filter(is_address, paths):
        try:
            files = list_address(path)
        except OSError as error:
            on_skip(Skip(path, f"cannot be listed: {error}"))
            continue
        for file in files:
            kinds = suffixes(file.address)
            if kinds is None:
                passed_over.add(file.address, UNKNOWN)
            else:
                places.append(Place(file.address, file.address, file.below, *kinds, file.size))
    passed_over.tell(on_note)
    return places


def _cut(places: Iterable[Place], options: ReadOptions, survey: Surveyor) -> ListedInputs:
    listed = ListedInputs()
    context = CutContext(options, listed.skips.append, listed.notes.append, no_events, survey)
    for streamed, group in groupby(places, is_cut_by_reading):
        if not streamed:
            chunks = cut_chunks(map(_from_anywhere, group), context)
            listed.inputs += (chunk for chunk in chunks if isinstance(chunk, (FileChunk, RangeChunk)))
            continue
        for place in map(_from_anywhere, group):
            if place.file == STDIN.file:
                listed.skips.append(Skip(place.path, "cannot be read by executors; give files"))
            elif not place.file.isprintable():
                listed.skips.append(Skip(place.path, "has a name that cannot be sent; rename it"))
            else:
                listed.inputs.append(StreamChunk(place))
    return listed


def _from_anywhere(place: Place) -> Place:
    """Return a place whose file opens from any working directory. Its id and its path stay."""
    if place.file == STDIN.file or is_address(place.file):
        return place
    return replace(place, file=str(Path(place.file).absolute()))


INPUT_COLUMNS: Final = "number bigint, part int, data binary"
"""The columns of what executors read: the number in the order of input, the part, and the input."""


def input_rows(inputs: Sequence[Input], parts: int) -> list[tuple[int, int, bytes]]:
    """Return inputs as rows of Spark, in parts."""
    encode = msgspec.msgpack.encode
    return [(number, number % parts, encode(item)) for number, item in enumerate(inputs)]


@dataclass(frozen=True)
class SurveyTask:
    """Counts the lines of byte ranges. Its rows are those of `INPUT_COLUMNS`; it gives them with the survey as data."""

    versions: str

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Survey the ranges in batches."""
        check_versions(self.versions)
        for batch in batches:
            ranges = [msgspec.msgpack.decode(data, type=ByteRange) for data in batch.column("data").to_pylist()]
            data = [msgspec.msgpack.encode(survey_range(byte_range)) for byte_range in ranges]
            yield pa.RecordBatch.from_arrays(
                [batch.column("number"), batch.column("part"), pa.array(data, pa.binary())], batch.schema.names
            )


@dataclass(frozen=True)
class ReadTask:
    """Reads inputs: rows of `INPUT_COLUMNS` to packets of the tables `READ`.

    - ``settings``: the settings of the job.
    - ``options``: how rows are read.
    """

    settings: Settings
    options: ReadOptions

    def packets_of(self, rows: Iterator[pa.RecordBatch]) -> Iterator[Packet]:
        """Read the inputs in batches."""
        workspace = Workspace()
        for batch in rows:
            for number, data in zip(batch.column("number").to_pylist(), batch.column("data").to_pylist(), strict=True):
                item: Input = msgspec.msgpack.decode(data, type=Input)
                for within, outcome in enumerate(self._outcomes(item)):
                    if within >> CHUNK_BITS:
                        raise OverflowError(f"{item!r} is too large for one task: give it in several files")
                    chunk = (number << CHUNK_BITS) + within
                    with naming_errors(NAME, number):
                        yield from read_packets(outcome, chunk, self.settings, workspace)

    def _outcomes(self, item: Input) -> Iterator[ReadOutcome]:
        """Yield what is read of an input, chunk by chunk."""
        if not isinstance(item, StreamChunk):
            yield read_chunk(item, self.options)
            return
        reports = ReadOutcome()
        context = CutContext(self.options, reports.skips.append, reports.notes.append, no_events)
        for chunk in cut_chunks([item.place], context):
            yield read_chunk(chunk, self.options)
        yield reports


@dataclass(frozen=True)
class FrameTask:
    """Reads the rows of a frame: to packets of the tables `READ`.

    - ``settings``, ``options``: as in `ReadTask`.
    """

    settings: Settings
    options: ReadOptions

    def packets_of(self, rows: Iterator[pa.RecordBatch]) -> Iterator[Packet]:
        """Read the rows in batches."""
        context = TaskContext.get()
        partition = context.partitionId() if context else 0
        name, first, workspace = f"rows of part {partition}", 1, Workspace()
        place = Place(name, name, f"part-{partition}", ".parquet")
        options = replace(self.options, ids="own")
        for within, batch in enumerate(rows):
            outcome = ReadOutcome()
            reader = ReadContext(options, outcome.skips.append, outcome.notes.append, outcome.odd.append)
            outcome.columns = columns_of_batch(batch, place, reader, first)
            with naming_errors(NAME, partition):
                yield from read_packets(outcome, (partition << CHUNK_BITS) + within, self.settings, workspace)
            first += batch.num_rows


@dataclass(frozen=True)
class NotesTask(Task):
    """Makes one packet of the notes of all chunks: one note a kind of problem. Its input is the table `NOTES`."""

    def packets(self, packets: Iterator[StoredPacket]) -> Iterator[Packet]:
        """Yield the notes as JSON in one row."""
        (table,) = self.join(list(packets))
        notes: dict[Note, None] = {}
        problems, repairs = ProblemGroups(), Counter[str]()
        for text in table.take(table["place"].argsort(kind="stable")).lists("notes").texts():
            chunk = msgspec.json.decode(text, type=ChunkNotes)
            notes |= dict.fromkeys(chunk.notes)
            repairs.update(chunk.repairs)
            for problem in chunk.odd:
                problems.add(problem)
        data = msgspec.json.encode([*notes, *problems.notes(), *note_repairs(repairs)]).decode()
        yield from packets_of(Table({"place": np.zeros(1, np.int64), "notes": Lists.of_texts([data])}), NOTES, 0)


def frame_columns(schema: pa.Schema, fields: Mapping[str, str]) -> list[str]:
    """Return the columns of a frame that documents are made of.

    Raises:
        InputError: none holds ids.
        ReadError: none holds texts.
    """
    if "id" not in keys_of_fields(schema.names, fields):
        raise InputError("the frame has no column 'id': give each row its own, or name it: fields={'id': 'NAME'}")
    return check_columns(schema, Place("frame", "frame", "frame", ".parquet"), fields)


def read_packets(outcome: ReadOutcome, chunk: int, settings: Settings, workspace: Workspace) -> Iterator[Packet]:
    """Yield the packets of the tables `READ` of one chunk.

    Args:
        outcome: the documents, skips and notes.
        chunk: the number of the chunk in the order of input.
        settings: the settings of the job.
        workspace: scratch memory.
    """
    documents, read = read_documents(outcome, chunk, settings, workspace)
    yield from packets_of(documents, DOCUMENTS, _DOCUMENTS_TAG)
    if read.skips:
        yield from packets_of(skipped_table(read.skips, chunk), SKIPPED, _SKIPPED_TAG)
    if read.notes or read.odd or read.repairs:
        data = msgspec.json.encode(ChunkNotes(read.notes, read.odd, read.repairs)).decode()
        yield from packets_of(Table({"place": np.array([chunk]), "notes": Lists.of_texts([data])}), NOTES, _NOTES_TAG)


def skipped_table(skips: Sequence[Skip], chunk: int) -> Table:
    """Return skips as the table `SKIPPED`. ``chunk`` is the number of their chunk in the order of input."""
    return Table(
        {
            "place": np.full(len(skips), chunk),
            "path": Lists.of_texts([skip.path for skip in skips]),
            "line": np.array([skip.line or 0 for skip in skips], np.int64),
            "reason": Lists.of_texts([skip.reason for skip in skips]),
            "count": np.array([skip.count for skip in skips], np.int64),
        }
    )
