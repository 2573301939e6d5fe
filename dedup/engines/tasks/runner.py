"""What one process does of a job, request by request: it reads lots, sketches texts, and looks for equal sketches."""

from typing import Final

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import Candidates, candidate_pairs
from dedup.core.candidates.sampled import Sharing
from dedup.core.pairs import rule
from dedup.core.pairs.decision import decide_pairs, no_article_reasons, shingle_sets
from dedup.core.sketch import bands
from dedup.core.sketch.lookup_keys import lookup_keys
from dedup.core.text.block_hashes import drop_blocks
from dedup.engines.pool.messages import Array, decode
from dedup.engines.pool.pool import Work
from dedup.engines.pool.process import serve
from dedup.engines.pool.spill import SpillWriter, listed
from dedup.engines.tasks.arrivals import ArrivalReader
from dedup.engines.tasks.profiles import NO_PROFILES, unpack_profiles
from dedup.engines.tasks.read import Reader
from dedup.engines.tasks.results import ArrivalResult, DecideResult, ReadResult, SharingResult, SketchResult
from dedup.engines.tasks.tasks import (
    DecidePairs,
    PairByBands,
    PairBySample,
    ReadArrivals,
    ReadArrivingInputs,
    ReadChunk,
    Reading,
    ReadRows,
    ReadStored,
    Setup,
    SketchTexts,
    Task,
    TextsWithoutBoilerplate,
    decode_task,
    task_name,
)
from dedup.errors import ReadError
from dedup.formats import ReadOutcome, read_chunk, to_document
from dedup.index.disk.codec import CorruptData, DocumentCodec
from dedup.settings import Settings
from dedup.types import Skip

_NO_WALLS: Final = np.zeros(0, np.uint64)
"""A job knows no text from before that stands under many headlines."""


class TaskRunner:
    """One process at work on one job."""

    def __init__(self, order: Setup) -> None:
        self._settings = Settings.from_mapping(order.settings)
        self._number, self._fields = order.number, order.fields
        self._tokens = SpillWriter(order.tokens, np.uint64), SpillWriter(order.mended, np.uint64)
        self._keys = SpillWriter(order.keys, np.uint32)
        self._kept = SpillWriter(order.kept, np.uint64)
        whole = SpillWriter(order.whole, np.uint8) if order.whole else None
        self._reader = Reader(order.number, self._settings, self._tokens[0], whole)
        self._work = Workspace()
        self._receiver = ArrivalReader(self._settings) if order.learned else None
        self._learning = SpillWriter(order.learned, np.uint8)
        self._learned = -1, NO_PROFILES

    def do(
        self, request: Task
    ) -> ReadResult | ArrivalResult | SketchResult | Candidates | SharingResult | DecideResult:
        """The answer to a request."""
        match request:
            case ReadArrivals() | ReadArrivingInputs():
                return self.receive(request)
            case SketchTexts():
                return self.sketch(request)
            case PairByBands():
                return self.pair(request)
            case PairBySample():
                return self.gather(request)
            case DecidePairs():
                return self.weigh(request)
            case _:
                return self.read(request)

    def read(self, request: Reading) -> ReadResult:
        """Read a lot."""
        match request:
            case ReadRows():
                found = _rows(request)
            case ReadStored():
                found = _kept(request)
            case ReadChunk():
                found = read_chunk(request.lot, self._fields)
        return self._reader.read(found)

    def receive(self, request: ReadArrivals | ReadArrivingInputs) -> ArrivalResult:
        """Receive documents for an index, and pack them."""
        if self._receiver is None:
            raise ValueError("this process was not told where it is kept what was learned")
        if self._learned[0] != request.start:
            data = np.empty(request.size, np.uint8)
            self._learning.read(0, request.start, data)
            self._learned = request.start, unpack_profiles(data.tobytes())
        packer = DocumentCodec(dictionary=request.dictionary)
        if isinstance(request, ReadArrivingInputs):
            found = read_chunk(request.lot, request.fields, own_ids=True)
            laid = [packer.laid(document) for document in found.documents]
        else:
            laid = request.laid
            found = ReadOutcome([packer.read(id, data) for id, data in zip(request.ids, laid, strict=True)])
        received = self._receiver.receive(found, self._learned[1], self._work)
        received.packed = [packer.shrunk(data) for data in laid]
        if isinstance(request, ReadArrivingInputs):
            received.laid = laid
        return received

    def sketch(self, request: SketchTexts) -> SketchResult:
        """Sketch some texts."""
        rows = self._without_boilerplate(request.texts)
        found = lookup_keys(rows, self._settings, self._work, request.spare)
        words, slices = sampled.sort_sample(found.kept)
        self._keys.append(self._number, found.keys.T)
        self._kept.append(self._number, words)
        reasons = no_article_reasons(rows, request.says, found.rests, _NO_WALLS, self._settings.seed)
        return SketchResult(self._number, slices, found.rests, reasons)

    def _without_boilerplate(self, texts: TextsWithoutBoilerplate) -> Ragged:
        values = self._tokens[texts.mended].take(texts.tokens).values
        return drop_blocks(values, texts.words, texts.blocks, texts.dropped)

    def weigh(self, request: DecidePairs) -> DecideResult:
        """Decide some pairs."""
        rows = self._without_boilerplate(request.texts)
        sets = shingle_sets(rows, self._settings, self._work)
        texts = rule.ComparedTexts(rows, request.rests, request.says)
        found = decide_pairs(texts, sets, request.pairs, request.facts, self._settings.containment)
        return DecideResult(found, sets.lengths)

    def pair(self, request: PairByBands) -> Candidates:
        """Pair texts by some bands."""
        laid, count = request.laid, request.last - request.first
        keys = np.empty((count, laid.texts.size), np.uint32)
        ends = np.cumsum(laid.rows)
        for file, start, rows, end in listed(laid.files, laid.starts, laid.rows, ends):
            some = np.empty((count, rows), np.uint32)
            self._keys.read(file, start + request.first * rows, some)
            keys[:, end - rows : end] = some
        keys[:, laid.texts < 0] = bands.NO_KEY
        return candidate_pairs(keys.T, self._settings.max_bucket, laid.texts.astype(np.int64), request.first)

    def gather(self, request: PairBySample) -> SharingResult:
        """Gather the texts that share kept shingles."""
        laid, cap = request.laid, self._settings.max_bucket
        words = np.empty(int(request.counts.sum()), np.uint64)
        self._kept.fill(words, laid.files, laid.starts, request.counts)
        places = np.repeat(np.cumsum(laid.rows) - laid.rows, request.counts)
        places += sampled.rows_of(words)
        found = sampled.sample_buckets(words, laid.texts[places].astype(np.int64), request.first, request.last)
        shares = sampled.pair_sampled(sampled.without_common(found), cap)
        narrow: list[Array] = [column.astype(np.int32) for column in (*shares, sampled.texts_with_common(found))]
        return SharingResult(Sharing(*narrow[:3]), sampled.oversized_rows(found, cap), narrow[3])


def _rows(request: ReadRows) -> ReadOutcome:
    found = ReadOutcome()
    for number, row in zip(request.numbers, request.rows, strict=True):
        try:
            found.documents.append(to_document(row, str(number), path=str(row.get("path", ""))))
        except ReadError as error:
            found.skips.append(Skip(error.path, error.reason, error.line))
    return found


def _kept(request: ReadStored) -> ReadOutcome:
    found, packer = ReadOutcome(), DocumentCodec(request.dictionaries.__getitem__)
    for id, packed in zip(request.ids, request.packed, strict=True):
        try:
            found.documents.append(packer.unpack(id, packed))
        except CorruptData as damage:
            found.skips.append(Skip(id, str(damage)))
    return found


WORK: Final = Work("from dedup.engines.tasks.runner import main; main()", TaskRunner, task_name)
"""The work of all pools of this package."""


def main() -> None:
    """Do the tasks that come through standard input: the program of a worker."""
    serve(lambda setup: TaskRunner(decode(setup, Setup)), decode_task)
