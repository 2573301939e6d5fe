"""What one process does of a job, request by request: it reads lots, sketches texts, and looks for equal sketches."""

from typing import Final

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import Candidates, candidates
from dedup.core.candidates.sampled import Sharing
from dedup.core.pairs import rule
from dedup.core.pairs.decision import decide, prepare, set_aside
from dedup.core.sketch import bands
from dedup.core.sketch.lookup_keys import lanes
from dedup.core.text.blocks import without
from dedup.engines.pool.messages import Array
from dedup.engines.pool.spill import Spool, listed
from dedup.engines.tasks.arrivals import Receiver
from dedup.engines.tasks.profiles import NOTHING_YET, remembered
from dedup.engines.tasks.read import Reader
from dedup.engines.tasks.results import Gathered, Read, Received, Sketched, Weighed
from dedup.engines.tasks.tasks import (
    Bare,
    GatherKept,
    PairBands,
    Reading,
    ReadKept,
    ReadLot,
    ReadRows,
    Receive,
    ReceiveInputs,
    Request,
    Setup,
    Sketch,
    Weigh,
)
from dedup.errors import ReadError
from dedup.formats import ReadOutcome, document, read_lot
from dedup.index.disk.codec import Damage, Packer
from dedup.settings import Settings
from dedup.types import Skip

_NO_WALLS: Final = np.zeros(0, np.uint64)
"""A job knows no text from before that stands under many headlines."""


class TaskRunner:
    """One process at work on one job."""

    def __init__(self, order: Setup) -> None:
        self._settings = Settings.from_mapping(order.settings)
        self._number, self._fields = order.number, order.fields
        self._tokens = Spool(order.tokens, np.uint64), Spool(order.mended, np.uint64)
        self._keys = Spool(order.keys, np.uint32)
        self._kept = Spool(order.kept, np.uint64)
        whole = Spool(order.whole, np.uint8) if order.whole else None
        self._reader = Reader(order.number, self._settings, self._tokens[0], whole)
        self._plan = bands.plan(self._settings.similarity, self._settings.recall, self._settings.k)
        self._bound = np.uint64(order.bound)
        self._work = Workspace()
        self._receiver = Receiver(self._settings, self._bound) if order.learned else None
        self._learning = Spool(order.learned, np.uint8)
        self._learned = -1, NOTHING_YET

    def do(self, request: Request) -> Read | Received | Sketched | Candidates | Gathered | Weighed:
        """The answer to a request."""
        match request:
            case Receive() | ReceiveInputs():
                return self.receive(request)
            case Sketch():
                return self.sketch(request)
            case PairBands():
                return self.pair(request)
            case GatherKept():
                return self.gather(request)
            case Weigh():
                return self.weigh(request)
            case _:
                return self.read(request)

    def read(self, request: Reading) -> Read:
        """Read a lot."""
        match request:
            case ReadRows():
                found = _rows(request)
            case ReadKept():
                found = _kept(request)
            case ReadLot():
                found = read_lot(request.lot, self._fields)
        return self._reader.read(found)

    def receive(self, request: Receive | ReceiveInputs) -> Received:
        """Receive documents for an index, and pack them."""
        if self._receiver is None:
            raise ValueError("this process was not told where it is kept what was learned")
        if self._learned[0] != request.start:
            data = np.empty(request.size, np.uint8)
            self._learning.read(0, request.start, data)
            self._learned = request.start, remembered(data.tobytes())
        packer = Packer(dictionary=request.dictionary)
        if isinstance(request, ReceiveInputs):
            found = read_lot(request.lot, request.fields, own_ids=True)
            laid = [packer.laid(document) for document in found.documents]
        else:
            laid = request.laid
            found = ReadOutcome([packer.read(id, data) for id, data in zip(request.ids, laid, strict=True)])
        received = self._receiver.receive(found, self._learned[1], self._work)
        received.packed = [packer.shrunk(data) for data in laid]
        if isinstance(request, ReceiveInputs):
            received.laid = laid
        return received

    def sketch(self, request: Sketch) -> Sketched:
        """Sketch some texts."""
        rows = self._without_boilerplate(request.texts)
        found = lanes(rows, self._settings, self._plan, self._bound, self._work, request.spare)
        words, slices = sampled.laid(found.kept)
        self._keys.append(self._number, found.keys.T)
        self._kept.append(self._number, words)
        reasons = set_aside(rows, request.says, found.rests, _NO_WALLS, self._settings.seed)
        return Sketched(self._number, slices, found.rests, reasons)

    def _without_boilerplate(self, texts: Bare) -> Ragged:
        values = self._tokens[texts.mended].take(texts.tokens).values
        return without(values, texts.words, texts.blocks, texts.dropped)

    def weigh(self, request: Weigh) -> Weighed:
        """Decide some pairs."""
        rows = self._without_boilerplate(request.texts)
        sets = prepare(rows, self._settings, self._work)
        texts = rule.Bare(rows, request.rests, request.says)
        found = decide(texts, sets, request.pairs, request.facts, self._settings.containment)
        return Weighed(found, sets.lengths)

    def pair(self, request: PairBands) -> Candidates:
        """Pair texts by some bands."""
        laid, count = request.laid, request.last - request.first
        keys = np.empty((count, laid.texts.size), np.uint32)
        ends = np.cumsum(laid.rows)
        for file, start, rows, end in listed(laid.files, laid.starts, laid.rows, ends):
            some = np.empty((count, rows), np.uint32)
            self._keys.read(file, start + request.first * rows, some)
            keys[:, end - rows : end] = some
        keys[:, laid.texts < 0] = bands.NO_KEY
        return candidates(keys.T, self._settings.max_bucket, laid.texts.astype(np.int64), request.first)

    def gather(self, request: GatherKept) -> Gathered:
        """Gather the texts that share kept shingles."""
        laid, cap = request.laid, self._settings.max_bucket
        words = np.empty(int(request.counts.sum()), np.uint64)
        self._kept.fill(words, laid.files, laid.starts, request.counts)
        places = np.repeat(np.cumsum(laid.rows) - laid.rows, request.counts)
        places += sampled.rows(words)
        found = sampled.buckets(words, laid.texts[places].astype(np.int64), request.first, request.last)
        shares = sampled.sharing(sampled.phrases(found), cap)
        narrow: list[Array] = [column.astype(np.int32) for column in (*shares, sampled.crowd(found))]
        return Gathered(Sharing(*narrow[:3]), sampled.hot(found, cap), narrow[3])


def _rows(request: ReadRows) -> ReadOutcome:
    found = ReadOutcome()
    for number, row in zip(request.numbers, request.rows, strict=True):
        try:
            found.documents.append(document(row, str(number), path=str(row.get("path", ""))))
        except ReadError as error:
            found.skips.append(Skip(error.path, error.reason, error.line))
    return found


def _kept(request: ReadKept) -> ReadOutcome:
    found, packer = ReadOutcome(), Packer(request.dictionaries.__getitem__)
    for id, packed in zip(request.ids, request.packed, strict=True):
        try:
            found.documents.append(packer.unpack(id, packed))
        except Damage as damage:
            found.skips.append(Skip(id, str(damage)))
    return found
