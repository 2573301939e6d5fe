"""The client of a service: `connect`, and the methods of `dedup.Index` over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import quote

from dedup.comparison_types import Comparison
from dedup.engines.service.decoders import COMPARISON, DECISION, NAME, PAIR_EVENTS, REVIEW, to_story
from dedup.engines.service.lines import LineSplitter
from dedup.engines.service.requests import (
    Ask,
    EventFeed,
    OnSkip,
    Reply,
    Requests,
    Steps,
    document_line,
    document_lines,
    document_path,
    pair_path,
)
from dedup.errors import IndexProblem, InputError
from dedup.formats import Inputs
from dedup.formats.program.documents import Documents, Fields, Given
from dedup.index_types import Decision, Event, IndexedStory
from dedup.result_tables import import_library

if TYPE_CHECKING:
    import httpx

_T = TypeVar("_T")

_SILENT: Final = 45.0
"""Seconds without a byte after which a follower of events asks again. The service sends an empty line before."""

_LOOK: Final = 0.1
"""Seconds after which a client that waits for a review looks again."""


def connect(address: str, *, timeout: float = 60.0, token: str | None = None) -> "RemoteIndex":
    """Returns the index of a service, which `dedup index serve` starts. Nothing is sent yet.

    Args:
        address: ``"unix:///path/of/socket"``, or ``"http://host:port"``.
        timeout: seconds. If the connection breaks, a call asks again until there was no progress for so long.
        token: the token of the service.

    Raises:
        InputError: the address has another form.
        LibraryMissing: httpx is not installed.
    """
    kind, separator, place = address.partition("://")
    if not separator or not place or kind not in ("unix", "http", "https"):
        raise InputError(f"address {address!r}: give unix:///path/of/socket or http://host:port")
    return RemoteIndex(address, timeout, token)


class RemoteIndex:
    """The index of a service, with methods of `dedup.Index`. Any thread may call any method.

    A decision is on the disk of the service. If the connection breaks, a method sends the documents again whose answers
    are missing: those that the service has are `known`, with the same answer.

    Methods whose names begin with ``a`` are for an event loop. Errors of the service are raised as `IndexProblem`, and
    wrong arguments as `InputError`.
    """

    def __init__(self, address: str, timeout: float, token: str | None) -> None:
        kind, _, place = address.partition("://")
        self._requests = Requests(address, timeout)
        self._httpx = import_library("httpx", extra="serve")
        self._broken: type[Exception] = self._httpx.TransportError
        self._socket = place if kind == "unix" else None
        self._arguments: dict[str, Any] = {
            "base_url": "http://dedup" if kind == "unix" else address,
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "timeout": timeout,
        }
        self._client: httpx.Client | None = None
        self._async_client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __repr__(self) -> str:
        return f"<dedup.RemoteIndex {self._requests.address!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def close(self) -> None:
        """Closes the connections of threads. A later call opens new ones."""
        if self._client:
            self._client.close()
        self._client = None

    async def aclose(self) -> None:
        """Closes all connections. A later call opens new ones."""
        self.close()
        if self._async_client and self._loop is asyncio.get_running_loop():
            await self._async_client.aclose()
        self._async_client = None

    def add(self, document: Given) -> Decision:
        """Adds a document with an id, and returns the decision, as `Index.add` does."""
        return self._run(self._decide_one("/documents", document))

    def add_many(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> list[Decision]:
        """Adds documents in their order, and returns the decisions, as `Index.add_many` does.

        The documents of a request are added also if one of them cannot be used.
        """
        batches = self.add_stream(documents, fields=fields, on_skip=on_skip)
        return [decision for batch in batches for decision in batch]

    def add_stream(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> Iterator[list[Decision]]:
        """Adds documents as `add_many` does, and yields the decisions of each request."""
        for names, lines in document_lines(documents, fields, on_skip):
            answers = self._run(self._requests.decide("/documents", lines))
            yield self._requests.decisions(answers, names, on_skip)

    def query(self, document: Given) -> Decision:
        """Returns the decision that `add` would make, and changes nothing."""
        return self._run(self._decide_one("/query", document))

    def remove(self, id: str, *, erase: bool = False) -> bool:
        """Forgets the document of an id, and returns whether there was one, as `Index.remove` does.

        The ``timeout`` of `connect` must be longer than an erasure takes.
        """
        path = document_path(id) + ("?erase=1" if erase else "")
        return self._run(self._requests.one("DELETE", path)).status != 404

    def show(self, id: str) -> Decision | None:
        """Returns the decision on the document of an id, as `Index.show` does."""
        reply = self._run(self._requests.one("GET", document_path(id)))
        return None if reply.status == 404 else DECISION.decode(reply.lines[0])

    def compare(self, a: str, b: str) -> Comparison:
        """Returns the comparison of two documents, as `Index.compare` does."""
        return COMPARISON.decode(self._run(self._requests.one("GET", pair_path(a, b))).lines[0])

    def rule(self, a: str, b: str, same: bool | None) -> int:
        """Keeps the word of a person on two documents, or takes it back, as `Index.rule` does."""
        reply = self._run(self._requests.one("POST", pair_path(a, b) + ("" if same is None else f"&same={same:d}")))
        return PAIR_EVENTS.decode(reply.lines[0])["events"]

    def story_of(self, id: str) -> str | None:
        """Returns the name of the story of the document of an id, as `Index.story_of` does."""
        reply = self._run(self._requests.one("GET", f"/stories?of={quote(id, safe='')}"))
        return None if reply.status == 404 else NAME.decode(reply.lines[0])["story"]

    def story(self, story: str) -> IndexedStory | None:
        """Returns the story of a name, as `Index.story` does."""
        reply = self._run(self._requests.one("GET", f"/stories/{quote(story, safe='')}"))
        return None if reply.status == 404 else to_story(reply.lines[0])

    def stories(self) -> Iterator[IndexedStory]:
        """Yields all stories, the oldest first, stories of one document included."""
        return map(to_story, self._run(self._requests.one("GET", "/stories")).lines)

    def review(self, *, wait: bool = False) -> None:
        """Starts a review, if none is under way. Its events say what it changes.

        Args:
            wait: whether to wait for its end.

        Raises:
            IndexProblem: the service cannot be asked, or the review has failed.
        """
        self._run(self._requests.one("POST", "/review"))
        while wait and (state := REVIEW.decode(self._run(self._requests.one("GET", "/review")).lines[0])).running:
            time.sleep(_LOOK)
        if wait and state.error:
            raise IndexProblem(f"{self._requests.address}: the review has failed: {state.error}")

    async def aadd(self, document: Given) -> Decision:
        """Adds a document as `add` does, for an event loop."""
        return await self._arun(self._decide_one("/documents", document))

    async def aadd_many(
        self, documents: Documents | Inputs, *, fields: Fields = None, on_skip: OnSkip | None = None
    ) -> list[Decision]:
        """Adds documents as `add_many` does, for an event loop, which iterates over ``documents``."""
        decisions: list[Decision] = []
        for names, lines in document_lines(documents, fields, on_skip):
            answers = await self._arun(self._requests.decide("/documents", lines))
            decisions += self._requests.decisions(answers, names, on_skip)
        return decisions

    async def aquery(self, document: Given) -> Decision:
        """Returns the decision as `query` does, for an event loop."""
        return await self._arun(self._decide_one("/query", document))

    def events(self, *, since: int = 0, follow: bool = False, timeout: float | None = None) -> Iterator[Event]:
        """Yields the events after the number ``since``, in order, as `Index.events` does.

        Args:
            since: the number of an event.
            follow: whether to wait for more events.
            timeout: seconds without an event after which the wait ends; None for no end.
        """
        feed = EventFeed(self._requests, since, follow, timeout)
        while not feed.has_ended:
            time.sleep(feed.pause)
            try:
                with self._sync().stream("GET", feed.path, timeout=self._patience()) as response:
                    for data in response.iter_raw():
                        yield from feed.take(response.status_code, data)
            except self._broken as error:
                feed.end(0, repr(error))
            else:
                feed.end(response.status_code)

    async def aevents(
        self, *, since: int = 0, follow: bool = False, timeout: float | None = None
    ) -> AsyncIterator[Event]:
        """Yields events as `events` does, for an event loop."""
        feed = EventFeed(self._requests, since, follow, timeout)
        while not feed.has_ended:
            await asyncio.sleep(feed.pause)
            try:
                async with self._async().stream("GET", feed.path, timeout=self._patience()) as response:
                    async for data in response.aiter_raw():
                        for event in feed.take(response.status_code, data):
                            yield event
            except self._broken as error:
                feed.end(0, repr(error))
            else:
                feed.end(response.status_code)

    def _decide_one(self, path: str, document: Given) -> Steps[Decision]:
        """Sends one document, and returns the decision."""
        name = "the document"
        answers = yield from self._requests.decide(path, [document_line(document, name)])
        return self._requests.decisions(answers, [name], None)[0]

    def _run(self, steps: Steps[_T]) -> _T:
        """Does the steps of a request."""
        try:
            ask = next(steps)
            while True:
                time.sleep(ask.pause)
                ask = steps.send(self._send(ask))
        except StopIteration as end:
            result: _T = end.value
            return result

    def _send(self, ask: Ask) -> Reply:
        """Sends a request, and returns what came back."""
        reply, lines = Reply(), LineSplitter()
        try:
            with self._sync().stream(ask.method, ask.path, content=ask.body or None) as response:
                reply.status = response.status_code
                for data in response.iter_raw():
                    reply.lines += filter(None, lines.feed(data))
        except self._broken as error:
            reply.problem = repr(error)
        return reply

    async def _arun(self, steps: Steps[_T]) -> _T:
        """Does the steps of a request, for an event loop."""
        try:
            ask = next(steps)
            while True:
                await asyncio.sleep(ask.pause)
                ask = steps.send(await self._asend(ask))
        except StopIteration as end:
            result: _T = end.value
            return result

    async def _asend(self, ask: Ask) -> Reply:
        """Sends a request, and returns what came back, for an event loop."""
        reply, lines = Reply(), LineSplitter()
        try:
            async with self._async().stream(ask.method, ask.path, content=ask.body or None) as response:
                reply.status = response.status_code
                async for data in response.aiter_raw():
                    reply.lines += filter(None, lines.feed(data))
        except self._broken as error:
            reply.problem = repr(error)
        return reply

    def _sync(self) -> "httpx.Client":
        """Returns the client of threads."""
        if self._client is None:
            self._client = self._httpx.Client(transport=self._httpx.HTTPTransport(uds=self._socket), **self._arguments)
        return self._client

    def _async(self) -> "httpx.AsyncClient":
        """Returns the client of the event loop that runs. Connections of another loop are of no use to it."""
        loop = asyncio.get_running_loop()
        if self._async_client is None or self._loop is not loop:
            transport = self._httpx.AsyncHTTPTransport(uds=self._socket)
            self._async_client = self._httpx.AsyncClient(transport=transport, **self._arguments)
            self._loop = loop
        return self._async_client

    def _patience(self) -> "httpx.Timeout":
        """Returns the timeouts of a request that waits for events."""
        patience: httpx.Timeout = self._httpx.Timeout(self._requests.timeout, read=max(self._requests.timeout, _SILENT))
        return patience
