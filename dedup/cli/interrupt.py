"""Ctrl-C during a job: the job ends within a second, in any stage.

Python handles signals only between two of its own steps, and one step can be a sort of a hundred million hashes. So a
thread listens too. If the job does not end soon after the signal, the thread ends the process. Nothing is lost:
temporary files have no names, no results are written before the job is done, and workers end when their pipe closes.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, NoReturn

from dedup.cli.exit_codes import ExitCode

_GRACE: Final = 0.6
"""Seconds that a job has to end by itself."""

_SHOW_CURSOR: Final = b"\x1b[?25h"
"""The escape sequence that shows the cursor, which progress bars hide."""


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, an interrupt ends the block or the process. For the main thread only, as signals are."""
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    done = threading.Event()
    listener = threading.Thread(target=_listen, args=(read_end, done), daemon=True)
    before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        os.close(write_end)
        listener.join()
        os.close(read_end)


def _listen(read_end: int, done: threading.Event) -> None:
    """Read the numbers of signals, one byte each, until the pipe closes. End the process if the job does not end."""
    while signals := os.read(read_end, 64):
        if signal.SIGINT in signals and not done.wait(_GRACE):
            with suppress(OSError):
                os.write(2, (_SHOW_CURSOR + b"\n" if os.isatty(2) else b"") + b"Interrupted.\n")
            os._exit(ExitCode.INTERRUPTED)


def leave() -> NoReturn:
    """End the process as interrupted, at once.

    The interpreter can need longer to end than the rest of the job, and another Ctrl-C during that time has no handler.
    If the first Ctrl-C came while a module was imported, the exit code would be that of a process killed by a signal.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(ExitCode.INTERRUPTED)
