"""What one process does of a job, request by request: it reads lots and sketches texts."""

from typing import Final

import numpy as np

from dedup.core import bands, minhash, overlaps, spelling
from dedup.core.blocks import without
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.messages import (
    Order,
    Read,
    ReadFiles,
    ReadLines,
    ReadRows,
    Request,
    Sketch,
    Sketched,
    Suspect,
    Suspects,
)
from dedup.engines.reading import Reader
from dedup.engines.store import Spool
from dedup.errors import ReadError
from dedup.formats import Files, Found, Lines, document, read_lot
from dedup.settings import Settings
from dedup.types import Skip

__all__ = ["FEW", "Hand"]

FEW = 12
"""Shingles below which a text is not compared: only equal texts are copies then. What a form of a dozen words shares
with the next one is the form."""


_BEGINNING: Final = 256
"""Tokens of a text that are looked at first to see whether it may be scanned: all of them cost twice as much."""


class Hand:
    """One process at work on one job."""

    def __init__(self, order: Order) -> None:
        self._settings = Settings.from_mapping(order.settings)
        self._number, self._fields = order.number, order.fields
        self._tokens = Spool(order.tokens, np.uint64), Spool(order.mended, np.uint64)
        self._kept = Spool(order.kept, np.uint64)
        whole = Spool(order.whole, np.uint8) if order.whole else None
        self._reader = Reader(order.number, self._settings, self._tokens[0], whole)
        self._plan = bands.plan(self._settings.similarity, self._settings.recall, self._settings.k)
        self._bound = np.uint64(order.bound)
        self._work = Workspace()

    def do(self, request: Request) -> Read | Sketched | Suspects:
        """The answer to a request."""
        if isinstance(request, Suspect):
            return self.suspect(request)
        return self.sketch(request) if isinstance(request, Sketch) else self.read(request)

    def read(self, request: ReadFiles | ReadLines | ReadRows) -> Read:
        """Read a lot."""
        if isinstance(request, ReadRows):
            found = _rows(request)
        elif isinstance(request, ReadFiles):
            found = read_lot(Files(request.places), self._fields)
        else:
            found = read_lot(Lines(request.place, request.first, request.data), self._fields)
        return self._reader.read(found)

    def suspect(self, request: Suspect) -> Suspects:
        """Say which of some texts may be scanned: whose first tokens say so, and then all of them."""
        vocabulary = spelling.Vocabulary(request.known, request.counts, request.words)
        speller = spelling.spelling(vocabulary, self._settings.seed)
        found, before = [np.zeros(0, np.int64)], 0
        for run in request.runs:
            ends = np.cumsum(run.lengths)
            values = np.empty(int(ends[-1]), np.uint64)
            self._tokens[0].read(run.file, run.start, values)
            texts = Ragged(values, np.stack((ends - run.lengths, ends), axis=1))
            rows = np.arange(run.lengths.size)
            for part in (texts.beginnings(_BEGINNING), texts):
                rows = rows[spelling.suspects(take(part, rows), speller, request.share, request.scans)]
            found.append(before + rows)
            before += run.lengths.size
        return Suspects(np.concatenate(found))

    def sketch(self, request: Sketch) -> Sketched:
        """Sketch some texts."""
        values = np.empty(int(request.words.sum()), np.uint64)
        self._tokens[request.mended].read(request.file, request.start, values)
        rows = without(values, request.words, request.blocks, request.dropped)
        shingles = shingle(rows, self._settings.shingle_size, self._settings.seed, self._work)
        few = shingles.lengths < FEW
        keys = bands.band_keys(minhash.sketch(shingles, self._settings.k), self._plan)
        keys[few] = bands.NO_KEY
        shingles.bounds[few, 1] = shingles.bounds[few, 0]
        kept = overlaps.keep(shingles, self._bound)
        self._kept.append(self._number, kept.values)
        return Sketched(self._number, keys.reshape(-1), kept.lengths)


def _rows(request: ReadRows) -> Found:
    found = Found()
    for number, row in zip(request.numbers, request.rows, strict=True):
        try:
            found.documents.append(document(row, str(number), path=str(row.get("path", ""))))
        except ReadError as error:
            found.skips.append(Skip(error.path, error.reason, error.line))
    return found
