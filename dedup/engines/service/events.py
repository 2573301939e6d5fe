"""The response that follows events: those there are, then each as soon as it is on the disk."""

import asyncio
import math
import time
from collections.abc import Iterator
from functools import partial
from typing import Final

from starlette.types import Receive, Scope, Send

from dedup.engines.service.replies import JSON_LINES, error_line, start
from dedup.engines.service.service import Service
from dedup.json_rows import encode

_ALIVE: Final = 15.0
"""Seconds without an event after which an empty line says that the connection lives."""

_SOME: Final = 4096
"""Events that are sent together."""


class EventStream:
    """Sends the events after a number, a line each, and goes on until the client or the service ends.

    Args:
        service: the service.
        since: the number of the last event that the client has.
        follow: whether to wait for more events.
        timeout: seconds without an event after which the response ends; None for no end.
    """

    def __init__(self, service: Service, since: int, follow: bool, timeout: float | None) -> None:
        self._service, self._since, self._follow, self._timeout = service, since, follow, timeout
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        await start(send, JSON_LINES)
        self._task = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_disconnect(receive))
        self._service.enter(self)
        try:
            await asyncio.wait([self._task, gone], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._service.leave(self)
            self._task.cancel()
            gone.cancel()
            await asyncio.wait([self._task, gone])
        end = b""
        if self._task.cancelled():
            end = error_line(503, "the service ends: ask for the events after the last one again")
        else:
            self._task.result()  # raises the error of the index
        await send({"type": "http.response.body", "body": end})

    def stop(self) -> None:
        """Ends the response."""
        if self._task and self._follow:
            self._task.cancel()

    async def _send(self, send: Send) -> None:
        """Sends events."""
        last = time.monotonic()
        while True:
            change = self._service.next_change()
            lines: list[bytes] = await self._service.call(partial(list, self._lines()))
            for first in range(0, len(lines), _SOME):
                body = b"".join(lines[first : first + _SOME])
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if lines:
                last = time.monotonic()
            remaining = math.inf if self._timeout is None else last + self._timeout - time.monotonic()
            if not self._follow or remaining <= 0:
                return
            try:
                async with asyncio.timeout(min(_ALIVE, remaining)):  # wait_for of Python 3.11 may lose a cancellation
                    await change.wait()
            except TimeoutError:
                await send({"type": "http.response.body", "body": b"\n", "more_body": True})

    def _lines(self) -> Iterator[bytes]:
        """Yields the next events as lines."""
        for event in self._service.index.events(since=self._since):
            self._since = event.number
            yield encode(event) + b"\n"


async def _disconnect(receive: Receive) -> None:
    """Waits until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
