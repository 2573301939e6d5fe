"""The queue of lines and the lines of a body."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.service import queue as queues
from dedup.engines.service.lines import LineSplitter
from dedup.engines.service.queue import LineQueue, QueuedLine


class Nobody:
    """A request that takes no answers."""

    def take_answer(self, answer: bytes) -> None:
        """Take an answer."""


def queued(line: bytes | None) -> QueuedLine:
    """A line of nobody."""
    return QueuedLine(line, Nobody(), 0.0)


@given(st.lists(st.sampled_from([b"", b"a", b"bc", b"\n", b"de\n\nf", b"0123456789\n"]), max_size=12))
def test_lines_are_those_of_the_whole_body(pieces):
    """The lines of a body in pieces are the lines of the whole body, without blank ones and with None for long ones."""
    splitter = LineSplitter(longest=9)
    lines = [line for piece in pieces for line in splitter.feed(piece)] + splitter.end()
    whole = [line for line in b"".join(pieces).split(b"\n") if line]
    assert [line if len(line) <= 9 else None for line in whole] == lines


def test_whatever_waits_is_a_batch(monkeypatch):
    """A batch has all lines that wait, in their order, as far as it may have lines and bytes."""
    monkeypatch.setattr(queues, "BATCH", 3)
    monkeypatch.setattr(queues, "BATCH_BYTES", 4)

    async def batches() -> list[list[bytes | None]]:
        queue = LineQueue(9)
        for line in (b"a", None, b"b", b"cc", b"dd", b"e"):
            await queue.put(queued(line))
        queue.close()
        return [[waiting.line for waiting in await queue.take()] for _ in range(4)]

    assert [[b"a", None, b"b"], [b"cc", b"dd"], [b"e"], []] == asyncio.run(batches())


@pytest.mark.parametrize("most", [1, 2, 5])
def test_producers_wait_for_places_in_their_order(most):
    """No more lines wait than there are places. Producers get places in the order in which they asked; one that gives
    up takes none."""

    async def run() -> list[bytes | None]:
        queue = LineQueue(most)
        producers = [asyncio.create_task(queue.put(queued(b"%d" % number))) for number in range(12)]
        taken: list[bytes | None] = []
        await asyncio.sleep(0)
        producers[7].cancel()
        while len(taken) < 11:
            assert len(queue) <= most
            batch = await queue.take()
            taken += [waiting.line for waiting in batch]
            await asyncio.sleep(0)
        return taken

    assert [b"%d" % number for number in range(12) if number != 7] == asyncio.run(run())


def test_a_place_that_was_given_to_a_producer_that_gave_up_is_free():
    """A producer that is cancelled in the moment in which it gets a place leaves the place to the next one."""

    async def run() -> int:
        queue = LineQueue(1)
        await queue.put(queued(b"first"))
        late, later = (asyncio.create_task(queue.put(queued(line))) for line in (b"late", b"later"))
        await asyncio.sleep(0)
        assert [b"first"] == [waiting.line for waiting in await queue.take()]
        late.cancel()
        assert [b"later"] == [waiting.line for waiting in await queue.take()]
        await later
        return len(queue)

    assert 0 == asyncio.run(run())


def test_long_lines_wait_one_by_one(monkeypatch):
    """Lines wait as far as their bytes have room, and a line that is longer than that waits alone."""
    monkeypatch.setattr(queues, "WAITING_BYTES", 5)

    async def run() -> list[int]:
        queue = LineQueue(9)
        producers = [asyncio.create_task(queue.put(queued(b"x" * size))) for size in (3, 2, 9, 1)]
        sizes = []
        while sum(sizes) < 4:
            await asyncio.sleep(0)
            sizes.append(len(await queue.take()))
        await asyncio.gather(*producers)
        return sizes

    assert [2, 1, 1] == asyncio.run(run())
