"""The job in this process: a stream of documents -> a report, or what was left out of it as chrome. All that is
computed is computed in the core."""

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from dedup.core import boilerplate as chromes
from dedup.core.candidates import REPRESENTATIVES
from dedup.core.ragged import Ragged
from dedup.engines.comparing import Compared, Progress, compare
from dedup.engines.explaining import explained
from dedup.engines.intake import Given, Intake
from dedup.engines.judging import Judged, Overruling, checked, overruling
from dedup.engines.reading import Reading, Texts
from dedup.engines.store import HashStore, TextStore
from dedup.engines.telling import told
from dedup.settings import Settings
from dedup.types import Boilerplate, Indices, Note, Report, Ruling

__all__ = ["Progress", "boilerplate", "cluster"]


def cluster(
    documents: Iterable[Given],
    settings: Settings | None = None,
    *,
    boilerplate: Iterable[Ruling] = (),
    on_progress: Progress | None = None,
) -> Report:
    """The stories in ``documents``: any iterable of `Document`, mappings (``id``, ``text`` or ``html``, ``title``,
    ``source``, ``url``, ``published``) or texts, read once, as a stream.

    A document without an id gets its number, from 0. What is boilerplate is found without help; where that is wrong,
    ``boilerplate`` has the last word: rulings of your own, or the blocks that `dedup.boilerplate` tells.

    Memory grows by one to two kilobytes a document, whatever its length; what is made of the texts goes to a temporary
    file, 8 bytes a word. Raises `InputError` for an item that is no document at all, and for a ruling that cannot be
    followed; a document that cannot be used is among the report's ``skipped``.
    """
    settings = settings or Settings()
    tell = on_progress or _nobody
    started = time.perf_counter()
    intake, rulings = Intake(), checked(tuple(boilerplate))
    with ExitStack() as open_stores:
        texts, tokens = _read(documents, intake, settings, open_stores, None, tell)
        look = _compare(texts, tokens, open_stores, settings, rulings, tell)
        tell("stories", 0, 1)
        stories, singletons, notes = told(texts, look.compared, settings)
        tell("stories", 1, 1)
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *_hot(look.compared.hot, settings), *notes, *look.overruling.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def boilerplate(
    documents: Iterable[Given],
    settings: Settings | None = None,
    *,
    boilerplate: Iterable[Ruling] = (),
    on_progress: Progress | None = None,
) -> Boilerplate:
    """What `cluster` would leave out of ``documents`` as chrome, source by source, and what recurs but was kept.

    To overrule it, give blocks back to `cluster`, as they are or with ``dataclasses.replace(block, chrome=False)``.
    Takes and raises what `cluster` does, and does the same job. The texts go to a temporary file besides; memory grows
    with the blocks that recur, for they are what is returned.
    """
    settings = settings or Settings()
    tell = on_progress or _nobody
    started = time.perf_counter()
    intake, rulings = Intake(), checked(tuple(boilerplate))
    with ExitStack() as open_stores:
        whole = open_stores.enter_context(TextStore())
        texts, tokens = _read(documents, intake, settings, open_stores, whole, tell)
        look = _compare(texts, tokens, open_stores, settings, rulings, tell)
        tell("boilerplate", 0, 1)
        sources = explained(texts, look.judged, look.overruling, whole)
        tell("boilerplate", 1, 1)
    return Boilerplate(
        sources=sources,
        documents=len(texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *_hot(look.compared.hot, settings), *look.overruling.notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def _nobody(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def _read(
    documents: Iterable[Given],
    intake: Intake,
    settings: Settings,
    open_stores: ExitStack,
    whole: TextStore | None,
    tell: Progress,
) -> tuple[Texts, Ragged]:
    """The documents as texts, and their token hashes; the texts as they came go to ``whole`` if that is given."""
    tokens = open_stores.enter_context(HashStore())
    reading = Reading(settings, tokens, whole)
    for batch in intake.batches(documents):
        reading.add(batch)
        tell("reading", len(reading.members), 0)
    return reading.texts(), tokens.ragged()


class _Look(NamedTuple):
    """The last look at the texts: how they compare, without what was judged to be chrome, with what was overruled."""

    compared: Compared
    judged: Judged
    overruling: Overruling


def _compare(
    texts: Texts,
    tokens: Ragged,
    open_stores: ExitStack,
    settings: Settings,
    rulings: Sequence[Ruling],
    tell: Progress,
) -> _Look:
    """Learn what is chrome and compare the texts without it, twice: chrome stands on pages of different stories, and
    the first comparison knows the stories better than the strict clustering it starts from."""
    sources = chromes.sources(texts.pages)
    ruled = overruling(texts, sources, rulings, settings.seed)
    stories = chromes.first_stories(texts.pages)
    chrome = ruled.on(chromes.chrome(texts.pages, sources, stories))
    for last in (False, True):
        stores = (open_stores.enter_context(HashStore()), open_stores.enter_context(HashStore()))
        compared = compare(texts, tokens, chrome, stores, settings, _again(tell) if last else tell)
        judged = Judged(sources, stories, chrome)
        stories = np.arange(texts.rows.size)
        stories[compared.texts] = texts.rows.size + compared.stories.labels
        chrome = ruled.on(chromes.chrome(texts.pages, sources, stories))
        if np.array_equal(judged.chrome, chrome):
            judged = Judged(sources, stories, chrome)
            break
    return _Look(compared, judged, ruled)


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
