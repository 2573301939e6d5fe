"""One index, its worker tasks, and what requests share: counts, the news of changes, the end of the service."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from dedup.engines.online.index import Index
from dedup.engines.service.answers import LineAnswer, add_lines, query_lines
from dedup.engines.service.metrics import Metrics
from dedup.engines.service.queue import QueuedLine
from dedup.engines.service.worker import LineWorker

_LOGGER: Final = logging.getLogger(__name__)
_T = TypeVar("_T")

QUEUE: Final = 1024
"""Documents that wait, at most, if the caller does not say."""


def _nothing() -> None:
    pass


class _ReviewStopped(Exception):
    """A review was stopped, because the service ends."""


class OpenRequest(Protocol):
    """A request that lasts, and must end before the service does."""

    def stop(self) -> None:
        """Ends the request as soon as its open lines are answered."""


class Service:
    """An index that many requests share. All methods but `run` are for the event loop of `run`.

    Args:
        index: the index, open to write.
        queue: the most documents that wait.
        fields: our names of fields -> the keys of lines that hold them, in a line that has the key.
        on_end: is called when the service ends by itself, because the index cannot be written.
    """

    def __init__(
        self, index: Index, queue: int, fields: Mapping[str, str] | None = None, on_end: Callable[[], object] = _nothing
    ) -> None:
        self.index = index
        self.metrics = Metrics()
        self.adds = LineWorker(queue, partial(add_lines, index, fields or {}), self._count)
        self.queries = LineWorker(queue, partial(query_lines, index, fields or {}))
        self.draining = False
        self.failure: Exception | None = None
        self._on_end = on_end
        self._open: set[OpenRequest] = set()
        self._change = asyncio.Event()
        self._review: asyncio.Task[None] | None = None
        self._review_seconds: float | None = None
        self._review_error = ""
        index.watch_reviews(self._count_review)

    async def run(self) -> None:
        """Answers lines until the service drains and no line waits."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.adds.run())
                group.create_task(self.queries.run())
        except ExceptionGroup as errors:
            self.failure = errors.exceptions[0]
            _LOGGER.error("the service ends, because the index cannot be used: %s", self.failure)
            self.drain()
            self._on_end()
        if self._review:
            await asyncio.wait([self._review])

    def drain(self) -> None:
        """Refuses requests from now on, reads no more lines, and ends requests when their open lines are answered."""
        self.draining = True
        for request in list(self._open):
            request.stop()
        self.adds.queue.close()
        self.queries.queue.close()
        self.notify()

    def enter(self, request: OpenRequest) -> None:
        """Notes a request that lasts."""
        self._open.add(request)
        if self.draining:
            request.stop()

    def leave(self, request: OpenRequest) -> None:
        """Forgets a request that lasted."""
        self._open.discard(request)

    def notify(self) -> None:
        """Says that the index has changed."""
        change, self._change = self._change, asyncio.Event()
        change.set()

    def next_change(self) -> asyncio.Event:
        """Returns the event of the next change."""
        return self._change

    async def call(self, method: Callable[[], _T]) -> _T:
        """Calls a method of the index in a thread."""
        return await asyncio.to_thread(method)

    def start_review(self) -> bool:
        """Starts a review in the background, and returns whether none was under way."""
        if self._review and not self._review.done():
            return False
        self._review = asyncio.create_task(self._run_review())
        return True

    def review_state(self) -> dict[str, Any]:
        """Returns whether a review that was asked for is under way, its error, and the seconds of the last review."""
        is_running = self._review is not None and not self._review.done()
        return {"running": is_running, "error": self._review_error, "seconds": self._review_seconds}

    async def _run_review(self) -> None:
        self._review_error = ""
        try:
            await self.call(partial(self.index.review, on_progress=self._check_review))
        except _ReviewStopped:
            self._review_error = "the service ends"
        except Exception as error:
            _LOGGER.exception("the review failed")
            self._review_error = str(error) or repr(error)
        else:
            self.notify()

    def _count_review(self, seconds: float) -> None:
        """Counts a review, also one of the index itself."""
        self._review_seconds = round(seconds, 4)
        self.metrics.count_review(seconds)

    def _check_review(self, *_: object) -> None:
        """Ends a review that is not complete when the service ends. Nothing of it is in the index then."""
        if self.draining:
            raise _ReviewStopped

    def _count(self, batch: Sequence[QueuedLine], answers: Sequence[LineAnswer], end: float) -> None:
        """Counts a batch that is on the disk, and says that the index has changed."""
        seconds = [end - waiting.since for waiting in batch]
        self.metrics.count_batch([answer.kind for answer in answers], seconds, sum(answer.cold for answer in answers))
        self.notify()
