"""What a command asks of the library: read the inputs, cluster them, say what could not be read, score the stories.

The only module here that touches the rooms that bring numpy, scipy and the readers with them; it imports them when it
is called, so that help and usage errors need not wait.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.cli.progress import progress
from dedup.errors import SettingsError
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.engines.scoring import Scores
    from dedup.formats import Place
    from dedup.formats.truth import Truth
    from dedup.types import Note, Report, Skip

__all__ = ["earlier", "labels", "run", "scored"]

STDIN = "-"


def run(paths: tuple[str, ...], fields: Mapping[str, str], settings: Settings, output: Path | None) -> "Report":
    """The report on the documents in ``paths``, with every input that was skipped, and every note.

    Raises `SettingsError` if ``output`` is one of the inputs, before any of them is read.
    """
    from dedup.engines import local
    from dedup.formats import discover, read_all

    skipped: list[Skip] = []
    notes: list[Note] = []
    places = discover(paths, on_skip=skipped.append, on_note=notes.append)
    _keep_apart(places, output)
    with progress(None if STDIN in paths else sum(place.size for place in places)) as bars:
        documents = read_all(
            places, fields=fields, on_skip=skipped.append, on_note=notes.append, on_bytes=bars.on_bytes
        )
        report = local.cluster(documents, settings, on_progress=bars.on_progress)
    return replace(report, inputs=paths, skipped=(*report.skipped, *skipped), notes=(*report.notes, *notes))


def _keep_apart(places: "Iterable[Place]", output: Path | None) -> None:
    """Raise `SettingsError` if the results would replace an input: an article, or the report of an earlier run."""
    if output is None or not output.is_file():
        return
    size = output.stat().st_size
    for place in places:
        # The size rules out nearly all of a million files without another look at the disk.
        if place.file != STDIN and place.size == size and output.samefile(place.file):
            raise SettingsError(f"{output} is one of the inputs, {place.path}: write the results to another place")


def earlier(paths: tuple[str, ...]) -> "Report | None":
    """The report of an earlier run, if ``paths`` is one; None if no path is.

    Raises `SettingsError` for a report among other paths, and `ReadError` for one that is broken.
    """
    from dedup.report.earlier import is_report, load

    for path in paths:
        if path != STDIN and is_report(path):
            if len(paths) > 1:
                raise SettingsError(f"{path} is a report: give it alone, or leave it out")
            return load(path)
    return None


def labels(path: str) -> "Truth":
    """The labels in a file; raises `ReadError` for a row that is none."""
    from dedup.formats.truth import read_truth

    return read_truth(path)


def scored(report: "Report", truth: "Truth", worst: int) -> "Scores":
    """The scores of ``report``, with up to ``worst`` of what is worst."""
    from dedup.engines.scoring import score

    return score(report, truth, worst)
