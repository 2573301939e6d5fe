"""Paths as typed -> the places to read, in a fixed order, each file once. No file is opened."""

# Names stay as typed. Path would turn ./x into x, and would take most of the time of this module.
# ruff: noqa: PTH100, PTH116, PTH118

import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from dedup.formats.places import STDIN, Place, readable
from dedup.formats.registry import KNOWN, suffixes
from dedup.types import Note, Skip

_LOGGER = logging.getLogger(__name__)

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def discover(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
) -> list[Place]:
    """Find the places that paths name.

    A directory is walked by name, without hidden files. A file becomes one place, though several paths or links lead to
    it. The bytes to come are ``sum(place.size for place in places)``.

    Args:
        paths: files, directories, or ``-`` for standard input.
        on_skip: takes each path that cannot be read.
        on_note: takes the numbers of files with other suffixes, and of second names of files.
    """
    typed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    walk = _Walk(on_skip)
    for path in typed:
        walk.take(os.fspath(path), alone=len(typed) == 1)
    walk.unknown.tell(on_note)
    walk.repeated.tell(on_note)
    return walk.places


@dataclass(slots=True)
class _Count:
    """Files that were passed over for one reason: their number, and the first of them."""

    reason: str
    count: int = 0
    first: str = ""

    def add(self, path: str) -> None:
        self.count += 1
        self.first = self.first or readable(path)

    def tell(self, on_note: Callable[[Note], object]) -> None:
        if self.count:
            subject = "1 file was" if self.count == 1 else f"{self.count:,} files were"
            on_note(Note(self.first, f"{subject} passed over, e.g. {self.first}: {self.reason}"))


def _count_unknown() -> _Count:
    return _Count(f"other suffixes than {KNOWN}")


def _count_repeated() -> _Count:
    return _Count("links to files or folders that are read under another name")


@dataclass(slots=True)
class _Walk:
    """One walk over all paths: the places, and the files and folders that it has seen, by device and inode."""

    on_skip: Callable[[Skip], object]
    places: list[Place] = field(default_factory=list)
    files: dict[tuple[int, int], str] = field(default_factory=dict)
    folders: dict[tuple[int, int], str] = field(default_factory=dict)
    unknown: _Count = field(default_factory=_count_unknown)
    repeated: _Count = field(default_factory=_count_repeated)

    def take(self, path: str, alone: bool) -> None:
        """Add the places of one path. With ``alone``, ids of files in a directory are relative to the directory."""
        if path == STDIN.file:
            if STDIN not in self.places:
                self.places.append(STDIN)
            return
        status = self._read_status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            for below in self._walk_folder(path):
                self._add_file(os.path.join(path, below), below if alone else os.path.join(path, below), status=None)
        else:
            self._add_file(path, path, status)

    def _add_file(self, path: str, name: str, status: os.stat_result | None) -> None:
        """Add one file. A file that was typed has a ``status``; if it cannot be read, it is a skip, not a count."""
        kinds = suffixes(path)
        if kinds is None and status is None:
            return self.unknown.add(path)
        status = status or self._read_status(path)
        if status is None:
            return None
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a special file")
            return self._skip(path, f"is {kind}, not a file; hand JSON Lines over on standard input, as -")
        if kinds is None:
            return self._skip(path, f"has no known suffix; known are {KNOWN}")
        if self._was_seen(self.files, status, path):
            return None
        suffix, packing = kinds
        shown, id = (readable(text).replace(os.sep, "/") for text in (path, name))
        self.places.append(Place(path, shown, id, suffix, packing, status.st_size))
        return None

    def _walk_folder(self, root: str) -> Iterator[str]:
        """The files below a directory, relative to it. Paths nest deeper than Python recurses, so there is a stack."""
        stack = [("", self._list_folder(root, [root]))]
        trail = [root]
        while stack:
            folder, names = stack[-1]
            entry = next(names, None)
            if entry is None:
                stack.pop()
                trail.pop()
                continue
            below = os.path.join(folder, entry[0])
            if entry[1]:
                path = os.path.join(root, below)
                stack.append((below, self._list_folder(path, trail)))
                trail.append(path)
            else:
                yield below

    def _list_folder(self, folder: str, trail: list[str]) -> Iterator[tuple[str, bool]]:
        """Each name in a directory, and whether it names a directory; nothing if the directory was walked before.

        ``trail`` holds the directories from the root to this directory.
        """
        status = self._read_status(folder)
        if status is None or self._was_walked(folder, status, trail):
            return iter(())
        try:
            with os.scandir(folder) as entries:
                names = [(entry.name, _is_folder(entry)) for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            self._skip(folder, f"cannot be listed: {error.strerror or error}")
            return iter(())
        return iter(sorted(names))

    def _was_walked(self, folder: str, status: os.stat_result, trail: list[str]) -> bool:
        """Whether a directory was walked before. A link back to a directory of the ``trail`` is a skip."""
        before = self.folders.get((status.st_dev, status.st_ino))
        if before is not None and before in trail and before != folder:
            self._skip(folder, f"is a symbolic link back to {readable(before)}, which it is in; remove the link")
            return True
        return self._was_seen(self.folders, status, folder)

    def _was_seen(self, seen: dict[tuple[int, int], str], status: os.stat_result, path: str) -> bool:
        """Whether a file or directory is in ``seen``, and is counted if under another name; else add it."""
        before = seen.setdefault((status.st_dev, status.st_ino), path)
        if before is path:
            return False
        if os.path.abspath(before) != os.path.abspath(path):
            self.repeated.add(path)
        return True

    def _read_status(self, path: str) -> os.stat_result | None:
        try:
            return os.stat(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._skip(path, f"cannot be found: {reason}")
            return None

    def _skip(self, path: str, reason: str) -> None:
        _LOGGER.debug("skipped %s: %s", readable(path), reason)
        self.on_skip(Skip(readable(path), reason))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: the walk takes it for a file and reports why it cannot be read
        return False
