"""Lots of documents that are to be added to an index -> the same, read ahead of their turn by other processes.

They are started when there is more than one lot, and stay until the index is closed: one for each processor, but no
more than can be kept busy by the process that looks up, decides and stores.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sized
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from typing import Final, TypeVar

import numpy as np

from dedup.engines.online.arrivals import ArrivalJudge, ArrivingBatch
from dedup.engines.online.batches import split_batches
from dedup.engines.pool.pool import WorkerPool
from dedup.engines.pool.spill import SpillColumn
from dedup.engines.tasks.profiles import NO_PROFILES, LearnedProfiles
from dedup.engines.tasks.results import ArrivalResult
from dedup.engines.tasks.runner import WORK
from dedup.engines.tasks.tasks import ReadArrivals, ReadArrivingInputs, Setup
from dedup.formats import Chunk as InputLot
from dedup.formats import Inputs, ReadOutcome
from dedup.index.disk.codec import DocumentCodec
from dedup.settings import Settings
from dedup.types import Document

_MOST: Final = 2
"""Processes that read: three would wait for the one that stores."""

_Known = Callable[[], LearnedProfiles]
_Asked = TypeVar("_Asked")


class ReadAhead:
    """Whoever reads for one index, and packs with the ``dictionary`` that it has by then."""

    def __init__(
        self, arrivals: ArrivalJudge, settings: Settings, processes: int, dictionary: Callable[[], bytes]
    ) -> None:
        self._arrivals, self._settings = arrivals, settings
        self._dictionary = dictionary
        self._others = min(processes, _MOST) if processes > 1 else 0
        self._packer = DocumentCodec()
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._crew: WorkerPool | None = None
        self._learning: SpillColumn
        self._told = NO_PROFILES, 0, 0

    def lots(self, those: Iterator[list[Document]], known: _Known, room: Callable[[], int]) -> Generator[ArrivingBatch]:
        """The lots, read with what is ``known``. There is ``room`` for so many documents until more is known: what
        comes after them is not read before. If there is an error among ``those``, the lots before it come first."""
        failed: list[Exception] = []
        whole = _until(those, failed)
        first = list(islice(whole, 2))
        if self._has_hands_for(first):
            try:
                yield from self._by_turns(chain(first, whole), known, room)
            finally:
                self._lock.release()
        else:
            for lot in chain(first, whole):
                yield self._arrivals.read(lot, known())
        for error in failed:
            raise error

    def inputs(self, those: Inputs, known: _Known) -> Generator[ArrivingBatch]:
        """What is in files, a lot of files or lines after another: whoever reads a lot reads its files as well."""
        whole = those.lots()
        first = list(islice(whole, 2))
        if self._has_hands_for(first):
            try:
                yield from self._inputs(those, chain(first, whole), known)
            finally:
                self._lock.release()
        else:
            for documents in those.read(chain(first, whole)):
                yield from (self._arrivals.read(part, known()) for part in split_batches(documents))

    def close(self) -> None:
        """End the processes; they are started again when they are needed."""
        self._crew, self._told = None, (NO_PROFILES, 0, 0)
        self._stack.pop_all().close()

    def _has_hands_for(self, lots: Sized) -> bool:
        """Whether other processes are to read: only one caller at a time has them, until it releases the lock."""
        return len(lots) > 1 and self._others > 0 and self._lock.acquire(blocking=False)

    def _by_turns(
        self, those: Iterator[list[Document]], known: _Known, room: Callable[[], int]
    ) -> Iterator[ArrivingBatch]:
        for first in those:
            if len(first) >= room():  # nothing can be read while it is in use
                yield self._arrivals.read(first, known())
                continue
            some = _some(chain([first], those), room())
            for documents, learned, found in self._elsewhere(some, known, self._given):
                yield self._arrivals.lot(documents, learned, found)

    def _inputs(self, those: Inputs, lots: Iterator[InputLot], known: _Known) -> Iterator[ArrivingBatch]:
        for _, learned, found in self._elsewhere(lots, known, partial(self._input, dict(those.fields))):
            read = found.read
            those.tell(ReadOutcome([], read.skips, read.notes, read.odd))
            documents = list(map(self._packer.read, read.ids, found.laid))
            parts = list(split_batches(documents))
            if len(parts) == 1:
                yield self._arrivals.lot(documents, learned, found)
            else:  # nothing, very many, or one id twice
                yield from (self._arrivals.read(part, known()) for part in parts)
        those.end()

    def _elsewhere(
        self,
        those: Iterator[_Asked],
        known: _Known,
        request: Callable[[_Asked, int, int], ReadArrivals | ReadArrivingInputs],
    ) -> Iterator[tuple[_Asked, LearnedProfiles, ArrivalResult]]:
        """What the ``request`` for each of those brings, with what was known when it was made."""
        under_way: deque[tuple[_Asked, LearnedProfiles]] = deque()

        def requests(learning: SpillColumn) -> Iterator[ReadArrivals | ReadArrivingInputs]:
            for one in those:
                learned = known()
                under_way.append((one, learned))
                yield request(one, *self._where(learned, learning))

        try:
            team, learning = self._hired()
            for found in team.ask(requests(learning), ArrivalResult):
                yield *under_way.popleft(), found
        finally:
            if under_way:  # nobody takes these answers, which would be taken for those to the next requests
                self.close()

    def _hired(self) -> tuple[WorkerPool, SpillColumn]:
        """The processes, and where they find what was learned."""
        if self._crew is None:
            self._learning = self._stack.enter_context(SpillColumn(np.uint8))
            orders = [
                Setup(number, self._settings.to_mapping(), {}, learned=(self._learning.descriptor,))
                for number in range(self._others)
            ]
            self._crew = self._stack.enter_context(WorkerPool(orders, WORK))
        return self._crew, self._learning

    def _where(self, learned: LearnedProfiles, learning: SpillColumn) -> tuple[int, int]:
        """Where it is written what was learned, and how many bytes that takes."""
        told, start, size = self._told
        if told is not learned:
            data = np.frombuffer(learned.packed(), np.uint8)
            start, size = learning.size, data.size
            self._told = learned, start, size
            learning.append(data)
        return start, size

    def _given(self, documents: list[Document], start: int, size: int) -> ReadArrivals:
        laid = [self._packer.laid(document) for document in documents]
        return ReadArrivals([document.id for document in documents], laid, start, size, self._dictionary())

    def _input(self, fields: dict[str, str], lot: InputLot, start: int, size: int) -> ReadArrivingInputs:
        return ReadArrivingInputs(lot, fields, start, size, self._dictionary())


def _some(those: Iterator[list[Document]], room: int) -> Iterator[list[Document]]:
    """The lots for which there is room, the last of which may go beyond it."""
    for documents in those:
        yield documents
        room -= len(documents)
        if room <= 0:
            return


def _until(those: Iterator[list[Document]], failed: list[Exception]) -> Iterator[list[Document]]:
    """The lots before an error, which is put aside."""
    try:
        yield from those
    except Exception as error:
        failed.append(error)
