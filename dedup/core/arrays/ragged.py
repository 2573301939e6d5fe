"""Rows of different lengths in one flat array: their positions, and copies of some rows."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

_LONG: Final = 200
"""Average number of hashes of a run from which a copy run by run costs less than a copy hash by hash."""


class Ragged(NamedTuple):
    """``n`` rows of hashes.

    - ``values`` ``(m,) uint64``: the hashes.
    - ``bounds`` ``(n, 2) int64``: row ``i`` is ``values[bounds[i, 0]:bounds[i, 1]]``.

    Rows follow each other and do not overlap. Values between two rows belong to no row.
    """

    values: Hashes
    bounds: npt.NDArray[np.int64]

    @property
    def lengths(self) -> Indices:
        """The ``(n,)`` numbers of hashes of the rows."""
        return self.bounds[:, 1] - self.bounds[:, 0]


def edges_of(lengths: npt.NDArray[np.integer[Any] | np.bool_]) -> Indices:
    """Return ``(n + 1,)``: where rows of ``lengths`` ``(n,)`` without gaps begin, and where the last row ends."""
    edges = np.zeros(lengths.size + 1, np.int64)
    edges[1:] = lengths
    return np.add.accumulate(edges, 0, None, edges)  # half of the time of cumsum for a few rows


def bounds_of(lengths: Indices) -> Indices:
    """Return ``(n, 2)`` bounds, as in `Ragged`, of rows of ``lengths`` ``(n,)`` without gaps."""
    bounds = np.empty((lengths.size, 2), np.int64)
    np.add.accumulate(lengths, 0, np.int64, bounds[:, 1])
    np.subtract(bounds[:, 1], lengths, out=bounds[:, 0])
    return bounds


def counts_of(starts: Indices, end: int) -> Indices:
    """Return ``(n,)`` distances from each of the ``starts`` ``(n,)`` to the next start, or to ``end`` for the last."""
    counts = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=counts[:-1])
    np.subtract(end, starts[-1:], out=counts[-1:])
    return counts


def ranges(starts: Indices, lengths: Indices) -> Indices:
    """Return for each ``i`` the ``lengths[i]`` numbers ``starts[i], starts[i] + 1, ...``, run after run."""
    ends = np.add.accumulate(lengths)
    numbers: Indices = (starts - ends + lengths).repeat(lengths)
    numbers += np.arange(numbers.size)
    return numbers


def _copy_runs(values: Hashes, starts: Indices, lengths: Indices) -> Hashes:
    """Return a copy of ``values[starts[i] : starts[i] + lengths[i]]`` for each ``i``, run after run."""
    if not starts.size or lengths.sum() < _LONG * starts.size:
        return values[ranges(starts, lengths)]
    spans = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    return np.concatenate([values[first:last] for first, last in spans])


def take_rows(ragged: Ragged, rows: Indices) -> Ragged:
    """Return a copy of the ``rows``, in their order, without gaps."""
    bounds = ragged.bounds[rows]  # Only of these rows: many callers take all rows in several calls.
    new_bounds = bounds_of(bounds[:, 1] - bounds[:, 0])
    new = np.ones(len(bounds) + 1, np.bool_)  # Rows that follow each other are one run.
    np.not_equal(bounds[1:, 0], bounds[:-1, 1], out=new[1:-1])
    starts, stops = bounds[new[:-1], 0], bounds[new[1:], 1]
    if starts.size == 1:
        return Ragged(ragged.values[starts[0] : stops[0]].copy(), new_bounds)
    return Ragged(_copy_runs(ragged.values, starts, stops - starts), new_bounds)


def chunks(costs: Indices, budget: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut rows into chunks of bounded cost.

    Args:
        costs: ``(n,)`` the cost of each row.
        budget: the cost of a chunk at most, unless its only row costs more.
        most: the number of rows of a chunk at most.

    Returns:
        The first row of each chunk, and the row after its last row.
    """
    if 0 < costs.size <= most and costs.sum() <= budget:
        yield 0, costs.size
        return
    ends = costs.cumsum()
    first = 0
    while first < costs.size:
        upto = int(np.searchsorted(ends, ends[first] - costs[first] + budget, "right"))
        last = min(max(first + 1, upto), first + most)
        yield first, last
        first = last
