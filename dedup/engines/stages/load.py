"""Documents of any kind -> a job: who works on it, its texts, and where their tokens are."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import chain, islice
from typing import NamedTuple, Protocol, TypeVar

from dedup.engines.pool import pool
from dedup.engines.pool.spill import SpillColumn
from dedup.engines.stages.collection import KINDS, CollectionBuilder
from dedup.engines.stages.collection import Collection as Texts
from dedup.engines.stages.meter import Meter
from dedup.engines.stages.misprints import correct_texts
from dedup.engines.stages.sketch import Job, JobFiles
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.runner import WORK
from dedup.engines.tasks.tasks import Reading, Setup
from dedup.formats import Inputs
from dedup.settings import Settings
from dedup.types import Note

_Documents = TypeVar("_Documents", contravariant=True)


class JobInput(Protocol[_Documents]):
    """Who asks for documents to be read, and is told what of."""

    def requests(self, documents: _Documents, /) -> Iterator[Reading]:
        """The documents in order, a lot a request."""
        ...

    def taken(self, found: ReadResult, /) -> tuple[list[str], list[datetime.datetime | None]]:
        """The ids that the documents of the next lot are to have, each its own, and their times."""
        ...

    def end(self) -> None:
        """All lots have been taken."""
        ...


class Loaded(NamedTuple):
    """What is compared, the texts with the misprints that rulings quote, notes on repairs and misprints, and how many
    ``workers`` there are."""

    job: Job
    printed: Texts
    notes: tuple[Note, ...]
    workers: int


def load_documents(
    intake: JobInput[_Documents],
    documents: _Documents,
    settings: Settings,
    workers: int | None,
    meter: Meter,
    open_stores: ExitStack,
    whole: bool = False,
) -> Loaded:
    """The documents as texts and their token hashes, and the texts as they came if the ``whole`` is wanted."""
    meter("reading", 0, 0)
    requests = intake.requests(documents)
    count, first = pool.worker_count(workers), list(islice(requests, 2))
    count = count if len(first) > 1 else 1  # a single lot is no work for more
    shelves = JobFiles.opened(count, whole, open_stores)
    fields = documents.fields if isinstance(documents, Inputs) else {}
    team = open_stores.enter_context(
        pool.open_pool([in_input_order(number, settings, fields, shelves) for number in range(count)], WORK)
    )
    meter.watch(lambda: team.used)
    columns = [open_stores.enter_context(SpillColumn(kind)) for kind in KINDS]
    collection = CollectionBuilder(columns, shelves.printed, shelves.whole)
    for found in team.ask(chain(first, requests), ReadResult):
        collection.add(found, *intake.taken(found))
        meter.read(found.text)
        meter("reading", len(collection.members), 0)
    intake.end()
    meter("texts", 0, 0)
    read = collection.texts()
    meter("texts", len(read.rows), len(read.rows))
    texts, notes = read, read.notes
    if settings.scanned:
        meter("mending", 0, 0)
        texts, misprints = correct_texts(read, shelves, settings.seed)
        notes = (*notes, *misprints)
        meter("mending", len(read.rows), len(read.rows))
    return Loaded(Job(texts, shelves, texts is not read, settings, team, meter), read, notes, count)


def in_input_order(number: int, settings: Settings, fields: Mapping[str, str], shelves: JobFiles) -> Setup:
    """What a process of that number is told of a job."""
    return Setup(
        number,
        settings.to_mapping(),
        dict(fields),
        shelves.printed.descriptors,
        shelves.mended.descriptors,
        shelves.keys.descriptors,
        shelves.kept.descriptors,
        shelves.whole.descriptors if shelves.whole else (),
    )
