"""The worker pool: several processes do the tasks of one job. The results come back in the order of the tasks.

A worker is a Python of its own that runs `engines.pool.process`. Tasks and results pass through pipes. No process is
forked and no main module is imported again, so a program needs no guard around its main module. `InProcessPool` does the
same in this process, for small jobs and for systems without such processes. The pool knows no task: its `Work` does.
"""

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, NamedTuple, Protocol, Self, TypeVar, cast

from dedup.engines.pool.messages import decode, encode, receive, send
from dedup.engines.pool.process import DONE, Runner
from dedup.engines.pool.threads import NO_THREADS
from dedup.engines.pool.usage import NOTHING, USED, Usage, total_usage
from dedup.errors import InputError, WorkError

_LOGGER: Final = logging.getLogger(__name__)

_POSSIBLE: Final = os.name == "posix" and bool(sys.executable)
"""Whether processes can be had here that share files by their descriptors."""

_WAITING: Final = 2
"""Requests that wait while as many as there are processes are worked on."""

_Answer = TypeVar("_Answer")


class Setup(Protocol):
    """What a worker is told first: its ``number`` from 0, and the ``descriptors`` of the files that it shares."""

    @property
    def number(self) -> int: ...  # noqa: D102

    @property
    def descriptors(self) -> tuple[int, ...]: ...  # noqa: D102


class Work(NamedTuple):
    """What a pool runs.

    - ``program``: the Python program of a worker; it calls `engines.pool.process.serve`.
    - ``make_runner``: makes the runner of a setup in this process.
    - ``name``: names a task in errors.
    """

    program: str
    make_runner: Callable[[Any], Runner]
    name: Callable[[Any], str]


def worker_count(wanted: int | None) -> int:
    """How many processes there are to be: as many as are ``wanted``, or as this one has processors; one where none can
    be had. Raises `InputError` for less than one."""
    if wanted is not None and (isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1):
        raise InputError(f"workers = {wanted!r}: give a whole number from 1 on, or None for a process a processor")
    if not _POSSIBLE:
        return 1
    return wanted or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class InProcessPool:
    """The process that asks, without any other."""

    used = NOTHING

    def __init__(self, setup: Setup, work: Work) -> None:
        self._runner = work.make_runner(setup)

    def ask(self, tasks: Iterable[Any], kind: type[_Answer]) -> Iterator[_Answer]:
        """Yield the results of the tasks, all of one ``kind``, in their order."""
        return (cast(_Answer, self._runner.do(task)) for task in tasks)


class WorkerPool:
    """A worker for each of the ``setups``. A context manager: the workers end with it.

    A free worker takes the next task. The tasks under way and the results that nobody has taken are never more than the
    workers and `_WAITING`. A worker that dies is a `WorkError` that names its task.
    """

    def __init__(self, setups: Sequence[Setup], work: Work) -> None:
        self._work = work
        self._requests: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[int, memoryview | WorkError]] = queue.SimpleQueue()
        self._most = len(setups) + _WAITING
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._used = [NOTHING] * len(setups)
        try:
            for setup in setups:
                self._processes.append(_started(setup, work.program))
                _LOGGER.debug("worker %d starts as process %d", setup.number, self._processes[-1].pid)
                thread = threading.Thread(target=self._serve, args=(self._processes[-1], setup), daemon=True)
                self._threads.append(thread)
                thread.start()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def used(self) -> Usage:
        """What the processes have used until their latest answers."""
        return total_usage(self._used)

    def ask(self, requests: Iterable[Any], kind: type[_Answer]) -> Iterator[_Answer]:
        """The same as from `InProcessPool`; raises `WorkError` in place of an answer that cannot be had."""
        return (decode(answer, kind) for answer in self._answered(requests))

    def _answered(self, requests: Iterable[Any]) -> Iterator[memoryview]:
        """The answers in the order of the requests."""
        ready: dict[int, memoryview | WorkError] = {}
        asked = given = 0
        for request in requests:
            self._requests.put((asked, request))
            asked += 1
            if asked - given >= self._most:
                yield self._next(given, ready)
                given += 1
        while given < asked:
            yield self._next(given, ready)
            given += 1

    def _next(self, number: int, ready: dict[int, memoryview | WorkError]) -> memoryview:
        while number not in ready:
            place, answer = self._answers.get()
            ready[place] = answer
        found = ready.pop(number)
        if isinstance(found, WorkError):
            raise found
        return found

    def _serve(self, process: subprocess.Popen[bytes], setup: Setup) -> None:
        """Hand requests to one process and take its answers, in a thread: all of that is waiting and copying."""
        with suppress(OSError):  # it is dead, as whoever asks first is told
            send(_pipe(process.stdin), encode(setup))
        while (job := self._requests.get()) is not None:
            number, request = job
            try:
                self._used[setup.number], answer = _asked(process, request, self._work.name)
                self._answers.put((number, answer))
            except WorkError as error:
                self._answers.put((number, error))
            except Exception as error:
                self._answers.put((number, WorkError(f"{self._work.name(request)} failed: {error}")))

    def _end(self) -> None:
        for process in self._processes:
            process.kill()  # it holds nothing that anybody needs
        for _ in self._threads:
            self._requests.put(None)
        for process in self._processes:
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                _close(_pipe(pipe))


Pool = InProcessPool | WorkerPool
"""Whoever answers requests: answers come in the order of the requests."""


def open_pool(setups: Sequence[Setup], work: Work) -> AbstractContextManager[Pool]:
    """Return a pool with a worker for each setup; this process is the worker if there is one setup."""
    return WorkerPool(setups, work) if len(setups) > 1 else nullcontext(InProcessPool(setups[0], work))


def _started(setup: Setup, program: str) -> subprocess.Popen[bytes]:
    """Start a worker in a session of its own: an interrupt from the keyboard is for this process to handle."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=setup.descriptors,
        env={
            **NO_THREADS,
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path),
        },
        start_new_session=True,
    )


def _asked(process: subprocess.Popen[bytes], request: Any, name: Callable[[Any], str]) -> tuple[Usage, memoryview]:
    """What a process has used, and its answer to a request; raises `WorkError`."""
    try:
        send(_pipe(process.stdin), encode(request))
        answer = receive(_pipe(process.stdout))
    except (OSError, EOFError) as error:
        code = process.wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        _LOGGER.info("worker process %d %s while %s", process.pid, how, name(request))
        cure = "give the job more memory, or one process (workers), or leave that input out"
        raise WorkError(f"a process {how} while {name(request)}; {cure}") from error
    if not answer.startswith(DONE):
        raise WorkError(f"a process failed while {name(request)}:\n{answer[1:].decode()}")
    start = len(DONE) + USED.size
    return Usage(*USED.unpack_from(answer, len(DONE))), memoryview(answer)[start:]


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # what was left to be written was for a process that is gone
        pipe.close()
