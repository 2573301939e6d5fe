"""Paths as typed -> the places to read, in a fixed order, each file once. Looks at names and sizes; opens no file."""

# Names stay as they were typed; Path would turn ./x into x, and would cost more than all else here.
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
    """The places that the paths name: files, directories (walked by name, without hidden files), or ``-``.

    A file is a place once, however often and under however many names it is reached. What cannot be a place is told
    to ``on_skip``; files of other kinds, and second names, are counted in a note. The bytes to come are
    ``sum(place.size for place in places)``.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    walk = _Walk(on_skip)
    for path in given:
        walk.take(os.fspath(path), alone=len(given) == 1)
    walk.others.tell(on_note)
    walk.again.tell(on_note)
    return walk.places


@dataclass(slots=True)
class _Count:
    """Files that were left out without a loss: how many, and the first of them."""

    reason: str
    count: int = 0
    first: str = ""

    def add(self, path: str) -> None:
        self.count += 1
        self.first = self.first or readable(path)

    def tell(self, on_note: Callable[[Note], object]) -> None:
        if self.count:
            what = "1 file was" if self.count == 1 else f"{self.count:,} files were"
            on_note(Note(self.first, f"{what} passed over, e.g. {self.first}: {self.reason}"))


def _others() -> _Count:
    return _Count(f"other suffixes than {KNOWN}")


def _again() -> _Count:
    return _Count("links to files or folders that are read under another name")


@dataclass(slots=True)
class _Walk:
    """One walk over all paths: what it has found, and what it has seen already."""

    on_skip: Callable[[Skip], object]
    places: list[Place] = field(default_factory=list)
    files: dict[tuple[int, int], str] = field(default_factory=dict)
    folders: dict[tuple[int, int], str] = field(default_factory=dict)
    others: _Count = field(default_factory=_others)
    again: _Count = field(default_factory=_again)

    def take(self, path: str, alone: bool) -> None:
        """Add what one path names; ``alone`` says that ids are relative to it, if it is a directory."""
        if path == STDIN.file:
            if STDIN not in self.places:
                self.places.append(STDIN)
            return
        status = self._status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            for below in self._below(path):
                self._add(os.path.join(path, below), below if alone else os.path.join(path, below), status=None)
        else:
            self._add(path, path, status)

    def _add(self, path: str, name: str, status: os.stat_result | None) -> None:
        """Add one file; ``status`` is given for one that was typed, which is never passed over in silence."""
        kinds = suffixes(path)
        if kinds is None and status is None:
            return self.others.add(path)
        status = status or self._status(path)
        if status is None:
            return None
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "a special file")
            return self._skip(path, f"is {kind}, not a file; hand JSON Lines over on standard input, as -")
        if kinds is None:
            return self._skip(path, f"has no known suffix; known are {KNOWN}")
        if self._seen(self.files, status, path):
            return None
        suffix, packing = kinds
        shown, named = (readable(text).replace(os.sep, "/") for text in (path, name))
        self.places.append(Place(path, shown, named, suffix, packing, status.st_size))
        return None

    def _below(self, root: str) -> Iterator[str]:
        """The files below a directory, relative to it. A stack, not recursion: paths nest deeper than Python."""
        stack = [("", self._names(root, [root]))]
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
                stack.append((below, self._names(path, trail)))
                trail.append(path)
            else:
                yield below

    def _names(self, folder: str, trail: list[str]) -> Iterator[tuple[str, bool]]:
        """The names in a directory and whether each is a directory; none if it was walked before."""
        status = self._status(folder)
        if status is None or self._walked(folder, status, trail):
            return iter(())
        try:
            with os.scandir(folder) as entries:
                found = [(entry.name, _is_folder(entry)) for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            self._skip(folder, f"cannot be listed: {error.strerror or error}")
            return iter(())
        return iter(sorted(found))

    def _walked(self, folder: str, status: os.stat_result, trail: list[str]) -> bool:
        before = self.folders.get((status.st_dev, status.st_ino))
        if before is not None and before in trail and before != folder:
            self._skip(folder, f"is a symbolic link back to {readable(before)}, which it is in; remove the link")
            return True
        return self._seen(self.folders, status, folder)

    def _seen(self, seen: dict[tuple[int, int], str], status: os.stat_result, path: str) -> bool:
        before = seen.setdefault((status.st_dev, status.st_ino), path)
        if before is path:
            return False
        if os.path.abspath(before) != os.path.abspath(path):
            self.again.add(path)
        return True

    def _status(self, path: str) -> os.stat_result | None:
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
    except OSError:  # a link to itself; as a file it will be a skip with its reason
        return False
