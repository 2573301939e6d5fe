"""Folded text -> token hashes -> ragged shingle hashes.

A token is a string of chunks. Its first seven bytes, for three tokens in four all of it, come from one load at its
start and a cut at its end; each further chunk takes six bytes more and is multiplied by a constant of its own. The sum
is the token's hash, which depends on the token and the key alone. A token of up to six bytes is its own hash, the first
byte lowest; the key comes in with the shingle. The hash of a longer token that begins with a digit is made to look like
that of a short one, with a digit as its lowest byte, so that figures are known by their hashes.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.array_types import Bytes, Hashes, Indices
from dedup.core.arrays.hashing import _factor, _word, multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.folding import PADDING, Folded

LONG_TOKEN: Final = 25
"""Bytes from which on a token is hashed by xxh3 as a whole: seven and three times six do not hold it."""

_PIECE: Final = 1 << 18
"""Bytes of folded text made into words at a time, which take four times as much."""

_STEPS: Final = (3, 6, 9)
"""Where further chunks begin, in pairs of bytes after the token's own pair."""


_CASE: Final = _word(0x20)
_TWO: Final = _word(2)
_EIGHT: Final = _word(8)
_MINUS_TWO: Final = _word(2**64 - 2)
_SIX_BYTES: Final = _word(2**48 - 1)
_BYTE: Final = _word(0xFF)
_FIRST_DIGIT: Final = _word(ord("0"))
_LAST_DIGIT: Final = _word(ord("9"))
_DIGITS: Final = _word(10)
_FIGURE: Final = _word(24)
_NO_CASE: Final = _word(0xDFDFDFDFDFDFDFDF)


def tokenize(folded: Folded, seed: int, work: Workspace) -> Ragged:
    """Token hashes of every document of a batch, in the order of the text; the values lie in ``work``."""
    size = (folded.buffer.size - PADDING + 2) & ~1
    inside, offsets = folded.inside, folded.offsets
    starts = work.array("starts", size, np.bool_)
    starts[0] = inside[0]
    np.greater(inside[1:size], inside[: size - 1], starts[1:])
    values = work.array("tokens", size // 2 if size <= _PIECE else int(np.count_nonzero(starts)))
    firsts = np.empty(offsets.size, np.int64)
    count = 0
    for begin in range(0, size, _PIECE):
        end = min(begin + _PIECE, size)
        pairs = _hash_piece(folded, starts, begin, end, values[count:], seed, work)
        low, high = offsets.searchsorted([begin, end]) if size > _PIECE else (0, offsets.size)
        firsts[low:high] = pairs.searchsorted((offsets[low:high] - (begin - 1)) >> 1) + count
        count += pairs.size
    # A document that starts on the second byte of a pair may own the token of that pair.
    firsts -= offsets & starts.take(offsets)
    bounds = np.empty((offsets.size - 1, 2), np.int64)
    bounds[:, 0] = firsts[:-1]
    bounds[:, 1] = firsts[1:]
    return Ragged(values[:count], bounds)


def _hash_piece(
    folded: Folded, starts: npt.NDArray[np.bool_], begin: int, end: int, out: Hashes, seed: int, work: Workspace
) -> Indices:
    """Hash the tokens that start from ``begin`` to ``end``, both even, into ``out``.

    Returns the pairs of bytes, counted from ``begin``, that they start in. Two tokens never start on neighbouring
    bytes: half as many flags, each for two bytes, hold all starts, and ``nonzero`` is the dearest step. A copy of the
    words at all pairs makes the gather an aligned one, four times as fast; sixteen aligned bytes and two shifts cost
    half as much again. One token in four has a second chunk; to load one for all, and to leave 0 of it where there is
    none, takes a fiftieth more of the whole than to pick those that have it.
    """
    half = (end - begin) // 2
    flags = np.not_equal(starts[begin:end].view(np.uint16), 0, work.array("flags", half, np.bool_))
    pairs: Indices = flags.nonzero()[0]
    words = work.array("words", half + _STEPS[-1])
    words[:] = np.ndarray(words.shape, "<u8", folded.buffer, begin, (2,))
    values = words.take(pairs, None, out[: pairs.size], "clip")  # in range: clip spares a second look
    # A token on the second byte of its pair has a zero below its first byte: bit 0x20 of the lowest byte tells.
    shift = np.bitwise_and(values, _CASE, work.array("shift", pairs.size))
    shift >>= _TWO
    _trim(values, shift, folded.ascii, work.array("spare", pairs.size))
    long = np.greater(values, _SIX_BYTES, work.array("flags", pairs.size, np.bool_)).nonzero()[0]
    if long.size:
        _lengthen(values, long, pairs, shift, words, begin, folded, seed)
    return pairs


def _trim(words: Hashes, shift: Hashes, ascii_only: bool, spare: Hashes) -> None:
    """Keep of each word, once shifted by ``shift`` bits, the upper seven bytes up to the first zero byte.

    Every byte of ASCII tokens has bit 0x20, and other bytes have it or bit 0x80. With all other bits set, adding 1
    carries up to the first byte without it; what is not changed is not above it: ``w &= ~((w | ~0x20..20) + 1)``, and
    ``~(x + 1) = -2 - x``. The classic test for a zero byte, ``(w - 0x01..01) & ~w & 0x80..80``, takes four steps more.
    """
    words <<= shift
    words >>= _EIGHT
    if ascii_only:
        np.bitwise_or(words, _NO_CASE, spare)
    else:
        np.right_shift(words, _TWO, spare)
        spare |= words
        spare |= _NO_CASE
    np.subtract(_MINUS_TWO, spare, spare)
    words &= spare


def _lengthen(
    values: Hashes, long: Indices, pairs: Indices, shift: Hashes, words: Hashes, begin: int, folded: Folded, seed: int
) -> None:
    """Add the further chunks of the tokens ``long``, those of seven bytes or more, and mark the figures among these.

    A chunk begins with the last byte of the one before: it comes so from the same three pairs of bytes, be the token on
    the first or on the second byte of its own. The hash of a figure is 40 mixed bits above the byte of a digit.
    """
    figures = long[(values.take(long) & _BYTE) - _FIRST_DIGIT < _DIGITS]  # wraps below '0'
    _add_chunks(values, long, pairs.take(long), shift.take(long), words, begin, folded, seed)
    if figures.size:
        hashes = values.take(figures)
        hashes *= _factor("figure", seed)
        hashes >>= _FIGURE
        hashes <<= _EIGHT
        hashes |= _LAST_DIGIT
        values[figures] = hashes


def _add_chunks(
    values: Hashes, long: Indices, places: Indices, shift: Hashes, words: Hashes, begin: int, folded: Folded, seed: int
) -> None:
    """Add the further chunks of the tokens ``long``, which start in the pairs ``places`` from ``begin`` on."""
    for number, step in enumerate(_STEPS, 1):
        chunk = words[step:].take(places, mode="clip")
        _trim(chunk, shift, folded.ascii, np.empty_like(chunk))
        going = np.greater(chunk, _SIX_BYTES).nonzero()[0]
        chunk *= _factor(f"chunk {number}", seed)
        values[long] += chunk
        if not going.size:
            return
        long, places, shift = long[going], places[going], shift[going]
    starts = 2 * places + (shift == 0) + begin
    values[long] = [xxhash.xxh3_64_intdigest(_token(folded.buffer, start), seed) for start in starts.tolist()]


def _token(buffer: Bytes, start: int) -> bytes:
    """The token that starts at ``start``, found in windows that grow: one may be the whole buffer."""
    size = 64
    while (end := (window := buffer[start : start + size].tobytes()).find(0)) < 0:
        size *= 8
    return window[:end]


def byte_weights(seed: int) -> Hashes:
    """``(24,)`` what each byte of a token adds to its hash, that of up to 24 bytes being ``sum(byte[p] * W[p])``.

    So two tokens that differ in one byte differ by a small multiple of one of these. A byte that ends one chunk and
    begins the next, the seventh, counts in both.
    """
    weights = np.zeros(LONG_TOKEN - 1, np.uint64)
    for number, first in enumerate((0, *(2 * step for step in _STEPS))):
        factor = multiplier(f"chunk {number}", seed) if number else np.uint64(1)
        chunk = weights[first : first + 7]
        chunk += factor << (np.arange(chunk.size, dtype=np.uint64) * np.uint64(8))
    return weights
