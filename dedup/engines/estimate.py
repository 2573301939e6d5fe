"""The cost of a job before it starts.

The engine reads and clusters a sample of the documents. The cost of all documents follows by arithmetic.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats
from dedup.core.sketch import bands
from dedup.core.sketch.contract import contract
from dedup.engines import local
from dedup.engines.pool import pool
from dedup.engines.stages.load import is_small
from dedup.engines.stages.overrides import pays_in_pool
from dedup.formats import (
    DocumentColumns,
    FileChunk,
    Inputs,
    Place,
    ReadOptions,
    SampledChunk,
    read_chunk,
    sample_chunks,
)
from dedup.formats.fields.names import checked_fields
from dedup.formats.pages.process import PAGES
from dedup.formats.registry import holds_many
from dedup.settings import Settings
from dedup.types import Stage, Stats

DOCUMENT_BYTES: Final = 1200
"""Bytes of memory of a document in this process: its id, title, source and path as Python objects, and the hashes of
the blocks that it shares with others. `benches/large.py` prints what it measures."""

FIXED_BYTES: Final = 100_000_000
"""Bytes of memory of this process for a job of one document: the libraries, and a chunk and its arrays."""

WORKER_BYTES: Final = 110_000_000
"""Bytes of memory of each worker: the libraries, a chunk, and the arrays that are made of it."""

EXTRACTOR_BYTES: Final = 65_000_000
"""Bytes of memory of the process that extracts the pages of HTML that one process reads."""

PAIR_BYTES: Final = 55
"""Bytes of temporary files of the pairs of a document for each document of a bucket that is not oversized, at most:
each pair is found several times. Measured in collections of near copies of sixty texts."""

TABLE_BYTES: Final = 1_800
"""Bytes of temporary files of a document where the workers decide what is boilerplate: the tables of its blocks."""

_SHARED: Final = ("reading", "mending", "signatures", "candidates", "verifying")
"""Stages that all workers share. This process does the other stages alone."""

_ERRORS: Final = 2
"""Standard errors in the spread of an estimate."""


class Estimate(NamedTuple):
    """The cost of a job. Standard input is not included.

    - ``places``: the number of files.
    - ``stored``: their bytes.
    - ``seen``: the bytes of the sample.
    - ``documents``: the number of documents, about.
    - ``spread``: the relative error of this number, or None where the sample does not tell it.
    - ``text``: the bytes of the texts.
    - ``memory``: bytes of memory.
    - ``disk``, ``most_disk``: bytes of temporary files, expected and where each document has many copies.
    - ``seconds``: the time with this number of ``workers``, by the processor time of the sample.
    - ``workers``: the number of processes.
    - ``extracts``: whether the sample has pages of HTML, which each worker has another process extract.
    - ``settings``: the settings of the job.
    - ``plan``: the bands and rows.
    - ``recall``: the share of the pairs at the ``similarity`` of the settings that bands find.
    - ``one_in``: one shingle in this many is sampled.
    - ``sample_recall``: the share of the pairs at the ``overlap`` of the settings that sampled shingles find.
    - ``waits``: whether standard input is among the inputs.
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
    extracts: bool
    settings: Settings
    plan: bands.Plan
    recall: float
    one_in: float
    sample_recall: float
    waits: bool


def estimate(
    places: Sequence[Place], fields: Mapping[str, str], settings: Settings, workers: int | None = None
) -> Estimate:
    """Estimate the cost of `dedup.cluster` on inputs from a sample of them.

    Args:
        places: the inputs.
        fields: the caller's names for the fields of rows.
        settings: the settings of the job.
        workers: the number of processes, or None for one a processor.

    Returns:
        The estimate.

    Raises:
        InputError: ``workers`` is no number from 1 on.
        SettingsError: ``fields`` names a field that does not exist.
    """
    files = [place for place in places if place.packing != "-"]
    options = ReadOptions(checked_fields(fields)).with_settings(settings)
    sample = list(sample_chunks(files, options))
    extent = _measure_extent(files, sample, options)
    stats = _cluster_sample(sample, options, settings)
    seen = sum(chunk.stored for chunk in sample)
    size = sum(place.size for place in files)
    times, grown = size / max(seen, 1), extent.text / max(sum(stage.read for stage in stats.stages), 1)
    count = 1 if workers is None and is_small(files) else pool.worker_count(workers)
    plan, max_hash = contract(settings)
    share = int(max_hash) / 2.0**64
    disk = grown * max((stage.stored for stage in stats.stages), default=0) + _table_bytes(extent.documents, count)
    return Estimate(
        places=len(files),
        stored=size,
        seen=seen,
        documents=round(extent.documents),
        spread=extent.spread,
        text=round(extent.text),
        memory=memory_of(extent.documents, count, extent.extracts),
        disk=round(disk),
        most_disk=round(disk + extent.documents * settings.max_bucket * PAIR_BYTES),
        seconds=times * sum(_seconds_with(stage, count) for stage in stats.stages),
        workers=count,
        extracts=extent.extracts,
        settings=settings,
        plan=plan,
        recall=bands.probability(plan, settings.similarity),
        one_in=1 / share,
        sample_recall=_probability_of_two(settings.overlap, share),
        waits=len(files) < len(places),
    )


def memory_of(documents: float, workers: int, extracts: bool) -> int:
    """Return the bytes of memory of a job.

    Args:
        documents: the number of documents.
        workers: the number of processes.
        extracts: whether there are pages of HTML.
    """
    processes = (workers if workers > 1 else 0) * WORKER_BYTES + workers * EXTRACTOR_BYTES * extracts
    return round(FIXED_BYTES + processes + documents * DOCUMENT_BYTES)


class _Extent(NamedTuple):
    """The size of the inputs, as in `Estimate`."""

    documents: float
    spread: float | None
    text: float
    extracts: bool


def _measure_extent(places: Sequence[Place], sample: Sequence[SampledChunk], options: ReadOptions) -> _Extent:
    """Estimate the documents and the text of inputs from a sample.

    A file of one document counts as one. Files of many documents have as many documents a byte as their sample.

    Args:
        places: the inputs.
        sample: chunks of the inputs.
        options: how rows and pages are read.
    """
    extracted = PAGES.processor
    of_chunks = [_count_documents(read_chunk(chunk.chunk, options).columns) for chunk in sample]
    stored = np.array([chunk.stored for chunk in sample], np.float64)
    documents, text = np.array(of_chunks, np.float64).reshape(-1, 2).T
    larger = np.array([chunk.larger for chunk in sample], np.float64)
    rows = np.array([not isinstance(chunk.chunk, FileChunk) for chunk in sample], np.bool_)
    of_rows = sum(place.size for place in places if holds_many(place.suffix))
    of_files = sum(place.size for place in places) - of_rows
    count, spread = _scale((documents * larger)[rows], stored[rows], of_rows)
    files = len([place for place in places if not holds_many(place.suffix)])
    if spread is not None and count:
        spread *= count / (count + files)
    return _Extent(
        count + files,
        spread,
        _scale((text * larger)[rows], stored[rows], of_rows)[0] + _scale(text[~rows], stored[~rows], of_files)[0],
        PAGES.processor > extracted,
    )


def _count_documents(batches: Iterable[DocumentColumns]) -> tuple[int, int]:
    """Return the number of documents, and the bytes of their texts."""
    sizes = [(len(columns), columns.size) for columns in batches]
    return sum(count for count, _ in sizes), sum(size for _, size in sizes)


def _scale(counts: Floats, stored: Floats, size: int) -> tuple[float, float | None]:
    """Estimate a count in all inputs from the counts in the chunks of a sample.

    The chunks of a sample that is smaller than the inputs stand for ranges of one length. The mean of their ratios is
    that of all inputs (Hansen and Hurwitz 1943).

    Args:
        counts: the count in each chunk.
        stored: the bytes of each chunk.
        size: the bytes of all inputs.

    Returns:
        The count in all inputs, and its relative error, or None where the sample does not tell it.
    """
    if not counts.size:
        return 0.0, 0.0 if not size else None
    if stored.sum() >= size:
        return float(counts.sum()), 0.0
    ratios = counts / stored
    mean = float(ratios.mean())
    if counts.size == 1 or not mean:
        return mean * size, None
    return mean * size, _ERRORS * float(ratios.std(ddof=1)) / mean / counts.size**0.5


def _cluster_sample(sample: Sequence[SampledChunk], options: ReadOptions, settings: Settings) -> Stats:
    """Cluster the sample in this process, and return what that takes."""
    documents = Inputs(lambda *_: (chunk.chunk for chunk in sample), options, _ignore, _ignore)
    return local.cluster(documents, settings, workers=1).stats


def _ignore(_message: object) -> None:
    """Ignore a skip or a note: the job itself reports the problems of its inputs."""


def _table_bytes(documents: float, workers: int) -> float:
    """Return the bytes of the tables of blocks, with which workers decide what is boilerplate."""
    return documents * TABLE_BYTES if pays_in_pool(documents, workers) else 0


def _seconds_with(stage: Stage, workers: int) -> float:
    """Return the seconds of a stage if ``workers`` processes share it where they can.

    The processor time of the sample counts: the clock goes on while other programs run.
    """
    return stage.processor / workers if stage.name in _SHARED else stage.processor


def _probability_of_two(overlap: int, share: float) -> float:
    """Return the probability that two or more of ``overlap`` shingles are sampled (`core.sketch.sampling.max_hash`).

    ``share`` is the share of all shingles that are sampled.
    """
    none = (1 - share) ** overlap
    return 1 - none - overlap * share * (1 - share) ** (overlap - 1)
