"""Token hashes -> which tokens are figures; number words as the figures that they mean.

`core.text.folding.fold` with ``figures`` writes figures by their value. This module replaces ``six`` by ``6``. So two
texts that write the same numbers differently have equal tokens, and a replaced figure has another value.
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
from dedup.core.text.characters.folds import written
from dedup.core.text.folded_text import PADDING, Folded
from dedup.core.text.folding import fold
from dedup.core.text.tables.number_words import NUMBER_WORDS
from dedup.core.text.tokens import tokenize

_SIEVE_BITS: Final = 15
_SHIFT: Final = np.uint64(64 - _SIEVE_BITS)
_FACTOR: Final = multiplier("sieve", 0)
_CHUNK: Final = 1 << 15
"""Tokens that are looked up together."""

_BYTE: Final = np.uint64(0xFF)
_FIRST_DIGIT: Final = np.uint64(ord("0"))
_DIGITS: Final = np.uint64(10)
_LONGEST: Final = np.uint64(1 << 48)


class _NumberWords(NamedTuple):
    """The number words of one hash family.

    - ``sieve`` ``(2 ** _SIEVE_BITS,) bool``: which classes of hashes hold a number word.
    - ``hashes`` ``(w,) uint64``: the hashes of the words, rising.
    - ``values`` ``(w,) uint64``: the hashes of the figures that the words mean.
    """

    sieve: npt.NDArray[np.bool_]
    hashes: Hashes
    values: Hashes


def is_figure(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,) bool`` which of the token hashes ``(m,) uint64`` belong to tokens that begin with a digit."""
    digit: npt.NDArray[np.bool_] = (tokens & _BYTE) - _FIRST_DIGIT < _DIGITS  # wraps below '0'
    digit &= tokens < _LONGEST
    return digit


def by_value(tokens: Hashes, seed: int) -> Hashes:
    """Replace, in place, the hashes of number words in ``tokens`` ``(m,) uint64`` by the hashes of their figures.

    `core.text.tokens.tokenize` makes such hashes under ``seed``. Returns ``tokens``.
    """
    words = _number_words(seed)
    scratch = np.empty(min(tokens.size, _CHUNK), np.uint64)
    for first in range(0, tokens.size, _CHUNK):
        chunk = tokens[first : first + _CHUNK]
        classes = np.multiply(chunk, _FACTOR, scratch[: chunk.size])
        classes >>= _SHIFT
        candidates = where_set(words.sieve.take(classes.view(np.int64)))
        rows, is_word = find(words.hashes, chunk.take(candidates))
        chunk[candidates[is_word]] = words.values[rows[is_word]]
    return tokens


@functools.cache
def _number_words(seed: int) -> _NumberWords:
    """Return the number words in the hash family of ``seed``."""
    pairs = [(word, str(number)) for number, words in NUMBER_WORDS.items() for word in words.split()]
    hashes, values = (_hash_folded([pair[side] for pair in pairs], seed) for side in (0, 1))
    order = np.argsort(hashes)
    sieve = np.zeros(1 << _SIEVE_BITS, np.bool_)
    sieve[(hashes * _FACTOR >> _SHIFT).view(np.int64)] = True
    return _NumberWords(sieve, hashes[order], values[order])


def _hash_folded(words: Sequence[str], seed: int) -> Hashes:
    """Hash words that are folded already: they need no table of characters."""
    encoded = [written(word) for word in words]
    buffer = np.frombuffer(b"\0".join([*encoded, bytes(PADDING)]), np.uint8)
    offsets = edges_of(np.array([len(word) + 1 for word in encoded], np.int64))
    return tokenize(Folded(buffer, buffer != 0, offsets, False), seed, Workspace()).values.copy()


def tokens_of(texts: Sequence[str], seed: int) -> Ragged:
    """Return the token hashes of short texts, as those of a document that is read.

    Figures count by their value. Number words stay as they are.

    Raises `InputError` for a text that is not Unicode.
    """
    return tokenize(fold(*encode(texts), Workspace(), figures=True), seed, Workspace())


def words_of(texts: Sequence[str], seed: int) -> Ragged:
    """Return the token hashes of short texts, as those of a document whose pairs are decided.

    Figures and number words count by their value.

    Raises `InputError` for a text that is not Unicode.
    """
    tokens = tokens_of(texts, seed)
    by_value(tokens.values, seed)
    return tokens
