"""Sketches -> candidates: from bands the pairs that resemble each other, from kept shingles those that overlap."""

from collections.abc import Callable, Iterator
from itertools import count, zip_longest
from typing import Final

import numpy as np

from dedup.core import overlaps
from dedup.core.candidates import Candidates, together
from dedup.core.ragged import chunks
from dedup.engines.crew import Team
from dedup.engines.messages import Gathered, GatherKept, Laid, PairBands, Paired
from dedup.engines.metering import Progress
from dedup.engines.sketching import Sketches

__all__ = ["alike", "candidates", "of_bands", "of_slices", "overlapping"]

_PARTS: Final = 8
"""Requests of each kind where there is enough to do, so that all processes are at work to the end."""

_LEAST: Final = 1 << 16
"""Keys or kept shingles that are worth a request."""

_MOST: Final = 1 << 20
"""As many as are looked at in one, but for those of one band or of one slice: 60 bytes each while it is done."""


def _nobody() -> None:
    """Tell nobody how far it is."""


def candidates(sketches: Sketches, tell: Progress) -> Candidates:
    """Pairs of texts that may be copies.

    Which texts share kept shingles is told first, slice by slice. Which of them share enough is counted here while the
    others look through the bands.
    """
    team, bands, slices = sketches.job.team, of_bands(sketches), of_slices(sketches)
    done, total = count(1), len(bands) + len(slices)

    def step() -> None:
        tell("candidates", next(done), total)

    tell("candidates", 0, total)
    by_turns = zip_longest(overlapping(team, slices, step), alike(team, bands, step))
    return together(found for both in by_turns for found in both if found is not None)


def alike(team: Team, requests: list[PairBands], step: Callable[[], None] = _nobody) -> Iterator[Candidates]:
    """Pairs of texts that share a key in a band; a ``step`` is an answer."""
    for told in team.ask(requests, Paired):
        step()
        yield Candidates(told.codes, told.hot.reshape(-1, 3))


def overlapping(team: Team, requests: list[GatherKept], step: Callable[[], None] = _nobody) -> Iterator[Candidates]:
    """Pairs of texts that share kept shingles, after all answers have come."""
    shares, hot = [], [np.zeros(0, np.int64)]
    for told in team.ask(requests, Gathered):
        step()
        shares.append(overlaps.Sharing(told.members, told.places, told.after))
        hot.append(told.hot)
    yield Candidates(np.zeros(0, np.int64), np.concatenate(hot).reshape(-1, 3))
    for codes in overlaps.repeated(shares):
        yield Candidates(codes, np.zeros((0, 3), np.int64))


def of_bands(sketches: Sketches) -> list[PairBands]:
    """Requests to look through all bands."""
    laid, bands = sketches.keys(), sketches.bands
    step = max(1, _budget(bands * laid.texts.size) // max(1, laid.texts.size))
    return [PairBands(first, min(bands, first + step), laid) for first in range(0, bands, step)]


def of_slices(sketches: Sketches) -> list[GatherKept]:
    """Requests to look through all kept shingles."""
    laid, slices = sketches.kept()
    whole, ends = slices.sum(axis=0), np.cumsum(slices, axis=1)
    requests = []
    for first, last in chunks(whole, _budget(int(whole.sum())), overlaps.SLICES):
        before = ends[:, first] - slices[:, first]
        there = Laid(laid.files, laid.starts + before, laid.rows, laid.texts)
        requests.append(GatherKept(first, last, there, ends[:, last - 1] - before))
    return requests


def _budget(whole: int) -> int:
    return min(_MOST, max(_LEAST, whole // _PARTS))
