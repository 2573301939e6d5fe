"""The loop of the process of pages: it reads pages from standard input and writes what was extracted from them.

The system ends the process, whatever it does, when a page takes too long: an alarm that has no handler ends C code too.
"""

import contextlib
import os
import signal
import struct
import sys
import time
from typing import IO, Final

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.pages.charset import decode_page
from dedup.formats.pages.extract import ExtractedPage, extract

READY: Final = b"ready"
"""The first message of the process: the next page takes no time for imports."""

_LENGTH: Final = struct.Struct("<Q")


class PageTask(msgspec.Struct, frozen=True):
    """A page to extract.

    ``page`` is its source: bytes in UTF-8 if ``is_text``, else the bytes of a file. ``path`` names the page in errors.
    ``extractor`` is the name of the extractor. ``seconds`` is the time that the page may take.
    """

    page: bytes
    is_text: bool
    path: str
    extractor: str
    seconds: float


class PageResult(msgspec.Struct, frozen=True):
    """The extracted ``page``, or the ``refusal``: the reason why there is none.

    ``processor`` is the processor time that the page took, in seconds.
    """

    page: ExtractedPage | None
    refusal: str = ""
    processor: float = 0.0


def do_task(task: PageTask) -> PageResult:
    """Extract a page. A page that cannot be used, and a page that raises any error, is a refusal."""
    start = time.process_time()
    try:
        page = task.page.decode() if task.is_text else decode_page(task.page, task.path)
        return PageResult(extract(page, task.path, task.extractor), "", time.process_time() - start)
    except ReadError as error:
        return PageResult(None, error.reason, time.process_time() - start)
    except Exception as error:  # a library may raise anything, and the next page is to be read
        reason = f"stops its extractor ({type(error).__name__}: {error}); leave it out, or hand its text over"
        return PageResult(None, reason, time.process_time() - start)


def write_message(pipe: IO[bytes], message: bytes) -> None:
    """Write a message with its length before it."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> bytes:
    """Read a message. Raises `EOFError` if the other side is gone."""
    header = pipe.read(_LENGTH.size)
    if len(header) == _LENGTH.size:
        (length,) = _LENGTH.unpack(header)
        message = pipe.read(length)
        if len(message) == length:
            return message
    raise EOFError


def main() -> None:
    """Extract pages until the other side closes the pipe: the program of the process."""
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the output of a library is no result
    _limit_memory()
    decode = msgspec.msgpack.Decoder(PageTask).decode
    import trafilatura  # noqa: F401  # the import takes a second, which is no time of the first page

    with contextlib.suppress(EOFError, BrokenPipeError):
        write_message(results, READY)
        while True:
            task = decode(read_message(tasks))
            signal.setitimer(signal.ITIMER_REAL, task.seconds)
            result = msgspec.json.encode(do_task(task))  # MessagePack loses the zones of times
            signal.setitimer(signal.ITIMER_REAL, 0)
            write_message(results, result)
    os._exit(0)  # no page is left


def _limit_memory() -> None:
    """Limit the memory of this process, so that a page that takes all memory ends no other process."""
    import resource  # POSIX alone has it

    with contextlib.suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.MAX_PAGE_MEMORY, limits.MAX_PAGE_MEMORY))
