"""Ragged rows for tests of arrays."""

from collections.abc import Sequence

import numpy as np

from dedup.core.arrays.ragged import Ragged


def ragged(rows: Sequence[Sequence[int]], gap: int = 0) -> Ragged:
    """Return rows of numbers as arrays, with ``gap`` sevens that belong to no row after each row."""
    lengths = np.array([len(row) for row in rows], np.int64)
    starts = (lengths + gap).cumsum() - lengths - gap
    values = np.array([value for row in rows for value in (*row, *[7] * gap)], np.uint64)
    return Ragged(values, np.stack((starts, starts + lengths), axis=1))


def unragged(rows: Ragged) -> list[list[int]]:
    """Return the rows as lists of numbers."""
    return [rows.values[first:last].tolist() for first, last in rows.bounds.tolist()]
