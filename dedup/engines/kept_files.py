"""A report and the files of its job to a folder with the files that are nobody's copies: copied, moved or linked.

Nothing is overwritten and nothing is deleted. All checks come before the first file is made.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from dedup.engines.report_copies import ReportCopies, absolute, is_file_of_one
from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.places import STDIN, readable
from dedup.regular_files import open_regular, write_new
from dedup.types import Skip

_PRIVATE: Final = 0o600
"""Permissions of a copy until it has those of its source."""

Action = Literal["copy", "move", "link"]
"""The three actions on a file: copy its bytes, times and permissions; move it; make a symbolic link to it."""


class FileAction(NamedTuple):
    """The place of a file that is kept, and the path where it goes."""

    place: Place
    target: Path


def plan_files(copies: ReportCopies, places: Sequence[Place], folder: Path, whole: bool) -> list[FileAction]:
    """Choose the files that are no copies, and their paths below a folder.

    Args:
        copies: the copies of a report.
        places: the inputs of its job, or some of them.
        folder: the folder to fill.
        whole: whether the places are all inputs of the job.

    Returns:
        The actions, in the order of the places.

    Raises:
        SettingsError: an input holds many documents, or the inputs are not those of the report.
    """
    for place in places:
        if place.file == STDIN.file or not is_file_of_one(place):
            raise SettingsError(f"{place.path} holds many documents: give --rows-to FOLDER, which takes files and rows")
    copies.check_inputs(places, whole)
    if whole:
        copies.check_files(len(places))
    return [FileAction(place, folder / below(place)) for place in places if not copies.of(place)]


def below(place: Place) -> Path:
    """The path of a file relative to the inputs: as many last parts of its path as its id has.

    The path is that of the system, for an id is spelled so that it can be printed.
    """
    count = len([part for part in place.id.split("/") if part not in ("", ".", "..")])
    return Path(*Path(absolute(place.file)).parts[-max(1, count) :])


def check_targets(targets: Sequence[Path]) -> None:
    """Raise `SettingsError` if one of the files is there already, or two are one."""
    seen: set[Path] = set()
    for target in targets:
        if target in seen:
            raise SettingsError(f"{readable(str(target))}: two inputs would be this file; run them one by one")
        if os.path.lexists(target):
            raise SettingsError(
                f"{readable(str(target))}: is there already, and nothing is overwritten; give another place"
            )
        seen.add(target)


def run_action(action: Action, files: Sequence[FileAction], on_skip: Callable[[Skip], object]) -> int:
    """Copy, move or link files.

    Args:
        action: what to do.
        files: the files and their new paths.
        on_skip: takes each file with which that was not possible. The others go on.

    Returns:
        The number of files that are in their new place.

    Raises:
        SettingsError: a new path is taken.
    """
    check_targets([file.target for file in files])
    act = {"copy": _copy, "move": _move, "link": _link}[action]
    done = 0
    for place, target in files:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            act(Path(place.file), target)
            done += 1
        except OSError as error:
            on_skip(Skip(place.path, f"cannot {action} it to {readable(str(target))}: {error.strerror or error}"))
    return done


def _copy(source: Path, target: Path) -> None:
    """Copy a file, with its times and permissions. An incomplete copy does not stay."""
    with open_regular(source) as reader, write_new(target, _PRIVATE) as writer:
        try:
            shutil.copyfileobj(reader, writer, 1 << 20)
        except BaseException:
            target.unlink()
            raise
    shutil.copystat(source, target)


def _move(source: Path, target: Path) -> None:
    """Move a file. A hard link comes first, for a rename would overwrite; another file system gets a copy.

    A link is made anew, for it may be relative to its folder.
    """
    if source.is_symlink():
        target.symlink_to(source.resolve())
    else:
        try:
            os.link(source, target)
        except FileExistsError:
            raise
        except OSError:
            _copy(source, target)
    source.unlink()


def _link(source: Path, target: Path) -> None:
    target.symlink_to(absolute(str(source)))
