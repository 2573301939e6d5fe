"""Factors of the hash functions, one for each name and seed."""

import functools
from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash


def _word(value: int) -> npt.NDArray[np.uint64]:
    """An operand: numpy takes an array without dimensions half a microsecond faster than a scalar."""
    return np.array(value, np.uint64)


_HALF: Final = _word(32)


@functools.cache
def multiplier(name: str, seed: int) -> np.uint64:
    """The odd 64-bit constant called ``name`` in the hash family keyed by ``seed``."""
    return np.uint64(xxhash.xxh3_64_intdigest(name.encode(), seed) | 1)


@functools.cache
def _factor(name: str, seed: int) -> npt.NDArray[np.uint64]:
    return np.array(multiplier(name, seed))
