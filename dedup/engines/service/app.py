"""The service as an ASGI application: its paths, and `app`, which any ASGI server runs.

`app` takes its arguments from the environment: ``DEDUP_INDEX`` is the folder of the index, ``DEDUP_TOKEN_FILE`` the
file of the token, ``DEDUP_QUEUE`` and ``DEDUP_WINDOW`` (seconds) are as the options of ``dedup index serve``. One
process runs it, for one process writes an index.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dedup.engines.online.index import Index
from dedup.engines.service.events import EventStream
from dedup.engines.service.exchange import LineExchange
from dedup.engines.service.gate import Gate
from dedup.engines.service.replies import JSON_LINES, error_line
from dedup.engines.service.service import QUEUE, Service
from dedup.errors import DedupError, InputError
from dedup.index_types import IndexedStory
from dedup.json_rows import StoryRecord, decision_row, encode, story_record
from dedup.regular_files import read_regular

_JSON = "application/json"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_SOME = 64
_LARGEST_TOKEN: Final = 1 << 16
"""Stories that are sent together."""


def make_app(service: Service, token: str) -> ASGIApp:
    """Returns the ASGI application of a service that runs.

    Args:
        service: the service.
        token: the token that each request needs; empty for none.
    """
    paths = Paths(service)
    routes = [
        Route("/documents", paths.add, methods=["POST"]),
        Route("/documents/{id:path}", paths.show, methods=["GET"]),
        Route("/documents/{id:path}", paths.remove, methods=["DELETE"]),
        Route("/pairs", paths.compare, methods=["GET"]),
        Route("/pairs", paths.rule, methods=["POST"]),
        Route("/query", paths.query, methods=["POST"]),
        Route("/stories", paths.stories, methods=["GET"]),
        Route("/stories/{story}", paths.story, methods=["GET"]),
        Route("/events", paths.events, methods=["GET"]),
        Route("/review", paths.review, methods=["POST"]),
        Route("/review", paths.review_state, methods=["GET"]),
        Route("/health", paths.health, methods=["GET"]),
        Route("/metrics", paths.metrics, methods=["GET"]),
    ]
    handlers: Any = {HTTPException: _http_error, DedupError: _index_error}
    return Gate(Starlette(routes=routes, exception_handlers=handlers), service, token)


class Paths:
    """The answers of the service at each path.

    Args:
        service: the service.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._index = service.index

    async def add(self, request: Request) -> ASGIApp:
        """Adds the documents of the lines of the body."""
        return LineExchange(self._service, self._service.adds.queue)

    async def query(self, request: Request) -> ASGIApp:
        """Answers the lines of the body as if they were added."""
        return LineExchange(self._service, self._service.queries.queue)

    async def show(self, request: Request) -> Response:
        """Returns the decision on a document."""
        id = request.path_params["id"]
        decision = await self._service.call(partial(self._index.show, id))
        return _not_found(f"there is no document {id!r}") if decision is None else _json(decision_row(decision))

    async def remove(self, request: Request) -> Response:
        """Forgets a document. If ``erase`` is 1, no byte of what was removed stays in a file of the index."""
        id, erase = request.path_params["id"], request.query_params.get("erase") == "1"
        if not await self._service.call(partial(self._index.remove, id, erase=erase)):
            return _not_found(f"there is no document {id!r}")
        self._service.notify()
        return Response(status_code=204)

    async def compare(self, request: Request) -> Response:
        """Returns the comparison of the documents ``a`` and ``b``."""
        ids = _two_ids(request)
        return _json(await self._service.call(partial(self._index.compare, *ids)))

    async def rule(self, request: Request) -> Response:
        """Keeps the word of a person on the documents ``a`` and ``b``: ``same`` is 1 or 0, or missing to forget it."""
        ids, same = _two_ids(request), request.query_params.get("same")
        if same not in ("0", "1", None):
            raise HTTPException(400, f"same={same}: give 1 for one story, 0 for two, or nothing to take the word back")
        events = await self._service.call(partial(self._index.rule, *ids, None if same is None else same == "1"))
        self._service.notify()
        return _json({"events": events})

    async def story(self, request: Request) -> Response:
        """Returns a story."""
        name = request.path_params["story"]
        story = await self._service.call(partial(self._index.story, name))
        return _not_found(f"there is no story {name!r}") if story is None else _json(_record_of(story))

    async def stories(self, request: Request) -> Response:
        """Returns all stories, a line each; the name of the story of one document if ``of`` is its id."""
        if (id := request.query_params.get("of")) is not None:
            name = await self._service.call(partial(self._index.story_of, id))
            return _not_found(f"there is no document {id!r} with a story") if name is None else _json({"story": name})
        return StreamingResponse(_lines_of(self._index.stories()), media_type=JSON_LINES.decode())

    async def events(self, request: Request) -> ASGIApp:
        """Returns the events after the number ``since``, a line each, and those to come if ``follow`` is 1.

        With ``timeout``, the response ends after so many seconds without an event.
        """
        parameters = request.query_params
        try:
            since, follow = int(parameters.get("since", 0)), bool(int(parameters.get("follow", 0)))
            timeout = float(parameters["timeout"]) if "timeout" in parameters else None
        except ValueError as error:
            raise HTTPException(400, f"{request.url.query}: give since, follow and timeout as numbers") from error
        await self._service.call(partial(self._index.events, since=since))  # raises the error of a wrong number
        return EventStream(self._service, since, follow, timeout)

    async def review(self, request: Request) -> Response:
        """Starts a review, if none is under way."""
        return _json({"started": self._service.start_review()}, 202)

    async def review_state(self, request: Request) -> Response:
        """Returns whether a review is under way, its error, and the seconds of the last one."""
        return _json(self._service.review_state())

    async def health(self, request: Request) -> Response:
        """Says whether the service answers."""
        is_well = not self._service.draining
        return _json({"status": "ok" if is_well else "ends"}, 200 if is_well else 503)

    async def metrics(self, request: Request) -> Response:
        """Returns the counts."""
        counts = await self._service.call(self._index.stats)
        waiting = len(self._service.adds.queue)
        return Response(self._service.metrics.render(waiting, counts.documents, counts.stored), media_type=_PROMETHEUS)


def _two_ids(request: Request) -> tuple[str, str]:
    """Returns the ids ``a`` and ``b`` of a request."""
    try:
        return request.query_params["a"], request.query_params["b"]
    except KeyError as error:
        raise HTTPException(400, "give the ids of two documents as a and b") from error


def _json(record: Any, status: int = 200) -> Response:
    return Response(encode(record) + b"\n", status, media_type=_JSON)


def _not_found(error: str) -> Response:
    return Response(error_line(404, error), 404, media_type=_JSON)


def _record_of(story: IndexedStory) -> StoryRecord:
    """Returns a story with the keys that it has in a report."""
    return story_record(story.story, story.members, story.weakest)


def _lines_of(stories: Iterator[IndexedStory]) -> Iterator[bytes]:
    """Yields stories as lines, some at a time."""
    while some_lines := b"".join(encode(_record_of(story)) + b"\n" for story in islice(stories, _SOME)):
        yield some_lines


def _http_error(request: Request, error: Exception) -> Response:
    """Returns an error of HTTP in the form of all errors."""
    status = getattr(error, "status_code", 500)
    return Response(error_line(status, str(getattr(error, "detail", error))), status, media_type=_JSON)


def _index_error(request: Request, error: Exception) -> Response:
    """Returns an error of the index."""
    status = 400 if isinstance(error, InputError) else 500
    return Response(error_line(status, str(error)), status, media_type=_JSON)


def read_token(file: str | Path) -> str:
    """Returns the token that a file holds.

    Raises:
        InputError: the file cannot be read, or holds no token.
    """
    try:
        token = read_regular(file, _LARGEST_TOKEN).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: the file of the token cannot be read: {error}") from error
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(f"{file} holds no token: give a file of one line of letters, digits and signs")
    return token


@asynccontextmanager
async def _run_service(_: Starlette) -> AsyncIterator[dict[str, Any]]:
    """Opens the index of the environment, and runs its service until the server ends."""
    if not (path := os.environ.get("DEDUP_INDEX")):
        raise InputError("DEDUP_INDEX is not set: give the folder of the index")
    spans = (os.environ.get(name) for name in ("DEDUP_WINDOW", "DEDUP_REMEMBER"))
    window, remember = (float(span) if span else None for span in spans)
    token_file = os.environ.get("DEDUP_TOKEN_FILE")
    token = read_token(token_file) if token_file else ""
    with Index.open(path, window=window, remember=remember) as index:
        service = Service(index, int(os.environ.get("DEDUP_QUEUE") or QUEUE))
        work = asyncio.create_task(service.run())
        try:
            yield {"app": make_app(service, token)}
        finally:
            service.drain()
            await work


_LIFE = Starlette(lifespan=_run_service)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application of the environment. Its server has to support the state of a lifespan.

    Args:
        scope: the scope of a connection, or of the lifespan.
        receive: returns the next message.
        send: sends a message.
    """
    if scope["type"] == "lifespan":
        await _LIFE(scope, receive, send)
    else:
        await scope["state"]["app"](scope, receive, send)
