"""The copies of a report, by the file that each came from."""

import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.places import STDIN
from dedup.formats.registry import FORMATS
from dedup.results import Report

_AGAIN: Final = "the inputs have changed since; run dedup cluster again"


class ReportCopies:
    """The ids of the copies of a report and of their originals, by the absolute path of the file; and its ``inputs``.

    The inputs are as they were typed.
    """

    def __init__(self, report: Report, written: float = math.inf) -> None:
        """Collect the copies.

        Args:
            report: the report.
            written: when the report was written, in seconds since 1970.

        Raises:
            SettingsError: the documents of the report came from no files.
        """
        self._ids: dict[str, set[str]] = {}
        self._originals: dict[str, set[str]] = {}
        self._paths_of_originals: dict[str, set[str]] = {}  # by the path of a copy
        self.inputs, self.documents, self._written = report.inputs, report.documents, written
        self._skipped = sum(skip.count for skip in report.skipped)
        members = [member for story in report.stories for member in story.members]
        if any(not member.path for member in members):
            raise SettingsError("the report names no files: it is not one of dedup cluster on files and folders")
        paths = {path: absolute(path) for path in {member.path for member in members}}
        for story in report.stories:
            original = paths[story.canonical.path]
            for member in story.copies:
                self._ids.setdefault(paths[member.path], set()).add(member.id)
                self._originals.setdefault(original, set()).add(story.id)
                self._paths_of_originals.setdefault(paths[member.path], set()).add(original)
        self._paths = frozenset(paths.values())

    def of(self, place: Place) -> set[str]:
        """Return the ids of the copies in a file."""
        return self._ids.get(absolute(place.path), set())

    def originals(self, place: Place) -> set[str]:
        """Return the ids of the documents in a file that stay for their copies."""
        return self._originals.get(absolute(place.path), set())

    def check_inputs(self, places: Iterable[Place], whole: bool) -> None:
        """Check that inputs are those of the report. A report without stories fits all inputs.

        Args:
            places: the inputs.
            whole: whether they are all inputs of the report. Then each document of a story must be there.

        Raises:
            SettingsError: no document of a story is in any of the inputs, the original of a copy is gone, or a document
                is not there any more.
        """
        inputs_by_path = {absolute(place.path): place for place in places}
        missing = {path for path in self._paths - inputs_by_path.keys() if not _is_in_file(path)}
        for path, place in inputs_by_path.items():
            for original in self._paths_of_originals.get(path, set()) & missing:
                raise SettingsError(
                    f"{place.path} has a copy of {original}, which is not there any more, so that both would be lost; "
                    "give all inputs, or run dedup cluster again"
                )
        if self._paths and self._paths.isdisjoint(inputs_by_path):
            inputs = " ".join(self.inputs) or "none"
            raise SettingsError(
                f"no story of the report has a document in these inputs; its inputs are {inputs}: give them as they "
                "are there, from the same folder"
            )
        if missing and whole:
            example = min(missing)
            raise SettingsError(f"{len(missing):,} files of the report are gone, such as {example}: {_AGAIN}")

    def check_files(self, count: int) -> None:
        """Raise `SettingsError` if the report cannot be one of ``count`` files of one document."""
        if not self.documents <= count <= self.documents + self._skipped:
            counts = f"the report has {self.documents:,} documents, and the inputs have {count:,} files now"
            raise SettingsError(f"{counts}: {_AGAIN}")

    def check_documents(self, count: int) -> None:
        """Raise `SettingsError` if the report is not one of ``count`` documents."""
        if count != self.documents:
            counts = f"the report has {self.documents:,} documents, and the inputs have {count:,} now"
            raise SettingsError(f"{counts}: {_AGAIN}")

    def check_age(self, place: Place) -> None:
        """Raise `SettingsError` if a file changed after the report, so that the numbers of its rows may have too."""
        if Path(place.file).stat().st_mtime > self._written:
            raise SettingsError(
                f"{place.path} changed after the report was written, and its copies have no ids but the numbers of "
                "their rows; run dedup cluster again"
            )


def absolute(path: str) -> str:
    """The path from the root, without ``.`` and ``..``. Links are not followed."""
    return os.path.abspath(path)  # noqa: PTH100 - no system call, for millions of files


def _is_in_file(path: str) -> bool:
    """Whether a file is there, or the archive that holds it. Standard input cannot be looked at."""
    return path == absolute(STDIN.path) or any(parent.is_file() for parent in (Path(path), *Path(path).parents))


def is_file_of_one(place: Place) -> bool:
    """Whether a file is one document. A file that holds files has no format of its own, and is none."""
    return place.suffix in FORMATS and not FORMATS[place.suffix].many
