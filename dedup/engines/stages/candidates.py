"""Sketches -> candidates: from bands the pairs that resemble each other, from kept shingles those that overlap."""

from collections.abc import Callable, Iterator
from itertools import count, zip_longest
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import chunks
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import Candidates, Oversized, merge_candidates
from dedup.engines.pool.pool import Pool
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.stages.sketch import SketchStore
from dedup.engines.tasks.results import SharingResult
from dedup.engines.tasks.tasks import PairByBands, PairBySample, SketchLocation

_PARTS: Final = 8
"""Requests of each kind where there is enough to do, so that all processes are at work to the end."""

_LEAST: Final = 1 << 16
"""Keys or kept shingles that are worth a request."""

_MOST: Final = 1 << 20
"""As many as are looked at in one, but for those of one band or of one slice: 60 bytes each while it is done."""


class SharedKeys(NamedTuple):
    """Which texts share kept shingles, and which hot ones, slice by slice; the ``crowd``: the texts that have a shingle
    by which nobody is paired, for a crowd has it."""

    shares: list[sampled.Sharing]
    hot: Oversized
    crowd: Indices


def _nobody() -> None:
    """Tell nobody how far it is."""


def find_candidates(sketches: SketchStore, dropped: npt.NDArray[np.bool_], tell: Progress) -> Candidates:
    """Pairs of texts that may be copies.

    Which texts share kept shingles is told first, slice by slice. A crowd is not paired by what all of it has: those of
    it that were spared their bands get them now, without the ``dropped`` ``(m,)`` blocks as before. Which texts share
    enough is counted here while the others look through the bands.
    """
    team, slices = sketches.job.team, of_slices(sketches)
    done, total = count(1), len(slices) + len(range(0, sketches.bands, _step(sketches)))

    def step() -> None:
        tell("candidates", next(done), total)

    tell("candidates", 0, total)
    found = shared_samples(team, slices, step)
    sketches.make(found.crowd[sketches.spared[found.crowd]], dropped, no_progress, spare=False)
    by_turns = zip_longest(pairs_by_sample(found), pairs_by_bands(team, of_bands(sketches), step))
    return merge_candidates(some for both in by_turns for some in both if some is not None)


def pairs_by_bands(team: Pool, requests: list[PairByBands], step: Callable[[], None] = _nobody) -> Iterator[Candidates]:
    """Pairs of texts that share a key in a band; a ``step`` is an answer."""
    for told in team.ask(requests, Candidates):
        step()
        yield told


def shared_samples(team: Pool, requests: list[PairBySample], step: Callable[[], None] = _nobody) -> SharedKeys:
    """Which texts share kept shingles; a ``step`` is an answer."""
    shares, hot, crowd = [], [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for told in team.ask(requests, SharingResult):
        step()
        shares.append(told.shares)
        hot.append(told.hot)
        crowd.append(told.crowd)
    return SharedKeys(shares, np.concatenate(hot), np.unique(np.concatenate(crowd)))


def pairs_by_sample(found: SharedKeys) -> Iterator[Candidates]:
    """Pairs of texts that share enough of them; the first is none, and comes at once."""
    yield Candidates(np.zeros(0, np.int64), found.hot)
    for codes in sampled.pairs_sharing(found.shares):
        yield Candidates(codes, np.zeros((0, 3), np.int64))


def of_bands(sketches: SketchStore) -> list[PairByBands]:
    """Requests to look through all bands."""
    laid, bands, step = sketches.keys(), sketches.bands, _step(sketches)
    return [PairByBands(first, min(bands, first + step), laid) for first in range(0, bands, step)]


def _step(sketches: SketchStore) -> int:
    """Bands that are looked through in one request."""
    texts = max(1, len(sketches.job.texts.rows))
    return max(1, _budget(sketches.bands * texts) // texts)


def of_slices(sketches: SketchStore) -> list[PairBySample]:
    """Requests to look through all kept shingles."""
    laid, slices = sketches.kept()
    whole, ends = slices.sum(axis=0), np.cumsum(slices, axis=1)
    requests = []
    for first, last in chunks(whole, _budget(int(whole.sum())), sampled.SLICES):
        before = ends[:, first] - slices[:, first]
        there = SketchLocation(laid.files, laid.starts + before, laid.rows, laid.texts)
        requests.append(PairBySample(first, last, there, ends[:, last - 1] - before))
    return requests


def _budget(whole: int) -> int:
    return min(_MOST, max(_LEAST, whole // _PARTS))
