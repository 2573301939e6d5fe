"""Documents that are added at once by several tasks or threads."""

import asyncio
import threading

from dedup import Decision, Document, Index, ReadError
from tests.helpers.index_command import prose


class Clock:
    """A clock that the index asks once a batch, and that stops the first batch until ``go`` is set."""

    def __init__(self) -> None:
        self.batches, self.go = 0, threading.Event()

    def __call__(self) -> float:
        """Return a time, when the clock may go."""
        self.batches += 1
        self.go.wait()
        return 1e9


def test_what_waits_is_one_commit(path):
    """Tasks that add while a commit is under way are one commit, and each gets the decision on its own document."""
    clock = Clock()

    async def work() -> list[Decision | BaseException]:
        async with await Index.aopen(path, reviews=0, clock=clock) as index:
            first = asyncio.create_task(index.aadd({"id": "first", "text": prose(0)}))
            while not clock.batches:
                await asyncio.sleep(0)
            given = [{"id": f"d{number}", "text": prose(number // 2)} for number in range(20)]
            others = [asyncio.create_task(index.aadd(row)) for row in (*given[:10], {"text": "no id"}, *given[10:])]
            await asyncio.sleep(0)
            others[3].cancel()
            await asyncio.sleep(0)
            clock.go.set()
            return [await first, *await asyncio.gather(*others, return_exceptions=True)]

    first, *decisions = asyncio.run(work())
    assert 2 == clock.batches
    assert isinstance(decisions[3], asyncio.CancelledError) and isinstance(decisions[10], ReadError)
    assert first.story == decisions[0].story == decisions[1].story
    assert ["d2", "d4", "d19"] == [decisions[place].id for place in (2, 4, 20)]
    with Index.open(path, mode="r") as index:
        assert [True] * 20 == [f"d{number}" in index for number in range(20)]


def test_an_error_of_one_document_is_its_own(path):
    """A document that cannot be stored fails alone: the documents of the same commit get their decisions."""
    clock = Clock()
    outcomes: dict[int, Decision | Exception] = {}
    with Index.open(path, reviews=0, clock=clock) as index:

        def add(number: int) -> None:
            text = prose(number) + ("\ud800" if number == 2 else "")
            try:
                outcomes[number] = index.add(Document(text, f"d{number}", title=text[-20:]))
            except Exception as error:
                outcomes[number] = error

        threads = [threading.Thread(target=add, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        clock.go.set()
        for thread in threads:
            thread.join()
        good = [outcomes[number].id for number in (0, 1, 3, 4)]
        assert ["d0", "d1", "d3", "d4"] == good
        assert [] == index.check()


def test_documents_of_one_id_come_one_after_another(path):
    """Two texts of one id that wait together are a document and its revision."""
    clock = Clock()

    async def work() -> list[Decision]:
        async with await Index.aopen(path, reviews=0, clock=clock) as index:
            tasks = [asyncio.create_task(index.aadd(Document(prose(1) + " more" * more, "a"))) for more in (0, 1, 2)]
            await asyncio.sleep(0)
            clock.go.set()
            return await asyncio.gather(*tasks)

    assert ["new", "version", "version"] == [decision.reason for decision in asyncio.run(work())]
    with Index.open(path, mode="r") as index:
        assert prose(1) + " more more" == index.get("a").text
