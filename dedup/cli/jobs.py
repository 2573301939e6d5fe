"""What a command asks of the library: read the inputs, do the job, say what could not be read, score the stories.

The only module here that touches the rooms that bring numpy, scipy and the readers with them; it imports them when it
is called, so that help and usage errors need not wait.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dedup.cli.interrupt import interruptible
from dedup.cli.progress import progress
from dedup.errors import SettingsError
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.engines.estimate import Estimate
    from dedup.engines.evaluation import Scores
    from dedup.formats import Place
    from dedup.formats.labels import Truth
    from dedup.types import Boilerplate, Note, Report, Ruling, Skip

    _Found = TypeVar("_Found", Report, Boilerplate)


STDIN = "-"


@dataclass(frozen=True, slots=True)
class JobArguments:
    """What a run is given: the ``paths`` as typed, the user's names for the ``fields`` of rows, settings, rulings, how
    many ``workers`` there are to be, and where the results go, which is None for standard output."""

    paths: tuple[str, ...]
    fields: Mapping[str, str]
    settings: Settings
    rulings: "Sequence[Ruling]" = ()
    workers: int | None = None
    output: Path | None = None


def run(task: JobArguments) -> "Report":
    """The report on the documents, with every input that was skipped, and every note.

    Raises `SettingsError` if the results would replace one of the inputs, before any of them is read.
    """
    from dedup.engines import local

    return _over(task, local.cluster)


def explained(task: JobArguments, sources: tuple[str, ...]) -> "Boilerplate":
    """What is boilerplate on the documents, in all ``sources`` or in those of the given names.

    A name that no source has is among the notes. Raises `SettingsError` as `run` does.
    """
    from dedup.engines import local
    from dedup.types import Note

    found = _over(task, local.boilerplate)
    if not sources:
        return found
    chosen = tuple(source for source in found.sources if source.name in sources)
    known = {source.name for source in chosen}
    reason = "no source of this name has a block that recurs; without --source all are told, with their names"
    notes = tuple(Note(name, reason) for name in dict.fromkeys(sources) if name not in known)
    return replace(found, sources=chosen, notes=(*found.notes, *notes))


def estimate_inputs(task: JobArguments) -> "tuple[Estimate, Sequence[Skip]]":
    """What the run will cost, and what it could not find of its inputs."""
    from dedup.engines.estimate import estimate
    from dedup.formats import discover

    skipped: list[Skip] = []
    places = discover(task.paths, on_skip=skipped.append, on_note=lambda _note: None)
    with interruptible():
        return estimate(places, task.fields, task.settings, task.workers), skipped


def _over(task: JobArguments, job: "Callable[..., _Found]") -> "_Found":
    """What ``job`` finds in the documents, with what the readers skipped and noted."""
    from dedup.formats import discover, read_all

    skipped: list[Skip] = []
    notes: list[Note] = []
    places = discover(task.paths, on_skip=skipped.append, on_note=notes.append)
    _keep_apart(places, task.output)
    with interruptible(), progress(None if STDIN in task.paths else sum(place.size for place in places)) as bars:
        documents = read_all(
            places, fields=task.fields, on_skip=skipped.append, on_note=notes.append, on_bytes=bars.on_bytes
        )
        found: _Found = job(
            documents,
            task.settings,
            boilerplate=task.rulings,
            workers=task.workers,
            on_progress=bars.on_progress,
        )
    return replace(found, inputs=task.paths, skipped=(*found.skipped, *skipped), notes=(*found.notes, *notes))


def _keep_apart(places: "Iterable[Place]", output: Path | None) -> None:
    """Raise `SettingsError` if the results would replace an input: an article, or the report of an earlier run."""
    if output is None or not output.is_file():
        return
    size = output.stat().st_size
    for place in places:
        # The size rules out nearly all of a million files without another look at the disk.
        if place.file != STDIN and place.size == size and output.samefile(place.file):
            raise SettingsError(f"{output} is one of the inputs, {place.path}: write the results to another place")


def read_report(paths: tuple[str, ...]) -> "Report | None":
    """The report of an earlier run, if ``paths`` is one; None if no path is.

    Raises `SettingsError` for a report among other paths, and `ReadError` for one that is broken.
    """
    from dedup.report.load import is_report, load

    for path in paths:
        if path != STDIN and is_report(path):
            if len(paths) > 1:
                raise SettingsError(f"{path} is a report: give it alone, or leave it out")
            return load(path)
    return None


def rulings_from(path: str | None) -> "Sequence[Ruling]":
    """The rulings in a file, none if there is no file; raises `ReadError` for a row that is none."""
    from dedup.formats.overrides import read_rulings

    return () if path is None else read_rulings(path)


def read_labels(path: str) -> "Truth":
    """The labels in a file; raises `ReadError` for a row that is none."""
    from dedup.formats.labels import read_truth

    return read_truth(path)


def score_stories(report: "Report", truth: "Truth", worst: int) -> "Scores":
    """The scores of ``report``, with up to ``worst`` of what is worst."""
    from dedup.engines.evaluation import score

    return score(report, truth, worst)
