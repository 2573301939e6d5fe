"""The files of a command: those that it reads, and the place of its results, which is standard output or a file.

A file of results appears all at once. This module knows no results. What it prints for a person is safe for a terminal.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import click

from dedup.cli.exit_codes import ExitCode
from dedup.errors import DedupError
from dedup.regular_files import kind_of, mode_of, partial_path, replacing, write_new
from dedup.report.terminal import harmless

STDOUT: Final = Path("-")
"""The path that stands for standard output."""


class CannotWriteError(click.ClickException):
    """The results cannot be written, though a check before the run passed: the disk is full, or gone."""

    exit_code = ExitCode.WRONG_USE


def replaceable(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Return the path of a file that can be written, whether the file exists or not.

    Args:
        ctx: the context of the command
        parameter: the option
        path: the path, None if it was not given

    Raises:
        click.BadParameter: the file cannot be written
    """
    problem = None if path is None or path == STDOUT else can_replace(path)
    if problem is not None:
        raise click.BadParameter(f"{path}: {problem}", ctx, parameter)
    return path


def keep_apart(read: Iterable[Path | str | None], written: Iterable[Path | None]) -> None:
    """Raise `click.UsageError` if a result of a command would replace a file that the command reads.

    Args:
        read: the files of settings, rulings and labels, None for an option that was not given
        written: the files of the results, None for standard output
    """
    files = [Path(path) for path in read if path is not None and Path(path).exists()]
    for path in written:
        if path is not None and path.exists() and any(path.samefile(file) for file in files):
            raise click.UsageError(f"{path}: the command reads this file: write the results to another place")


def can_replace(path: Path) -> str | None:
    """Return why ``path`` cannot be written, or None if it can. The check writes a file and removes it."""
    try:
        if _is_stream(path):
            os.close(_open_stream(path))
            return None
        if path.is_symlink():
            return "is a link: name the file itself, or give another place"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}; make it first, or give another place"
        mode_of(path)
        if path.exists() and not os.access(path, os.W_OK):
            return "the file is write-protected; give another place"
        partial = partial_path(path)
        write_new(partial).close()
        partial.unlink()
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
        elif _is_stream(path):
            with os.fdopen(_open_stream(path), "wb") as stream:
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
    """Print ``lines`` to standard error, safe for a terminal. A standard error that takes nothing is no error."""
    try:
        for line in lines:
            click.echo(harmless(line), err=True)
        sys.stderr.flush()
    except OSError:
        _drop_buffer(sys.stderr)


@contextmanager
def _ignore_closed_pipe(stream: TextIO) -> Iterator[None]:
    try:
        yield
        stream.flush()
    except DedupError:
        raise
    except OSError as error:
        _drop_buffer(stream)
        if not isinstance(error, BrokenPipeError):
            raise


def _drop_buffer(stream: TextIO) -> None:
    """Lead a stream nowhere. The interpreter flushes it at its end, and its bytes would fail again then."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _is_stream(path: Path) -> bool:
    """Whether something is at ``path`` that no file replaces: a pipe or a device, or a link to one."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _open_stream(path: Path) -> int:
    """Open a pipe or a device to write. A pipe that nobody reads is an error of the system, not a wait."""
    try:
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:
            kind = kind_of(path.stat().st_mode)
            raise OSError(errno.ENXIO, f"{kind} that nobody reads", str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.set_blocking(descriptor, True)
    return descriptor


def has_too_many(copies: int, max_copies: int | None) -> bool:
    """Return whether there are more copies than ``--max-copies``, and tell it. None is no limit."""
    if max_copies is None or copies <= max_copies:
        return False
    tell([f"{copies:,} copies are more than --max-copies {max_copies:,}"])
    return True
