"""Sketches to candidates: pairs of texts that share band keys, and pairs that share sampled shingles.

Workers find the pairs, part by part, and merge them, slice by slice (`core.candidates.pair_slices`). This process gets
counts, and reads the candidates in the end.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import chunks
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import Candidates, Oversized
from dedup.core.candidates.pair_slices import PAIR_SLICES
from dedup.core.text.block_hashes import TokenRuns
from dedup.engines.pool.spill import RowSpans
from dedup.engines.stages.job import Job
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.stages.sketch import SketchStore
from dedup.engines.tasks.results import PairResult
from dedup.engines.tasks.tasks import MergePairs, PairByBands, PairBySample, SketchLocation

_PARTS: Final = 8
"""Tasks of each kind where there is enough work, so that all workers are busy until the end."""

_LEAST: Final = 1 << 16
"""Keys, sampled shingles or pairs that are worth a task."""

_MOST: Final = 1 << 20
"""Keys, sampled shingles or pairs of a task at most, except for a single band or slice. Each takes 60 bytes in the
task."""


class PairParts(NamedTuple):
    """Pairs in spill files, as the tasks of one kind found them.

    - ``rows`` ``(p, PAIR_SLICES)``: the row of each slice of each of ``p`` tasks in the file of pairs.
    - ``oversized``: the oversized buckets.
    - ``with_common``: the texts that have a common shingle, which pairs no texts.
    """

    rows: Indices
    oversized: Oversized
    with_common: Indices


NO_PARTS: Final = PairParts(np.zeros((0, PAIR_SLICES), np.int64), np.zeros((0, 3), np.int64), np.zeros(0, np.int64))
"""The parts of no task."""


def _ignore_step() -> None:
    """Ignore a step of progress."""


def find_candidates(sketches: SketchStore, runs: TokenRuns, on_progress: Progress) -> Candidates:
    """Find pairs of texts that may be copies.

    The sampled shingles come first, slice by slice. A common shingle pairs no texts, so long texts that have one get
    their band keys now.

    Args:
        sketches: the sketches of all texts.
        runs: the tokens that the texts lose.
        on_progress: is called with the progress.

    Returns:
        The candidates.
    """
    slices = of_slices(sketches)
    done, total = count(1), len(slices) + len(range(0, sketches.bands, _bands_a_task(sketches))) + 1

    def step() -> None:
        on_progress("candidates", next(done), total)

    on_progress("candidates", 0, total)
    by_sample = find_pairs(sketches.job, slices, step)
    common = by_sample.with_common
    sketches.make(common[sketches.bands_skipped[common]], runs, no_progress, spare=False)
    candidates = merge_parts(sketches.job, by_sample, find_pairs(sketches.job, of_bands(sketches), step))
    step()
    return candidates


def find_pairs(
    job: Job, tasks: Sequence[PairByBands] | Sequence[PairBySample], step: Callable[[], None] = _ignore_step
) -> PairParts:
    """Find pairs of texts that share keys of one kind.

    Args:
        job: the job. The pairs go to its spill files.
        tasks: the tasks, as from `of_bands` or `of_slices`.
        step: is called after each result.
    """
    files, oversized, with_common = job.shelves.pairs, [NO_PARTS.oversized], np.zeros(len(job.texts.rows), np.bool_)
    first = len(files.lengths)
    for result in job.team.ask(tasks, PairResult):
        step()
        files.came(result.number, result.slices)
        oversized.append(result.oversized)
        with_common[result.with_common] = True
    rows = np.arange(first, first + len(tasks) * PAIR_SLICES).reshape(-1, PAIR_SLICES)
    return PairParts(rows, np.concatenate(oversized), np.flatnonzero(with_common))


def merge_parts(job: Job, by_sample: PairParts, by_bands: PairParts) -> Candidates:
    """Return the candidates: pairs that share enough sampled shingles, and pairs that share a band key.

    Args:
        job: the job whose spill files hold the pairs.
        by_sample: the pairs that share sampled shingles.
        by_bands: the pairs that share a band key.
    """
    files = job.shelves.pairs
    sizes = files.lengths[np.concatenate((by_sample.rows, by_bands.rows))].sum(axis=0)

    def of_slices(parts: PairParts, first: int, last: int) -> RowSpans:
        return files.rows(parts.rows[:, first:last].reshape(-1))

    tasks = [
        MergePairs(of_slices(by_sample, first, last), of_slices(by_bands, first, last))
        for first, last in chunks(sizes, _task_size(int(sizes.sum())), PAIR_SLICES)
    ]
    row = len(files.lengths)
    for result in job.team.ask(tasks, PairResult):
        files.came(result.number, result.slices)
    codes = files.take(np.arange(row, row + len(tasks))).values.view(np.int64)
    return Candidates(codes, np.concatenate((by_sample.oversized, by_bands.oversized)))


def of_bands(sketches: SketchStore) -> list[PairByBands]:
    """Return the tasks that compare all bands."""
    location, bands, step = sketches.keys(), sketches.bands, _bands_a_task(sketches)
    return [PairByBands(first, min(bands, first + step), location) for first in range(0, bands, step)]


def _bands_a_task(sketches: SketchStore) -> int:
    """Return the number of bands that one task compares."""
    texts = max(1, len(sketches.job.texts.rows))
    return max(1, _task_size(sketches.bands * texts) // texts)


def of_slices(sketches: SketchStore) -> list[PairBySample]:
    """Return the tasks that compare all sampled shingles."""
    location, slices = sketches.sampled()
    sizes, ends = slices.sum(axis=0), np.cumsum(slices, axis=1)
    tasks = []
    for first, last in chunks(sizes, _task_size(int(sizes.sum())), sampled.slices_together(location.count)):
        before = ends[:, first] - slices[:, first]
        of_task = SketchLocation(
            location.files, location.starts + before, location.rows, location.texts, location.count
        )
        tasks.append(PairBySample(first, last, of_task, ends[:, last - 1] - before))
    return tasks


def _task_size(total: int) -> int:
    """Return the number of keys, shingles or pairs that one task takes."""
    return min(_MOST, max(_LEAST, total // _PARTS))
