"""The numbers that are in use: all numbers that were given out, without runs of removed ones."""

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges

Runs = npt.NDArray[np.int64]
"""``(r, 2)`` runs of numbers: each row has the first number of a run and the number after its last one."""


def number_runs(numbers: list[int]) -> Runs:
    """Return each number as a run of its own."""
    first = np.array(sorted(numbers), np.int64)
    return pair_up(first, first + 1)


class LiveNumbers:
    """The numbers from 1 to before ``next`` that are not removed.

    In a sliding window most of the old numbers are removed, and they make one run. There are never more runs than
    numbers in use, however many numbers were given out.

    A set holds the numbers that were removed last. A large set is merged into the runs.
    """

    _LATELY = 1 << 10

    def __init__(self, next: int = 1, removed: Runs | None = None) -> None:
        self.next = next
        self._bounds: Indices = np.zeros(0, np.int64) if removed is None else np.ascontiguousarray(removed).ravel()
        self._lately: set[int] = set()

    @classmethod
    def of(cls, numbers: Indices, next: int) -> "LiveNumbers":
        """Return an object in which the rising ``numbers`` are in use, and no others below ``next``."""
        edges = np.concatenate(([0], numbers, [next]))
        gaps = np.stack((edges[:-1] + 1, edges[1:]), axis=1)
        return cls(next, gaps[gaps[:, 0] < gaps[:, 1]])

    def __contains__(self, number: int) -> bool:
        if not 0 < number < self.next or number in self._lately:
            return False
        return not self._bounds.size or not int(self._bounds.searchsorted(number, "right")) & 1

    def __len__(self) -> int:
        runs = self.removed()
        return self.next - 1 - int((runs[:, 1] - runs[:, 0]).sum())

    def drop(self, runs: Runs) -> None:
        """Remove runs of numbers."""
        if len(runs) <= self._LATELY and (runs[:, 1] - runs[:, 0] == 1).all():
            self._lately.update(runs[:, 0].tolist())
            if len(self._lately) <= self._LATELY:
                return
            runs = np.zeros((0, 2), np.int64)
        self._merge_runs(runs)

    def _merge_runs(self, runs: Runs) -> None:
        merged = np.concatenate((self._bounds.reshape(-1, 2), runs, number_runs(list(self._lately))))
        merged = merged[merged[:, 0].argsort(kind="stable")]
        first, last = merged[:, 0], np.maximum.accumulate(merged[:, 1])
        is_edge = np.ones(len(merged) + 1, np.bool_)
        is_edge[1:-1] = last[:-1] < first[1:]
        self._bounds = np.stack((first[is_edge[:-1]], last[is_edge[1:]]), axis=1).ravel()
        self._lately = set()

    def removed(self) -> Runs:
        """Return the runs of removed numbers ``(r, 2)``, rising, with a number in use between two runs."""
        if self._lately:
            self._merge_runs(np.zeros((0, 2), np.int64))
        return self._bounds.reshape(-1, 2)

    def among(self, numbers: Indices) -> npt.NDArray[np.bool_]:
        """Return whether each of the numbers ``(m,)`` is in use, as ``(m,)`` flags."""
        in_use: npt.NDArray[np.bool_] = (numbers > 0) & (numbers < self.next)
        if self._bounds.size:
            in_use &= self._bounds.searchsorted(numbers, "right") & 1 == 0
        if self._lately:
            lately = np.array(sorted(self._lately), np.int64)
            in_use &= lately[np.minimum(lately.searchsorted(numbers), lately.size - 1)] != numbers
        return in_use

    def numbers(self) -> Indices:
        """Return the numbers in use ``(n,)``, rising."""
        edges = np.concatenate(([1], self.removed().ravel(), [self.next])).reshape(-1, 2)
        return ranges(edges[:, 0], edges[:, 1] - edges[:, 0])

    def count_removed(self, first: int, last: int) -> int:
        """Return how many numbers from ``first`` to ``last``, both included, are removed."""
        runs = np.clip(self.removed(), first, last + 1)
        return int((runs[:, 1] - runs[:, 0]).sum())
