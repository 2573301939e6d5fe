"""The worker pool: several processes do the tasks of one job. The results come back in the order of the tasks.

A worker is a new Python process that runs `engines.pool.process`. Tasks and results pass through pipes. No process is
forked and no main module is imported again, so a program needs no guard around its main module. `InProcessPool` does
the tasks in this process, for small jobs and for systems without such processes. The pool knows no task: its `Work`
does.
"""

import logging
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from types import TracebackType
from typing import IO, Any, Final, NamedTuple, Protocol, Self, TypeVar, cast

from dedup.engines.pool.messages import decode, encode, receive, send
from dedup.engines.pool.numpy_environment import numpy_environment
from dedup.engines.pool.process import DONE, Runner
from dedup.engines.pool.usage import NOTHING, USED, Usage, total_usage
from dedup.errors import InputError, WorkError
from dedup.formats.pages.process import start_python

_LOGGER: Final = logging.getLogger(__name__)

_POSSIBLE: Final = os.name == "posix" and bool(sys.executable)
"""Whether this system can start processes that share files by their descriptors."""

_WAITING: Final = 2
"""Tasks that wait in the queue while each worker does one."""

_Result = TypeVar("_Result")


class WorkerSetup(Protocol):
    """The first message to a worker: its ``number`` from 0, and the ``descriptors`` of the files that it shares."""

    @property
    def number(self) -> int: ...  # noqa: D102

    @property
    def descriptors(self) -> tuple[int, ...]: ...  # noqa: D102


class Work(NamedTuple):
    """The program of a pool.

    - ``program``: the Python program of a worker; it calls `engines.pool.process.serve`.
    - ``make_runner``: makes the runner of a setup in this process.
    - ``name``: names a task in errors.
    """

    program: str
    make_runner: Callable[[Any], Runner]
    name: Callable[[Any], str]


def worker_count(requested: int | None) -> int:
    """Return the number of workers: ``requested``, or one a processor for None. It is 1 where no process can start.

    Raises:
        InputError: ``requested`` is no whole number, or is less than 1.
    """
    if requested is not None and (isinstance(requested, bool) or not isinstance(requested, int) or requested < 1):
        raise InputError(f"workers = {requested!r}: give a whole number from 1 on, or None for a process a processor")
    if not _POSSIBLE:
        return 1
    return requested or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class InProcessPool:
    """A pool of this process alone."""

    used = NOTHING

    def __init__(self, setup: WorkerSetup, work: Work) -> None:
        self._runner = work.make_runner(setup)

    def ask(self, tasks: Iterable[Any], kind: type[_Result]) -> Iterator[_Result]:
        """Yield the results of the tasks, all of one ``kind``, in the order of the tasks."""
        return (cast(_Result, self._runner.do(task)) for task in tasks)


class WorkerPool:
    """A worker for each of the ``setups``. A context manager: the workers end with it.

    A free worker takes the next task. The number of tasks under way and of results that wait is at most the number of
    workers plus `_WAITING`. A worker that dies is a `WorkError` that names its task.
    """

    def __init__(self, setups: Sequence[WorkerSetup], work: Work) -> None:
        self._work = work
        self._tasks: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[int, memoryview | WorkError]] = queue.SimpleQueue()
        self._most = len(setups) + _WAITING
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._used = [NOTHING] * len(setups)
        self._sent = 0
        self._ready: dict[int, memoryview | WorkError] = {}
        try:
            for setup in setups:
                self._processes.append(start_python(work.program, numpy_environment(), pass_fds=setup.descriptors))
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
        """The usage of the workers until their latest results."""
        return total_usage(self._used)

    def ask(self, tasks: Iterable[Any], kind: type[_Result]) -> Iterator[_Result]:
        """Yield the results of the tasks, all of one ``kind``, in the order of the tasks.

        To make a task, a caller may ask for the results of other tasks.

        Raises:
            WorkError: a task has no result.
        """
        return (decode(result, kind) for result in self._results_in_order(tasks))

    def _results_in_order(self, tasks: Iterable[Any]) -> Iterator[memoryview]:
        """Yield the bytes of the results in the order of the tasks."""
        under_way: deque[int] = deque()
        for task in tasks:
            self._tasks.put((self._sent, task))
            under_way.append(self._sent)
            self._sent += 1
            if len(under_way) >= self._most:
                yield self._wait_for(under_way.popleft())
        while under_way:
            yield self._wait_for(under_way.popleft())

    def _wait_for(self, task_number: int) -> memoryview:
        """Return the result of one task. Results of other tasks that come before are kept."""
        while task_number not in self._ready:
            other_number, other = self._results.get()
            self._ready[other_number] = other
        result = self._ready.pop(task_number)
        if isinstance(result, WorkError):
            raise result
        return result

    def _serve(self, process: subprocess.Popen[bytes], setup: WorkerSetup) -> None:
        """Give tasks to one worker and take its results, in a thread that waits and copies only."""
        with suppress(OSError):  # the worker is dead; its first task reports that
            send(_open_pipe(process.stdin), encode(setup))
        while (numbered_task := self._tasks.get()) is not None:
            task_number, task = numbered_task
            try:
                self._used[setup.number], result = _do_task(process, task, self._work.name)
                self._results.put((task_number, result))
            except WorkError as error:
                self._results.put((task_number, error))
            except Exception as error:
                self._results.put((task_number, WorkError(f"{self._work.name(task)} failed: {error}")))

    def _end(self) -> None:
        for process in self._processes:
            process.kill()  # a worker holds no data that is needed later
        for _ in self._threads:
            self._tasks.put(None)
        for process in self._processes:
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                _close(_open_pipe(pipe))


class Pool(Protocol):
    """A pool of any kind."""

    @property
    def used(self) -> Usage:
        """The usage of the workers until their latest results."""
        ...

    def ask(self, tasks: Iterable[Any], kind: type[_Result]) -> Iterator[_Result]:
        """Yield the results of the tasks, all of one ``kind``, in the order of the tasks."""
        ...


def open_pool(setups: Sequence[WorkerSetup], work: Work) -> AbstractContextManager[Pool]:
    """Return a pool with a worker for each setup; this process is the worker if there is one setup."""
    return WorkerPool(setups, work) if len(setups) > 1 else nullcontext(InProcessPool(setups[0], work))


def _do_task(process: subprocess.Popen[bytes], task: Any, name: Callable[[Any], str]) -> tuple[Usage, memoryview]:
    """Return what a worker has used, and the bytes of its result of a task. Raises `WorkError`."""
    try:
        send(_open_pipe(process.stdin), encode(task))
        result = receive(_open_pipe(process.stdout))
    except (OSError, EOFError) as error:
        code = process.wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        _LOGGER.info("worker process %d %s while %s", process.pid, how, name(task))
        cure = "give the job more memory, or one process (workers), or leave that input out"
        raise WorkError(f"a process {how} while {name(task)}; {cure}") from error
    if not result.startswith(DONE):
        raise WorkError(f"a process failed while {name(task)}:{result[1:].decode()}")
    start = len(DONE) + USED.size
    return Usage(*USED.unpack_from(result, len(DONE))), memoryview(result)[start:]


def _open_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # the reader of the bytes that were not written is gone
        pipe.close()
