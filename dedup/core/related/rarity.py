"""A sample of texts -> how rare terms are.

The level of a term is its inverse document frequency (Spärck Jones 1972, "A statistical interpretation of term
specificity and its application in retrieval") with whole numbers: a logarithm to base two, rounded down, is the length
of a number in bits, which no rounding of an engine changes. A sample of some thousand texts tells which terms are
frequent, so the time and the memory do not grow with the collection. Terms are counted in slots of a table of one size;
terms of one slot count together.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, chunks, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.numbers import LEAST_TEXTS, RARE_SHARE, RARE_TEXTS, SAMPLE

Rarity = npt.NDArray[np.uint8]
"""``(SLOTS,)`` how rare the terms of each slot are, two numbers of four bits each.

- The lower number is the level of a term, at most `HIGHEST`: it halves the sample so often to come to its texts.
- The higher number says among how few texts the term is still rare: it is more than k if the term is rare in a language
  of the sample halved k times. It is 0 for a term that is rare nowhere.
"""

SLOTS: Final = 1 << 20
"""Slots of the table of terms. Some percent of the slots have a term of the sample that is not in each second text."""

_TOKENS: Final = 1 << 20
"""Tokens of the sample that are sorted together, about."""

_TEXTS: Final = 1 << 12
"""Texts of the sample that are sorted together: a text and a slot are one number of 32 bits."""

HIGHEST: Final = 15
"""The highest level."""

LEVEL_BITS: Final = 4
"""Bits of a level."""

_ALONE: Final = 2
"""A term of fewer texts has the level of a term of so many: words of one text alone do not hide those it shares."""

_SHIFT: Final = np.uint64(44)
"""Bits of a mixed term that are not those of its slot."""


def slots_of(tokens: Hashes) -> Indices:
    """Return ``(m,)`` the slots of ``tokens`` ``(m,)``."""
    slots = tokens * multiplier("term", 0)
    slots >>= _SHIFT
    return slots.view(np.int64)


def in_sample(numbers: Indices, collection: int) -> Flags:
    """Return ``(n,)`` which texts are in the sample: about `SAMPLE` of them, and all of a smaller collection.

    Args:
        numbers: ``(n,)`` the numbers of texts.
        collection: the number of texts of the collection.
    """
    step = max(-(-collection // SAMPLE), 1)
    mixed = (numbers.view(np.uint64) * multiplier("sample", 0)) >> np.uint64(32)
    sampled: Flags = mixed % np.uint64(step) == 0
    return sampled


def count_slots(tokens: Ragged) -> tuple[Indices, Indices]:
    """Return the slots of the terms of texts, rising, and how many texts have a term of each slot.

    Args:
        tokens: the tokens of texts of the sample. The time is that of a sort.
    """
    counts = np.zeros(SLOTS, np.int64)
    for first, last in chunks(tokens.lengths, _TOKENS, _TEXTS):
        rows = take_rows(tokens, np.arange(first, last))
        codes = np.arange(last - first, dtype=np.uint32).repeat(rows.lengths) * np.uint32(SLOTS)
        codes |= slots_of(rows.values).astype(np.uint32)
        codes.sort()
        counts += np.bincount(codes[first_of_equals(codes)] % np.uint32(SLOTS), minlength=SLOTS)
    slots = counts.nonzero()[0]
    return slots, counts[slots]


def tell_rarity(slots: Indices, counts: Indices, texts: int) -> Rarity:
    """Return how rare the terms of each slot are.

    A language of fewer than `LEAST_TEXTS` texts of the sample is too small to tell which of its terms are rare.

    Args:
        slots: ``(s,)`` slots that texts of the sample have, in any order; a slot may come several times.
        counts: ``(s,)`` how many texts of the sample have the slot.
        texts: the number of texts of the sample.
    """
    frequencies = np.bincount(slots, counts, SLOTS).astype(np.int64)
    levels = np.frexp(texts // np.maximum(frequencies, _ALONE))[1] - 1
    languages = np.zeros(SLOTS, np.int64)
    while texts >= LEAST_TEXTS:
        languages += frequencies <= max(texts // RARE_SHARE, RARE_TEXTS)
        texts //= 2
    rarity: Rarity = (np.clip(levels, 0, HIGHEST) | languages << LEVEL_BITS).astype(np.uint8)
    return rarity
