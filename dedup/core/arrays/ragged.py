"""Rows of different lengths in one flat array, and the few things that are done to them."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

_LONG: Final = 64
"""Hashes a run, on average, from which it costs less to copy run by run than to look each hash up."""


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


def edges_of(lengths: npt.NDArray[np.integer[Any] | np.bool_]) -> Indices:
    """``(n + 1,)`` where rows of these ``lengths`` ``(n,)`` begin that lie one behind the other, and where the last one
    ends."""
    edges = np.zeros(lengths.size + 1, np.int64)
    lengths.cumsum(out=edges[1:])
    return edges


def bounds_of(lengths: Indices) -> Indices:
    """``(n, 2)`` the same as bounds of rows, as `Ragged` has them."""
    bounds = np.empty((lengths.size, 2), np.int64)
    lengths.cumsum(out=bounds[:, 1])
    np.subtract(bounds[:, 1], lengths, out=bounds[:, 0])
    return bounds


def counts_of(starts: Indices, end: int) -> Indices:
    """``(n,)`` how many there are from each of ``starts`` ``(n,)`` to the next one, and from the last to ``end``."""
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    np.subtract(end, starts[-1:], out=counts[-1:])
    return counts


def ranges(starts: Indices, lengths: Indices) -> Indices:
    """``starts[i], starts[i] + 1, ...``, ``lengths[i]`` of them, one run after another."""
    ends = lengths.cumsum()
    places: Indices = (starts - ends + lengths).repeat(lengths)
    places += np.arange(places.size)
    return places


def _gather(values: Hashes, starts: Indices, lengths: Indices) -> Hashes:
    """``values[starts[i]]`` and what follows it, ``lengths[i]`` of them, one run after another: a copy."""
    if not starts.size or lengths.sum() < _LONG * starts.size:
        return values[ranges(starts, lengths)]
    spans = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    return np.concatenate([values[first:last] for first, last in spans])


def take_rows(ragged: Ragged, rows: Indices) -> Ragged:
    """The given rows, in that order, without gaps: a copy."""
    bounds = ragged.bounds[rows]  # of these rows alone: many a caller takes all rows, some at a time
    taken = bounds_of(bounds[:, 1] - bounds[:, 0])
    new = np.ones(len(bounds) + 1, np.bool_)  # rows that follow each other are one run
    np.not_equal(bounds[1:, 0], bounds[:-1, 1], out=new[1:-1])
    starts, stops = bounds[new[:-1], 0], bounds[new[1:], 1]
    if starts.size == 1:
        return Ragged(ragged.values[starts[0] : stops[0]].copy(), taken)
    return Ragged(_gather(ragged.values, starts, stops - starts), taken)


def chunks(work: Indices, budget: int, most: int) -> Iterator[tuple[int, int]]:
    """Bounds of runs of at most ``most`` rows, and of at most ``budget`` work together unless one row has more."""
    if 0 < work.size <= most and work.sum() <= budget:
        yield 0, work.size
        return
    ends = work.cumsum()
    first = 0
    while first < work.size:
        upto = int(np.searchsorted(ends, ends[first] - work[first] + budget, "right"))
        last = min(max(first + 1, upto), first + most)
        yield first, last
        first = last
