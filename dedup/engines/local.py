"""The job in this process: a stream of documents -> a report. All that is computed is computed in the core."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from dedup.core import verify
from dedup.core.candidates import REPRESENTATIVES, candidates
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.intake import Given, Intake
from dedup.engines.reading import Reading
from dedup.engines.store import HashStore
from dedup.engines.telling import Verified, told
from dedup.settings import Settings
from dedup.types import Indices, Note, Pairs, Report

__all__ = ["Progress", "cluster"]

Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""

_ROWS: Final = 1 << 10
"""Texts whose shingle sets are made at a time."""

_PAIRS: Final = 1 << 17
"""Pairs that are measured between two reports of progress."""


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
    with HashStore() as tokens, HashStore() as sets:
        reading = Reading(settings, tokens)
        for batch in intake.batches(documents):
            reading.add(batch)
            tell("reading", len(reading.members), 0)
        texts = reading.texts()
        tell("candidates", 0, 1)
        found = candidates(texts.keys, settings.max_bucket)
        tell("candidates", 1, 1)
        verified = _verify(found.pairs, texts.rows, tokens.ragged(), sets, settings, tell)
        tell("stories", 0, 1)
        stories, singletons, notes = told(texts, verified, settings)
        tell("stories", 1, 1)
    return Report(
        stories=stories,
        singletons=singletons,
        documents=len(texts.members),
        skipped=tuple(intake.skipped),
        notes=(*intake.notes, *_hot(found.hot, settings), *notes),
        settings=settings.to_mapping(),
        seconds=time.perf_counter() - started,
    )


def _verify(
    pairs: Pairs, rows: Indices, tokens: Ragged, store: HashStore, settings: Settings, tell: Progress
) -> Verified:
    """Measure the candidates, text ``i`` being row ``rows[i]`` of ``tokens``; their shingle sets go to ``store``."""
    texts, numbers = np.unique(pairs, return_inverse=True)
    pairs = numbers.reshape(pairs.shape)
    for some in _sets(tokens, rows[texts], settings):
        store.append(some)
    sets = store.ragged()
    containment = np.empty(len(pairs))
    for first in range(0, len(pairs), _PAIRS):
        tell("verifying", first, len(pairs))
        part = slice(first, first + _PAIRS)
        containment[part] = verify.measure(sets, pairs[part])[1]
    tell("verifying", len(pairs), len(pairs))
    return Verified(texts, sets, pairs, containment)


def _sets(tokens: Ragged, rows: Indices, settings: Settings) -> Iterator[Ragged]:
    work = Workspace()
    for first in range(0, rows.size, _ROWS):
        part = take(tokens, rows[first : first + _ROWS])
        yield verify.sets(shingle(part, settings.shingle_size, settings.seed, work))


def _hot(hot: Indices, settings: Settings) -> list[Note]:
    if not len(hot):
        return []
    reason = (
        f"{len(hot):,} buckets held more than {settings.max_bucket} texts, the largest {hot[:, 1].max():,}; they were "
        f"compared with {REPRESENTATIVES} representatives each (max_bucket)"
    )
    return [Note("candidates", reason)]
