"""The queue of lines between many producers and one writer.

A producer waits for a place before it puts a line. So a full queue stops the reading of bodies, and the connection
stops the producer. Places are given in the order in which producers asked.
"""

import asyncio
from collections import deque
from typing import Final, NamedTuple, Protocol

BATCH: Final = 256
"""Lines that are decided together, at most."""

BATCH_BYTES: Final = 8 << 20
"""Bytes of lines from which on a batch takes no more lines."""

WAITING_BYTES: Final = 64 << 20
"""Bytes of lines that may wait. One longer line may wait alone."""


class Asker(Protocol):
    """A request that puts lines and takes their answers."""

    def take_answer(self, answer: bytes) -> None:
        """Takes the answer to the first line that has none yet."""


class QueuedLine(NamedTuple):
    """A line that waits: its bytes (None if it is too long), who asked, and when it was read."""

    line: bytes | None
    asker: Asker
    since: float

    @property
    def size(self) -> int:
        """The bytes of the line."""
        return len(self.line or b"")


class LineQueue:
    """Lines that wait for one worker, for use in one event loop.

    Args:
        places: the most lines that wait.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._lines: deque[QueuedLine] = deque()
        self._reserved = 0
        self._bytes = 0
        self._producers: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._lines)

    async def put(self, line: QueuedLine) -> None:
        """Puts a line when there is a place for it."""
        if self._producers or not self._has_room(line.size):
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._producers.append((line.size, place))
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._free(1, line.size)
                raise
        else:
            self._reserve(line.size)
        self._lines.append(line)
        self._arrived.set()

    async def take(self) -> list[QueuedLine]:
        """Waits for lines, and returns the first ones, at most a batch; none if `close` was called and none wait."""
        while not self._lines and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        batch: list[QueuedLine] = []
        size = 0
        while self._lines and len(batch) < BATCH and size < BATCH_BYTES:
            batch.append(self._lines.popleft())
            size += batch[-1].size
        self._free(len(batch), size)
        return batch

    def close(self) -> None:
        """Ends `take` once no line waits. No line may be put any more."""
        self._closed = True
        self._arrived.set()

    def _has_room(self, size: int) -> bool:
        return self._reserved < self._places and (not self._reserved or self._bytes + size <= WAITING_BYTES)

    def _reserve(self, size: int) -> None:
        self._reserved += 1
        self._bytes += size

    def _free(self, lines: int, size: int) -> None:
        """Frees places, and gives them to the producers that wait longest."""
        self._reserved -= lines
        self._bytes -= size
        while self._producers and (self._producers[0][1].cancelled() or self._has_room(self._producers[0][0])):
            size, place = self._producers.popleft()
            if not place.cancelled():
                self._reserve(size)
                place.set_result(None)
