"""Keys of postings -> a Bloom filter, which rejects most keys without postings before a look-up reads a table.

The class of a key is its highest bits. Each class has one bit. The memory sets the number of classes. That is the
filter of Bloom (1970, "Space/time trade-offs in hash coding with allowable errors") with one hash function. One
function is enough, because keys are hashes. Keys come in order, so neighbours have bits in the same bytes.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

CLASSES: Final = 4
"""Least number of classes for each posting. The filter passes fewer than a quarter of the keys without postings."""

_KEY: Final = 32
"""Bits of a key, and bits of a word of postings below the key."""

_FEWEST: Final = 16
"""Base-two logarithm of the least number of classes."""

_CHUNK: Final = 1 << 16
"""Words that the filter adds at a time."""

_DENSE: Final = 16
"""Largest average number of classes from word to word for which packed flags are faster than single bits."""


class BloomFilter:
    """A filter for keys of 32 bits. It starts empty.

    A filter for ``words`` postings takes half a byte to one byte a posting, and never more than 512 MiB.
    """

    def __init__(self, words: int) -> None:
        power = min(max((CLASSES * words).bit_length(), _FEWEST), _KEY)
        self._bits: npt.NDArray[np.uint8] = np.zeros(1 << (power - 3), np.uint8)
        self._shift = _KEY - power
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether the filter holds more postings than it was sized for, and a larger filter is possible."""
        return CLASSES * self._count > 8 * self._bits.size and self._shift > 0

    def add(self, words: Hashes) -> None:
        """Add the keys of sorted postings ``(n,)``, ``key << 32 | document``."""
        for first in range(0, words.size, _CHUNK):
            classes = (words[first : first + _CHUNK] >> np.uint64(_KEY + self._shift)).view(np.int64)
            start, end = int(classes[0]) >> 3, (int(classes[-1]) >> 3) + 1
            if (end - start) << 3 <= _DENSE * classes.size:
                flags = np.zeros((end - start) << 3, np.bool_)
                flags[classes - (start << 3)] = True
                self._bits[start:end] |= np.packbits(flags, bitorder="little")
            else:
                np.bitwise_or.at(self._bits, classes >> 3, _bits_of_classes(classes))
        self._count += words.size

    def among(self, keys: Indices) -> npt.NDArray[np.bool_]:
        """Return ``(q,)`` flags: whether each of the ``keys`` ``(q,) int64`` may have postings.

        The flag of a key with postings is always set.
        """
        classes = keys >> self._shift
        may_have: npt.NDArray[np.bool_] = (self._bits[classes >> 3] & _bits_of_classes(classes)) != 0
        return may_have


def _bits_of_classes(classes: Indices) -> npt.NDArray[np.uint8]:
    """Return the bit of each class in its byte."""
    return np.left_shift(np.uint8(1), (classes & 7).astype(np.uint8))
