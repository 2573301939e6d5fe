"""Ctrl-C while a job is at work: it ends within a second, whatever it is at.

Python looks for signals between two steps of its own, and one step can be a sort of a hundred million hashes. So a
thread listens too, and where the job has not come to its end soon after the signal, ends the process. Nothing is lost:
temporary files have no names, no results are written before the job is done, and workers end when nobody listens.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, NoReturn

INTERRUPTED: Final = 130
"""The exit code of a run that was interrupted."""

_GRACE: Final = 0.6
"""Seconds in which a job is left to end by itself."""

_CURSOR: Final = b"\x1b[?25h"
"""Shows the cursor again, which bars hide."""


@contextmanager
def interruptible() -> Iterator[None]:
    """While the block runs, an interrupt ends it, or else the process. For the main thread, as signals are."""
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    done = threading.Event()
    listener = threading.Thread(target=_listen, args=(heard, done), daemon=True)
    before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        done.set()
        signal.set_wakeup_fd(before)
        os.close(told)
        listener.join()
        os.close(heard)


def _listen(heard: int, done: threading.Event) -> None:
    """Until nobody tells any more of signals, which come as bytes of their numbers."""
    while signals := os.read(heard, 64):
        if signal.SIGINT in signals and not done.wait(_GRACE):
            with suppress(OSError):
                os.write(2, (_CURSOR + b"\n" if os.isatty(2) else b"") + b"Interrupted.\n")
            os._exit(INTERRUPTED)


def leave() -> NoReturn:
    """End the process as interrupted, at once.

    To take down the interpreter may take longer than all else; another Ctrl-C would find nobody then to handle it; and
    where the first came while a module was imported, the exit code would be that of a process that was killed by it.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(INTERRUPTED)
