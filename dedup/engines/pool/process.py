"""The loop of a worker process: it reads tasks from standard input and writes results until the tasks end."""

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final, Protocol

from dedup.engines.pool.garbage import collect_rarely
from dedup.engines.pool.messages import encode_into, receive, send
from dedup.engines.pool.usage import USED, usage_now
from dedup.errors import WorkError

DONE: Final = b"\0"
"""The first byte of a result. The usage of the process follows, as `USED`, and then the result."""

FAILED: Final = b"\1"
"""The first byte of a message that tells why a task has no result."""

_START: Final = len(DONE) + USED.size
"""The index of the first byte of the result itself."""


class Runner(Protocol):
    """Does tasks, one after the other."""

    def do(self, task: Any) -> Any:
        """Return the result of a task."""
        ...


def serve(make_runner: Callable[[bytes], Runner], decode_task: Callable[[bytes], Any]) -> None:
    """Do tasks until the other side closes the pipe, which ends the process.

    Args:
        make_runner: makes the runner from the first message, the setup.
        decode_task: makes a task from each message after it.
    """
    collect_rarely()
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the output of a library is no result
    try:
        runner = make_runner(receive(tasks))
        result = bytearray()
        while True:
            _write_result(runner, decode_task, receive(tasks), result)
            send(results, result)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # no task and no result is left


def _write_result(runner: Runner, decode_task: Callable[[bytes], Any], message: bytes, result: bytearray) -> None:
    """Do the task of a ``message``, and overwrite ``result`` with its result."""
    try:
        answer = runner.do(decode_task(message))
        result[:_START] = DONE + USED.pack(*usage_now())
        encode_into(answer, result, _START)
    except WorkError as error:
        result[:] = FAILED + f" {error}".encode("utf-8", "replace")
    except (OSError, MemoryError) as error:  # the machine has no more files, disk or memory
        result[:] = FAILED + f" {error or 'the memory is full'}".encode("utf-8", "replace")
    except Exception:  # the process that gave the task reports each error
        result[:] = FAILED + f"\n{traceback.format_exc()}".encode("utf-8", "replace")
