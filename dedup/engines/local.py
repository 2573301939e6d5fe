"""The job in this process: a stream of documents -> a report. All that is computed is computed in the core."""

import time
from collections.abc import Iterable
from contextlib import ExitStack

import numpy as np

from dedup.core import boilerplate
from dedup.core.candidates import REPRESENTATIVES
from dedup.core.ragged import Ragged
from dedup.engines.comparing import Compared, Job, Progress, compare
from dedup.engines.intake import Given, Intake
from dedup.engines.reading import Reading, Texts
from dedup.engines.store import HashStore
from dedup.engines.telling import told
from dedup.settings import Settings
from dedup.types import Indices, Note, Report

__all__ = ["Progress", "cluster"]


def cluster(
    documents: Iterable[Given], settings: Settings | None = None, *, on_progress: Progress | None = None
) -> Report:
    """The stories in ``documents``: any iterable of `Document`, mappings (``id``, ``text`` or ``html``, ``title``,
    ``source``, ``url``, ``published``) or texts, read once, as a stream.

    A document without an id gets its number, from 0. Memory grows by one to two kilobytes a document, whatever its
    length; what is made of the texts goes to a temporary file, 8 bytes a word. Raises `InputError` for an item that is
    no document at all; one that cannot be used is among the report's ``skipped``.
    """
    settings = settings or Settings()
    tell = on_progress or (lambda stage, done, total: None)
    started = time.perf_counter()
    intake = Intake()
    with ExitStack() as open_stores:
        tokens = open_stores.enter_context(HashStore())
        reading = Reading(settings, tokens)
        for batch in intake.batches(documents):
            reading.add(batch)
            tell("reading", len(reading.members), 0)
        texts = reading.texts()
        compared = _compare(texts, tokens.ragged(), open_stores, settings, tell)
        tell("stories", 0, 1)
        stories, singletons, notes = told(texts, compared, settings)
        tell("stories", 1, 1)
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *_hot(compared.hot, settings), *notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def _compare(texts: Texts, tokens: Ragged, open_stores: ExitStack, settings: Settings, tell: Progress) -> Compared:
    """Learn what is chrome and compare the texts without it, twice: chrome stands on pages of different stories, and
    the first comparison knows the stories better than the strict clustering it starts from."""
    sources = boilerplate.sources(texts.pages)
    job = Job(texts, tokens, sources, settings, tell)
    stories = boilerplate.first_stories(texts.pages)
    strays = boilerplate.strays(texts.pages, stories)
    chrome = boilerplate.chrome(texts.pages, sources, stories) | strays
    for last in (False, True):
        compared = compare(job._replace(tell=_again(tell)) if last else job, chrome, open_stores)
        stories = np.arange(texts.rows.size)
        stories[compared.texts] = texts.rows.size + compared.stories.labels
        before, chrome = chrome, boilerplate.chrome(texts.pages, sources, stories) | strays
        if last or np.array_equal(before, chrome):
            break
    return compared


def _again(tell: Progress) -> Progress:
    return lambda stage, done, total: tell(f"{stage}, again", done, total)


def _hot(hot: Indices, settings: Settings) -> list[Note]:
    if not len(hot):
        return []
    reason = (
        f"{len(hot):,} buckets held more than {settings.max_bucket} texts, the largest {hot[:, 1].max():,}; they were "
        f"compared with {REPRESENTATIVES} representatives each (max_bucket)"
    )
    return [Note("candidates", reason)]
