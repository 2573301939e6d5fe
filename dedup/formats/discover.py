"""Paths as typed -> the places to read, in a fixed order, each file once.

Only a file whose name does not tell its format is opened, to see its first bytes.
"""

# Names stay as typed. Path would turn ./x into x, and would take most of the time of this module.
# ruff: noqa: PTH100, PTH116, PTH118

import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from dedup.errors import ReadError
from dedup.formats.files import names
from dedup.formats.files.names import PassedOver
from dedup.formats.files.sniff import SNIFFED_PAGES, sniff
from dedup.formats.files.stream import read_head
from dedup.formats.ids.files import FileIds, NameFile, below_folder
from dedup.formats.places import STDIN, Place, readable, with_slashes
from dedup.formats.registry import ARCHIVES, FORMATS, UNKNOWN, packing_of, suffix_of_format, suffixes
from dedup.types import Note, Skip

_LOGGER = logging.getLogger(__name__)

REPEATED = "links to a file or folder that is read under another name"
"""The reason why the second name of a file or folder is passed over."""


def discover(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    on_skip: Callable[[Skip], object],
    on_note: Callable[[Note], object],
    format: str | None = None,
    name_file: NameFile = below_folder,
) -> list[Place]:
    """Find the places that paths name.

    A directory is walked by name, without hidden files. A file becomes one place, though several paths or links lead to
    it. No two places have one id. The bytes to come are ``sum(place.size for place in places)``.

    Args:
        paths: files, directories, or ``-`` for standard input.
        on_skip: takes each path that cannot be read.
        on_note: takes the numbers of files that are passed over, a note for each reason, and the number of files whose
            id is longer because another file has it.
        format: the format of all files and of the members of archives, as ``csv``; None where names and first bytes
            tell it.
        name_file: makes the id of a file.

    Raises:
        SettingsError: there is no such format.
    """
    typed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    walk = _Walk(on_skip, suffix_of_format(format), FileIds(name_file, alone=len(typed) == 1))
    for path in typed:
        walk.take(os.fspath(path))
    walk.passed_over.tell(on_note)
    walk.ids.tell(on_note)
    return walk.places


@dataclass(slots=True)
class _Walk:
    """One walk over all paths: the places, and the files and folders that it has seen, by device and inode.

    ``format`` is the suffix of the format of all files, or empty.
    """

    on_skip: Callable[[Skip], object]
    format: str
    ids: FileIds
    places: list[Place] = field(default_factory=list)
    files: dict[tuple[int, int], str] = field(default_factory=dict)
    folders: dict[tuple[int, int], str] = field(default_factory=dict)
    passed_over: PassedOver = field(default_factory=PassedOver)

    def take(self, path: str) -> None:
        """Add the places of one path."""
        if path == STDIN.file:
            if not any(place.file == STDIN.file for place in self.places):
                self.places.append(replace(STDIN, suffix=self.format or STDIN.suffix))
            return
        status = self._read_status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            for file, below in self._walk_folder(path):
                self._add_file(file, below, status=None)
        else:
            self._add_file(path, path, status)

    def _add_file(self, path: str, below: str, status: os.stat_result | None) -> None:
        """Add one file.

        Args:
            path: the file, as typed.
            below: its path below the folder that was typed; ``path`` for a file that was typed.
            status: the status of a file that was typed. If such a file cannot be read, it is a skip, not a count.
        """
        typed = status is not None
        kinds = self._kinds_by_name(path)
        reason = None if kinds else names.unreadable_reason(path)
        if reason and not typed:
            return self.passed_over.add(path, reason)
        status = status or self._read_status(path)
        if status is None:
            return None
        if not stat.S_ISREG(status.st_mode):
            return self._skip(path, names.special_reason(status.st_mode))
        if reason:
            return self._skip(path, reason)
        kinds = kinds or self._kinds_by_bytes(path, typed)
        if kinds is None or self._was_seen(self.files, status, path):
            return None
        suffix, packing = kinds
        members = self.format if self.format and suffix in ARCHIVES and self.format != suffix else ""
        id = self.ids.make(path, below)
        self.places.append(Place(path, with_slashes(path), id, suffix, packing, status.st_size, members))
        return None

    def _kinds_by_name(self, path: str) -> tuple[str, str] | None:
        """The suffixes of format and packing that the user or the name of a file tells; None if neither tells them."""
        kinds = suffixes(path)
        if self.format and (kinds is None or kinds[0] not in ARCHIVES):
            return self.format, packing_of(path)
        return kinds

    def _kinds_by_bytes(self, path: str, typed: bool) -> tuple[str, str] | None:
        """The suffixes of format and packing that the first bytes of a file tell.

        A file that is not ``typed`` must be a page. A file of no format is skipped if it is typed, else counted.
        """
        packing = packing_of(path)
        suffix, reason = None, UNKNOWN
        try:
            suffix = sniff(read_head(Place(path, readable(path), "", "", packing)))
        except ReadError as error:
            reason = error.reason if typed else reason
        if suffix is not None and suffix in ((*FORMATS, *ARCHIVES) if typed else SNIFFED_PAGES):
            return suffix, packing
        if typed:
            self._skip(path, reason)
        else:
            self.passed_over.add(path, reason)
        return None

    def _walk_folder(self, root: str) -> Iterator[tuple[str, str]]:
        """The path of each file below a directory, and this path relative to the directory.

        Paths nest deeper than Python recurses, so there is a stack.
        """
        stack = [("", self._list_folder(root, [root]))]
        trail = [root]
        while stack:
            below, listed = stack[-1]
            prefix = os.path.join(trail[-1], "")
            for name, nested in listed:
                if nested:
                    stack.append((os.path.join(below, name, ""), self._list_folder(prefix + name, trail)))
                    trail.append(prefix + name)
                    break
                yield prefix + name, below + name
            else:
                stack.pop()
                trail.pop()

    def _list_folder(self, folder: str, trail: list[str]) -> Iterator[tuple[str, bool]]:
        """Each name in a directory, and whether it names a directory; nothing if the directory was walked before.

        ``trail`` holds the directories from the root to this directory.
        """
        status = self._read_status(folder)
        if status is None or self._was_walked(folder, status, trail):
            return iter(())
        try:
            with os.scandir(folder) as entries:
                listed = {entry.name: _is_folder(entry) for entry in entries if entry.name[0] != "."}
        except OSError as error:
            self._skip(folder, f"cannot be listed: {error.strerror or error}")
            return iter(())
        return iter([(name, listed[name]) for name in sorted(listed) if self._is_read(folder, name, listed)])

    def _is_read(self, folder: str, name: str, listed: Mapping[str, bool]) -> bool:
        """Whether a file or folder in a folder is read. ``listed`` holds the names in ``folder``, folders as True."""
        if names.is_no_page(name) or (listed[name] and names.is_companion(name, listed)):
            self.passed_over.add(os.path.join(folder, name), names.NO_PAGE)
            return False
        return True

    def _was_walked(self, folder: str, status: os.stat_result, trail: list[str]) -> bool:
        """Whether a directory was walked before. A link back to a directory of the ``trail`` is a skip."""
        before = self.folders.get((status.st_dev, status.st_ino))
        if before is not None and before in trail and before != folder:
            self._skip(folder, f"is a symbolic link back to {readable(before)}, which it is in; remove the link")
            return True
        return self._was_seen(self.folders, status, folder)

    def _was_seen(self, seen: dict[tuple[int, int], str], status: os.stat_result, path: str) -> bool:
        """Whether a file or directory is in ``seen``, and is counted if under another name; else add it."""
        inode = (status.st_dev, status.st_ino)
        before = seen.get(inode)
        if before is None:
            seen[inode] = path
            return False
        if os.path.abspath(before) != os.path.abspath(path):
            self.passed_over.add(path, REPEATED)
        return True

    def _read_status(self, path: str) -> os.stat_result | None:
        try:
            return os.stat(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._skip(path, names.address_reason(path) or f"cannot be found: {reason}")
            return None

    def _skip(self, path: str, reason: str) -> None:
        _LOGGER.debug("skipped %s: %s", readable(path), reason)
        self.on_skip(Skip(readable(path), reason))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: the walk takes it for a file and reports why it cannot be read
        return False
