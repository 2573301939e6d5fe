"""Names -> numbers."""

from collections.abc import Sequence

import numpy as np

from dedup.array_types import Indices


def number_names(names: Sequence[str]) -> Indices:
    """Return ``(n,)`` a number for each name, from 1 in the order of first occurrence, and -1 for an empty name."""
    # Not np.unique: in an array of strings each name takes the space of the longest.
    numbers = {"": -1}
    for name in dict.fromkeys(names):
        numbers.setdefault(name, len(numbers))
    return np.fromiter(map(numbers.__getitem__, names), np.int64, len(names))
