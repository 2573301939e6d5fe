"""Rows of different lengths in one flat array, and the few things that are done to them."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.types import Hashes, Indices

__all__ = ["Ragged", "chunks", "ranges", "take"]

_RUN: Final = 100
"""Values from which on it is quicker to copy a run of them as a slice than to gather them one by one."""


class Ragged(NamedTuple):
    """Rows of hashes: ``values`` ``(m,) uint64``; ``bounds`` ``(n, 2) int64``, row ``i`` being
    ``values[bounds[i, 0]:bounds[i, 1]]``.

    Rows follow each other and do not overlap; what lies between two of them belongs to none.
    """

    values: Hashes
    bounds: npt.NDArray[np.int64]

    @property
    def lengths(self) -> Indices:
        """``(n,)`` hashes in each row."""
        return self.bounds[:, 1] - self.bounds[:, 0]


def ranges(starts: Indices, lengths: Indices) -> Indices:
    """``starts[i], starts[i] + 1, ...``, ``lengths[i]`` of them, one run after another."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if ends.size else 0) + np.repeat(starts - ends + lengths, lengths)


def take(ragged: Ragged, rows: Indices) -> Ragged:
    """The given rows, in that order, without gaps: a copy."""
    bounds = ragged.bounds[rows]  # of these rows alone: many a caller takes all rows, some at a time
    lengths = bounds[:, 1] - bounds[:, 0]
    ends = np.cumsum(lengths)
    return Ragged(_values(ragged.values, bounds, lengths), np.stack((ends - lengths, ends), axis=1))


def _values(values: Hashes, bounds: npt.NDArray[np.int64], lengths: Indices) -> Hashes:
    """The values of the rows that ``bounds`` ``(n, 2)`` says; rows that lie behind each other are copied as one."""
    joints = np.flatnonzero(bounds[1:, 0] != bounds[:-1, 1]) + 1
    if lengths.sum() < _RUN * (joints.size + 1):
        return values[ranges(bounds[:, 0], lengths)]
    firsts, lasts = bounds[np.append(0, joints), 0], bounds[np.append(joints - 1, -1), 1]
    return np.concatenate([values[first:last] for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)])


def chunks(work: Indices, budget: int, most: int) -> Iterator[tuple[int, int]]:
    """Bounds of runs of at most ``most`` rows, and of at most ``budget`` work together unless one row has more."""
    ends = np.cumsum(work)
    first = 0
    while first < work.size:
        upto = int(np.searchsorted(ends, ends[first] - work[first] + budget, "right"))
        last = min(max(first + 1, upto), first + most)
        yield first, last
        first = last
