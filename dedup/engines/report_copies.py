"""The copies of a report, by the file that each came from."""

import os
from collections.abc import Iterable

from dedup.errors import SettingsError
from dedup.formats import Place
from dedup.formats.registry import FORMATS
from dedup.results import Report


class ReportCopies:
    """The ids of the copies of a report, by the absolute path of the file; and its ``inputs``, as typed."""

    def __init__(self, report: Report) -> None:
        """Collect the copies.

        Raises:
            SettingsError: the documents of the report came from no files.
        """
        self._ids: dict[str, set[str]] = {}
        self.inputs = report.inputs
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

    def check_inputs(self, places: Iterable[Place]) -> None:
        """Raise `SettingsError` if the report has stories, and no document of a story is in any of the inputs."""
        if self._paths and not any(absolute(place.path) in self._paths for place in places):
            inputs = " ".join(self.inputs) or "none"
            raise SettingsError(
                f"no story of the report has a document in these inputs; its inputs are {inputs}: give them as they "
                "are there, from the same folder"
            )


def absolute(path: str) -> str:
    """The path from the root, without ``.`` and ``..``. Links are not followed."""
    return os.path.abspath(path)  # noqa: PTH100 - no system call, for millions of files


def is_file_of_one(place: Place) -> bool:
    """Whether a file is one document. A file that holds files has no format of its own, and is none."""
    return place.suffix in FORMATS and not FORMATS[place.suffix].many
