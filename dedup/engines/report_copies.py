"""The copies of a report, by the file that each came from."""

import os
from collections.abc import Iterable
from typing import Final

from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.registry import FORMATS
from dedup.results import Report

_AGAIN: Final = "the inputs have changed since; run dedup cluster again"


class ReportCopies:
    """The ids of the copies of a report, by the absolute path of the file; and its ``inputs``, as typed."""

    def __init__(self, report: Report) -> None:
        """Collect the copies.

        Raises:
            SettingsError: the documents of the report came from no files.
        """
        self._ids: dict[str, set[str]] = {}
        self.inputs, self.documents = report.inputs, report.documents
        self._skipped = sum(skip.count for skip in report.skipped)
        members = [member for story in report.stories for member in story.members]
        if any(not member.path for member in members):
            raise SettingsError("the report names no files: it is not one of dedup cluster on files and folders")
        paths = {path: absolute(path) for path in {member.path for member in members}}
        for story in report.stories:
            for member in story.copies:
                self._ids.setdefault(paths[member.path], set()).add(member.id)
        self._paths = frozenset(paths.values())

    def of(self, place: Place) -> set[str]:
        """Return the ids of the copies in a file."""
        return self._ids.get(absolute(place.path), set())

    def check_inputs(self, places: Iterable[Place], whole: bool) -> None:
        """Check that inputs are those of the report.

        Args:
            places: the inputs.
            whole: whether they are all inputs of the report. Then each document of a story must be there.

        Raises:
            SettingsError: no document of a story is in any of the inputs, or a document is not there any more.
        """
        missing = self._paths - {absolute(place.path) for place in places}
        if missing and missing == self._paths:
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


def absolute(path: str) -> str:
    """The path from the root, without ``.`` and ``..``. Links are not followed."""
    return os.path.abspath(path)  # noqa: PTH100 - no system call, for millions of files


def is_file_of_one(place: Place) -> bool:
    """Whether a file is one document. A file that holds files has no format of its own, and is none."""
    return place.suffix in FORMATS and not FORMATS[place.suffix].many
