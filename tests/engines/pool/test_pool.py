"""The worker pool: several processes have the results of one process; the death of a worker is an error."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

import dedup
from dedup import Document, InputError, Ruling
from dedup.engines.pool.pool import Work, WorkerPool
from dedup.engines.stages import documents as intake
from dedup.errors import WorkError
from dedup.formats import discover, limits, read_all, surveys

CORPUS = Path(__file__).resolve().parents[3] / "corpus" / "pages"


ECHO = """
import msgspec
from dedup.engines.pool.process import serve
class Echo:
    def do(self, task):
        return task
serve(lambda _setup: Echo(), msgspec.msgpack.decode)
"""
"""The program of a worker whose results are its tasks."""


class EchoSetup(msgspec.Struct):
    """The setup of a worker without files."""

    number: int
    descriptors: tuple[int, ...] = ()


def content(report):
    """Return the parts of a report that do not depend on time."""
    return report.stories, report.singletons, report.documents, report.skipped, report.notes


def children(process):
    """Return the processes that a process has started."""
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in path.read_text().split()] if path.exists() else []


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks so small that a few documents are work for several processes."""
    monkeypatch.setattr(intake, "TASK_CHARACTERS", 2_000)
    monkeypatch.setattr(limits, "CHUNK_BYTES", 2_000)
    monkeypatch.setattr(limits, "CHUNK_FILES", 3)


@pytest.fixture
def mixed(prose):
    """Documents of each kind: copies, equal texts in different chunks, rows of no use, pages, times."""
    texts = [prose(number % 13, 150 + number % 3) for number in range(40)]
    rows = [
        {"text": text, "id": f"r{number}", "published": 1_700_000_000 + number} for number, text in enumerate(texts)
    ]
    page = f"<html><body><article><p>{prose(3)}</p></article></body></html>"
    return [*rows, {"html": page}, {"body": "x"}, "", "a \udc80 b", Document(prose(5), id="r5"), *texts[:9]]


@pytest.mark.parametrize("workers", [2, 3])
def test_several_processes_find_what_one_finds(mixed, workers, small_chunks):
    """Stories, measures, skips, notes and ids do not depend on the process that read a document."""
    assert content(dedup.cluster(mixed, workers=1)) == content(dedup.cluster(mixed, workers=workers))


def test_files_are_read_by_several_processes_as_by_one(tmp_path, small_chunks, prose):
    """The results for files of all kinds do not depend on the processes, and each odd file has one note."""
    rows = [{"text": prose(number % 9), "title": True if number % 3 else ["x", "y"]} for number in range(30)]
    lines = [json.dumps(row) for row in rows]
    lines[7] = "nonsense"
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text(prose(number))
    (tmp_path / "9.html").write_bytes(b"\0" * 100)

    def results(workers):
        messages = []
        places = discover(tmp_path, on_skip=messages.append, on_note=messages.append)
        inputs = read_all(places, on_skip=messages.append, on_note=messages.append)
        return content(dedup.cluster(inputs, workers=workers)), messages

    assert results(1) == results(2)
    assert 3 == len(results(2)[1])


def test_workers_count_the_lines_of_files(tmp_path, small_chunks, prose, monkeypatch):
    """The parent looks into the ranges alone that come before the workers start; ids have the numbers of lines."""
    looked, here = [], surveys.survey_range
    monkeypatch.setattr(surveys, "survey_range", lambda byte_range: [looked.append(byte_range), here(byte_range)][1])
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps({"text": prose(n)}) + "\n" for n in range(60)))
    ids = dedup.cluster(dedup.read(tmp_path), workers=2).ids
    assert {f"{name}.jsonl:{number}" for name in "ab" for number in range(1, 61)} == set(ids)
    assert 2 >= len(looked)


def test_a_process_counts_no_lines_of_a_range_that_it_has_read(tmp_path, small_chunks, prose, monkeypatch):
    """One process alone counts the lines of the range that comes before the reading; ids have the numbers of lines."""
    counted, here = [], surveys.count_lines
    monkeypatch.setattr(surveys, "count_lines", lambda *edges: [counted.append(edges), here(*edges)][1])
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"text": prose(n)}) + "\n" for n in range(60)))
    assert [f"{path}:{number}" for number in range(1, 61)] == list(dedup.cluster(dedup.read(path), workers=1).ids)
    assert 1 == len(counted)


def test_a_task_may_need_the_results_of_other_tasks():
    """A caller asks for results while it makes tasks, and both come in their order."""
    with WorkerPool([EchoSetup(0), EchoSetup(1)], Work(ECHO, make_runner=id, name=str)) as workers:
        tasks = (f"{result}!" for result in workers.ask(map(str, range(20)), str))
        assert [f"{number}!" for number in range(20)] == list(workers.ask(tasks, str))


def test_boilerplate_is_explained_by_several_processes_as_by_one(small_chunks):
    """The reported boilerplate and the effect of a ruling do not depend on the processes."""

    def results(workers):
        messages = []
        inputs = read_all(
            discover(CORPUS, on_skip=messages.append, on_note=messages.append),
            on_skip=messages.append,
            on_note=messages.append,
        )
        return dedup.boilerplate(inputs, boilerplate=[Ruling("Log in", True)], workers=workers).sources

    assert results(1) == results(2)


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_a_number_of_processes_that_cannot_be_is_an_error(workers):
    """The number of workers is a whole number from 1 on."""
    with pytest.raises(InputError, match="give a whole number from 1 on"):
        dedup.cluster([], workers=workers)


def test_a_stream_that_breaks_ends_the_processes(prose, small_chunks):
    """The caller gets the error of its own documents, and no process remains."""
    before = children(os.getpid())

    def documents():
        yield from (prose(number) for number in range(60))
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        dedup.cluster(documents(), workers=2)
    assert before == children(os.getpid())


def test_a_process_that_is_killed_is_an_error_that_names_its_input(prose, small_chunks):
    """A job whose worker is killed ends with an error that names the documents of its task."""

    def documents():
        for number in range(400):
            if number == 200:
                for child in children(os.getpid()):
                    os.kill(child, signal.SIGKILL)
            yield prose(number)

    with pytest.raises(WorkError, match=r"was killed by signal 9 while reading documents \d+ to \d+; give"):
        dedup.cluster(documents(), workers=2)


PAGES = """
import signal, dedup
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it from its start
def documents():
    for number in range(10_000_000):
        if number == 3_000:
            print("running", flush=True)
        yield f"some words of document {number} that are not worth much " * 60
dedup.cluster(documents(), workers=2)
"""


def gone(process, seconds=20):
    """Return whether a process ends within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{process}/stat").exists() or ") Z " in Path(f"/proc/{process}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_the_one_that_started_it(number):
    """The workers of a program end with it, after each signal."""
    with subprocess.Popen([sys.executable, "-c", PAGES], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert b"running\n" == run.stdout.readline()
        workers = children(run.pid)
        assert 2 == len(workers)
        run.send_signal(number)
        try:
            run.wait(30)
        finally:
            run.kill()
        assert [True, True] == [gone(worker) for worker in workers]
