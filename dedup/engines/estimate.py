"""What a job will cost, before it starts: a few documents are looked at and clustered, and the rest is arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats
from dedup.core.sketch import bands
from dedup.core.sketch.contract import contract
from dedup.engines import local
from dedup.engines.pool import pool
from dedup.formats import Inputs, LineChunk, Place, SampledChunk, read_chunk, sample_chunks
from dedup.formats.record import checked_fields
from dedup.formats.registry import FORMATS
from dedup.settings import Settings
from dedup.types import Stage, Stats

DOCUMENT_BYTES: Final = 1700
"""Memory that a document takes: its id, title, source and path as Python keeps them, and hashes of its
forty lines. Measured over 10^4 to 10^6 articles of 600 words; it does not grow with the length of lines."""

FIXED_BYTES: Final = 150_000_000
"""Memory that a job of one document takes in this process: the libraries, and what is sorted or merged at a time."""

WORKER_BYTES: Final = 110_000_000
"""Memory of each other process: the libraries, a lot, and the arrays that are made of it."""

WORD_BYTES: Final = 34
"""Bytes of temporary files for a word at most, if every document is compared: its hash, its shingle, both again without
boilerplate, the kept shingles, and its share of what a line takes. Band keys come on top."""

KEY_BYTES: Final = 4
"""Bytes of a band key in temporary files."""

_SHARED: Final = ("reading", "mending", "signatures", "candidates", "verifying")
"""Stages that all workers are at; the others are this process's."""

_ERRORS: Final = 2
"""Standard errors that are given or taken."""


class Estimate(NamedTuple):
    """What a job will cost. Of ``stored`` bytes in ``places`` files, ``seen`` were looked at.

    There are about ``documents``, give or take a share of ``spread``, which is None where the sample cannot tell; they
    have ``text`` bytes. The job takes ``memory``, in temporary files ``disk`` to ``most_disk`` bytes, and about
    ``seconds`` with so many ``workers``. ``recall`` is that of pairs at the similarity of the settings, of bands by the
    ``plan``; ``kept_recall`` that of pairs at the overlap, of kept shingles, one in ``kept``. Standard input, if it
    ``waits``, is not in any of these.
    """

    places: int
    stored: int
    seen: int
    documents: int
    spread: float | None
    text: int
    memory: int
    disk: int
    most_disk: int
    seconds: float
    workers: int
    settings: Settings
    plan: bands.Plan
    recall: float
    kept: float
    kept_recall: float
    waits: bool


def estimate(
    places: Sequence[Place], fields: Mapping[str, str], settings: Settings, workers: int | None = None
) -> Estimate:
    """What it will cost to cluster the documents in ``places`` with as many ``workers``. Reads a sample of them."""
    known = [place for place in places if place.packing != "-"]
    parts = list(sample_chunks(known))
    extent = _extent(known, parts, checked_fields(fields))
    stats = _tried(parts, checked_fields(fields), settings)
    seen = sum(part.stored for part in parts)
    read = sum(stage.read for stage in stats.stages)
    size = sum(place.size for place in known)
    times, grown = size / max(seen, 1), extent.text / max(read, 1)
    count = pool.worker_count(workers)
    plan, max_hash = contract(settings)
    share = int(max_hash) / 2.0**64
    others = count if count > 1 else 0
    return Estimate(
        places=len(known),
        stored=size,
        seen=seen,
        documents=round(extent.documents),
        spread=extent.spread,
        text=round(extent.text),
        memory=round(FIXED_BYTES + others * WORKER_BYTES + extent.documents * DOCUMENT_BYTES),
        disk=round(grown * max((stage.stored for stage in stats.stages), default=0)),
        most_disk=round(grown * (stats.words * WORD_BYTES + stats.texts * plan.bands * KEY_BYTES)),
        seconds=times * sum(_seconds(stage, count) for stage in stats.stages),
        workers=count,
        settings=settings,
        plan=plan,
        recall=bands.probability(plan, settings.similarity),
        kept=1 / share,
        kept_recall=_two_of(settings.overlap, share),
        waits=len(known) < len(places),
    )


class _Extent(NamedTuple):
    """How much there is to read, as in `Estimate`."""

    documents: float
    spread: float | None
    text: float


def _extent(places: Sequence[Place], parts: Sequence[SampledChunk], fields: Mapping[str, str]) -> _Extent:
    """A file of text is a document; JSON Lines have as many in each byte as those that were looked at, or so."""
    found = [read_chunk(part.lot, fields).documents for part in parts]
    stored = np.array([part.stored for part in parts], np.float64)
    text = np.array([sum(len(each.text.encode()) for each in those) for those in found], np.float64)
    documents = np.array([len(those) for those in found], np.float64)
    # Of a piece from the midst of a file the first and the last line are not whole: its lines are counted, not those.
    lines = np.array([part.lines for part in parts], np.float64)
    cut = np.array([isinstance(part.lot, LineChunk) and not part.whole for part in parts], np.bool_)
    read = np.array([part.lot.data.count(b"\n") if isinstance(part.lot, LineChunk) else 1 for part in parts])
    larger = np.where(cut, lines / np.maximum(read, 1), 1.0)
    rows = np.array([isinstance(part.lot, LineChunk) for part in parts], np.bool_)
    of_rows = sum(place.size for place in places if FORMATS[place.suffix].many)
    of_files = sum(place.size for place in places) - of_rows
    count, spread = _scaled((documents * larger)[rows], stored[rows], of_rows)
    files = len([place for place in places if not FORMATS[place.suffix].many])
    if spread is not None and count:
        spread *= count / (count + files)
    return _Extent(
        count + files,
        spread,
        _scaled((text * larger)[rows], stored[rows], of_rows)[0] + _scaled(text[~rows], stored[~rows], of_files)[0],
    )


def _scaled(found: Floats, stored: Floats, size: int) -> tuple[float, float | None]:
    """What there is in ``size`` bytes, by what was ``found`` in parts that stored so many, and its relative error.

    Where there is more than was looked at, parts stand for stretches of the same length: the mean of their ratios
    (Hansen and Hurwitz 1943) is that of all.
    """
    if not found.size:
        return 0.0, 0.0 if not size else None
    if stored.sum() >= size:
        return float(found.sum()), 0.0
    ratios = found / stored
    mean = float(ratios.mean())
    if found.size == 1 or not mean:
        return mean * size, None
    return mean * size, _ERRORS * float(ratios.std(ddof=1)) / mean / found.size**0.5


def _tried(parts: Sequence[SampledChunk], fields: Mapping[str, str], settings: Settings) -> Stats:
    """What it takes to cluster the parts, here."""
    documents = Inputs(lambda _on_skip: (part.lot for part in parts), fields, _nothing, _nothing)
    return local.cluster(documents, settings, workers=1).stats


def _nothing(_told: object) -> None:
    """What is wrong with the inputs is told when they are read for good."""


def _seconds(stage: Stage, workers: int) -> float:
    """The seconds of a stage if so many processes work on what can be shared."""
    return stage.seconds / workers if stage.name.partition(",")[0] in _SHARED else stage.seconds


def _two_of(overlap: int, share: float) -> float:
    """The probability that two or more of so many shingles are kept, of which a ``share`` is: `core.sketch.sampling.max_hash`."""
    none = (1 - share) ** overlap
    return 1 - none - overlap * share * (1 - share) ** (overlap - 1)
