"""The job in this process: a stream of documents -> a report, or what was left out of it as boilerplate. All that is
computed is computed in the core."""

import time
from collections.abc import Iterable, Sequence

from dedup.array_types import Indices
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.thresholds import fingerprint
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.documents import DocumentIntake, Given
from dedup.engines.stages.explain import describe_boilerplate
from dedup.engines.stages.load import Loaded, load_documents
from dedup.engines.stages.meter import Meter, Progress, no_progress
from dedup.engines.stages.overrides import BoilerplateFlags as Judged
from dedup.engines.stages.overrides import Overrides, check_rulings, find_boilerplate_flags
from dedup.engines.stages.stories import report_stories
from dedup.engines.stages.verify import ComparedJob
from dedup.engines.stages.verify import verify as compare
from dedup.formats import Inputs
from dedup.settings import Settings
from dedup.types import Boilerplate, Note, Report, Ruling, Stats


def cluster(
    documents: Iterable[Given] | Inputs,
    settings: Settings | None = None,
    *,
    boilerplate: Iterable[Ruling] = (),
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """The stories in ``documents``: any iterable of `Document`, mappings (``id``, ``text`` or ``html``, ``title``,
    ``source``, ``url``, ``published``) or texts, read once, as a stream.

    A document without an id gets its number, from 0. What is boilerplate is found without help; where that is wrong,
    ``boilerplate`` has the last word: rulings of your own, or the blocks that `dedup.boilerplate` tells.

    Memory grows by less than two kilobytes a document of 600 words, most of it for its lines; what is made of the texts
    goes to temporary files, 18 to 34 bytes a word. Raises `InputError` for an item that is no document at all, and for
    a ruling that cannot be followed; a document that cannot be used is among the report's ``skipped``.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    intake, rulings = DocumentIntake(), check_rulings(tuple(boilerplate))
    with SpillFiles() as open_stores:
        meter = Meter(on_progress or no_progress, open_stores)
        read = load_documents(intake, documents, settings, workers, meter, open_stores)
        compared, _, ruled = look(read, rulings)
        meter("stories", 0, 0)
        stories, singletons, notes = report_stories(read.job.texts, compared.verified, settings)
        meter("stories", len(stories), len(stories))
        meter.end()
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(read.job.texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *read.notes, *_hot(compared.hot, settings), *notes, *ruled.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
        stats=_stats(read, compared, meter),
        thresholds=fingerprint(),
    )


def boilerplate(
    documents: Iterable[Given] | Inputs,
    settings: Settings | None = None,
    *,
    boilerplate: Iterable[Ruling] = (),
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Boilerplate:
    """What `cluster` would leave out of ``documents`` as boilerplate, source by source, and what recurs but was kept.

    To overrule it, give blocks back to `cluster`, as they are or with ``dataclasses.replace(block, chrome=False)``.
    Takes and raises what `cluster` does, and does the same job. The texts go to a temporary file besides; memory grows
    with the blocks that recur, for they are what is returned.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    intake, rulings = DocumentIntake(), check_rulings(tuple(boilerplate))
    with SpillFiles() as open_stores:
        meter = Meter(on_progress or no_progress, open_stores)
        read = load_documents(intake, documents, settings, workers, meter, open_stores, whole=True)
        compared, left_out, ruled = look(read, rulings)
        meter("boilerplate", 0, 0)
        sources = describe_boilerplate(read.job, left_out, ruled, compared.verified)
        meter("boilerplate", len(sources), len(sources))
    return Boilerplate(
        sources=sources,
        documents=len(read.job.texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *read.notes, *_hot(compared.hot, settings), *ruled.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def look(read: Loaded, rulings: Sequence[Ruling]) -> tuple[ComparedJob, Judged, Overrides]:
    """Learn what is boilerplate, and compare the texts without it."""
    job = read.job
    job.tell("boilerplate", 0, 0)
    left_out, ruled = find_boilerplate_flags(job.texts.pages, read.printed, rulings, job.settings.seed)
    job.tell("boilerplate", len(job.texts.rows), len(job.texts.rows))
    return compare(job, left_out), left_out, ruled


def _stats(read: Loaded, compared: ComparedJob, meter: Meter) -> Stats:
    texts = read.job.texts
    return Stats(
        documents=len(texts.members),
        texts=len(texts.rows),
        words=int(texts.lengths.sum()),
        workers=read.workers,
        stages=tuple(meter.stages),
        looks=(compared.verified.look,),
    )


def _hot(hot: Indices, settings: Settings) -> list[Note]:
    if not len(hot):
        return []
    reason = (
        f"{len(hot):,} buckets held more than {settings.max_bucket} texts, the largest {hot[:, 1].max():,}; they were "
        f"compared with {REPRESENTATIVES} representatives each (max_bucket)"
    )
    return [Note("candidates", reason)]
