"""Name and seed -> factor of a hash function."""

import functools
from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash


def _word(value: int) -> npt.NDArray[np.uint64]:
    """Return ``value`` as an operand.

    numpy takes an array without dimensions half a microsecond faster than a scalar.
    """
    return np.array(value, np.uint64)


_HALF: Final = _word(32)


@functools.cache
def multiplier(name: str, seed: int) -> np.uint64:
    """Return the odd 64-bit constant of this ``name`` in the hash family of this ``seed``."""
    return np.uint64(xxhash.xxh3_64_intdigest(name.encode(), seed) | 1)


@functools.cache
def _factor(name: str, seed: int) -> npt.NDArray[np.uint64]:
    """Return `multiplier` as an operand (`_word`)."""
    return np.array(multiplier(name, seed))
