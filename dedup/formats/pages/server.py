"""The loop of the process of pages: it reads pages from standard input and writes what was extracted from them.

The system ends the process, whatever it does, when a page takes too long: an alarm that has no handler ends C code too.
"""

import contextlib
import gc
import os
import signal
import sys
import time
from typing import Final

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.pages.charset import decode_page
from dedup.formats.pages.extract import extract
from dedup.formats.pages.messages import READY, PageResult, PageTask, read_message, write_message

_OBJECTS: Final = 50_000
"""New objects between two collections of garbage: the default frequency takes a twentieth of the time."""


def do_task(task: PageTask) -> PageResult:
    """Extract a page. A page that cannot be used, and a page that raises any error, is a refusal."""
    start = time.process_time()
    try:
        page = task.page.decode() if task.is_text else decode_page(task.page, task.path)
        return PageResult(extract(page, task.path, task.extractor, task.limits), "", time.process_time() - start)
    except ReadError as error:
        return PageResult(None, error.reason, time.process_time() - start)
    except Exception as error:  # a library may raise anything, and the next page is to be read
        reason = f"stops its extractor ({type(error).__name__}: {error}); leave it out, or hand its text over"
        return PageResult(None, reason, time.process_time() - start)


def main() -> None:
    """Extract pages until the other side closes the pipe: the program of the process."""
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the output of a library is no result
    gc.set_threshold(_OBJECTS)
    _limit_memory()
    decode = msgspec.msgpack.Decoder(PageTask).decode
    import trafilatura  # noqa: F401  # the import takes a second, which is no time of the first page

    with contextlib.suppress(EOFError, BrokenPipeError):
        write_message(results, READY)
        while True:
            task = decode(read_message(tasks))
            signal.setitimer(signal.ITIMER_REAL, task.limits.page_seconds)
            result = msgspec.json.encode(do_task(task))  # MessagePack loses the zones of times
            signal.setitimer(signal.ITIMER_REAL, 0)
            write_message(results, result)
    os._exit(0)  # no page is left


def _limit_memory() -> None:
    """Limit the memory of this process, so that a page that takes all memory ends no other process."""
    import resource  # POSIX alone has it

    with contextlib.suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.MAX_PAGE_MEMORY, limits.MAX_PAGE_MEMORY))
