"""Figures among token hashes: which tokens are figures, and number words as the figures that they mean.

`core.text.folding.fold` with ``figures`` writes figures by their value; here ``six`` becomes ``6``. So two texts that differ in
the way they write numbers have equal tokens, and a replaced figure is one that has another value.
"""

import functools
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, edges_of
from dedup.core.arrays.sorting import find, where_set
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.batches import encode
from dedup.core.text.folding import PADDING, Folded, fold
from dedup.core.text.tables.number_words import NUMBER_WORDS
from dedup.core.text.tokens import tokenize
from dedup.core.text.unicode_tables import written

_SIEVE_BITS: Final = 15
_SHIFT: Final = np.uint64(64 - _SIEVE_BITS)
_FACTOR: Final = multiplier("sieve", 0)
_CHUNK: Final = 1 << 15
"""Tokens looked at together."""

_BYTE: Final = np.uint64(0xFF)
_FIRST_DIGIT: Final = np.uint64(ord("0"))
_DIGITS: Final = np.uint64(10)
_LONGEST: Final = np.uint64(1 << 48)


class _Words(NamedTuple):
    """``sieve``: which classes of hashes have number words; ``hashes`` of these words, sorted; their ``values``."""

    sieve: npt.NDArray[np.bool_]
    hashes: Hashes
    values: Hashes


def is_figure(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,) bool`` which token hashes ``(m,) uint64`` are of tokens that begin with a digit."""
    digit: npt.NDArray[np.bool_] = (tokens & _BYTE) - _FIRST_DIGIT < _DIGITS  # wraps below '0'
    digit &= tokens < _LONGEST
    return digit


def by_value(tokens: Hashes, seed: int) -> Hashes:
    """``tokens`` ``(m,) uint64`` with the hashes of number words replaced, in place, by those of their digits.

    The hashes are as `core.text.tokens.tokenize` makes them under ``seed``. Returns the same array.
    """
    words = _number_words(seed)
    spare = np.empty(min(tokens.size, _CHUNK), np.uint64)
    for first in range(0, tokens.size, _CHUNK):
        part = tokens[first : first + _CHUNK]
        classes = np.multiply(part, _FACTOR, spare[: part.size])
        classes >>= _SHIFT
        some = where_set(words.sieve.take(classes.view(np.int64)))
        places, known = find(words.hashes, part.take(some))
        part[some[known]] = words.values[places[known]]
    return tokens


@functools.cache
def _number_words(seed: int) -> _Words:
    """The number words in the hash family of ``seed``."""
    pairs = [(word, str(number)) for number, words in NUMBER_WORDS.items() for word in words.split()]
    hashes, values = (_of_folded([pair[side] for pair in pairs], seed) for side in (0, 1))
    order = np.argsort(hashes)
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    sieve[(hashes * _FACTOR >> _SHIFT).view(np.int64)] = True
    return _Words(sieve, hashes[order], values[order])


def _of_folded(words: Sequence[str], seed: int) -> Hashes:
    """The hashes of words that are folded already: no table of characters is needed for them."""
    parts = [written(word) for word in words]
    buffer = np.frombuffer(b"\0".join([*parts, bytes(PADDING)]), np.uint8)
    offsets = edges_of(np.array([len(part) + 1 for part in parts], np.int64))
    return tokenize(Folded(buffer, buffer != 0, offsets, False), seed, Workspace()).values.copy()


def tokens_of(texts: Sequence[str], seed: int) -> Ragged:
    """Token hashes of some short texts as those of documents are when they are read: figures by the value of their
    digits, number words as they are."""
    return tokenize(fold(*encode(texts), Workspace(), figures=True), seed, Workspace())


def words_of(texts: Sequence[str], seed: int) -> Ragged:
    """Token hashes of some short texts as those of documents are when pairs are decided: figures and number words by
    their value."""
    tokens = tokens_of(texts, seed)
    by_value(tokens.values, seed)
    return tokens
