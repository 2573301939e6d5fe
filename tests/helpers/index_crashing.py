"""Writers that die, each a process of its own, and what is left of their index: a program for the tests.

    python index_crashing.py kill FOLDER ROUNDS | points FOLDER | full FOLDER

A writer says of every commit when it has come back from it. When it is dead the index must hold those commits, or one
more, and nothing else; `check` must find nothing, and readers must not have noticed.
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
    """The process ends when a point is reached for the so-manieth time."""

    def __init__(self, point: str, times: int) -> None:
        self._point, self._times = point, times

    def reached(self, point: str) -> None:
        """Count, and end."""
        self._times -= point == self._point
        if self._times == 0:
            os._exit(9)


def spawned(work: Callable[[], object]) -> int:
    """A process that does the work, and ends with 0, or with 1 and a traceback."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def write(path: Path, model: Model, said: int, commits: int, files: DurableFiles = FILES) -> None:
    """Commit, at times with all postings made anew, and say so."""
    with Store.open(path, SETTINGS, "w", durable=False, policy=SMALL, files=files) as store:
        for _ in range(commits):
            change = model.draw(model.commits)
            model.apply(change)
            anew = model.commits % 7 == 0
            store.commit(change, [sketch(list(model.documents.values()))] if anew else None)
            os.write(said, b".")


def read(path: Path, stop: int) -> None:
    """Read all the time."""
    while not (path / "documents.sqlite").exists():
        time.sleep(0.002)
    with Store.open(path, SETTINGS) as store:
        while os.getppid() == stop:
            answers(store)


def survived(path: Path, model: Model, acknowledged: int) -> Model:
    """The model of what is in the index, which is what was acknowledged, or one commit more."""
    for _ in range(acknowledged):
        model.apply(model.draw(model.commits))
    more = copy.deepcopy(model)
    more.apply(more.draw(more.commits))
    with Store.open(path, SETTINGS, "w", policy=SMALL) as store:
        found = answers(store)
        assert [] == store.check(), store.check()
    assert found in (model.answers(), more.answers()), "documents were lost or invented"
    return model if found == model.answers() else more


def died(
    path: Path, model: Model, files: DurableFiles, end: Callable[[int], object] = lambda child: None
) -> tuple[Model, int]:
    """A writer runs until it dies; what is left, and how it ended."""
    said, saying = os.pipe()
    child = spawned(lambda: write(path, model, saying, COMMITS, files))
    os.close(saying)
    end(child)
    _, status = os.waitpid(child, 0)
    acknowledged = 0
    while some := os.read(said, 1 << 16):
        acknowledged += len(some)
    os.close(said)
    return survived(path, model, acknowledged), status


def kill(folder: Path, rounds: int) -> None:
    """Writers are killed at random moments, while four read."""
    draw = random.Random(rounds)

    def end(child: int) -> None:
        time.sleep(draw.random() ** 2 * 0.3)
        os.kill(child, signal.SIGKILL)

    path, model, me = folder / "0.dedup", Model(), os.getpid()
    for place in range(rounds):
        if place % 10 == 0:
            path, model = folder / f"{place}.dedup", Model()
        readers = [spawned(partial(read, path, me)) for _ in range(4)]
        model, _ = died(path, model, FILES, end)
        for reader in readers:
            ended, status = os.waitpid(reader, os.WNOHANG)
            assert not ended, f"a reader ended with {status}"
            os.kill(reader, signal.SIGKILL)
            os.waitpid(reader, 0)


def points(folder: Path) -> None:
    """A writer dies at each of the named points, early and late."""
    for point in POINTS:
        for times in (1, 3):
            path = folder / f"{point} {times}.dedup"
            model, status = died(path, Model(), Dying(point, times))
            assert os.waitstatus_to_exitcode(status) == 9 or times > 1, f"{point!r} was never reached"
            survived(path, model, 0)


def full(folder: Path) -> None:
    """No file may be larger than so many bytes: the writer is told, and what it was told before is there."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limited(path: Path, model: Model, saying: int, size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            write(path, model, saying, COMMITS)
        except IndexProblem as error:
            assert "failed" in str(error), error
            os._exit(3)

    ends = set()
    for size in range(4096, 262_144, 12_288):
        path = folder / f"{size}.dedup"
        said, saying = os.pipe()
        child = spawned(partial(limited, path, Model(), saying, size))
        os.close(saying)
        ends.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        survived(path, Model(), len(os.read(said, 1 << 16)))
        os.close(said)
    assert ends <= {0, 3} and 3 in ends, ends


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    {"kill": kill, "points": points, "full": full}[what](Path(folder), *map(int, rest))
