"""Tasks: what one process of a job asks of another, each with its name in errors. The results are
`engines.tasks.results`."""

from typing import Any, Final

import msgspec
import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs.rule import PairFacts
from dedup.core.text.block_hashes import TokenRuns
from dedup.engines.pool.messages import Array, decode
from dedup.engines.pool.spill import RowPlaces, RowSpans
from dedup.engines.pool.tables import TableSlices
from dedup.formats import ByteRange, Chunk, ReadOptions

BLOCK_KINDS: Final[tuple[type[np.generic], ...]] = (np.uint64, np.int32, np.uint8)
"""The dtypes of the columns of blocks: hashes, words, marks."""


class Setup(msgspec.Struct, frozen=True):
    """The first message to a worker.

    - ``number``: the number of the worker, from 0.
    - ``settings``: the settings of the job.
    - ``fields``: the caller's names for the fields of rows.

    The other fields are the descriptors of spill files:

    - ``tokens``: tokens as read.
    - ``corrected``: tokens with their misprints corrected.
    - ``blocks``: the columns `BLOCK_KINDS` of blocks; none outside a job, whose results have the blocks.
    - ``keys``: band keys.
    - ``sampled``: sampled shingles.
    - ``sketched``: the text of each sketch.
    - ``pairs``: codes of pairs.
    - ``whole``: whole texts, none if the job keeps no texts.
    - ``openings``: the openings of documents without a headline, none outside a job.
    - ``learned``: site profiles, none outside an index.
    - ``spelled``: spellings of tokens, none if the job corrects no misprints.
    - ``tables``: tables of stages, a file for each worker, and one for the process that gives the tasks.
    """

    number: int
    settings: dict[str, Any]
    fields: dict[str, str]
    tokens: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()
    blocks: tuple[tuple[int, ...], ...] = ()
    keys: tuple[int, ...] = ()
    sampled: tuple[int, ...] = ()
    sketched: tuple[int, ...] = ()
    pairs: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    openings: tuple[int, ...] = ()
    spelled: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()
    tables: tuple[int, ...] = ()

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors of all files."""
        blocks = (descriptor for column in self.blocks for descriptor in column)
        texts = (*self.tokens, *self.corrected, *self.spelled, *self.whole, *self.openings)
        sketches = (*self.keys, *self.sampled, *self.sketched, *self.pairs)
        return (*texts, *blocks, *sketches, *self.learned, *self.tables)


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
    - ``runs``: the tokens that the texts lose.
    """

    corrected: bool
    tokens: RowPlaces
    runs: TokenRuns

    def __len__(self) -> int:
        """Return the number of texts."""
        return self.tokens.lengths.size

    @property
    def lengths(self) -> Indices:
        """``(r,)`` the tokens of each text that it does not lose."""
        return self.tokens.lengths - self.runs.lost()


class SketchTexts(msgspec.Struct, tag=True):
    """Sketch texts, batch by batch, and tell which of them are no articles.

    - ``batch``: the number of texts of a batch, but for the last one.
    - ``texts``: the texts.
    - ``says``: the hashes of the words of their headlines, as in `core.pairs.decision.no_article_reasons`.
    - ``skip_bands_of_long``: whether long texts get no band keys, to save time (`core.sketch.lookup_keys`).
    """

    batch: int
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
    - ``texts``: where the texts of all rows begin in the file of the texts of sketches. A text is negative if a later
      task sketched it again.
    - ``count``: the number of texts of the job.
    """

    files: Array
    starts: Array
    rows: Array
    texts: int
    count: int


class PairByBands(msgspec.Struct, tag=True):
    """Pair the texts that share a key in a band from ``first`` up to ``last``, which is not included.

    The pairs go to the file of codes.
    """

    first: int
    last: int
    location: SketchLocation


class PairBySample(msgspec.Struct, tag=True):
    """Pair the texts that share sampled shingles of the slices from ``first`` up to ``last``, which is not included.

    The pairs go to the file of codes. The shingles are ``counts[i]`` of ``(s,)`` words from the ``starts`` of
    ``location`` on.
    """

    first: int
    last: int
    location: SketchLocation
    counts: Array


class MergePairs(msgspec.Struct, tag=True):
    """Make candidates of the pairs of some slices (`core.candidates.pair_slices`). They go to the file of codes.

    ``by_sample`` and ``by_bands`` say where the codes of all tasks are.
    """

    by_sample: RowSpans
    by_bands: RowSpans


class RunStage(msgspec.Struct, tag=True):
    """Run a stage of the plan on some rows of its tables.

    - ``stage``: the name of the stage.
    - ``tables``: the rows of each table that it reads.
    - ``cuts``: the cuts by which each table that it gives is stored.
    """

    stage: str
    tables: list[TableSlices]
    cuts: list[list[str]]


class ListVectors(msgspec.Struct, tag=True):
    """Make the vectors of texts, for related coverage.

    - ``texts``: the texts.
    - ``numbers`` ``(n,)``, ``times`` ``(n,)``: their numbers and times.
    - ``rarity``: how rare terms are.
    - ``cuts``: as in `RunStage`.
    """

    texts: TextsWithoutBoilerplate
    numbers: Array
    times: Array
    rarity: TableSlices
    cuts: list[list[str]]


class FindRecurring(msgspec.Struct, tag=True):
    """Find the blocks that recur, among those whose hashes are in the slices from ``first`` to before ``last``.

    - ``hashes``: where the hashes of all blocks are.
    - ``quoted``: as in `core.sites.lone_blocks.find_recurring`.
    """

    first: int
    last: int
    hashes: RowSpans
    quoted: Array


class JoinLone(msgspec.Struct, tag=True):
    """Join the blocks of ``n`` texts that stand on one page alone (`core.sites.lone_blocks`).

    - ``blocks``: where the blocks are, in the files of all columns.
    - ``counts`` ``(n,)``: the blocks of each text.
    - ``recurring`` ``(m,) bool``: whether each block recurs.
    """

    blocks: RowSpans
    counts: Array
    recurring: Array


class SurveyRange(msgspec.Struct, tag=True):
    """Survey a byte range of a file, as `formats.surveys.survey_range` does."""

    byte_range: ByteRange


Reading = ReadChunk | ReadRows | ReadStored
"""A task of a batch job that reads documents."""

Pairing = PairByBands | PairBySample | MergePairs
"""A task that finds candidates."""

BlockTask = FindRecurring | JoinLone
"""A task that prepares the blocks of pages."""

Arriving = ReadArrivals | ReadArrivingInputs
"""A task of an index that reads documents."""

Task = Reading | Arriving | SurveyRange | BlockTask | RunStage | ListVectors | SketchTexts | Pairing | DecidePairs


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
        case SketchTexts(_, texts):
            return f"sketching {len(texts):,} texts"
        case DecidePairs():
            return f"comparing {task.text_hashes.size:,} texts in {len(task.pairs):,} pairs"
        case ListVectors(texts):
            return f"listing the rare terms of {len(texts):,} texts"
        case RunStage(stage):
            return f"computing {stage}"
        case FindRecurring(hashes=hashes):
            return f"looking for equal blocks among {int(hashes.counts.sum()):,}"
        case JoinLone(counts=counts):
            return f"joining blocks of {counts.size:,} texts"
        case PairByBands(first, last):
            return f"looking for equal keys in the bands {first} to {last - 1}"
        case PairBySample():
            return f"looking for texts that share some of {int(task.counts.sum()):,} shingles"
        case MergePairs(by_sample, by_bands):
            return f"counting {int(by_sample.counts.sum() + by_bands.counts.sum()):,} pairs"


def decode_task(data: bytes) -> Task:
    """Return the task that the bytes hold."""
    kinds: Any = Task  # a union, which is no type to mypy
    task: Task = decode(data, kinds)
    return task
