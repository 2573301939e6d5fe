"""Several processes at work on one job: each is handed requests and gives answers, which come back in order.

A process is a Python of its own that runs `engines.pool.process` and is spoken to through pipes. Nothing of this process is
forked or imported again, so that a program needs no guard around its main module. Where a job is small, or processes
cannot be had, `InProcessPool` does the same.
"""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeVar, cast

from dedup.engines.pool.messages import decode, encode, receive, send
from dedup.engines.pool.process import DONE
from dedup.engines.pool.threads import NO_THREADS
from dedup.engines.pool.usage import NOTHING, USED, Used, together
from dedup.engines.tasks.runner import TaskRunner
from dedup.engines.tasks.tasks import Request, Setup, named
from dedup.errors import InputError, WorkError

_POSSIBLE: Final = os.name == "posix" and bool(sys.executable)
"""Whether processes can be had here that share files by their descriptors."""

_WAITING: Final = 2
"""Requests that wait while as many as there are processes are worked on."""

_Answer = TypeVar("_Answer")

_RUN: Final = "from dedup.engines.pool.process import main; main()"


def size(wanted: int | None) -> int:
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

    def __init__(self, order: Setup) -> None:
        self._hand = TaskRunner(order)

    def ask(self, requests: Iterable[Request], kind: type[_Answer]) -> Iterator[_Answer]:
        """The answers, of one kind: that which `engines.tasks.runner.TaskRunner` gives to these requests."""
        return (cast(_Answer, self._hand.do(request)) for request in requests)


class WorkerPool:
    """A process for each of the ``orders``. A context manager; its end is theirs.

    Every request is worked on by one process, whichever is free. There are never more requests under way, and answers
    that nobody has taken, than processes and `_WAITING`. A process that dies is a `WorkError` naming its request.
    """

    def __init__(self, orders: Sequence[Setup]) -> None:
        self._requests: queue.SimpleQueue[tuple[int, Request] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[int, memoryview | WorkError]] = queue.SimpleQueue()
        self._most = len(orders) + _WAITING
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._used = [NOTHING] * len(orders)
        try:
            for order in orders:
                self._processes.append(_started(order))
                thread = threading.Thread(target=self._serve, args=(self._processes[-1], order), daemon=True)
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
    def used(self) -> Used:
        """What the processes have used until their latest answers."""
        return together(self._used)

    def ask(self, requests: Iterable[Request], kind: type[_Answer]) -> Iterator[_Answer]:
        """The same as from `InProcessPool`; raises `WorkError` in place of an answer that cannot be had."""
        return (decode(answer, kind) for answer in self._answered(requests))

    def _answered(self, requests: Iterable[Request]) -> Iterator[memoryview]:
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

    def _serve(self, process: subprocess.Popen[bytes], order: Setup) -> None:
        """Hand requests to one process and take its answers, in a thread: all of that is waiting and copying."""
        with suppress(OSError):  # it is dead, as whoever asks first is told
            send(_pipe(process.stdin), encode(order))
        while (job := self._requests.get()) is not None:
            number, request = job
            try:
                self._used[order.number], answer = _asked(process, request)
                self._answers.put((number, answer))
            except WorkError as error:
                self._answers.put((number, error))
            except Exception as error:
                self._answers.put((number, WorkError(f"{named(request)} failed: {error}")))

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


def hired(orders: Sequence[Setup]) -> AbstractContextManager[Pool]:
    """A process for each order, this one if there is one order."""
    return WorkerPool(orders) if len(orders) > 1 else nullcontext(InProcessPool(orders[0]))


def _started(order: Setup) -> subprocess.Popen[bytes]:
    """A process, in a session of its own: an interrupt from the keyboard is for us to handle."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _RUN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=order.descriptors,
        env={
            **NO_THREADS,
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path),
        },
        start_new_session=True,
    )


def _asked(process: subprocess.Popen[bytes], request: Request) -> tuple[Used, memoryview]:
    """What a process has used, and its answer to a request; raises `WorkError`."""
    try:
        send(_pipe(process.stdin), encode(request))
        answer = receive(_pipe(process.stdout))
    except (OSError, EOFError) as error:
        code = process.wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        cure = "give the job more memory, or one process (workers), or leave that input out"
        raise WorkError(f"a process {how} while {named(request)}; {cure}") from error
    if not answer.startswith(DONE):
        raise WorkError(f"a process failed while {named(request)}:\n{answer[1:].decode()}")
    start = len(DONE) + USED.size
    return Used(*USED.unpack_from(answer, len(DONE))), memoryview(answer)[start:]


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # what was left to be written was for a process that is gone
        pipe.close()
