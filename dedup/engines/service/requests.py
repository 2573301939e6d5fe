"""The requests of a client as generators: they yield what to send, get what came back, and return the result.

So the sync and the async client share the requests, the retries and the errors; each only moves bytes.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from dedup.engines.service.lines import LineError, LineSplitter
from dedup.errors import IndexProblem, InputError, ReadError
from dedup.formats import Inputs
from dedup.formats.fields.names import FieldNames, checked_fields
from dedup.formats.program.documents import Documents, Fields, Given, fields_of, numbered_documents
from dedup.index_types import Decision, Event
from dedup.types import Skip

DOCUMENTS: Final = 256
"""Documents of a request, at most. Their answers come while nobody reads them, so they must not be many."""

_BYTES: Final = 4 << 20
"""Bytes of lines from which on a request takes no more lines."""

_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds before each new try; the last one stays."""

_T = TypeVar("_T")

OnSkip = Callable[[Skip], object]
"""A function that takes a document that cannot be used."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to send, after a ``pause`` in seconds."""

    method: str
    path: str
    body: bytes = b""
    pause: float = 0.0


@dataclass(slots=True)
class Reply:
    """A response: its ``status``, 0 for none, and the complete lines of its body.

    ``problem`` says what broke the connection, if it did.
    """

    status: int = 0
    lines: list[bytes] = field(default_factory=list)
    problem: str = ""


Steps = Generator[Ask, Reply, _T]
"""A request: yields what to send, takes what came back, and returns the result."""


class _Line(msgspec.Struct):
    """The keys by which an answer is known as an error. The end of a response that was cut short has no ``id``."""

    id: str | None = None
    error: str = ""
    status: int = 0


_LINE: Final = msgspec.json.Decoder(_Line)
_AGAIN: Final = (0, 200, 503)
"""Statuses after which another try may help."""

_FAILED: Final = 500
"""Statuses from which on the service is at fault."""

_EVENT: Final = msgspec.json.Decoder(Event)
_DECISION: Final = msgspec.json.Decoder(Decision)


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests to one service.

    - ``address``: names the service in errors.
    - ``timeout``: the seconds for which a request is tried again without progress.
    """

    address: str
    timeout: float

    def decide(self, path: str, lines: Sequence[bytes]) -> Steps[list[Decision | LineError]]:
        """Sends documents, and those again whose answers were lost. Returns an answer for each.

        Args:
            path: the path of the service.
            lines: the documents as objects of JSON.
        """
        answers: list[Decision | LineError] = []
        tries = Tries(self)
        while len(answers) < len(lines):
            before = len(answers)
            reply = yield Ask("POST", path, b"\n".join(lines[before:]), tries.pause)
            if reply.status == 200:
                answers += _answers(reply.lines)
            tries.note(reply, len(answers) > before)
        return answers

    def one(self, method: str, path: str) -> Steps[Reply]:
        """Sends a request without a body, and again if the connection breaks. The reply has the status 2xx or 404.

        Raises:
            InputError: the arguments are wrong.
        """
        tries = Tries(self)
        while True:
            reply = yield Ask(method, path, pause=tries.pause)
            if reply.status in (200, 202, 204, 404) and not reply.problem:
                return reply
            if reply.status == 400:
                raise InputError(_error_of(reply))
            tries.note(reply, False)

    def decisions(
        self, answers: Sequence[Decision | LineError], names: Sequence[str], on_skip: OnSkip | None
    ) -> list[Decision]:
        """Returns the decisions among answers.

        Args:
            answers: answers to documents.
            names: names the documents in errors.
            on_skip: is called with each document that cannot be used.

        Raises:
            ReadError: a document cannot be used, and there is no ``on_skip``.
            IndexProblem: the service failed on a document, and there is no ``on_skip``.
        """
        decisions = []
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, Decision):
                decisions.append(answer)
            elif on_skip is not None:
                on_skip(Skip(name, answer.error))
            elif answer.status >= _FAILED:
                raise IndexProblem(f"{self.address}: {answer.error}")
            else:
                raise ReadError(name, answer.error)
        return decisions


class Tries:
    """When to ask again, and when to give up.

    Args:
        requests: says for how long.
    """

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._failed = 0
        self._end = 0.0

    @property
    def pause(self) -> float:
        """The seconds to wait before the next try."""
        return _PAUSES[min(self._failed, len(_PAUSES)) - 1] if self._failed else 0.0

    def note(self, reply: Reply, has_progress: bool) -> None:
        """Takes a reply that was not all that was asked for.

        Args:
            reply: the reply.
            has_progress: whether the reply had something new.

        Raises:
            IndexProblem: another try would not help, or the time is over.
        """
        address = self._requests.address
        if reply.status not in _AGAIN:
            raise IndexProblem(f"{address}: {_error_of(reply)}")
        if has_progress or not self._failed:
            self._end = time.monotonic() + self._requests.timeout
        self._failed = 0 if has_progress else self._failed + 1
        if has_progress:
            return
        if time.monotonic() + self.pause > self._end:
            what = reply.problem or _error_of(reply)
            raise IndexProblem(
                f"{address}: no answer for {self._requests.timeout:g} seconds ({what}): see that the service runs"
            )


class EventFeed:
    """Events that come in responses, the next one after the last event of the one before.

    Args:
        requests: says for how long to ask again.
        since: the number of the last event that is known.
        follow: whether to wait for more events.
        timeout: seconds without an event after which the wait ends; None for no end.
    """

    def __init__(self, requests: Requests, since: int, follow: bool, timeout: float | None) -> None:
        self._tries = Tries(requests)
        self._since = since
        self._rest = f"&follow={follow:d}" + ("" if timeout is None else f"&timeout={timeout:g}")
        self._begin()
        self.has_ended = False
        """Whether there are no more events to ask for."""

    def _begin(self) -> None:
        self._reply, self._lines, self._first = Reply(), LineSplitter(), self._since

    @property
    def path(self) -> str:
        """The path of the next request."""
        return f"/events?since={self._since}{self._rest}"

    @property
    def pause(self) -> float:
        """The seconds to wait before the next request."""
        return self._tries.pause

    def take(self, status: int, data: bytes) -> Iterator[Event]:
        """Yields the events that end in a piece of the body of a response.

        Args:
            status: the status of the response.
            data: the piece.
        """
        self._reply.status = status
        for line in filter(None, self._lines.feed(data)):
            if status == 200 and not _LINE.decode(line).status:
                event = _EVENT.decode(line)
                self._since = event.number
                yield event
            else:
                self._reply.lines.append(line)

    def end(self, status: int, problem: str = "") -> None:
        """Takes the end of a response.

        Args:
            status: its status, 0 for none.
            problem: says what broke the connection, if it did.

        Raises:
            IndexProblem: another try would not help, or the time is over.
        """
        self._reply.status, self._reply.problem = status, problem
        self.has_ended = status == 200 and not problem and not self._reply.lines
        if not self.has_ended:
            self._tries.note(self._reply, status == 200 or self._since > self._first)
        self._begin()


def document_lines(
    documents: Documents | Inputs, fields: Fields, on_skip: OnSkip | None
) -> Iterator[tuple[list[str], list[bytes]]]:
    """Yields the documents of each request: their names in errors, and their lines of JSON.

    Args:
        documents: all that `dedup.Index.add_many` takes.
        fields: our names of fields -> the keys or columns that hold them.
        on_skip: is called with each document that cannot be used.

    Raises:
        InputError: the argument is not many documents.
        ReadError: a document cannot be used, and there is no ``on_skip``. The documents before it come first.
    """
    names: list[str] = []
    lines: list[bytes] = []
    size = 0
    for name, document, keys in _named(documents, fields, on_skip):
        try:
            line = document_line(document, name, keys)
        except ReadError as error:
            if on_skip is None:
                if lines:
                    yield names, lines
                raise
            on_skip(Skip(error.path, error.reason))
            continue
        names.append(name)
        lines.append(line)
        size += len(line)
        if len(lines) == DOCUMENTS or size >= _BYTES:
            yield names, lines
            names, lines, size = [], [], 0
    if lines:
        yield names, lines


def _named(
    documents: Documents | Inputs, fields: Fields, on_skip: OnSkip | None
) -> Iterator[tuple[str, Given, FieldNames | None]]:
    """Yields each document with its name in errors, and with the keys of its fields."""
    if isinstance(documents, Inputs):
        yield from ((document.id, document, None) for document in documents.for_index(on_skip))
        return
    numbered, _, keys, *_ = numbered_documents(documents, checked_fields(fields), own_ids=True)
    yield from ((f"document {place}", document, keys) for place, (_, document) in enumerate(numbered))


def document_line(document: Given, place: str, names: FieldNames | None = None) -> bytes:
    """Returns a document as a line of JSON without its end.

    Args:
        document: the document.
        place: names the document in errors.
        names: the keys of the fields in mappings; None for a mapping that stands alone.

    Raises:
        InputError: the value is no document.
        ReadError: the text is no text.
    """
    row = fields_of(document, place, names)
    try:
        return msgspec.json.encode({name: value for name, value in row.items() if value is not None}, enc_hook=str)
    except UnicodeEncodeError as error:
        raise ReadError(place, f"holds what is no Unicode text ({error}): repair it") from error


def document_path(id: str) -> str:
    """Returns the path of a document of the service."""
    return "/documents/" + quote(id, safe="").replace(".", "%2E")  # a name of dots alone would be a folder


def pair_path(a: str, b: str) -> str:
    """Returns the path of a pair of documents of the service."""
    return f"/pairs?a={quote(a, safe='')}&b={quote(b, safe='')}"


def _answers(lines: Sequence[bytes]) -> Iterator[Decision | LineError]:
    """Yields the answers to documents, without the end of a response that was cut short."""
    for line in lines:
        answer = _LINE.decode(line)
        if not answer.status:
            yield _DECISION.decode(line)
        elif answer.id is not None:
            yield LineError(answer.id, answer.error, answer.status)


def _error_of(reply: Reply) -> str:
    """Returns the error that a reply tells."""
    try:
        return _LINE.decode(reply.lines[0]).error
    except (IndexError, msgspec.MsgspecError):
        return f"an answer of status {reply.status} that is not of a service of dedup"
