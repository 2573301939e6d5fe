"""Several processes do what one does, in the same order; when one dies, that is told, and nothing is left."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dedup
from dedup import Document, InputError, Ruling
from dedup.engines.stages import documents as intake
from dedup.errors import WorkError
from dedup.formats import discover, limits, read_all

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "pages"


def told(report):
    """All that a report says but how long it took."""
    return report.stories, report.singletons, report.documents, report.skipped, report.notes


def children(process):
    """The processes that a process has started."""
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in found.read_text().split()] if found.exists() else []


@pytest.fixture
def small_lots(monkeypatch):
    """Lots so small that a few documents are work for several processes."""
    monkeypatch.setattr(intake, "LOT_CHARACTERS", 2_000)
    monkeypatch.setattr(limits, "LOT_BYTES", 2_000)
    monkeypatch.setattr(limits, "LOT_FILES", 3)


@pytest.fixture
def mixed(prose):
    """Documents of every kind: copies, equal texts in different lots, rows that cannot be used, pages, times."""
    made = [prose(number % 13, 150 + number % 3) for number in range(40)]
    rows = [{"text": text, "id": f"r{number}", "published": 1_700_000_000 + number} for number, text in enumerate(made)]
    page = f"<html><body><article><p>{prose(3)}</p></article></body></html>"
    return [*rows, {"html": page}, {"body": "x"}, "", "a \udc80 b", Document(prose(5), id="r5"), *made[:9]]


@pytest.mark.parametrize("workers", [2, 3])
def test_several_processes_find_what_one_finds(mixed, workers, small_lots):
    """Stories, measures, skips, notes and ids are the same, whoever read a document and sketched it."""
    assert told(dedup.cluster(mixed, workers=1)) == told(dedup.cluster(mixed, workers=workers))


def test_files_are_read_by_several_processes_as_by_one(tmp_path, small_lots, prose):
    """The same holds for files of all kinds, with what is odd in them told once a file."""
    rows = [{"text": prose(number % 9), "title": 5 if number % 3 else ["x"]} for number in range(30)]
    lines = [json.dumps(row) for row in rows]
    lines[7] = "nonsense"
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for number in range(8):
        (tmp_path / f"{number}.txt").write_text(prose(number))
    (tmp_path / "9.html").write_bytes(b"\0" * 100)

    def found(workers):
        heard = []
        places = discover(tmp_path, on_skip=heard.append, on_note=heard.append)
        inputs = read_all(places, on_skip=heard.append, on_note=heard.append)
        return told(dedup.cluster(inputs, workers=workers)), heard

    assert found(1) == found(2)
    assert 3 == len(found(2)[1])


def test_boilerplate_is_explained_by_several_processes_as_by_one(small_lots):
    """What is told of boilerplate is the same, and so is what a ruling does."""

    def found(workers):
        heard = []
        inputs = read_all(
            discover(CORPUS, on_skip=heard.append, on_note=heard.append), on_skip=heard.append, on_note=heard.append
        )
        return dedup.boilerplate(inputs, boilerplate=[Ruling("Log in", True)], workers=workers).sources

    assert found(1) == found(2)


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_a_number_of_processes_that_cannot_be_is_an_error(workers):
    """A process at least does the work."""
    with pytest.raises(InputError, match="give a whole number from 1 on"):
        dedup.cluster([], workers=workers)


def test_a_stream_that_breaks_ends_the_processes(prose, small_lots):
    """An error in the program's own documents comes through, and no process stays."""
    before = children(os.getpid())

    def documents():
        yield from (prose(number) for number in range(60))
        raise RuntimeError("the feed broke")

    with pytest.raises(RuntimeError, match="the feed broke"):
        dedup.cluster(documents(), workers=2)
    assert before == children(os.getpid())


def test_a_process_that_is_killed_is_an_error_that_names_its_input(prose, small_lots):
    """A job of which a process is killed ends with an error, not with a hang, and says what was being read."""

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
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born deaf to it
def documents():
    for number in range(10_000_000):
        if number == 3_000:
            print("running", flush=True)
        yield f"some words of document {number} that are not worth much " * 60
dedup.cluster(documents(), workers=2)
"""


def gone(process, seconds=20):
    """Whether a process ends within so many seconds; a test that waits for it must end itself."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{process}/stat").exists() or ") Z " in Path(f"/proc/{process}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_the_one_that_started_it(number):
    """Whatever ends a run, its processes end with it."""
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
