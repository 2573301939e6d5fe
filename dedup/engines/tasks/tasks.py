"""Tasks: what one process of a job asks of another, each with its name in errors. The results are
`engines.tasks.results`."""

from typing import Any

import msgspec

from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs.rule import PairFacts
from dedup.engines.pool.messages import Array, decode
from dedup.engines.pool.spill import RowSpans
from dedup.formats import ByteRange, Chunk, ReadOptions


class Setup(msgspec.Struct, frozen=True):
    """The first message to a worker.

    - ``number``: the number of the worker, from 0.
    - ``settings``: the settings of the job.
    - ``fields``: the caller's names for the fields of rows.

    The other fields are the descriptors of spill files:

    - ``tokens``: tokens as read.
    - ``corrected``: tokens with their misprints corrected.
    - ``keys``: band keys.
    - ``sampled``: sampled shingles.
    - ``whole``: whole texts, none if the job keeps no texts.
    - ``learned``: site profiles, none outside an index.
    """

    number: int
    settings: dict[str, Any]
    fields: dict[str, str]
    tokens: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    sampled: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors of all files."""
        return (*self.tokens, *self.corrected, *self.keys, *self.sampled, *self.whole, *self.learned)


class ReadChunk(msgspec.Struct, tag=True):
    """Read a chunk of files or lines."""

    chunk: Chunk


class ReadRows(msgspec.Struct, tag=True):
    """Read documents of a program, which may be none.

    - ``numbers``: the number of each document. It stands for the id of a document without one.
    - ``rows``: the fields of each document by our names, and ``path``.
    """

    numbers: list[int]
    rows: list[dict[str, str | int | float | bool | None]]


class ReadStored(msgspec.Struct, tag=True):
    """Read documents of an index, which may be none.

    - ``ids``: the id of each document.
    - ``packed``: the other fields of each document, as `index.disk.codec.DocumentCodec` packs them.
    - ``dictionaries``: the compression dictionaries that ``packed`` needs, by number.
    """

    ids: list[str]
    packed: list[bytes]
    dictionaries: dict[int, bytes]


class ReadArrivals(msgspec.Struct, tag=True):
    """Read documents that arrive at an index, as `engines.tasks.arrivals` does.

    - ``ids``: the id of each document.
    - ``encoded``: the other fields of each document, as `index.disk.codec.DocumentCodec` encodes them.
    - ``start``, ``size``: the site profiles are ``size`` bytes of their file, from ``start`` on.
    - ``dictionary``: the compression dictionary that packs the documents.
    """

    ids: list[str]
    encoded: list[bytes]
    start: int
    size: int
    dictionary: bytes


class ReadArrivingInputs(msgspec.Struct, tag=True):
    """Read a ``chunk`` of inputs that arrive at an index.

    - ``options``: how rows and pages are read.
    - ``start``, ``size``, ``dictionary``: as in `ReadArrivals`.
    """

    chunk: Chunk
    options: ReadOptions
    start: int
    size: int
    dictionary: bytes


class TextsWithoutBoilerplate(msgspec.Struct):
    """``r`` texts and the boilerplate to drop from them.

    - ``corrected``: whether the tokens are in the file of corrected tokens.
    - ``tokens``: where the tokens of the texts are.
    - ``blocks`` ``(r,)``: the number of blocks of each text.
    - ``words`` ``(m,)``: the words of each block, text by text.
    - ``dropped`` ``(m,)``: which blocks are dropped.
    """

    corrected: bool
    tokens: RowSpans
    blocks: Array
    words: Array
    dropped: Array


class SketchTexts(msgspec.Struct, tag=True):
    """Sketch texts, and tell which of them are no articles.

    - ``texts``: the texts.
    - ``says``: the hashes of the words of their headlines.
    - ``skip_bands_of_long``: whether long texts get no band keys, to save time (`core.sketch.lookup_keys`).
    """

    texts: TextsWithoutBoilerplate
    says: Ragged
    skip_bands_of_long: bool


class DecidePairs(msgspec.Struct, tag=True):
    """Decide pairs of ``c`` texts.

    - ``texts``: the texts.
    - ``pairs`` ``(p, 2)``: positions in ``texts``.
    - ``facts``: the facts of the pairs.
    - ``text_hashes`` ``(c,)``, ``says``: as in `core.pairs.rule.ComparedTexts`.
    """

    texts: TextsWithoutBoilerplate
    pairs: Array
    facts: PairFacts
    text_hashes: Array
    says: Ragged


class SketchLocation(msgspec.Struct):
    """Where the results of ``s`` sketch tasks are in spill files.

    - ``files``, ``starts``, ``rows`` ``(s,)``: the file of each task, its first element there, and its rows.
    - ``texts`` ``(r,) int32``: the text of each row, negative if a later task sketched the text again.
    """

    files: Array
    starts: Array
    rows: Array
    texts: Array


class PairByBands(msgspec.Struct, tag=True):
    """Pair the texts that share a key in a band from ``first`` up to ``last``, which is not included."""

    first: int
    last: int
    location: SketchLocation


class PairBySample(msgspec.Struct, tag=True):
    """Tell which texts share sampled shingles of the slices from ``first`` up to ``last``, which is not included.

    The shingles are ``counts[i]`` of ``(s,)`` words from the ``starts`` of ``location`` on.
    """

    first: int
    last: int
    location: SketchLocation
    counts: Array


class SurveyRange(msgspec.Struct, tag=True):
    """Survey a byte range of a file, as `formats.surveys.survey_range` does."""

    byte_range: ByteRange


Reading = ReadChunk | ReadRows | ReadStored
"""A task of a batch job that reads documents."""

Task = (
    Reading | ReadArrivals | ReadArrivingInputs | SurveyRange | SketchTexts | PairByBands | PairBySample | DecidePairs
)


def task_name(task: Task) -> str:
    """Return the name of a task in errors."""
    match task:
        case ReadChunk() | ReadArrivingInputs():
            return f"reading {task.chunk.name}"
        case SurveyRange(byte_range):
            return f"counting lines of {byte_range.place.path} from byte {byte_range.start:,}"
        case ReadRows(numbers):
            return f"reading documents {numbers[0]:,} to {numbers[-1]:,}" if numbers else "reading nothing"
        case ReadStored(ids) | ReadArrivals(ids):
            return f"reading documents {ids[0]!r} to {ids[-1]!r}" if ids else "reading nothing"
        case SketchTexts(texts):
            return f"sketching {texts.blocks.size:,} texts"
        case DecidePairs():
            return f"comparing {task.text_hashes.size:,} texts in {len(task.pairs):,} pairs"
        case PairByBands(first, last):
            return f"looking for equal keys in the bands {first} to {last - 1}"
        case PairBySample():
            return f"looking for texts that share some of {int(task.counts.sum()):,} shingles"


def decode_task(data: bytes) -> Task:
    """Return the task that the bytes hold."""
    kinds: Any = Task  # a union, which is no type to mypy
    task: Task = decode(data, kinds)
    return task
