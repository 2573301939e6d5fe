"""One token -> its hash; tokens -> the hashes of their shingles. In whole numbers of any size."""

from collections.abc import Sequence

import xxhash

from dedup.core.text.reference.folding import tokens

LONG_TOKEN = 25
"""Bytes from which on a token is hashed by xxh3 as a whole."""

_MASK = 2**64 - 1


def multiplier(name: str, seed: int) -> int:
    """Return the odd constant called ``name`` in the hash family of ``seed``."""
    return xxhash.xxh3_64_intdigest(name.encode(), seed) | 1


def token_hash(token: bytes, seed: int) -> int:
    """Return the hash of a token. The hash of a long figure is 40 bits above the byte of a digit."""
    value = plain_hash(token, seed)
    if len(token) > 6 and token[:1].isdigit():
        return (value * multiplier("figure", seed) & _MASK) >> 24 << 8 | ord("9")
    return value


def plain_hash(token: bytes, seed: int) -> int:
    """Return the hash of a token that is no long figure: the sum of its chunks, each further one times a constant."""
    if len(token) >= LONG_TOKEN:
        return xxhash.xxh3_64_intdigest(token, seed)
    value = int.from_bytes(token[:7], "little")
    for number, begin in enumerate((6, 12, 18), 1):
        if len(token) > begin:
            value += int.from_bytes(token[begin : begin + 7], "little") * multiplier(f"chunk {number}", seed)
    return value & _MASK


def shingle_hash(hashes: Sequence[int], seed: int) -> int:
    """Return the hash of one shingle from the hashes of its tokens."""
    value = _combine(hashes, seed) if len(hashes) > 1 else hashes[0] * multiplier("shingle 1", seed) & _MASK
    return (value ^ value >> 32) * multiplier("mix", seed) & _MASK


def _combine(hashes: Sequence[int], seed: int) -> int:
    """Combine the two halves of a shingle: the first times a constant, plus the second. The last token of an odd number
    is added to the result times another constant."""
    if len(hashes) == 1:
        return hashes[0]
    half = len(hashes) // 2
    first, second, over = hashes[:half], hashes[half : 2 * half], hashes[2 * half :]
    value = _combine(first, seed) * multiplier(f"shingle {2 * half}", seed) + _combine(second, seed)
    if over:
        value = value * int(multiplier(f"shingle {len(hashes)}", seed)) + over[0]
    return value & _MASK


def shingles(text: str, size: int, seed: int) -> list[int]:
    """Return the hashes of the shingles of a text, in order, with repeats.

    Args:
        text: the text, which is folded first.
        size: consecutive words of a shingle.
        seed: the key of the hashes.
    """
    hashes = [token_hash(token, seed) for token in tokens(text)]
    return [shingle_hash(hashes[start : start + size], seed) for start in range(len(hashes) - size + 1)]
