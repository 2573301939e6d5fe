"""Sorted values: where a new one begins, whether one is there; and the sorted places of flags."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.types import Indices

__all__ = ["find", "first_of_equals", "where_set"]

Values = npt.NDArray[np.integer[Any]]


def first_of_equals(ordered: Values) -> npt.NDArray[np.bool_]:
    """``(m,)`` where a value differs from the one before it; the first one does."""
    first = np.ones(ordered.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def find(ordered: Values, values: Values) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """``(m,)`` the place of each value in ``ordered``, and whether it is there; the place says nothing if it is not."""
    if not ordered.size:
        return np.zeros(values.size, np.int64), np.zeros(values.size, np.bool_)
    places = np.minimum(np.searchsorted(ordered, values), ordered.size - 1)
    found: npt.NDArray[np.bool_] = ordered[places] == values
    return places, found


def where_set(flags: npt.NDArray[np.bool_]) -> Indices:
    """``(m,)`` where flags are set, for flags without gaps of which few are.

    ``nonzero`` stumbles at each of them, and takes half as long again as twice on more of which an eighth is: the words
    of eight flags that have one set, and the flags of those words.
    """
    whole = flags.size & ~7
    words = flags[:whole].view(np.uint64)
    some = words.astype(np.bool_).nonzero()[0]
    inner = words.take(some).view(np.bool_).nonzero()[0]
    found: Indices = some.take(inner >> 3)
    found <<= 3
    found += inner & 7
    return np.concatenate((found, flags[whole:].nonzero()[0] + whole)) if whole < flags.size else found
