"""The place of the results: standard output, or a file that appears all at once. This module knows no results."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from dedup.cli.exit_codes import ExitCode
from dedup.errors import DedupError
from dedup.report.files import replacing, temporary_path


class CannotWriteError(click.ClickException):
    """The results cannot be written, though a check before the run passed: the disk is full, or gone."""

    exit_code = ExitCode.WRONG_USE


def can_replace(path: Path) -> str | None:
    """Return why ``path`` cannot be written, or None if it can. The check writes a file and removes it."""
    try:
        if _is_device(path):
            return None
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}; make it first, or give another place"
        if path.exists() and not os.access(path, os.W_OK):
            return "the file is write-protected; give another place"
        temporary = temporary_path(path)
        temporary.touch(exist_ok=False)
        temporary.unlink()
    except OSError as error:
        return f"cannot write there: {error.strerror}; give another place"
    return None


@contextmanager
def results(path: Path | None) -> Iterator[BinaryIO]:
    """Open a binary stream to ``path``, or to standard output if ``path`` is None.

    The file is written beside its place and moved there in the end: a reader sees the old file or the whole new one. A
    reader of standard output who closes the pipe (``| head``) has seen enough, and that is no error. Raises
    `CannotWriteError` if the system refuses to write.
    """
    try:
        if path is None:
            with _ignore_closed_pipe(sys.stdout):
                yield sys.stdout.buffer
        elif _is_device(path):
            with path.open("wb") as stream:
                yield stream
        else:
            with replacing(path) as stream:
                yield stream
    except DedupError:  # not an error of the stream, though it may be an OSError
        raise
    except OSError as error:
        place = "standard output" if path is None else path
        raise CannotWriteError(f"{place}: cannot write the results: {error.strerror}") from error


def append(path: Path, data: bytes) -> None:
    """Append to a file. Raises `CannotWriteError` if the system refuses to write."""
    try:
        with path.open("ab") as stream:
            stream.write(data)
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot write the results: {error.strerror}") from error


def watched() -> bool:
    """Whether standard output is a terminal, where bars would disturb the results."""
    return sys.stdout.isatty()


def tell(lines: Iterable[str]) -> None:
    """Print ``lines`` to standard error."""
    with _ignore_closed_pipe(sys.stderr):
        for line in lines:
            click.echo(line, err=True)


@contextmanager
def _ignore_closed_pipe(stream: TextIO) -> Iterator[None]:
    try:
        yield
        stream.flush()
    except DedupError:
        raise
    except OSError as error:
        # The interpreter flushes the stream at its end. The bytes in the buffer would fail again then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def has_too_many(copies: int, max_copies: int | None) -> bool:
    """Return whether there are more copies than ``--max-copies``, and tell it. None is no limit."""
    if max_copies is None or copies <= max_copies:
        return False
    tell([f"{copies:,} copies are more than --max-copies {max_copies:,}"])
    return True
