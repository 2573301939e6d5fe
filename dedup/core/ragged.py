"""Rows of different lengths in one flat array, and the few things that are done to them."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.types import Hashes, Indices

__all__ = ["Ragged", "chunks", "ranges", "take"]

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

    def beginnings(self, most: int) -> "Ragged":
        """The first ``most`` hashes of each row."""
        first, last = self.bounds.T
        return Ragged(self.values, np.stack((first, np.minimum(last, first + most)), axis=1))


def ranges(starts: Indices, lengths: Indices) -> Indices:
    """``starts[i], starts[i] + 1, ...``, ``lengths[i]`` of them, one run after another."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if ends.size else 0) + np.repeat(starts - ends + lengths, lengths)


def _gather(values: Hashes, starts: Indices, lengths: Indices) -> Hashes:
    """``values[starts[i]]`` and what follows it, ``lengths[i]`` of them, one run after another: a copy."""
    if not starts.size or lengths.sum() < _LONG * starts.size:
        return values[ranges(starts, lengths)]
    spans = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    return np.concatenate([values[first:last] for first, last in spans])


def take(ragged: Ragged, rows: Indices) -> Ragged:
    """The given rows, in that order, without gaps: a copy."""
    bounds = ragged.bounds[rows]  # of these rows alone: many a caller takes all rows, some at a time
    lengths = bounds[:, 1] - bounds[:, 0]
    ends = lengths.cumsum()
    # Rows that follow each other are one run.
    breaks = (bounds[1:, 0] != bounds[:-1, 1]).nonzero()[0]
    if len(bounds) and not breaks.size:
        return Ragged(ragged.values[bounds[0, 0] : bounds[-1, 1]].copy(), np.stack((ends - lengths, ends), axis=1))
    starts = bounds[np.append(0, breaks + 1), 0] if len(bounds) else ends
    stops = bounds[np.append(breaks, len(bounds) - 1), 1] if len(bounds) else ends
    return Ragged(_gather(ragged.values, starts, stops - starts), np.stack((ends - lengths, ends), axis=1))


def chunks(work: Indices, budget: int, most: int) -> Iterator[tuple[int, int]]:
    """Bounds of runs of at most ``most`` rows, and of at most ``budget`` work together unless one row has more."""
    ends = np.cumsum(work)
    first = 0
    while first < work.size:
        upto = int(np.searchsorted(ends, ends[first] - work[first] + budget, "right"))
        last = min(max(first + 1, upto), first + most)
        yield first, last
        first = last
