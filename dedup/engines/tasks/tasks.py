"""What one process of a job asks of another: requests, each with its name in errors. The answers are
`engines.tasks.results`."""

from typing import Any

import msgspec

from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs.rule import PairFacts
from dedup.engines.pool.messages import Array, decode
from dedup.engines.pool.spill import RowSpans
from dedup.formats import Chunk


class Setup(msgspec.Struct, frozen=True):
    """What a process is told once: its ``number`` from 0; the ``settings``; the
    caller's names for ``fields`` of rows; the descriptors of the files of tokens as read, of tokens as mended, of band
    keys, of kept shingles; of whole texts (none if those are not wanted); and of what was ``learned`` (none but for an
    index)."""

    number: int
    settings: dict[str, Any]
    fields: dict[str, str]
    tokens: tuple[int, ...] = ()
    mended: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    whole: tuple[int, ...] = ()
    learned: tuple[int, ...] = ()

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Those of all files."""
        return (*self.tokens, *self.mended, *self.keys, *self.kept, *self.whole, *self.learned)


class ReadChunk(msgspec.Struct, tag=True):
    """Read a lot of files or lines."""

    lot: Chunk


class ReadRows(msgspec.Struct, tag=True):
    """Read documents that a program handed over: rows of our own fields, and ``path``, and their ``numbers``, which
    stand for the id of one that has none. There may be none."""

    numbers: list[int]
    rows: list[dict[str, str | int | float | bool | None]]


class ReadStored(msgspec.Struct, tag=True):
    """Read documents that an index has kept: their ``ids``, and all else of each as `index.disk.codec.DocumentCodec` has packed
    it, with one of the ``dictionaries``. There may be none."""

    ids: list[str]
    packed: list[bytes]
    dictionaries: dict[int, bytes]


class ReadArrivals(msgspec.Struct, tag=True):
    """Receive documents that arrive at an index, as `engines.tasks.arrivals` does: their ``ids``, and all else of each as
    `index.disk.codec.DocumentCodec` has ``laid`` it. What was learned is in the file for that, ``size`` bytes from ``start`` on.
    They are to be packed with the ``dictionary``.
    """

    ids: list[str]
    laid: list[bytes]
    start: int
    size: int
    dictionary: bytes


class ReadArrivingInputs(msgspec.Struct, tag=True):
    """The same with what there is to read of a ``lot``; ``fields`` are the caller's names for those of rows."""

    lot: Chunk
    fields: dict[str, str]
    start: int
    size: int
    dictionary: bytes


class TextsWithoutBoilerplate(msgspec.Struct):
    """Texts without their boilerplate, ``r`` of them: their ``tokens``, as ``mended`` or as read.

    Text ``i`` has the next ``blocks[i]`` of the blocks ``(m,)``, each of so many ``words``, of which some are
    ``dropped``.
    """

    mended: bool
    tokens: RowSpans
    blocks: Array
    words: Array
    dropped: Array


class SketchTexts(msgspec.Struct, tag=True):
    """Sketch texts, and say which of them are no articles. ``says`` are the hashes of the words of their headlines. To
    ``spare`` time, long texts are sketched without their bands (`core.sketch.lookup_keys`)."""

    texts: TextsWithoutBoilerplate
    says: Ragged
    spare: bool


class DecidePairs(msgspec.Struct, tag=True):
    """Decide ``pairs`` ``(p, 2)`` of places among ``texts``, ``c`` of them, with their ``rests`` ``(c,)`` and the words
    of their headlines as `core.pairs.rule.ComparedTexts` has them, and with the ``facts`` of the pairs."""

    texts: TextsWithoutBoilerplate
    pairs: Array
    facts: PairFacts
    rests: Array
    says: Ragged


class SketchLocation(msgspec.Struct):
    """Where answers to ``s`` requests for sketches left something: from the element ``starts[i]`` of ``files[i]`` on,
    for so many ``rows[i]``. ``texts`` ``(r,) int32`` are these rows, negative if the text was sketched again later."""

    files: Array
    starts: Array
    rows: Array
    texts: Array


class PairByBands(msgspec.Struct, tag=True):
    """Pair the texts that share a key in one of the bands from ``first`` to ``last``, that not included."""

    first: int
    last: int
    laid: SketchLocation


class PairBySample(msgspec.Struct, tag=True):
    """Tell which texts share kept shingles of the slices from ``first`` to ``last``, that not included. They are
    ``counts[i]`` ``(s,)`` words, from the ``starts`` of ``laid`` on."""

    first: int
    last: int
    laid: SketchLocation
    counts: Array


Reading = ReadChunk | ReadRows | ReadStored
"""What is asked of a process to read."""

Task = Reading | ReadArrivals | ReadArrivingInputs | SketchTexts | PairByBands | PairBySample | DecidePairs


def task_name(request: Task) -> str:
    """What the work is called in errors."""
    match request:
        case ReadChunk() | ReadArrivingInputs():
            return f"reading {request.lot.name}"
        case ReadRows(numbers):
            return f"reading documents {numbers[0]:,} to {numbers[-1]:,}" if numbers else "reading nothing"
        case ReadStored(ids) | ReadArrivals(ids):
            return f"reading documents {ids[0]!r} to {ids[-1]!r}" if ids else "reading nothing"
        case SketchTexts(texts):
            return f"sketching {texts.blocks.size:,} texts"
        case DecidePairs():
            return f"comparing {request.rests.size:,} texts in {len(request.pairs):,} pairs"
        case PairByBands(first, last):
            return f"looking for equal keys in the bands {first} to {last - 1}"
        case PairBySample():
            return f"looking for texts that share some of {int(request.counts.sum()):,} shingles"


def decode_task(data: bytes) -> Task:
    """The request that the bytes are."""
    kinds: Any = Task  # a union, which is no type to mypy
    found: Task = decode(data, kinds)
    return found
