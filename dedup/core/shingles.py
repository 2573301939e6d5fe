"""Folded text -> token hashes -> ragged shingle hashes.

A token's hash depends on its bytes and the key alone: short tokens, most of them, come from one load at their start and
a mask up to their terminating zero; longer ones go on chunk by chunk.
"""

import functools
from typing import Final

import numpy as np
import xxhash
from numpy.lib.stride_tricks import as_strided

from dedup.core.ragged import Ragged
from dedup.core.text import Folded
from dedup.core.workspace import Workspace
from dedup.types import Hashes, Indices

__all__ = ["LONG_TOKEN", "multiplier", "shingle", "tokenize"]

LONG_TOKEN: Final = 28
"""Bytes from which on a token is hashed by xxh3 as a whole."""

_LOW_BITS: Final = np.uint64(0x0101010101010101)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_HALF: Final = np.uint64(32)
_CHUNK: Final = np.uint64(2**56 - 1)
_SEVEN_BYTES: Final = np.uint64(2**48)


@functools.cache
def multiplier(name: str, seed: int) -> np.uint64:
    """The odd 64-bit constant called ``name`` in the hash family keyed by ``seed``."""
    return np.uint64(xxhash.xxh3_64_intdigest(name.encode(), seed) | 1)


def tokenize(folded: Folded, seed: int, work: Workspace) -> Ragged:
    """Token hashes of every document of a batch, in the order of the text; the values lie in ``work``."""
    buffer = folded.buffer
    size = buffer.size & ~1
    inside = np.not_equal(buffer[:size], 0, out=work.array("flags", size, np.bool_))
    starts = work.array("flags 2", size, np.bool_)
    starts[0] = inside[0]
    np.greater(inside[1:], inside[:-1], out=starts[1:])
    # Two tokens never start on neighbouring bytes: half as many flags, each for two bytes, hold all starts.
    either = np.not_equal(starts.view(np.uint16), 0, out=work.array("bytes", size // 2, np.bool_))
    pairs = np.flatnonzero(either)
    # A plain copy of the words at even places makes the gather an aligned one, four times as fast.
    words = work.array("words", (buffer.size - 8) // 2 + 1)
    words[:] = as_strided(buffer[:8].view("<u8"), words.shape, (2,))
    values = _hash_tokens(words, pairs, folded, seed, work)
    # A document that starts on the second byte of a pair may own the token of that pair.
    edges = folded.offsets
    firsts = np.searchsorted(pairs, (edges + 1) >> 1)
    firsts -= (edges & 1 == 1) & starts[np.minimum(edges, size - 1)]
    return Ragged(values, np.stack((firsts[:-1], firsts[1:]), axis=1))


def _hash_tokens(words: Hashes, pairs: Indices, folded: Folded, seed: int, work: Workspace) -> Hashes:
    """Hashes of the tokens that start in ``pairs``, from the eight bytes at every pair.

    A token is read in chunks of seven bytes, which is what one word holds of a token that starts on the second byte of
    its pair. The first chunk is the hash of a token of up to six bytes; each further chunk ``c``, up to the one with the
    terminating zero, makes it ``h = (h ^ h >> 32) * M + c``. From `LONG_TOKEN` bytes on it is xxh3 of the whole token.
    """
    values = words.take(pairs, out=work.array("tokens", pairs.size), mode="clip")
    odd = np.bitwise_and(values, np.uint64(0xFF), out=work.array("spare", pairs.size))
    odd -= np.uint64(1)
    odd >>= np.uint64(60)
    odd &= np.uint64(8)  # 8 where the first byte is 0 and the token starts one byte later
    values >>= odd
    _end(values, folded.ascii, work.array("bytes", pairs.size))
    reaching = np.greater_equal(values, _SEVEN_BYTES, out=work.array("flags", pairs.size, np.bool_))
    long = np.flatnonzero(reaching)
    if long.size:
        values[long] = _hash_long(values[long], words, pairs[long], odd[long], folded, seed)
    return values


def _end(words: Hashes, ascii_only: bool, ended: Hashes) -> None:
    """Keep of each word the bytes before its first zero; ``ended`` is scratch of the same size.

    The classic test for a zero byte, ``(w - 0x01..01) & ~w & 0x80..80``, of which the lowest bit is right; bytes below
    0x80 need no ``~w``, and have no bits where the mask that is made of it has some above the end.
    """
    np.subtract(words, _LOW_BITS, out=ended)
    if not ascii_only:
        ended &= ~words
    ended &= _HIGH_BITS
    if ascii_only:
        ended -= np.uint64(1)
    else:
        ended ^= ended - np.uint64(1)
    words &= ended


def _hash_long(
    values: Hashes, words: Hashes, pairs: Indices, odd: Hashes, folded: Folded, seed: int, chunks: int = 1
) -> Hashes:
    """Go on with tokens of which ``chunks`` chunks are in ``values``, the last of them full; see `_hash_tokens`.

    ``pairs`` and ``odd`` are the place of the last chunk.
    """
    if 7 * (chunks + 1) > LONG_TOKEN:
        data = folded.buffer.tobytes()
        ends = (2 * pairs + (odd >> np.uint64(3)).view(np.int64)).tolist()
        tokens = (data[data.rfind(0, 0, end) + 1 : data.index(0, end)] for end in ends)
        return np.array([xxhash.xxh3_64_intdigest(token, seed) for token in tokens], np.uint64)
    pairs = pairs + 3
    pairs += (odd >> np.uint64(3)).view(np.int64)
    odd = odd ^ np.uint64(8)
    chunk = words.take(pairs, mode="clip")
    chunk >>= odd
    chunk &= _CHUNK
    _end(chunk, folded.ascii, np.empty_like(chunk))
    if chunks == 1:
        values &= _CHUNK
    values ^= values >> _HALF
    values *= multiplier("token", seed)
    values += chunk
    going = np.flatnonzero(chunk >= _SEVEN_BYTES)
    if going.size:
        values[going] = _hash_long(values[going], words, pairs[going], odd[going], folded, seed, chunks + 1)
    return values


def shingle(tokens: Ragged, size: int, seed: int, work: Workspace) -> Ragged:
    """Hashes of every ``size`` consecutive tokens of each document; none for a document of fewer tokens.

    Token hashes are combined by doubling, ``h(2w)[i] = h(w)[i] * M + h(w)[i + w]``, and one token more where the next
    binary digit of ``size`` is 1, ``h(w + 1)[i] = h(w)[i] * M + t[i + w]``; then ``x ^= x >> 32; x *= M; x ^= x >> 29``
    mixes. The values lie in ``work``; those between two rows are of shingles that cross from one document into the next.
    """
    count = tokens.values.size - size + 1
    if count <= 0:
        return Ragged(np.zeros(0, np.uint64), np.zeros_like(tokens.bounds))
    values, width = tokens.values, 1
    scratch = (work.array("spare", values.size), work.array("bytes", values.size))
    for step, bit in enumerate(f"{size:b}"[1:]):
        longer = scratch[step % 2][: values.size - width]
        np.multiply(values[: longer.size], multiplier(f"shingle {2 * width}", seed), out=longer)
        longer += values[width:]
        values, width = longer, 2 * width
        if bit == "1":
            values = values[: values.size - 1]
            values *= multiplier(f"shingle {width + 1}", seed)
            values += tokens.values[width:]
            width += 1
    mixed = work.array("words", count)
    np.right_shift(values, _HALF, out=mixed)
    mixed ^= values
    mixed *= multiplier("mix", seed)
    shifted = np.right_shift(mixed, np.uint64(29), out=scratch[0][:count])
    mixed ^= shifted
    bounds = tokens.bounds.copy()
    bounds[:, 1] = np.maximum(bounds[:, 0], bounds[:, 1] - (size - 1))
    return Ragged(mixed, np.minimum(bounds, count))
