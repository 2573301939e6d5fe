"""A request of lines whose service or client is slow."""

import asyncio
import json

import pytest

from dedup import Index
from dedup.engines.service import exchange
from dedup.engines.service.exchange import LineExchange
from dedup.engines.service.service import Service
from tests.helpers.service_process import line_of


class Client:
    """A client that sends a line as often as it is asked, and takes messages when it may.

    Args:
        lines: how many lines it sends.
    """

    def __init__(self, lines: int) -> None:
        self.sent = 0
        self.takes = asyncio.Event()
        self.messages: list[dict] = []
        self._lines = lines

    async def receive(self) -> dict:
        """Send a line."""
        await asyncio.sleep(0)
        self.sent += 1
        return {
            "type": "http.request",
            "body": line_of(f"d{self.sent}", "Any text."),
            "more_body": self.sent < self._lines,
        }

    async def send(self, message: dict) -> None:
        """Take a message."""
        await self.takes.wait()
        self.messages.append(message)

    def lines(self) -> list[dict]:
        """The objects of the body that was taken."""
        return [json.loads(line) for line in b"".join(m.get("body", b"") for m in self.messages).splitlines()]


@pytest.fixture
def index(path):
    """An empty index."""
    with Index.open(path) as opened:
        yield opened


def test_a_request_that_cannot_begin_is_refused(index, monkeypatch):
    """If the queue is full for too long, a request gets 503 and may come again; one that has begun waits."""
    monkeypatch.setattr(exchange, "_BEGIN", 0.05)

    async def run() -> tuple[Client, Client]:
        service = Service(index, 1)
        first, second = Client(3), Client(1)
        first.takes.set()
        second.takes.set()
        asking = asyncio.create_task(LineExchange(service, service.adds.queue)({}, first.receive, first.send))
        await asyncio.sleep(0.01)
        await LineExchange(service, service.adds.queue)({}, second.receive, second.send)
        work = asyncio.create_task(service.run())
        await asking
        service.drain()
        await work
        return first, second

    first, second = asyncio.run(run())
    assert (503, (b"retry-after", b"1")) == (second.messages[0]["status"], second.messages[0]["headers"][-1])
    assert (200, ["d1", "d2", "d3"]) == (first.messages[0]["status"], [row["id"] for row in first.lines()])


def test_a_client_that_takes_no_answers_is_not_read(index, monkeypatch):
    """The service reads no more lines of a client that takes no answers, and goes on when it takes them."""
    monkeypatch.setattr(exchange, "_UNSENT", 2000)

    async def run() -> tuple[int, Client]:
        service, client = Service(index, 64), Client(300)
        work = asyncio.create_task(service.run())
        asking = asyncio.create_task(LineExchange(service, service.adds.queue)({}, client.receive, client.send))
        before = -1
        while before < client.sent:
            before = client.sent
            await asyncio.sleep(0.3)
        client.takes.set()
        await asking
        service.drain()
        await work
        return before, client

    sent, client = asyncio.run(run())
    assert sent < 200
    assert [f"d{number}" for number in range(1, 301)] == [row["id"] for row in client.lines()]


def test_a_client_that_never_takes_answers_is_left(index, monkeypatch):
    """A request ends whose client takes nothing for too long."""
    monkeypatch.setattr(exchange, "_STUCK", 0.05)

    async def run() -> None:
        service, client = Service(index, 64), Client(1)
        work = asyncio.create_task(service.run())
        with pytest.raises(TimeoutError):
            await LineExchange(service, service.adds.queue)({}, client.receive, client.send)
        service.drain()
        await work

    asyncio.run(run())
    assert "d1" in index
