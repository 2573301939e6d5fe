"""A request of lines: lines come, answers go, both at the same time.

Starlette's own streaming response listens for the end of the connection on some servers, and so takes the body that
this request reads. Therefore the request is an ASGI application of its own.
"""

import asyncio
import time
from contextlib import suppress
from typing import Final

from starlette.types import Receive, Scope, Send

from dedup.engines.service.lines import LineSplitter, limit_of_lines
from dedup.engines.service.queue import LineQueue, QueuedLine
from dedup.engines.service.replies import JSON_LINES, RETRY, error_line, refuse, start
from dedup.engines.service.service import Service

_BEGIN: Final = 10.0
"""Seconds that the first line of a request may wait for a place in the queue."""

_UNSENT: Final = 16 << 20
"""Bytes of answers that a client has not taken, from which on no more of its lines are read."""

_STUCK: Final = 60.0
"""Seconds after which a request ends whose client takes no answers."""

_REST: Final = 2.0
"""Seconds for which the rest of a body is read and dropped, so that its client gets to read the answers."""


class LineExchange:
    """Puts the lines of a body into a queue, and sends their answers as they come, in the order of the lines.

    The response begins with the first answer. A service that drains ends the response with a line that has a status and
    no id: the lines after the last answer were not taken.

    Args:
        service: the service.
        queue: the queue of the worker that answers.
    """

    def __init__(self, service: Service, queue: LineQueue) -> None:
        self._service, self._queue = service, queue
        self._taken = 0
        self._answered = 0
        self._ready: list[bytes] = []
        self._unsent = 0
        self._has_begun = False
        self._is_read = False
        self._is_complete = False
        self._is_late = False
        self._is_cut = False
        self._wake = asyncio.Event()
        self._sent = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        self._reader = asyncio.create_task(self._read(receive))
        self._service.enter(self)
        try:
            await self._send(receive, send)
        finally:
            self._service.leave(self)
            self._reader.cancel()
            await asyncio.wait([self._reader])
        if not self._reader.cancelled():
            self._reader.result()  # raises the error of a reader that failed

    def take_answer(self, answer: bytes) -> None:
        """Takes the answer to the first line that has none yet."""
        self._answered += 1
        self._unsent += len(answer)
        self._ready.append(answer)
        self._wake.set()

    def stop(self) -> None:
        """Reads no more lines. The response ends when those that were read are answered."""
        if not self._is_read and self._reader:
            self._is_read = self._is_cut = True  # a task that is cancelled puts no more lines
            self._reader.cancel()
        self._wake.set()

    async def _read(self, receive: Receive) -> None:
        """Puts the lines of the body into the queue. A line that its client did not complete is dropped."""
        lines = LineSplitter(limit_of_lines(self._service.index.settings.limits)[0])
        more = True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    self._is_complete = True
                    return
                more = message.get("more_body", False)
                ended = lines.feed(message.get("body", b""))
                self._is_complete = not more
                for line in ended if more else [*ended, *lines.end()]:
                    await self._put(line)
        except TimeoutError:
            self._is_late = True
        finally:
            self._is_read = True
            self._wake.set()

    async def _put(self, line: bytes | None) -> None:
        """Puts a line when there is room, in the queue and for its answer. The first line waits for a time only."""
        while self._unsent > _UNSENT:
            self._sent.clear()
            await self._sent.wait()
        queued = QueuedLine(line, self, time.monotonic())
        if self._taken:
            await self._queue.put(queued)
        else:
            async with asyncio.timeout(_BEGIN):
                await self._queue.put(queued)
        self._taken += 1

    async def _send(self, receive: Receive, send: Send) -> None:
        """Sends the answers, and the end of the response."""
        while not (self._service.failure or (self._is_read and self._answered == self._taken)) or self._ready:
            await self._wake.wait()
            self._wake.clear()
            await self._send_ready(send)
        end = self._end()
        if end and not self._is_complete:
            await self._drop_rest(receive)
        if end and not self._has_begun:
            await refuse(send, 503, end, RETRY)
            return
        if not self._has_begun:
            await start(send, JSON_LINES)
        await send({"type": "http.response.body", "body": error_line(503, end) if end else b""})

    async def _send_ready(self, send: Send) -> None:
        """Sends the answers that are ready."""
        if not self._ready:
            return
        answers = b"".join(self._ready)
        self._ready.clear()
        async with asyncio.timeout(_STUCK):
            if not self._has_begun:
                await start(send, JSON_LINES)
                self._has_begun = True
            await send({"type": "http.response.body", "body": answers, "more_body": True})
        self._unsent -= len(answers)
        self._sent.set()

    def _end(self) -> str:
        """Says why lines were not taken; nothing if all were."""
        if self._service.failure:
            return f"the index cannot be used: {self._service.failure}"
        if self._is_cut:
            return "the service ends: send the lines after the last answer again"
        return "too many documents wait: send the lines again" if self._is_late else ""

    async def _drop_rest(self, receive: Receive) -> None:
        """Reads the rest of the body for a short time. A closed connection could cost the client its last answers."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_REST):
                while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                    pass
