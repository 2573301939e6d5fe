"""Which numbers are in use: all that were given out, but for runs of those that have gone."""

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import ranges

Runs = npt.NDArray[np.int64]
"""``(r, 2)`` numbers from the first up to the second of a row, that not included."""


def number_runs(numbers: list[int]) -> Runs:
    """Each number as a run of its own."""
    first = np.array(sorted(numbers), np.int64)
    return np.stack((first, first + 1), axis=1)


class LiveNumbers:
    """Numbers from 1 up to ``next`` that have not gone. Where most of the old ones have, as with a window, that is one
    run: never more runs than numbers in use, whatever was ever given out.

    What has gone lately is a set; it is laid to the runs when it is large.
    """

    _LATELY = 1 << 10

    def __init__(self, next: int = 1, gone: Runs | None = None) -> None:
        self.next = next
        self._bounds: Indices = np.zeros(0, np.int64) if gone is None else np.ascontiguousarray(gone).ravel()
        self._lately: set[int] = set()

    @classmethod
    def of(cls, numbers: Indices, next: int) -> "LiveNumbers":
        """These ``numbers``, rising, are in use, and no others below ``next``."""
        edges = np.concatenate(([0], numbers, [next]))
        gaps = np.stack((edges[:-1] + 1, edges[1:]), axis=1)
        return cls(next, gaps[gaps[:, 0] < gaps[:, 1]])

    def __contains__(self, number: int) -> bool:
        if not 0 < number < self.next or number in self._lately:
            return False
        return not self._bounds.size or not int(self._bounds.searchsorted(number, "right")) & 1

    def __len__(self) -> int:
        runs = self.gone()
        return self.next - 1 - int((runs[:, 1] - runs[:, 0]).sum())

    def drop(self, gone: Runs) -> None:
        """These runs go."""
        if len(gone) <= self._LATELY and (gone[:, 1] - gone[:, 0] == 1).all():
            self._lately.update(gone[:, 0].tolist())
            if len(self._lately) <= self._LATELY:
                return
            gone = np.zeros((0, 2), np.int64)
        self._lay(gone)

    def _lay(self, gone: Runs) -> None:
        every = np.concatenate((self._bounds.reshape(-1, 2), gone, number_runs(list(self._lately))))
        every = every[np.argsort(every[:, 0], kind="stable")]
        first, last = every[:, 0], np.maximum.accumulate(every[:, 1])
        apart = np.ones(len(every) + 1, np.bool_)
        apart[1:-1] = last[:-1] < first[1:]
        self._bounds = np.stack((first[apart[:-1]], last[apart[1:]]), axis=1).ravel()
        self._lately = set()

    def gone(self) -> Runs:
        """``(r, 2)`` the runs that have gone, rising, none touching the next."""
        if self._lately:
            self._lay(np.zeros((0, 2), np.int64))
        return self._bounds.reshape(-1, 2)

    def among(self, numbers: Indices) -> npt.NDArray[np.bool_]:
        """``(m,)`` whether each of the numbers is in use."""
        there: npt.NDArray[np.bool_] = (numbers > 0) & (numbers < self.next)
        if self._bounds.size:
            there &= np.searchsorted(self._bounds, numbers, "right") & 1 == 0
        if self._lately:
            lately = np.array(sorted(self._lately), np.int64)
            there &= lately[np.minimum(np.searchsorted(lately, numbers), lately.size - 1)] != numbers
        return there

    def numbers(self) -> Indices:
        """``(n,)`` those in use, rising."""
        edges = np.concatenate(([1], self.gone().ravel(), [self.next])).reshape(-1, 2)
        return ranges(edges[:, 0], edges[:, 1] - edges[:, 0])

    def between(self, first: int, last: int) -> int:
        """How many from ``first`` to ``last``, both included, have gone."""
        runs = np.clip(self.gone(), first, last + 1)
        return int((runs[:, 1] - runs[:, 0]).sum())
