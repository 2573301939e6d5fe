"""Keys that have postings -> bits by which most of those that have none are told before any table is looked into.

A key has the bit of its class: its highest bits, of which there are as many classes as memory is spent on. That is the
filter of Bloom (1970, "Space/time trade-offs in hash coding with allowable errors") with one function, which is all
that is needed, as keys are hashes, and come in order: neighbours are bits in the same bytes.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

CLASSES: Final = 4
"""Classes for each posting at least: of keys that have none, fewer than a quarter are taken for such as have one."""

_KEY: Final = 32
"""Bits of a key, and of a word of postings below it."""

_FEWEST: Final = 16
"""There are never fewer classes than this power of two."""

_CHUNK: Final = 1 << 16
"""Words taken in at a time."""

_DENSE: Final = 16
"""Classes from one word to the next, up to which flags of all of them are packed sooner than bits are set."""


class BloomFilter:
    """Bits for ``words`` postings, of keys of 32 bits; none is set. They take half a byte to one byte a posting, and
    never more than 512 MiB."""

    def __init__(self, words: int) -> None:
        power = min(max((CLASSES * words).bit_length(), _FEWEST), _KEY)
        self._bits: npt.NDArray[np.uint8] = np.zeros(1 << (power - 3), np.uint8)
        self._shift = _KEY - power
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether it has taken in more postings than it lets through as it should, and there could be more bits."""
        return CLASSES * self._count > 8 * self._bits.size and self._shift > 0

    def add(self, words: Hashes) -> None:
        """Take in postings ``(n,)``, ``key << 32 | document``, in order."""
        for first in range(0, words.size, _CHUNK):
            classes = (words[first : first + _CHUNK] >> np.uint64(_KEY + self._shift)).view(np.int64)
            start, end = int(classes[0]) >> 3, (int(classes[-1]) >> 3) + 1
            if (end - start) << 3 <= _DENSE * classes.size:
                flags = np.zeros((end - start) << 3, np.bool_)
                flags[classes - (start << 3)] = True
                self._bits[start:end] |= np.packbits(flags, bitorder="little")
            else:
                np.bitwise_or.at(self._bits, classes >> 3, _bit(classes))
        self._count += words.size

    def among(self, keys: Indices) -> npt.NDArray[np.bool_]:
        """``(q,)`` whether a key ``(q,) int64`` may have postings; one that has any always may."""
        classes = keys >> self._shift
        there: npt.NDArray[np.bool_] = (self._bits[classes >> 3] & _bit(classes)) != 0
        return there


def _bit(classes: Indices) -> npt.NDArray[np.uint8]:
    """The bit of each class in its byte."""
    return np.left_shift(np.uint8(1), (classes & 7).astype(np.uint8))
