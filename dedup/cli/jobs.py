"""The calls of the library that the commands make: read the inputs, run a job, score stories.

The rooms that load numpy, scipy and the readers are imported in the functions, so that help and usage errors need not
wait for them.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from dedup.cli.interrupt import interruptible
from dedup.cli.progress import progress
from dedup.errors import SettingsError
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.comparison_types import HandPair
    from dedup.engines.estimate import Estimate
    from dedup.engines.evaluation import Scores
    from dedup.formats import Place
    from dedup.formats.typed.labels import Truth
    from dedup.results import Report
    from dedup.types import Boilerplate, Note, Ruling, Skip

    _Result = TypeVar("_Result", Report, Boilerplate)


STDIN = "-"


@dataclass(frozen=True, slots=True)
class JobArguments:
    """The arguments of a job.

    - ``paths``: the inputs, as typed
    - ``fields``: the user's names for the fields of rows, by our names
    - ``settings``: the settings
    - ``rulings``: the user's rulings on blocks
    - ``workers``: how many processes do the work, None for one a processor
    - ``outputs``: the files that the results replace
    - ``quiet``: whether to show no progress
    - ``input_format``: the format of all inputs, None where names and first bytes tell it
    - ``memory``: the bytes of memory that the job may use, None for those of the machine
    - ``run_folder``: the folder that keeps complete stages, None for no folder
    - ``explain``: whether the report says why each document is in its story
    - ``to_label``: the number of pairs for a person to label
    - ``pairs``: the word of a person on pairs of documents
    """

    paths: tuple[str, ...]
    fields: Mapping[str, str]
    settings: Settings
    rulings: "Sequence[Ruling]" = ()
    workers: int | None = None
    outputs: tuple[Path, ...] = ()
    quiet: bool = False
    input_format: str | None = None
    memory: int | None = None
    run_folder: Path | None = None
    explain: bool = False
    to_label: int = 0
    pairs: "Sequence[HandPair]" = ()


def run(task: JobArguments) -> "Report":
    """Return the report on the documents, with every skipped input and every note.

    Raises `SettingsError` if the results would replace an input, before any input is read.
    """
    from dedup.engines import local

    options: dict[str, Any] = {"run": task.run_folder, "explain": task.explain, "to_label": task.to_label}
    options["pairs"] = task.pairs
    return _run_job(task, partial(local.cluster, **{name: value for name, value in options.items() if value}))


def forget_run(task: JobArguments) -> None:
    """Remove the folder that keeps complete stages, once the results are written."""
    from dedup.engines.pool.run_folder import remove_run

    if task.run_folder is not None:
        remove_run(task.run_folder)


def _fit_workers(task: JobArguments, places: "Sequence[Place]") -> int | None:
    """Return the number of workers of a task: fewer than it asks for where its memory allows no more.

    A small job whose memory nobody limits is not looked at beforehand.

    Raises:
        SettingsError: the job needs more memory or disk than there is.
    """
    from dedup.engines import limits
    from dedup.engines.estimate import estimate
    from dedup.report.estimate import shortage_line

    size = sum(place.size for place in places)
    if STDIN in task.paths or (task.memory is None and size < limits.WORTH_A_LOOK):
        return task.workers
    memory = limits.usable_memory() if task.memory is None else task.memory
    cost = estimate(places, task.fields, task.settings, task.workers)
    workers = limits.fitting_workers(cost, memory)
    shortage = limits.find_shortage(limits.with_workers(cost, workers), memory, task.run_folder)
    if shortage is not None:
        raise SettingsError(shortage_line(shortage))
    return workers


def explained(task: JobArguments, sources: tuple[str, ...]) -> "Boilerplate":
    """Return the boilerplate of the documents, of all sources or of the sources with the names ``sources``.

    A name that no source has is among the notes. Raises `SettingsError` as `run` does.
    """
    from dedup.engines import local
    from dedup.types import Note

    result = _run_job(task, local.boilerplate)
    if not sources:
        return result
    chosen = tuple(source for source in result.sources if source.name in sources)
    names = {source.name for source in chosen}
    reason = "no source of this name has a block that recurs; without --source all are told, with their names"
    notes = tuple(Note(name, reason) for name in dict.fromkeys(sources) if name not in names)
    return replace(result, sources=chosen, notes=(*result.notes, *notes))


def estimate_inputs(task: JobArguments) -> "tuple[Estimate, Sequence[Skip]]":
    """Return the estimate of a run, and the inputs that do not exist."""
    from dedup.engines.estimate import estimate
    from dedup.formats import discover

    skipped: list[Skip] = []
    places = discover(task.paths, on_skip=skipped.append, on_note=lambda _note: None, format=task.input_format)
    with interruptible():
        return estimate(places, task.fields, task.settings, task.workers), skipped


def _run_job(task: JobArguments, job: "Callable[..., _Result]") -> "_Result":
    """Return the result of ``job`` on the documents, with the skips and notes of the readers."""
    from dedup.formats import SkipGroups, discover, read_all

    skips: SkipGroups = SkipGroups(most=task.settings.limits.skips)
    notes: list[Note] = []
    places = discover(task.paths, on_skip=skips.add, on_note=notes.append, format=task.input_format)
    for output in task.outputs:
        check_output(places, output)
    size = None if STDIN in task.paths else sum(place.size for place in places)
    with interruptible():
        workers = _fit_workers(task, places)
    with interruptible(), progress(size, not task.quiet) as bars:
        documents = read_all(
            places, fields=task.fields, on_skip=skips.add, on_note=notes.append, on_bytes=bars.on_bytes
        )
        result: _Result = job(
            documents,
            task.settings,
            boilerplate=task.rulings,
            workers=workers,
            on_progress=bars.on_progress,
        )
    skipped = (*result.skipped, *skips.skips())
    return replace(result, inputs=task.paths, skipped=skipped, notes=(*result.notes, *notes))


def check_output(places: "Iterable[Place]", output: Path) -> None:
    """Raise `SettingsError` if the results would replace an input: an article, or the report of an earlier run."""
    if not output.is_file():
        return
    size = output.stat().st_size
    for place in places:
        # The size rules out nearly all of a million files without another look at the disk.
        if place.file != STDIN and place.size == size and output.samefile(place.file):
            raise SettingsError(f"{output} is one of the inputs, {place.path}: write the results to another place")


def read_report(paths: tuple[str, ...]) -> "Report | None":
    """Return the report of an earlier run if ``paths`` is a report, None if no path is a report.

    Raises `SettingsError` for a report among other paths, and `ReadError` for a broken report.
    """
    from dedup.report.load import is_report

    for path in paths:
        if path != STDIN and is_report(path):
            if len(paths) > 1:
                raise SettingsError(f"{path} is a report: give it alone, or leave it out")
            return load_report(path)
    return None


def load_report(path: str) -> "Report":
    """Return the report of an earlier run. Raises `ReadError` for a path that is no report, or a broken one."""
    from dedup.report.load import load

    return load(path)


def check_report(path: str, output: Path) -> None:
    """Raise `SettingsError` if ``output`` would replace the report at ``path``."""
    if path != STDIN and output.exists() and Path(path).exists() and output.samefile(path):
        raise SettingsError(f"{output} is the report itself: write the page to another place")


def write_report_page(path: str, stream: BinaryIO, texts_limit: int) -> None:
    """Write the page of a report of an earlier run: JSON Lines, which may come from a pipe, or any that `load` reads.

    Args:
        path: the report, - for standard input.
        stream: a binary stream.
        texts_limit: the most characters of texts on the page.

    Raises:
        ReadError: there is no such report, or a row of it is wrong.
    """
    from dedup.report import write
    from dedup.report.load import has_rows, is_report, load
    from dedup.report.page import write_page

    if is_report(path) and not has_rows(path):
        write(load(path), stream, "html")
        return
    with _read_twice(path) as file:
        write_page(file, stream, texts_limit, name=path)


@contextmanager
def _read_twice(path: str) -> Iterator[str]:
    """Return a file that can be read twice: ``path``, or a temporary copy of what comes through a pipe."""
    if path != STDIN and not Path(path).is_fifo():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "rows.jsonl")
        with copy.open("wb") as file, _open_pipe(path) as pipe:
            shutil.copyfileobj(pipe, file)
        yield str(copy)


@contextmanager
def _open_pipe(path: str) -> Iterator[BinaryIO]:
    """Open standard input, or a named pipe. A pipe that nobody writes to is empty, and no wait."""
    from dedup.formats.files.stream import standard_input

    if path == STDIN:
        yield standard_input()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "rb") as pipe:
        yield pipe


def rulings_from(path: str | None) -> "Sequence[Ruling]":
    """Return the rulings in a file, none if ``path`` is None. Raises `ReadError` for a row that is no ruling."""
    if path is None:
        return ()
    from dedup.formats.typed.overrides import read_rulings

    return read_rulings(path)


def pairs_from(path: str | None) -> "Sequence[HandPair]":
    """Return the pairs in a file, none if ``path`` is None. Raises `ReadError` for a row that is no pair."""
    if path is None:
        return ()
    from dedup.formats.typed.pairs import read_pairs

    return read_pairs(path)


def read_labels(path: str) -> "Truth":
    """Return the labels in a file. Raises `ReadError` for a row that is no label."""
    from dedup.formats.typed.labels import read_truth

    return read_truth(path)


def score_stories(report: "Report", truth: "Truth", worst: int) -> "Scores":
    """Return the scores of ``report``.

    Args:
        report: the report
        truth: the labels
        worst: how many of the worst stories, and of the worst true clusters, to name
    """
    from dedup.engines.evaluation import score

    return score(report, truth, worst)
