"""Writers that die, each in its own process, and the index that they leave: a program for the tests.

    python index_crashing.py kill FOLDER ROUNDS | points FOLDER | full FOLDER

A writer reports each commit after the commit returns. After its death the index must hold these commits, or one more,
and nothing else. `check` must find no problem, and readers must not fail.
"""

import copy
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from index_making import SETTINGS, SMALL, Model, answers, sketch

from dedup.errors import IndexProblem
from dedup.index.disk.files import FILES, POINTS, DurableFiles
from dedup.index.store import Store

COMMITS = 25


class Dying(DurableFiles):
    """Files that end the process when it reaches a point for the n-th time."""

    def __init__(self, point: str, times: int) -> None:
        self._point, self._times = point, times

    def reached(self, point: str) -> None:
        """Count the point, and end the process."""
        self._times -= point == self._point
        if self._times == 0:
            os._exit(9)


def spawned(task: Callable[[], object]) -> int:
    """Start a process that does a task, and ends with 0, or with 1 and a traceback; return its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        task()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def write(path: Path, model: Model, reports: int, commits: int, files: DurableFiles = FILES) -> None:
    """Commit, at times with all postings rebuilt, and write a byte to the descriptor ``reports`` for each commit."""
    with Store.open(path, SETTINGS, "w", durable=False, policy=SMALL, files=files) as store:
        for _ in range(commits):
            change = model.draw(model.commits)
            model.apply(change)
            rebuilds = model.commits % 7 == 0
            store.commit(change, [sketch(list(model.documents.values()))] if rebuilds else None)
            os.write(reports, b".")


def read(path: Path, stop: int) -> None:
    """Read until the parent process is not ``stop`` any more."""
    while not (path / "documents.sqlite").exists():
        time.sleep(0.002)
    with Store.open(path, SETTINGS) as store:
        while os.getppid() == stop:
            answers(store)


def survived(path: Path, model: Model, acknowledged: int) -> Model:
    """Return the model of the index, which holds the acknowledged commits, or one more."""
    for _ in range(acknowledged):
        model.apply(model.draw(model.commits))
    more = copy.deepcopy(model)
    more.apply(more.draw(more.commits))
    with Store.open(path, SETTINGS, "w", policy=SMALL) as store:
        actual = answers(store)
        assert [] == store.check(), store.check()
    assert actual in (model.answers(), more.answers()), "documents were lost or invented"
    return model if actual == model.answers() else more


def died(
    path: Path, model: Model, files: DurableFiles, end: Callable[[int], object] = lambda child: None
) -> tuple[Model, int]:
    """Run a writer until it dies; return the model of the index, and the exit status of the writer."""
    reports, sending = os.pipe()
    child = spawned(lambda: write(path, model, sending, COMMITS, files))
    os.close(sending)
    end(child)
    _, status = os.waitpid(child, 0)
    acknowledged = 0
    while data := os.read(reports, 1 << 16):
        acknowledged += len(data)
    os.close(reports)
    return survived(path, model, acknowledged), status


def kill(folder: Path, rounds: int) -> None:
    """Kill writers at random moments, while four processes read."""
    draw = random.Random(rounds)

    def end(child: int) -> None:
        time.sleep(draw.random() ** 2 * 0.3)
        os.kill(child, signal.SIGKILL)

    path, model, me = folder / "0.dedup", Model(), os.getpid()
    for turn in range(rounds):
        if turn % 10 == 0:
            path, model = folder / f"{turn}.dedup", Model()
        readers = [spawned(partial(read, path, me)) for _ in range(4)]
        model, _ = died(path, model, FILES, end)
        for reader in readers:
            ended, status = os.waitpid(reader, os.WNOHANG)
            assert not ended, f"a reader ended with {status}"
            os.kill(reader, signal.SIGKILL)
            os.waitpid(reader, 0)


def points(folder: Path) -> None:
    """Let a writer die at each of `POINTS`, early and late."""
    for point in POINTS:
        for times in (1, 3):
            path = folder / f"{point} {times}.dedup"
            model, status = died(path, Model(), Dying(point, times))
            assert os.waitstatus_to_exitcode(status) == 9 or times > 1, f"{point!r} was never reached"
            survived(path, model, 0)


def full(folder: Path) -> None:
    """Limit the size of files: the writer gets an error, and the acknowledged commits are in the index."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limited(path: Path, model: Model, sending: int, size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            write(path, model, sending, COMMITS)
        except IndexProblem as error:
            assert "failed" in str(error), error
            os._exit(3)

    ends = set()
    for size in range(4096, 262_144, 12_288):
        path = folder / f"{size}.dedup"
        reports, sending = os.pipe()
        child = spawned(partial(limited, path, Model(), sending, size))
        os.close(sending)
        ends.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        survived(path, Model(), len(os.read(reports, 1 << 16)))
        os.close(reports)
    assert ends <= {0, 3} and 3 in ends, ends


if __name__ == "__main__":
    action, folder, *options = sys.argv[1:]
    {"kill": kill, "points": points, "full": full}[action](Path(folder), *map(int, options))
