"""Documents of any kind to a job: the worker pool, the texts, and their tokens in spill files."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from typing import Final, NamedTuple, Protocol, TypeVar

import numpy as np

from dedup.array_types import Hashes
from dedup.core.collection import Collection
from dedup.engines.pool import pool
from dedup.engines.pool.run_folder import ResumablePool, RunFolder
from dedup.engines.stages.collection import CollectionBuilder
from dedup.engines.stages.job import Job, JobFiles
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.misprints import correct_texts
from dedup.engines.stages.page_blocks import StoredBlocks
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.runner import WORK
from dedup.engines.tasks.tasks import Reading, Setup, SurveyRange
from dedup.formats import Inputs, Place, RangeSurvey
from dedup.formats.places import STDIN
from dedup.formats.registry import ARCHIVES
from dedup.members import Members
from dedup.settings import Settings
from dedup.strings import StringColumn
from dedup.types import Note

_Documents = TypeVar("_Documents", contravariant=True)

NONE_QUOTED: Final[Hashes] = np.zeros(0, np.uint64)
"""The hashes of no blocks."""


class JobInput(Protocol[_Documents]):
    """A source of documents: it makes the read tasks and takes their results."""

    def requests(self, documents: _Documents, /) -> Iterator[Reading]:
        """Yield the read tasks for the documents, in order."""
        ...

    def taken(self, result: ReadResult, /) -> Mapping[int, datetime.datetime]:
        """Take the result of the next task. Return the times that were not sent to the worker, by row."""
        ...

    def end(self, ids: StringColumn, hashes: Hashes, /) -> Mapping[int, str]:
        """Take the ids of all documents, and their hashes. Return new ids by document, so that all ids differ."""
        ...


_SMALL: Final = 80_000_000
"""Bytes of text that one process reads and compares in about two seconds. The start of a second process takes as much
of a processor as it saves of the time."""

_PAGES: Final = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".mht", ".warc"})
"""Formats of pages, whose text is extracted."""

_PAGE_WORK: Final = 4
"""Bytes of text that take the time of one byte of a page."""

_PACKED_WORK: Final = 4
"""Bytes of text in one byte of a packed file or of an archive."""


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
    quoted: Hashes = NONE_QUOTED,
    whole: bool = False,
    run: RunFolder | None = None,
) -> Loaded:
    """Read documents, and start the workers of their job. One worker does a single task, and all tasks of a small job.

    Args:
        job_input: makes the read tasks and takes their results.
        documents: the documents.
        settings: the settings of the job.
        workers: the number of workers, or None for one a processor, and one alone for a small job.
        meter: is called with the progress.
        open_files: closes files and workers with the job.
        quoted: the hashes of blocks that rulings quote.
        whole: whether the job keeps whole texts.
        run: keeps the results of complete stages; None for a job that begins anew each time.

    Returns:
        The job.

    Raises:
        InputError: ``workers`` is no number from 1 on, or an item is no document.
    """
    meter("reading", 0, 0)
    tasks = job_input.requests(documents)
    first_tasks = list(islice(tasks, 2))
    count = _count_workers(workers, documents, len(first_tasks))
    if run is not None:
        count = run.start(count)
    files = JobFiles.open(count, whole, settings.scanned, open_files)
    workers_of_job = _open_pool(count, settings, files, open_files, run, documents)
    meter.watch(lambda: workers_of_job.used)
    blocks = StoredBlocks(files.blocks)
    builder = CollectionBuilder(blocks, files.printed, files.whole, files.spelled, files.openings)
    members = _collect(builder, job_input, workers_of_job.ask(chain(first_tasks, tasks), ReadResult), meter)
    meter("texts", 0, 0)
    if not (whole or settings.scanned):  # blocks are not listed with their texts, and not hashed again
        blocks.join(workers_of_job, np.concatenate((builder.headlines(), quoted)))
    as_read = builder.texts(members)
    meter("texts", len(as_read.rows), len(as_read.rows))
    texts, notes = _correct_scanned(as_read, files, settings, meter)
    job = Job(texts, files, texts is not as_read, settings, workers_of_job, meter)
    return Loaded(job, as_read, notes, count)


def _count_workers(workers: int | None, documents: object, tasks: int) -> int:
    """The workers of a job of one task, or of several tasks. Raises `InputError` for a number that is none."""
    count = pool.worker_count(workers)
    places = documents.places() if isinstance(documents, Inputs) else ()
    return 1 if tasks < 2 or (workers is None and is_small(places)) else count


def is_small(places: Sequence[Place]) -> bool:
    """Return whether one process alone does the job of some files in about two seconds.

    Args:
        places: the files, empty if the documents come from elsewhere. Standard input is no small job.
    """
    return bool(places) and STDIN not in places and sum(map(_work_of, places)) < _SMALL


def _work_of(place: Place) -> int:
    """The bytes of text that take the time of a file."""
    work = place.size * (_PACKED_WORK if place.packing or place.suffix in ARCHIVES else 1)
    return work * _PAGE_WORK if {place.suffix, place.members} & _PAGES else work


def _collect(
    builder: CollectionBuilder, job_input: JobInput[_Documents], results: Iterable[ReadResult], meter: Meter
) -> Members:
    """Collect the results of reading. Return the documents under ids that all differ."""
    for result in results:
        builder.add(result, job_input.taken(result))
        meter.read(result.text)
        meter("reading", builder.documents, 0)
    members = builder.members()
    return members.with_ids(job_input.end(members.columns.ids, builder.id_hashes()))


def _open_pool(
    count: int, settings: Settings, files: JobFiles, open_files: ExitStack, run: RunFolder | None, documents: object
) -> pool.Pool:
    """Start the workers, which survey the files of the documents too.

    The pool keeps their results in the folder of the run, if there is one. Surveys are done anew at each start: they
    are asked for while the job asks for documents.
    """
    fields = documents.options.fields if isinstance(documents, Inputs) else {}
    setups = [make_setup(number, settings, fields, files) for number in range(count)]
    opened = open_files.enter_context(pool.open_pool(setups, WORK))
    if isinstance(documents, Inputs):
        documents.survey_by(lambda ranges: opened.ask(map(SurveyRange, ranges), RangeSurvey))
    return opened if run is None else ResumablePool(opened, run)


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
        settings.to_message(),
        dict(fields),
        tokens=files.printed.descriptors,
        corrected=files.mended.descriptors,
        blocks=tuple(column.descriptors for column in files.blocks),
        keys=files.keys.descriptors,
        sampled=files.sampled.descriptors,
        sketched=(files.sketched.descriptor,),
        pairs=files.pairs.descriptors,
        whole=files.whole.descriptors if files.whole else (),
        openings=files.openings.descriptors,
        spelled=files.spelled.descriptors if files.spelled else (),
        tables=files.table_descriptors(),
    )
