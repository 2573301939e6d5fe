"""Sorted values: where a new one begins, and whether one is there."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.types import Indices

__all__ = ["find", "first_of_equals"]

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
