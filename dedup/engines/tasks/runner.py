"""The runner: one process does the tasks of one job. It reads chunks, sketches texts, finds and decides pairs."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import sampled
from dedup.core.pairs import rule
from dedup.core.pairs.decision import Reasons, decide_pairs, no_article_reasons, shingle_sets
from dedup.core.sites.lone_blocks import Columns, without_empty
from dedup.core.sketch.lookup_keys import lookup_keys
from dedup.core.text.block_hashes import drop_runs
from dedup.engines.pool.messages import decode
from dedup.engines.pool.pool import Work
from dedup.engines.pool.process import serve
from dedup.engines.pool.spill import SpillWriter
from dedup.engines.pool.tables import TableFiles
from dedup.engines.tasks.arrivals import ArrivalReader
from dedup.engines.tasks.page_blocks import BlockTasks
from dedup.engines.tasks.pairing import PairFinder
from dedup.engines.tasks.profiles import NO_PROFILES, unpack_profiles
from dedup.engines.tasks.read import Reader
from dedup.engines.tasks.results import (
    ArrivalResult,
    DecideResult,
    JoinResult,
    PairResult,
    ReadResult,
    RecurringResult,
    SketchResult,
    StageResult,
)
from dedup.engines.tasks.tasks import (
    BLOCK_KINDS,
    DecidePairs,
    FindRecurring,
    JoinLone,
    ListVectors,
    MergePairs,
    PairByBands,
    PairBySample,
    ReadArrivals,
    ReadArrivingInputs,
    ReadChunk,
    Reading,
    ReadRows,
    ReadStored,
    RunStage,
    Setup,
    SketchTexts,
    SurveyRange,
    Task,
    TextsWithoutBoilerplate,
    decode_task,
    task_name,
)
from dedup.formats import (
    ByteRange,
    DocumentColumns,
    FieldProblems,
    RangeSurvey,
    ReadOptions,
    ReadOutcome,
    columns_of_documents,
    read_chunk,
    survey_range,
    to_document,
)
from dedup.formats.chunks import RangeChunk
from dedup.formats.guard import skip_of
from dedup.index.disk.codec import CorruptData, DocumentCodec
from dedup.settings import Settings
from dedup.types import Skip

if TYPE_CHECKING:
    from dedup.engines.tasks.stages import StageRunner

_BlockResult = RecurringResult | JoinResult

Result = (
    ReadResult | ArrivalResult | RangeSurvey | _BlockResult | SketchResult | PairResult | DecideResult | StageResult
)
"""The result of a task."""

_NO_WALLS: Final = np.zeros(0, np.uint64)
"""A batch job knows no text from before that stands under many headlines."""


class TaskRunner:
    """Does the tasks of one job in one process."""

    def __init__(self, setup: Setup) -> None:
        self._settings = Settings.from_mapping(setup.settings)
        self._number = setup.number
        self._options = ReadOptions(setup.fields).with_settings(self._settings)
        self._tokens = SpillWriter(setup.tokens, np.uint64), SpillWriter(setup.corrected, np.uint64)
        blocks = [SpillWriter(files, kind) for files, kind in zip(setup.blocks, BLOCK_KINDS, strict=False)]
        self._block_tasks = BlockTasks(blocks, setup.number)
        self._joins_blocks = not (setup.whole or setup.spelled)  # an empty block is left out of joined blocks
        self._keys = SpillWriter(setup.keys, np.uint32)
        self._sampled = SpillWriter(setup.sampled, np.uint64)
        whole = SpillWriter(setup.whole, np.uint8) if setup.whole else None
        spelled = SpillWriter(setup.spelled, np.uint64) if setup.spelled else None
        openings = SpillWriter(setup.openings, np.uint8) if setup.openings else None
        self._reader = Reader(setup.number, self._settings, self._tokens[0], whole, spelled, openings=openings)
        self._workspace = Workspace()
        self._finder = PairFinder(setup, self._settings.max_bucket, self._keys, self._sampled)
        self._arrival_reader = ArrivalReader(self._settings) if setup.learned else None
        self._tables = TableFiles(setup.tables, setup.number)
        self._profile_file = SpillWriter(setup.learned, np.uint8)
        self._profiles = -1, NO_PROFILES
        self._read_last = "", 0, 0, 0  # a file, the start and the end of the range that was read, and its lines

    @cached_property
    def _stage_runner(self) -> "StageRunner":
        """Runs the stages of the plan. A small job has none, and does not import them."""
        from dedup.core.plan import BOILERPLATE, COVERAGE, PLAN
        from dedup.core.stages.stage import StageContext
        from dedup.engines.tasks.stages import StageRunner

        return StageRunner((*PLAN, *BOILERPLATE, *COVERAGE), self._tables, StageContext(self._settings))

    def do(self, task: Task) -> Result:
        """Return the result of a task."""
        match task:
            case ReadArrivals() | ReadArrivingInputs():
                return self.read_arrivals(task)
            case SurveyRange():
                return self._survey(task.byte_range)
            case FindRecurring() | JoinLone():
                return self._block_tasks.do(task)
            case SketchTexts():
                return self.sketch(task)
            case PairByBands() | PairBySample() | MergePairs():
                return self._finder.find(task)
            case DecidePairs():
                return self.decide(task)
            case RunStage():
                return self._stage_runner.run(task)
            case ListVectors():
                tokens = self._drop_boilerplate(task.texts, 0, len(task.texts))
                return self._stage_runner.list_vectors(task, tokens)
            case _:
                return self.read(task)

    def _survey(self, byte_range: ByteRange) -> RangeSurvey:
        """Survey a range of a file. The lines of the range that was read last are known."""
        place, start, end = byte_range.place, byte_range.start, byte_range.end
        if start and (place.file, start, end) == self._read_last[:3]:
            return RangeSurvey(self._read_last[3])
        return survey_range(byte_range)

    def read(self, task: Reading) -> ReadResult:
        """Read documents."""
        match task:
            case ReadRows():
                outcome = _read_rows(task, self._options)
            case ReadStored():
                outcome = _read_stored(task)
            case ReadChunk():
                outcome = read_chunk(task.chunk, self._options)
        result = self._reader.read(outcome)
        if isinstance(task, ReadChunk) and isinstance(task.chunk, RangeChunk) and outcome.lines is not None:
            self._read_last = task.chunk.place.file, task.chunk.start, task.chunk.end, outcome.lines
        return self._store_blocks(result)

    def _store_blocks(self, read: ReadResult) -> ReadResult:
        """Append the blocks of texts to the files of the process, and return the result without them."""
        columns: Columns = (read.hashes, read.words, read.marks)
        counts = read.blocks
        if self._joins_blocks:
            columns, counts = without_empty(columns, counts)
        self._block_tasks.append(columns)
        hashes, words, marks = (values[:0] for values in columns)
        return msgspec.structs.replace(read, hashes=hashes, words=words, marks=marks, blocks=counts)

    def read_arrivals(self, task: ReadArrivals | ReadArrivingInputs) -> ArrivalResult:
        """Read documents that arrive at an index, and pack them.

        Raises:
            ValueError: the setup names no file of site profiles.
        """
        if self._arrival_reader is None:
            raise ValueError("this process was not told where it is kept what was learned")
        if self._profiles[0] != task.start:
            data = np.empty(task.size, np.uint8)
            self._profile_file.read(0, task.start, data)
            self._profiles = task.start, unpack_profiles(data.tobytes())
        codec = DocumentCodec(dictionary=task.dictionary)
        if isinstance(task, ReadArrivingInputs):
            encoded: list[bytes] = []
            outcome = read_chunk(task.chunk, task.options)
            outcome.columns = _encode_documents(outcome.columns, codec, encoded)
        else:
            encoded = task.encoded
            outcome = ReadOutcome([columns_of_documents(list(map(codec.read, task.ids, encoded)))])
        result = self._arrival_reader.receive(outcome, self._profiles[1], self._workspace)
        result.packed = [codec.shrunk(data) for data in encoded]
        if isinstance(task, ReadArrivingInputs):
            result.encoded = encoded
        return result

    def sketch(self, task: SketchTexts) -> SketchResult:
        """Sketch texts, and append their band keys and sampled shingles to the files of the process."""
        count = len(task.texts)
        batches = [
            self._sketch_batch(task, first, min(first + task.batch, count)) for first in range(0, count, task.batch)
        ]
        slices, hashes, reasons = zip(*batches, strict=True)
        return SketchResult(self._number, np.stack(slices), np.concatenate(hashes), np.concatenate(reasons))

    def _sketch_batch(self, task: SketchTexts, first: int, last: int) -> tuple[Indices, Hashes, Reasons]:
        """Sketch the texts from ``first`` to before ``last``. Return columns of `SketchResult`."""
        rows = self._drop_boilerplate(task.texts, first, last, gaps=True)
        found_by = lookup_keys(rows, self._settings, self._workspace, task.skip_bands_of_long)
        words, slices = sampled.sort_sample(found_by.sampled)
        self._keys.append(self._number, found_by.keys.T)
        self._sampled.append(self._number, words)
        says = Ragged(task.says.values, task.says.bounds[first:last])
        reasons = no_article_reasons(rows, says, found_by.rests, _NO_WALLS, self._settings.seed)
        return slices, found_by.rests, reasons

    def _drop_boilerplate(self, texts: TextsWithoutBoilerplate, first: int, last: int, gaps: bool = False) -> Ragged:
        """Return the tokens of the texts from ``first`` to before ``last`` without their boilerplate.

        ``gaps`` is as in `drop_runs`.
        """
        spans = texts.tokens.spans(first, last)
        values = self._tokens[texts.corrected].take(spans).values
        return drop_runs(values, spans.lengths, texts.runs.span(first, last), gaps)

    def decide(self, task: DecidePairs) -> DecideResult:
        """Decide pairs of texts."""
        rows = self._drop_boilerplate(task.texts, 0, len(task.texts))
        sets = shingle_sets(rows, self._settings, self._workspace)
        texts = rule.ComparedTexts(rows, task.text_hashes, task.says)
        decided = decide_pairs(texts, sets, task.pairs, task.facts, self._settings.containment)
        return DecideResult(decided, sets.lengths)


def _encode_documents(
    batches: Iterable[DocumentColumns], codec: DocumentCodec, encoded: list[bytes]
) -> Iterator[DocumentColumns]:
    """Yield the batches, and append their documents to ``encoded``, as ``codec`` encodes them."""
    for columns in batches:
        encoded.extend(map(codec.encoded, columns))
        yield columns


def _read_rows(task: ReadRows, options: ReadOptions) -> ReadOutcome:
    """Make documents from rows. A row that cannot be used is a skip."""
    outcome, documents, problems = ReadOutcome(), [], FieldProblems()
    for number, row in zip(task.numbers, task.rows, strict=True):
        try:
            documents.append(to_document(row, str(number), whole=True, options=options, on_problem=problems))
        except Exception as error:
            outcome.skips.append(skip_of(error, str(number)))
    problems.tell("documents", outcome.odd.append)
    outcome.columns = [columns_of_documents(documents)]
    return outcome


def _read_stored(task: ReadStored) -> ReadOutcome:
    """Unpack documents of an index. A document that is damaged is a skip."""
    documents, outcome, codec = [], ReadOutcome(), DocumentCodec(task.dictionaries.__getitem__)
    for id, packed in zip(task.ids, task.packed, strict=True):
        try:
            documents.append(codec.unpack(id, packed))
        except CorruptData as damage:
            outcome.skips.append(Skip(id, str(damage)))
    outcome.columns = [columns_of_documents(documents)]
    return outcome


WORK: Final = Work("from dedup.engines.tasks.runner import main; main()", TaskRunner, task_name)
"""The work of all pools of this package."""


def main() -> None:
    """Do the tasks that come through standard input: the program of a worker."""
    serve(lambda setup: TaskRunner(decode(setup, Setup)), decode_task)
