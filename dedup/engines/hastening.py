"""Lots of documents that are to be added to an index -> the same, read ahead of their turn by other processes.

They are started when there is more than one lot, and stay until the index is closed: one for each other processor, but
no more than can be kept busy by the process that looks up, decides and stores.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Final

import numpy as np

from dedup.core import overlaps
from dedup.engines.arriving import Arrivals, Lot
from dedup.engines.crew import Crew
from dedup.engines.learning import NOTHING_YET, Learned
from dedup.engines.messages import Order, Receive, Received
from dedup.engines.store import Column
from dedup.index.packing import Packer
from dedup.settings import Settings
from dedup.types import Document

__all__ = ["Ahead"]

_MOST: Final = 2
"""Processes that read: three would wait for the one that stores."""

_Known = Callable[[], Learned]


class Ahead:
    """Whoever reads for one index."""

    def __init__(self, arrivals: Arrivals, settings: Settings, processes: int) -> None:
        self._arrivals, self._settings = arrivals, settings
        self._others = min(processes - 1, _MOST)
        self._packer = Packer()
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._crew: Crew | None = None
        self._learning: Column
        self._told = NOTHING_YET, 0, 0

    def lots(self, those: Iterator[list[Document]], known: _Known, room: Callable[[], int]) -> Generator[Lot]:
        """The lots, read with what is ``known``. There is ``room`` for so many documents until more is known: what
        comes after them is not read before. If there is an error among ``those``, the lots before it come first."""
        failed: list[Exception] = []
        whole = _until(those, failed)
        first = list(islice(whole, 2))
        if len(first) > 1 and self._others and self._lock.acquire(blocking=False):
            try:
                yield from self._by_turns(chain(first, whole), known, room)
            finally:
                self._lock.release()
        else:
            for lot in chain(first, whole):
                yield self._arrivals.read(lot, known())
        for error in failed:
            raise error

    def close(self) -> None:
        """End the processes; they are started again when they are needed."""
        self._crew, self._told = None, (NOTHING_YET, 0, 0)
        self._stack.pop_all().close()

    def _by_turns(self, those: Iterator[list[Document]], known: _Known, room: Callable[[], int]) -> Iterator[Lot]:
        for first in those:
            if len(first) >= room():  # nothing can be read while it is in use
                yield self._arrivals.read(first, known())
            else:
                yield from self._elsewhere(_some(chain([first], those), room()), known)

    def _elsewhere(self, those: Iterator[list[Document]], known: _Known) -> Iterator[Lot]:
        asked: deque[tuple[list[Document], Learned]] = deque()
        team, learning = self._hired()

        def requests() -> Iterator[Receive]:
            for documents in those:
                learned = known()
                asked.append((documents, learned))
                yield self._request(documents, learned, learning)

        try:
            for found in team.ask(requests(), Received):
                yield self._arrivals.lot(*asked.popleft(), found)
        finally:
            if asked:  # nobody takes these answers, which would be taken for those to the next requests
                self.close()

    def _hired(self) -> tuple[Crew, Column]:
        """The processes, and where they find what was learned."""
        if self._crew is None:
            self._learning = self._stack.enter_context(Column(np.uint8))
            bound = int(overlaps.bound(self._settings.overlap, self._settings.recall))
            orders = [
                Order(number, self._settings.to_mapping(), bound, {}, learned=(self._learning.descriptor,))
                for number in range(self._others)
            ]
            self._crew = self._stack.enter_context(Crew(orders))
        return self._crew, self._learning

    def _request(self, documents: list[Document], learned: Learned, learning: Column) -> Receive:
        if self._told[0] is not learned:
            data = np.frombuffer(learned.packed(), np.uint8)
            self._told = learned, learning.size, data.size
            learning.append(data)
        laid = [self._packer.laid(document) for document in documents]
        return Receive([document.id for document in documents], laid, *self._told[1:])


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
