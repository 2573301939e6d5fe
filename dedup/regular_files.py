"""Regular files: the one way to open a file, and the one way to write a file that appears all at once.

A name can be a link, a pipe or a device by the time it is opened. So a file is opened without waiting and looked at
when it is open, and nothing is written through a name that existed before.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

PARTIAL: Final = ".part"
"""The ending of the name of a file that is not complete."""

_NO_WAIT: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_CREATE: Final = os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NO_LINK
_LINK_ERRORS: Final = {errno.ELOOP, errno.EMLINK}
_KINDS: Final = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
}


class NotRegularError(OSError):
    """A name is a link, a pipe, a socket, a device or a folder, where a regular file is asked for.

    Attributes:
        mode: is the mode of what has the name, as `os.stat` gives it.
    """

    def __init__(self, path: str | os.PathLike[str], mode: int) -> None:
        super().__init__(errno.EINVAL, f"is {kind_of(mode)}, not a file", os.fspath(path))
        self.mode = mode


def kind_of(mode: int) -> str:
    """Return words for the kind of a file that is not regular.

    Args:
        mode: the mode of the file, as `os.stat` gives it.
    """
    return _KINDS.get(stat.S_IFMT(mode), "a special file")


def open_descriptor(path: str | os.PathLike[str], links: bool = True, write: bool = False) -> tuple[int, int]:
    """Open a regular file without waiting.

    Args:
        path: the file.
        links: whether the name may be a link. A file that a user names may be one, a file of our own may not.
        write: whether to write into the file too.

    Returns:
        The descriptor of the file, and its size in bytes.

    Raises:
        NotRegularError: the name is no regular file.
        OSError: the file cannot be opened.
    """
    flags = _NO_WAIT | (os.O_RDWR if write else os.O_RDONLY) | (0 if links else _NO_LINK)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if not links and error.errno in _LINK_ERRORS:
            raise NotRegularError(path, stat.S_IFLNK) from error
        raise
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode):
        return descriptor, status.st_size
    os.close(descriptor)
    raise NotRegularError(path, status.st_mode)


def open_regular(path: str | os.PathLike[str], links: bool = True) -> BinaryIO:
    """Open a regular file to read. The arguments and errors are those of `open_descriptor`."""
    return os.fdopen(open_descriptor(path, links)[0], "rb")


def read_regular(path: str | os.PathLike[str], most: int, links: bool = True) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: the file.
        most: the most bytes that the file may have.
        links: whether the name may be a link.

    Raises:
        OSError: the file cannot be read, is no regular file, or is larger.
    """
    with open_regular(path, links) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"is larger than {most:,} bytes", os.fspath(path))
    return data


def write_new(path: str | os.PathLike[str], mode: int = 0o666) -> BinaryIO:
    """Create a file to write. The name must be new: nothing is written through a link.

    Args:
        path: the file.
        mode: the permissions of the file, less those that the process takes from each file.

    Raises:
        FileExistsError: the name is there, also as a link to nothing.
        OSError: the file cannot be created.
    """
    return os.fdopen(os.open(path, os.O_RDWR | _CREATE, mode), "w+b")


def partial_path(path: Path) -> Path:
    """Return a new path beside ``path`` that nobody can foresee. The name is hidden, and no input has its suffix."""
    return path.with_name(f".{path.name[:100]}-{os.urandom(8).hex()}{PARTIAL}")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a stream to a new file beside ``path`` that replaces ``path`` in the end, unless an error comes first.

    A file that is replaced keeps its permissions.

    Raises:
        NotRegularError: ``path`` is a link, or no regular file.
        OSError: the file cannot be written.
    """
    before = mode_of(path)
    partial = partial_path(path)
    try:
        with write_new(partial, 0o666 if before is None else before) as stream:
            yield stream
            if before is not None:
                partial.chmod(before)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def mode_of(path: Path) -> int | None:
    """Return the permissions of a file of our own, None if nothing has its name.

    Raises:
        NotRegularError: the name is a link, or no regular file.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise NotRegularError(path, mode)
    return stat.S_IMODE(mode)


def private_mode(folder: Path) -> int:
    """Return the permissions of a new file that is as private as its folder."""
    return folder.stat().st_mode & 0o666
