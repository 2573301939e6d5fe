"""The job in this process: a stream of documents -> a report, or what was left out of it as chrome. All that is
computed is computed in the core."""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from dedup.core import boilerplate as chromes
from dedup.core import nearly
from dedup.core.candidates import REPRESENTATIVES
from dedup.core.common import common
from dedup.core.spelling import collection_of_scans
from dedup.engines.comparing import Compared, compare
from dedup.engines.explaining import explained
from dedup.engines.gathering import Gathered, gather
from dedup.engines.intake import Given, Intake
from dedup.engines.judging import Judged, Overruling, checked, overruling
from dedup.engines.metering import Meter, Progress
from dedup.engines.sketching import Job, parts
from dedup.engines.store import Stores
from dedup.engines.telling import told
from dedup.formats import Inputs
from dedup.settings import Settings
from dedup.types import Boilerplate, Indices, Look, Note, Report, Ruling, Stats

__all__ = ["Progress", "boilerplate", "cluster"]


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
    intake, rulings = Intake(), checked(tuple(boilerplate))
    with Stores() as open_stores:
        meter = Meter(on_progress or _nobody, open_stores)
        read = gather(intake, documents, settings, workers, meter, open_stores)
        look = _compare(read, rulings)
        meter("stories", 0, 0)
        stories, singletons, notes = told(read.job.texts, look.compared.verified, settings)
        meter("stories", len(stories), len(stories))
        meter.end()
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(read.job.texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *read.notes, *_hot(look.compared.hot, settings), *notes, *look.overruling.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
        stats=_stats(read, look, meter),
    )


def boilerplate(
    documents: Iterable[Given] | Inputs,
    settings: Settings | None = None,
    *,
    boilerplate: Iterable[Ruling] = (),
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Boilerplate:
    """What `cluster` would leave out of ``documents`` as chrome, source by source, and what recurs but was kept.

    To overrule it, give blocks back to `cluster`, as they are or with ``dataclasses.replace(block, chrome=False)``.
    Takes and raises what `cluster` does, and does the same job. The texts go to a temporary file besides; memory grows
    with the blocks that recur, for they are what is returned.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    intake, rulings = Intake(), checked(tuple(boilerplate))
    with Stores() as open_stores:
        meter = Meter(on_progress or _nobody, open_stores)
        read = gather(intake, documents, settings, workers, meter, open_stores, whole=True)
        look = _compare(read, rulings)
        meter("boilerplate", 0, 0)
        sources = explained(read.job, look.judged, look.overruling)
        meter("boilerplate", len(sources), len(sources))
    return Boilerplate(
        sources=sources,
        documents=len(read.job.texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *read.notes, *_hot(look.compared.hot, settings), *look.overruling.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def _nobody(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


class _Look(NamedTuple):
    """The last look at the texts: how they compare, without what was judged to be chrome, with what was overruled; and
    the counts of all ``looks``."""

    compared: Compared
    judged: Judged
    overruling: Overruling
    looks: tuple[Look, ...]


def _compare(read: Gathered, rulings: Sequence[Ruling]) -> _Look:
    """Learn what is chrome and compare the texts without it, twice: chrome stands on pages of different stories, and
    the first comparison knows the stories better than the strict clustering it starts from. It also knows which pages
    share their short lines as copies of one story and not as pages of one site.

    What is chrome but for misprints is looked for in a collection of scans, and then only: copies of one story that are
    not known yet, under one source, would look like that."""
    job, pages, seed = read.job, read.job.texts.pages, read.job.settings.seed
    job.tell("chrome", 0, 0)
    several = common(pages)
    neighbours = chromes.neighbours(several)
    sources, stories = chromes.sources(pages, neighbours), chromes.first_stories(several)
    strays = chromes.strays(several, stories)
    ruled = overruling(read.printed, sources, rulings, seed)
    chrome = ruled.on(chromes.chrome(several, sources, stories) | strays)
    job.tell("chrome", len(pages.hashes), len(pages.hashes))
    compared = compare(job, sources, chrome)
    looks: tuple[Look, ...] = (compared.verified.look,)
    again = job._replace(tell=_again(job.tell))
    again.tell("chrome", 0, 0)
    before, stories = sources, np.arange(len(job.texts.rows))
    stories[compared.verified.texts] = len(job.texts.rows) + compared.verified.stories.labels
    sources = chromes.sources(pages, neighbours[np.diff(stories[neighbours])[:, 0] != 0])
    ruled = overruling(read.printed, sources, rulings, seed)
    found = chromes.chrome(several, sources, stories) | strays
    if collection_of_scans(job.noise > 0):
        found |= nearly.chrome(_pieces(job), pages, sources, stories, strays)
    chrome = ruled.on(found)
    again.tell("chrome", len(pages.hashes), len(pages.hashes))
    if not (np.array_equal(chrome, compared.verified.dropped) and np.array_equal(sources, before)):
        compared = compare(again, sources, chrome, compared)
        looks = (*looks, compared.verified.look)
    return _Look(compared, Judged(sources, stories, chrome), ruled, looks)


def _pieces(job: Job) -> nearly.Pieces:
    """The pieces of the long blocks of all texts."""
    pages, bound = job.texts.pages, nearly.bound(job.texts.pages)
    found = [nearly.NONE]
    for part in parts(np.arange(len(job.texts.rows))):
        tokens = job.tokens.take(job.texts.rows[part])
        found.append(nearly.pieces(tokens, pages, int(part[0]), bound))
    return nearly.Pieces(*map(np.concatenate, zip(*found, strict=True)))


def _again(tell: Progress) -> Progress:
    return lambda stage, done, total: tell(f"{stage}, again", done, total)


def _stats(read: Gathered, look: _Look, meter: Meter) -> Stats:
    texts = read.job.texts
    return Stats(
        documents=len(texts.members),
        texts=len(texts.rows),
        words=int(texts.lengths.sum()),
        workers=read.workers,
        stages=tuple(meter.stages),
        looks=look.looks,
    )


def _hot(hot: Indices, settings: Settings) -> list[Note]:
    if not len(hot):
        return []
    reason = (
        f"{len(hot):,} buckets held more than {settings.max_bucket} texts, the largest {hot[:, 1].max():,}; they were "
        f"compared with {REPRESENTATIVES} representatives each (max_bucket)"
    )
    return [Note("candidates", reason)]
