"""Where results go: standard output, or a file that appears all at once. Knows nothing of what is written."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from dedup.errors import DedupError


class CannotWriteError(click.ClickException):
    """The results could not be written, though it looked possible before: the disk is full, or gone."""

    exit_code = 2


def can_replace(path: Path) -> str | None:
    """Why ``path`` cannot be written, or None if it can; looks before any work is done, by trying."""
    try:
        if _is_device(path):
            return None
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}; make it first, or give another place"
        if path.exists() and not os.access(path, os.W_OK):
            return "the file is write-protected; give another place"
        part = _part(path)
        part.touch(exist_ok=False)
        part.unlink()
    except OSError as error:
        return f"cannot write there: {error.strerror}; give another place"
    return None


@contextmanager
def results(path: Path | None) -> Iterator[BinaryIO]:
    """A binary stream to ``path``, or to standard output if it is None.

    The file is written beside its place and moved there when all is well: a reader sees the old file or the whole new
    one. A reader of standard output who hangs up (``| head``) has seen enough, and that is no error.
    """
    try:
        if path is None:
            with _reader_may_leave(sys.stdout):
                yield sys.stdout.buffer
        elif _is_device(path):
            with path.open("wb") as stream:
                yield stream
        else:
            with _replacing(path) as stream:
                yield stream
    except DedupError:  # not of the stream, also where it is an OSError
        raise
    except OSError as error:
        place = "standard output" if path is None else path
        raise CannotWriteError(f"{place}: cannot write the results: {error.strerror}") from error


def watched() -> bool:
    """Whether standard output is a terminal, where nothing else may be drawn while results are written."""
    return sys.stdout.isatty()


def tell(lines: Iterable[str]) -> None:
    """Print ``lines`` to standard error."""
    with _reader_may_leave(sys.stderr):
        for line in lines:
            click.echo(line, err=True)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    part = _part(path)
    try:
        with part.open("xb") as stream:
            yield stream
        part.replace(path.resolve())
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _reader_may_leave(stream: TextIO) -> Iterator[None]:
    try:
        yield
        stream.flush()
    except DedupError:
        raise
    except OSError as error:
        # What is still buffered would fail once more when the interpreter flushes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _part(path: Path) -> Path:
    # In the same folder as the file itself, not as a link to it: a move is whole only within one file system.
    # Hidden, and with a suffix that nobody reads as input.
    return path.resolve().with_name(f".dedup-{secrets.token_hex(8)}.part")


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()
