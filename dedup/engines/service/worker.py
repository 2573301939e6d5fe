"""The task that takes lines from a queue, has a thread decide them in batches, and hands out the answers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from dedup.engines.service.answers import LineAnswer
from dedup.engines.service.queue import LineQueue, QueuedLine

Decide = Callable[[Sequence[bytes | None]], list[LineAnswer]]
"""A function from lines to their answers. It blocks."""

OnBatch = Callable[[Sequence[QueuedLine], Sequence[LineAnswer], float], object]
"""A function that takes a batch, its answers, and the time of its end, before the answers are handed out."""


class LineWorker:
    """Answers the lines of a queue, in their order, whatever waits as one batch.

    Args:
        places: the most lines that wait.
        decide: answers a batch. It runs in a thread of this worker.
        on_batch: is called with each batch.
    """

    def __init__(self, places: int, decide: Decide, on_batch: OnBatch | None = None) -> None:
        self.queue = LineQueue(places)
        self._decide, self._on_batch = decide, on_batch
        self._thread = ThreadPoolExecutor(1, "dedup service")

    async def run(self) -> None:
        """Works until the queue is closed and empty. Raises what the function that decides raises."""
        loop = asyncio.get_running_loop()
        try:
            while batch := await self.queue.take():
                answers = await loop.run_in_executor(self._thread, self._decide, [waiting.line for waiting in batch])
                if self._on_batch:
                    self._on_batch(batch, answers, time.monotonic())
                for waiting, answer in zip(batch, answers, strict=True):
                    waiting.asker.take_answer(answer.line)
        finally:
            self._thread.shutdown(wait=False)
