"""The id of a file: from the folder that was named, from a folder that stays, or as older versions made it."""

# Paths stay as typed. Path would turn ./x into x.
# ruff: noqa: PTH100, PTH118, PTH120

import os
from collections.abc import Callable, Container

from dedup.formats.places import with_slashes
from dedup.index_types import IdRule
from dedup.types import Note

NameFile = Callable[[str, str, bool], str]
"""Makes the id of a file from its path as typed, its path below the folder that was named (or the path as typed, if the
file was named itself), and whether only one path was typed."""


def below_folder(_path: str, below: str, _alone: bool) -> str:
    """Name a file by its path below the folder that was named, whatever else was named."""
    return below


def as_typed(path: str, below: str, alone: bool) -> str:
    """Name a file as the indexes of format 3 and before do.

    Args:
        path: the file, as typed.
        below: its path below the folder that was named.
        alone: whether only one path was typed. Then ``below`` is the id, else ``path``.
    """
    return below if alone else path


def from_folder(folder: str) -> NameFile:
    """Name files by their path from ``folder``, and by their absolute path where they are not in it.

    Links in the path of the folder do not count: the working directory may be the target of a link.
    """
    root = os.path.join(os.path.realpath(folder), "")

    def name_file(path: str, _below: str, _alone: bool) -> str:
        head, name = os.path.split(path)
        absolute = os.path.join(_real_folder(head), name)
        return absolute.removeprefix(root)

    resolved: dict[str, str] = {}

    def _real_folder(head: str) -> str:
        if head not in resolved:
            resolved[head] = os.path.realpath(head or os.curdir)
        return resolved[head]

    return name_file


def name_files_of_index(index: str, ids: IdRule) -> NameFile:
    """Name the files of documents for an index: from the folder that holds it, or as an older index does.

    Args:
        index: the folder of the index.
        ids: how the index names documents.
    """
    return as_typed if ids == "typed" else from_folder(os.path.dirname(os.path.abspath(index)))


def make_distinct(id: str, absolute: str, taken: Container[str]) -> str:
    """Put more of the path before an id that another file has.

    Args:
        id: the id, a path with slashes.
        absolute: the absolute path of the file, with slashes.
        taken: the ids of other files.

    Returns:
        The shortest end of ``absolute`` that is longer than ``id`` and not taken; with a number behind it if all are.
    """
    parts = absolute.split("/")
    for length in range(id.count("/") + 2, len(parts) + 1):
        longer = "/".join(parts[-length:])
        if longer not in taken:
            return longer
    number = 2
    while f"{absolute}#{number}" in taken:
        number += 1
    return f"{absolute}#{number}"


class FileIds:
    """The ids of the files of a run. No two files have one id."""

    def __init__(self, name_file: NameFile, alone: bool) -> None:
        """Begin without files.

        Args:
            name_file: makes the id of a file.
            alone: whether only one path was typed.
        """
        self._name_file, self._alone = name_file, alone
        self._ids: set[str] = set()
        self._longer: list[str] = []

    def make(self, path: str, below: str) -> str:
        """Make the id of a file.

        Args:
            path: the file, as typed.
            below: its path below the folder that was typed; ``path`` for a file that was typed.
        """
        id = with_slashes(self._name_file(path, below, self._alone))
        if id in self._ids:
            id = make_distinct(id, with_slashes(os.path.abspath(path)), self._ids)
            self._longer.append(id)
        self._ids.add(id)
        return id

    def tell(self, on_note: Callable[[Note], object]) -> None:
        """Report the files whose id is longer because another file has it."""
        if self._longer:
            files = "1 file has" if len(self._longer) == 1 else f"{len(self._longer):,} files have"
            id = self._longer[0]
            on_note(Note(id, f"{files} the name of a file in another folder; the id has more of the path, as {id}"))
