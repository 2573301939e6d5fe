"""Sketches to candidates: pairs of texts that share band keys, and pairs that share sampled shingles."""

from collections.abc import Callable, Iterator
from itertools import count, zip_longest
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.ragged import chunks
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import Candidates, Oversized, merge_candidates
from dedup.engines.pool.pool import Pool
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.stages.sketch import SketchStore
from dedup.engines.tasks.results import SharingResult
from dedup.engines.tasks.tasks import PairByBands, PairBySample, SketchLocation

_PARTS: Final = 8
"""Tasks of each kind where there is enough work, so that all workers are busy until the end."""

_LEAST: Final = 1 << 16
"""Keys or sampled shingles that are worth a task."""

_MOST: Final = 1 << 20
"""Keys or sampled shingles of a task at most, except for a single band or slice. Each takes 60 bytes in the task."""


class SharedKeys(NamedTuple):
    """The texts that share sampled shingles.

    - ``shares``: the pairs of texts, slice by slice.
    - ``oversized``: the oversized buckets.
    - ``with_common``: the texts that have a common shingle, which pairs no texts.
    """

    shares: list[sampled.Sharing]
    oversized: Oversized
    with_common: Indices


def _ignore_step() -> None:
    """Ignore a step of progress."""


def find_candidates(sketches: SketchStore, dropped: Flags, on_progress: Progress) -> Candidates:
    """Find pairs of texts that may be copies.

    The sampled shingles come first, slice by slice. A common shingle pairs no texts, so long texts that have one get
    their band keys now. This process counts the shingles that texts share while the workers compare the bands.

    Args:
        sketches: the sketches of all texts.
        dropped: ``(m,)`` which blocks the sketches leave out.
        on_progress: is called with the progress.

    Returns:
        The candidates.
    """
    pool, slices = sketches.job.team, of_slices(sketches)
    done, total = count(1), len(slices) + len(range(0, sketches.bands, _bands_a_task(sketches)))

    def step() -> None:
        on_progress("candidates", next(done), total)

    on_progress("candidates", 0, total)
    shared = shared_samples(pool, slices, step)
    sketches.make(shared.with_common[sketches.bands_skipped[shared.with_common]], dropped, no_progress, spare=False)
    in_turn = zip_longest(pairs_by_sample(shared), pairs_by_bands(pool, of_bands(sketches), step))
    return merge_candidates(candidates for both in in_turn for candidates in both if candidates is not None)


def pairs_by_bands(
    pool: Pool, tasks: list[PairByBands], step: Callable[[], None] = _ignore_step
) -> Iterator[Candidates]:
    """Yield the pairs of texts that share a band key.

    Args:
        pool: the worker pool.
        tasks: the tasks, as from `of_bands`.
        step: is called after each result.
    """
    for candidates in pool.ask(tasks, Candidates):
        step()
        yield candidates


def shared_samples(pool: Pool, tasks: list[PairBySample], step: Callable[[], None] = _ignore_step) -> SharedKeys:
    """Return which texts share sampled shingles.

    Args:
        pool: the worker pool.
        tasks: the tasks, as from `of_slices`.
        step: is called after each result.
    """
    shares, oversized, with_common = [], [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for result in pool.ask(tasks, SharingResult):
        step()
        shares.append(result.shares)
        oversized.append(result.oversized)
        with_common.append(result.with_common)
    return SharedKeys(shares, np.concatenate(oversized), np.unique(np.concatenate(with_common)))


def pairs_by_sample(shared: SharedKeys) -> Iterator[Candidates]:
    """Yield the pairs of texts that share enough sampled shingles. The first item has no pair and comes at once."""
    yield Candidates(np.zeros(0, np.int64), shared.oversized)
    for codes in sampled.pairs_sharing(shared.shares):
        yield Candidates(codes, np.zeros((0, 3), np.int64))


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
    for first, last in chunks(sizes, _task_size(int(sizes.sum())), sampled.SLICES):
        before = ends[:, first] - slices[:, first]
        of_task = SketchLocation(location.files, location.starts + before, location.rows, location.texts)
        tasks.append(PairBySample(first, last, of_task, ends[:, last - 1] - before))
    return tasks


def _task_size(total: int) -> int:
    """Return the number of keys or shingles that one task compares."""
    return min(_MOST, max(_LEAST, total // _PARTS))
