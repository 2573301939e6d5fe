"""Pages -> what was extracted from them, by another process. A page that hangs or kills it costs that page alone.

Extractors run C code that a page can send into a loop or into a crash, and no thread can end it. So each process that
reads pages has one process of pages (`formats.pages.server`), from the first page on.
"""

import atexit
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from dedup.errors import ReadError, WorkError
from dedup.formats import limits
from dedup.formats.pages.messages import (
    ExtractedPage,
    PageResult,
    PageTask,
    page_size_error,
    read_message,
    write_message,
)
from dedup.settings import DEFAULT_LIMITS, InputLimits

_LOGGER: Final = logging.getLogger(__name__)

_POSSIBLE: Final = os.name == "posix" and bool(sys.executable)
"""Whether this system can start a process that an alarm ends."""

ROOM: Final = """
import sys, types, dedup
room = sys.modules["dedup.formats"] = types.ModuleType("dedup.formats")
room.__path__ = [dedup.__path__[0] + "/formats"]
"""
"""The beginning of the program: modules of `dedup.formats` are imported without numpy, which the room itself imports.

The import of numpy takes as long as a dozen pages.
"""

PROGRAM: Final = f"{ROOM}from dedup.formats.pages.server import main; main()"
"""The program of a process of pages."""


class PageProcess:
    """A process of pages. It starts with the first page, and again after a page that ended it.

    The pages of several threads come one after another. A forked process gets a process of pages of its own.
    """

    def __init__(self, program: str = PROGRAM) -> None:
        self.processor = 0.0
        """The processor time of all pages so far, in seconds."""
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        self._decode = msgspec.json.Decoder(PageResult).decode

    def extract(
        self, page: bytes | str, path: str, extractor: str, bounds: InputLimits = DEFAULT_LIMITS
    ) -> ExtractedPage:
        """Extract a page, as `formats.pages.extract.extract` does.

        Args:
            page: the bytes of the page, in any charset, or its text.
            path: names the page in errors.
            extractor: the name of the extractor.
            bounds: the limits on input.

        Raises:
            ReadError: the page is too large, is no text, takes too long, or ends the process.
            WorkError: the process does not start.
        """
        is_text = isinstance(page, str)
        data = page.encode("utf-8", "replace") if isinstance(page, str) else page
        if len(data) > bounds.page_bytes:
            raise page_size_error(path, bounds)
        task = PageTask(data, is_text, path, extractor, bounds)
        if not _POSSIBLE:
            from dedup.formats.pages.server import do_task

            result = do_task(task)
        else:
            with self._lock:
                result = self._ask(task)
        if result.page is None:
            raise ReadError(path, result.refusal)
        return result.page

    def close(self) -> None:
        """End the process, if there is one. The next page starts another."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # the reader of the bytes that were not written is gone
                    pipe.close()

    def _ask(self, task: PageTask) -> PageResult:
        """Have the process extract a page. Any error leaves no process behind that would answer late."""
        process = self._running()
        try:
            write_message(_open_pipe(process.stdin), msgspec.msgpack.encode(task))
            result = self._decode(read_message(_open_pipe(process.stdout)))
        except (EOFError, OSError):
            code = process.wait()
            self.close()
            _LOGGER.info("the process of pages ended with code %d at %s", code, task.path)
            return PageResult(None, _reason_of_end(code, task))
        except BaseException:
            self.close()
            raise
        self.processor += result.processor
        return result

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process of pages, and start it if none runs."""
        if self._owner != os.getpid():
            self._process = None  # that of the process that forked this one
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process, self._owner = start_python(self._program, {"OPENBLAS_NUM_THREADS": "1"}), os.getpid()
            try:
                read_message(_open_pipe(self._process.stdout))
            except BaseException as error:
                code = self._process.poll()
                self.close()
                if isinstance(error, EOFError):
                    raise WorkError(f"the process that extracts pages does not start (exit code {code})") from error
                raise
        return self._process


def start_python(program: str, environment: Mapping[str, str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process of Python that has pipes and the modules of this process.

    The start of Python runs no module of the current folder, such as ``sitecustomize``: the program itself gets the
    places of modules, the absolute ones of this process and that of this package. The process has a session of its own,
    because this process handles an interrupt from the keyboard.

    Args:
        program: the program.
        environment: further variables of the environment, which those of this process overrule.
        options: further arguments of `subprocess.Popen`.
    """
    places = [path for path in sys.path if Path(path).is_absolute()]
    if (library := str(Path(__file__).parents[3].absolute())) not in places:
        places.insert(0, library)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"import sys; sys.path[:] = {places!a}\n{program}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment, **variables},
        start_new_session=True,
        **options,
    )


def _open_pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that is there."""
    if pipe is None:
        raise ValueError("the process was started without pipes")
    return pipe


def _reason_of_end(code: int, task: PageTask) -> str:
    """Return why a page has no text, from the exit code of the process that extracted it."""
    if code == -signal.SIGALRM:
        how = f"takes the extractor more than {task.limits.page_seconds:g} seconds"
    elif code < 0:
        how = f"kills the extractor (signal {-code})"
    else:
        how = f"ends the extractor (exit code {code})"
    hint = f", {limits.raise_hint('page_seconds')}" * (code == -signal.SIGALRM)
    return f"is a page that {how}; leave it out, hand its text over, or choose another extractor{hint}"


PAGES: Final = PageProcess()
"""The process of pages of this process."""

atexit.register(PAGES.close)
