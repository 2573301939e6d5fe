"""Documents of any kind to a job: the worker pool, the texts, and their tokens in spill files."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from typing import NamedTuple, Protocol, TypeVar

from dedup.core.collection import Collection
from dedup.engines.pool import pool
from dedup.engines.pool.spill import SpillColumn
from dedup.engines.stages.collection import KINDS, CollectionBuilder
from dedup.engines.stages.job import Job, JobFiles
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.misprints import correct_texts
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.runner import WORK
from dedup.engines.tasks.tasks import Reading, Setup, SurveyRange
from dedup.formats import Inputs, RangeSurvey
from dedup.settings import Settings
from dedup.types import Note

_Documents = TypeVar("_Documents", contravariant=True)


class JobInput(Protocol[_Documents]):
    """A source of documents: it makes the read tasks and takes their results."""

    def requests(self, documents: _Documents, /) -> Iterator[Reading]:
        """Yield the read tasks for the documents, in order."""
        ...

    def taken(self, result: ReadResult, /) -> tuple[list[str], list[datetime.datetime | None]]:
        """Take the result of the next task. Return the id and the time of each document; all ids differ."""
        ...

    def end(self) -> None:
        """Take notice that all results were taken."""
        ...


class Loaded(NamedTuple):
    """The documents of a job.

    - ``job``: the job, with the texts that are compared.
    - ``printed``: the texts as read, with the misprints that overrides quote.
    - ``notes``: notes on repairs and misprints.
    - ``workers``: the number of processes that do the tasks.
    """

    job: Job
    printed: Collection
    notes: tuple[Note, ...]
    workers: int


def load_documents(
    job_input: JobInput[_Documents],
    documents: _Documents,
    settings: Settings,
    workers: int | None,
    meter: Meter,
    open_files: ExitStack,
    whole: bool = False,
) -> Loaded:
    """Read documents, and start the workers of their job.

    Args:
        job_input: makes the read tasks and takes their results.
        documents: the documents.
        settings: the settings of the job.
        workers: the number of workers, or None for one a processor. A single task is done without workers.
        meter: is called with the progress.
        open_files: closes files and workers with the job.
        whole: whether the job keeps whole texts.

    Returns:
        The job.

    Raises:
        InputError: ``workers`` is no number from 1 on, or an item is no document.
    """
    meter("reading", 0, 0)
    tasks = job_input.requests(documents)
    count, first_tasks = pool.worker_count(workers), list(islice(tasks, 2))
    count = count if len(first_tasks) > 1 else 1
    files = JobFiles.open(count, whole, open_files)
    fields = documents.options.fields if isinstance(documents, Inputs) else {}
    setups = [make_setup(number, settings, fields, files) for number in range(count)]
    workers_of_job = open_files.enter_context(pool.open_pool(setups, WORK))
    meter.watch(lambda: workers_of_job.used)
    if isinstance(documents, Inputs):
        documents.survey_by(lambda ranges: workers_of_job.ask(map(SurveyRange, ranges), RangeSurvey))
    columns = [open_files.enter_context(SpillColumn(kind)) for kind in KINDS]
    builder = CollectionBuilder(columns, files.printed, files.whole)
    for result in workers_of_job.ask(chain(first_tasks, tasks), ReadResult):
        builder.add(result, *job_input.taken(result))
        meter.read(result.text)
        meter("reading", len(builder.members), 0)
    job_input.end()
    meter("texts", 0, 0)
    as_read = builder.texts()
    meter("texts", len(as_read.rows), len(as_read.rows))
    texts, notes = _correct_scanned(as_read, files, settings, meter)
    job = Job(texts, files, texts is not as_read, settings, workers_of_job, meter)
    return Loaded(job, as_read, notes, count)


def _correct_scanned(
    as_read: Collection, files: JobFiles, settings: Settings, meter: Meter
) -> tuple[Collection, tuple[Note, ...]]:
    """Return the texts, with corrected misprints if the settings ask for that, and the notes on them."""
    if not settings.scanned:
        return as_read, as_read.notes
    meter("mending", 0, 0)
    texts, notes = correct_texts(as_read, files, settings.seed)
    meter("mending", len(as_read.rows), len(as_read.rows))
    return texts, (*as_read.notes, *notes)


def make_setup(number: int, settings: Settings, fields: Mapping[str, str], files: JobFiles) -> Setup:
    """Return the first message to a worker.

    Args:
        number: the number of the worker.
        settings: the settings of the job.
        fields: the caller's names for the fields of rows.
        files: the spill files of the job.
    """
    return Setup(
        number,
        settings.to_mapping(),
        dict(fields),
        tokens=files.printed.descriptors,
        corrected=files.mended.descriptors,
        keys=files.keys.descriptors,
        sampled=files.sampled.descriptors,
        whole=files.whole.descriptors if files.whole else (),
    )
