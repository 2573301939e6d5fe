"""Folded text -> token hashes.

A token is hashed in chunks. The first seven bytes come from one load at the start of the token and a cut at its end.
Three tokens in four have no more. Each further chunk takes six more bytes and is multiplied by a constant of its own.
The hash is the sum of the chunks. It depends on the token and the key alone.

A token of up to six bytes is its own hash, the first byte lowest. The key enters with the shingle. The hash of a longer
token that begins with a digit is shaped like the hash of a short one, with a digit as its lowest byte. So figures are
known by their hashes.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.array_types import Bytes, Hashes, Indices
from dedup.core.arrays.hashing import _factor, _word, multiplier
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.text.folded_text import PADDING, Folded

LONG_TOKEN: Final = 25
"""Bytes from which on a token is hashed by xxh3 as a whole: the token is longer than seven and three times six
bytes."""

_PIECE: Final = 1 << 18
"""Bytes of folded text that are hashed at a time. Their words take four times as many bytes."""

_STEPS: Final = (3, 6, 9)
"""Where further chunks begin, in pairs of bytes after the pair in which the token begins."""

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


def tokenize(folded: Folded, seed: int, workspace: Workspace) -> Ragged:
    """Hash the tokens of every document of a batch.

    Args:
        folded: the folded documents.
        seed: the key of the hashes.
        workspace: scratch memory. The values of the result lie in it.

    Returns:
        One row for each document, in the order of the text.
    """
    size = (folded.buffer.size - PADDING + 2) & ~1
    inside, offsets = folded.inside, folded.offsets
    starts = workspace.array("starts", size, np.bool_)
    starts[0] = inside[0]
    np.greater(inside[1:size], inside[: size - 1], starts[1:])
    values = workspace.array("tokens", size // 2 if size <= _PIECE else int(np.count_nonzero(starts)))
    firsts = np.empty(offsets.size, np.int64)
    count = 0
    for begin in range(0, size, _PIECE):
        end = min(begin + _PIECE, size)
        pairs = _hash_piece(folded, starts, begin, end, values[count:], seed, workspace)
        low, high = offsets.searchsorted([begin, end]) if size > _PIECE else (0, offsets.size)
        firsts[low:high] = pairs.searchsorted((offsets[low:high] - (begin - 1)) >> 1) + count
        count += pairs.size
    # The token of a pair may belong to a document that starts on the second byte of the pair.
    firsts -= offsets & starts.take(offsets)
    bounds = np.empty((offsets.size - 1, 2), np.int64)
    bounds[:, 0] = firsts[:-1]
    bounds[:, 1] = firsts[1:]
    return Ragged(values[:count], bounds)


def _hash_piece(
    folded: Folded, starts: npt.NDArray[np.bool_], begin: int, end: int, out: Hashes, seed: int, workspace: Workspace
) -> Indices:
    """Hash the tokens that start from ``begin`` to ``end``, both even, into ``out``.

    Returns the pairs of bytes in which the tokens start, counted from ``begin``. Two tokens never start on neighbouring
    bytes. So one flag for two bytes holds all starts, which halves the cost of ``nonzero``, the most expensive step. A
    copy of the words at all pairs aligns the gather, which is then four times as fast. To gather sixteen aligned bytes
    and shift twice costs half as much again. One token in four has a second chunk. To load a second chunk for all
    tokens, 0 where there is none, takes a fiftieth more of the whole than to pick the tokens that have one.
    """
    half = (end - begin) // 2
    flags = np.not_equal(starts[begin:end].view(np.uint16), 0, workspace.array("flags", half, np.bool_))
    pairs: Indices = flags.nonzero()[0]
    words = workspace.array("words", half + _STEPS[-1])
    words[:] = np.ndarray(words.shape, "<u8", folded.buffer, begin, (2,))
    values = words.take(pairs, None, out[: pairs.size], "clip")  # all are in range: clip saves a check
    # A token on the second byte of its pair has a zero byte below: bit 0x20 of the lowest byte shows which.
    shift = np.bitwise_and(values, _CASE, workspace.array("shift", pairs.size))
    shift >>= _TWO
    _trim(values, shift, folded.ascii, workspace.array("spare", pairs.size))
    long = np.greater(values, _SIX_BYTES, workspace.array("flags", pairs.size, np.bool_)).nonzero()[0]
    if long.size:
        _hash_long(values, long, pairs, shift, words, begin, folded, seed)
    return pairs


def _trim(words: Hashes, shift: Hashes, ascii_only: bool, scratch: Hashes) -> None:
    """Shift each word by ``shift`` bits, and keep the upper seven bytes up to the first zero byte, in place.

    Every byte of an ASCII token has bit 0x20. Every other byte of a token has bit 0x20 or bit 0x80. With all other bits
    set, adding 1 carries up to the first byte without the bit, and leaves all bits above that byte unchanged:
    ``w &= ~((w | ~0x20..20) + 1)``, with ``~(x + 1) = -2 - x``. The classic test for a zero byte,
    ``(w - 0x01..01) & ~w & 0x80..80``, takes four more steps.
    """
    words <<= shift
    words >>= _EIGHT
    if ascii_only:
        np.bitwise_or(words, _NO_CASE, scratch)
    else:
        np.right_shift(words, _TWO, scratch)
        scratch |= words
        scratch |= _NO_CASE
    np.subtract(_MINUS_TWO, scratch, scratch)
    words &= scratch


def _hash_long(
    values: Hashes, long: Indices, pairs: Indices, shift: Hashes, words: Hashes, begin: int, folded: Folded, seed: int
) -> None:
    """Finish the hashes of the tokens ``long``, which have seven bytes or more: add further chunks, and mark figures.

    A chunk begins with the last byte of the chunk before. So it comes from the same three pairs of bytes, whether the
    token starts on the first or on the second byte of its pair. The hash of a figure is 40 mixed bits above the byte of
    a digit.

    Args:
        values: hashes of the first chunks. The hashes of long tokens are overwritten.
        long: the positions in ``values`` of long tokens.
        pairs: the pair of bytes in which each token starts, counted from ``begin``.
        shift: 8 for a token on the first byte of its pair, else 0.
        words: eight bytes of text at each pair.
        begin: where the pairs begin in the text.
        folded: the folded text.
        seed: the key of the hashes.
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
    values: Hashes, long: Indices, pairs: Indices, shift: Hashes, words: Hashes, begin: int, folded: Folded, seed: int
) -> None:
    """Add the further chunks of the tokens ``long``. ``pairs`` and ``shift`` have one value for each of them."""
    for number, step in enumerate(_STEPS, 1):
        chunk = words[step:].take(pairs, mode="clip")
        _trim(chunk, shift, folded.ascii, np.empty_like(chunk))
        longer = np.greater(chunk, _SIX_BYTES).nonzero()[0]
        chunk *= _factor(f"chunk {number}", seed)
        values[long] += chunk
        if not longer.size:
            return
        long, pairs, shift = long[longer], pairs[longer], shift[longer]
    starts = 2 * pairs + (shift == 0) + begin
    values[long] = [xxhash.xxh3_64_intdigest(_read_token(folded.buffer, start), seed) for start in starts.tolist()]


def _read_token(buffer: Bytes, start: int) -> bytes:
    """Return the token that starts at ``start``. The window grows, because a token may be as long as the buffer."""
    size = 64
    while (end := (window := buffer[start : start + size].tobytes()).find(0)) < 0:
        size *= 8
    return window[:end]


def byte_weights(seed: int) -> Hashes:
    """``(24,) uint64`` the weight ``W[p]`` of the byte at each position ``p`` of a token.

    The hash of a token of up to 24 bytes is ``sum(byte[p] * W[p])``, except for long figures. The hashes of two tokens
    that differ in one byte differ by a small multiple of one weight. A byte that ends one chunk and begins the next one
    counts in both.
    """
    weights = np.zeros(LONG_TOKEN - 1, np.uint64)
    for number, first in enumerate((0, *(2 * step for step in _STEPS))):
        factor = multiplier(f"chunk {number}", seed) if number else np.uint64(1)
        chunk = weights[first : first + 7]
        chunk += factor << (np.arange(chunk.size, dtype=np.uint64) * np.uint64(8))
    return weights
