"""Paths as typed -> the places to read, in a fixed order, each file once. No file is opened."""

# Names stay as typed. Path would turn ./x into x, and would take most of the time of this module.
# ruff: noqa: PTH100, PTH116, PTH118

import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from dedup.formats.file_ids import NameFile, below_folder, make_distinct
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
    name_file: NameFile = below_folder,
) -> list[Place]:
    """Find the places that paths name.

    A directory is walked by name, without hidden files. A file becomes one place, though several paths or links lead to
    it. No two places have one id. The bytes to come are ``sum(place.size for place in places)``.

    Args:
        paths: files, directories, or ``-`` for standard input.
        on_skip: takes each path that cannot be read.
        on_note: takes the numbers of files with other suffixes, of second names of files, and of files whose id is
            longer because another file has it.
        name_file: makes the id of a file.
    """
    typed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    walk = _Walk(on_skip, name_file)
    for path in typed:
        walk.take(os.fspath(path), alone=len(typed) == 1)
    for count in (walk.unknown, walk.repeated):
        count.tell(on_note)
    if walk.renamed:
        files = "1 file has" if walk.renamed == 1 else f"{walk.renamed:,} files have"
        about = walk.longer_id
        reason = f"{files} the name of a file in another folder; the id has more of the path, as {about}"
        on_note(Note(about, reason))
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
    name_file: NameFile
    places: list[Place] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    renamed: int = 0
    longer_id: str = ""
    files: dict[tuple[int, int], str] = field(default_factory=dict)
    folders: dict[tuple[int, int], str] = field(default_factory=dict)
    unknown: _Count = field(default_factory=_count_unknown)
    repeated: _Count = field(default_factory=_count_repeated)

    def take(self, path: str, alone: bool) -> None:
        """Add the places of one path. With ``alone``, no other path was typed."""
        if path == STDIN.file:
            if STDIN not in self.places:
                self.places.append(STDIN)
            return
        status = self._read_status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            for below in self._walk_folder(path):
                self._add_file(os.path.join(path, below), below, alone, status=None)
        else:
            self._add_file(path, path, alone, status)

    def _add_file(self, path: str, below: str, alone: bool, status: os.stat_result | None) -> None:
        """Add one file.

        Args:
            path: the file, as typed.
            below: its path below the folder that was typed; ``path`` for a file that was typed.
            alone: whether no other path was typed.
            status: the status of a file that was typed. If such a file cannot be read, it is a skip, not a count.
        """
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
        shown = readable(path).replace(os.sep, "/")
        id = self._make_id(path, below, alone)
        self.places.append(Place(path, shown, id, suffix, packing, status.st_size))
        return None

    def _make_id(self, path: str, below: str, alone: bool) -> str:
        """Make the id of a file, which no other place has."""
        id = readable(self.name_file(path, below, alone)).replace(os.sep, "/")
        if id in self.ids:
            id = make_distinct(id, readable(os.path.abspath(path)).replace(os.sep, "/"), self.ids)
            self.renamed += 1
            self.longer_id = self.longer_id or id
        self.ids.add(id)
        return id

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
