"""The id of a file: from the folder that was named, from a folder that stays, or as older versions made it."""

# Paths stay as typed. Path would turn ./x into x.
# ruff: noqa: PTH118

import os
from collections.abc import Callable, Container

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
