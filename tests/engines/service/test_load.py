"""The service under many producers, crashes, a short queue, and a steady rate."""

import random
import threading
import time
from itertools import count

import pytest

from dedup import Index
from tests.helpers.index_stories import stories_of
from tests.helpers.service_process import Producer, ServiceProcess, line_of


def run_all(producers: list[Producer]) -> None:
    """Start the producers, and wait for their end."""
    for producer in producers:
        producer.start()
    for producer in producers:
        producer.join()


def test_eight_producers_give_the_stories_of_one(path, prose, tmp_path):
    """Eight producers with copies of the same articles give the stories of one process that adds the documents in the
    order in which they came."""
    texts = {
        f"{producer} {number}": prose(number) + " " + prose(100 + producer, 20 * (producer % 3))
        for producer in range(8)
        for number in range(producer, producer + 25)
    }
    with ServiceProcess(path) as service:
        lines = [[line_of(id, text) for id, text in texts.items() if id[0] == str(number)] for number in range(8)]
        producers = [Producer(service, of_one) for of_one in lines]
        run_all(producers)
        assert sorted(texts) == sorted(row["id"] for producer in producers for row in producer.answers)
        assert service.metric("dedup_commits_total") < len(texts)
        assert 0 == service.stop()
    with Index.open(path, mode="r") as index, Index.open(tmp_path / "one.dedup") as one:
        order = [event.document for event in index.events() if event.kind in ("created", "joined")]
        for id in order:
            one.add({"id": id, "text": texts[id]})
        assert stories_of(one) == stories_of(index)


@pytest.mark.parametrize(
    "rounds", [2, pytest.param(20, marks=pytest.mark.long), pytest.param(200, marks=pytest.mark.long)]
)
def test_a_crash_loses_nothing_that_was_answered(path, prose, rounds):
    """Services are killed in the middle of eight producers. Each document that was answered is known afterwards, with
    the story of its answer, and the index is whole."""
    choices, texts = random.Random(rounds), {}
    answers: dict[str, str] = {}

    def lines(crash: int, producer: int):
        for number in count():
            id = f"{crash} {producer} {number}"
            texts[id] = prose(choices.randrange(300), 60) + prose(producer, 10)
            yield line_of(id, texts[id])

    for crash in range(rounds):
        with ServiceProcess(path) as service:
            producers = [Producer(service, lines(crash, number)) for number in range(8)]
            for producer in producers:
                producer.start()
            enough = choices.randrange(10, 120)
            while sum(len(producer.answers) for producer in producers) < enough:
                time.sleep(0.001)
            service.kill()
            for producer in producers:
                producer.join()
            answers |= {row["id"]: row["story"] for producer in producers for row in producer.answers}
    with ServiceProcess(path) as service, service.connect() as remote:
        again = remote.add_many({"id": id, "text": texts[id]} for id in answers)
        assert [id for id in answers if id not in {decision.id for decision in again if decision.known}] == []
    with Index.open(path, mode="r") as index:
        assert [] == index.check()
        assert {id: index.story(story).story for id, story in answers.items()} == {
            decision.id: index.story(decision.story).story for decision in again
        }


def test_a_short_queue_holds_producers_back(path, prose):
    """With a queue of 32 under eight producers of 200 lines, no more than 32 documents wait, all are answered, and
    memory stays small."""
    with ServiceProcess(path, "--queue", "32") as service:
        texts = [prose(number, 60) for number in range(200)]
        producers = [
            Producer(service, [line_of(f"{producer} {number}", text) for number, text in enumerate(texts)])
            for producer in range(8)
        ]
        for producer in producers:
            producer.start()
        waiting = []
        while any(producer.is_alive() for producer in producers):
            waiting.append(service.metric("dedup_queue_documents"))
        assert 1600 == sum(len(producer.answers) for producer in producers)
        assert 0 < max(waiting) <= 32
        assert service.metric("process_resident_memory_bytes") < 300 << 20


@pytest.mark.parametrize("seconds", [9, pytest.param(3600, marks=pytest.mark.long)])
def test_a_steady_rate(path, prose, seconds):
    """At a steady rate neither the memory nor the time of the slowest answers of the service grows, once as many
    documents leave the window as come."""
    rate, times, memory = 20, [], []
    with ServiceProcess(path, "--window", f"{seconds // 6}s") as service:

        def produce(producer: int) -> None:
            with service.connect() as remote:
                for number in range(seconds * rate // 2):
                    start = time.monotonic()
                    remote.add({"id": f"{producer} {number}", "text": prose(number % 2000, 300)})
                    times.append(time.monotonic() - start)
                    if number % 20 == 0:
                        memory.append(service.metric("process_resident_memory_bytes"))
                    time.sleep(max(0.0, start + 2 / rate - time.monotonic()))

        producers = [threading.Thread(target=produce, args=(number,)) for number in range(2)]
        for producer in producers:
            producer.start()
        for producer in producers:
            producer.join()
    third = len(times) // 3
    early, late = (sorted(part)[int(third * 0.99)] for part in (times[:third], times[-third:]))
    assert late < max(5 * early, 5.0)  # seconds on a busy machine; alone, hundredths
    assert memory[-1] < 1.2 * memory[len(memory) // 3]
