"""Hashes of tokens and of shingles, in whole numbers of any size."""

from collections.abc import Sequence

import xxhash

from dedup.core.text.reference.folding import tokens

LONG_TOKEN = 25
"""Bytes from which on a token is hashed by xxh3 as a whole."""

_MASK = 2**64 - 1


def multiplier(name: str, seed: int) -> int:
    """The odd constant called ``name`` in the hash family keyed by ``seed``."""
    return xxhash.xxh3_64_intdigest(name.encode(), seed) | 1


def token_hash(token: bytes, seed: int) -> int:
    """The hash of a token; that of a long figure is 40 bits above the byte of a digit."""
    found = plain_hash(token, seed)
    if len(token) > 6 and token[:1].isdigit():
        return (found * multiplier("figure", seed) & _MASK) >> 24 << 8 | ord("9")
    return found


def plain_hash(token: bytes, seed: int) -> int:
    """The hash of any token: its first chunk as it is, the others each times a constant of its own."""
    if len(token) >= LONG_TOKEN:
        return xxhash.xxh3_64_intdigest(token, seed)
    found = int.from_bytes(token[:7], "little")
    for number, begin in enumerate((6, 12, 18), 1):
        if len(token) > begin:
            found += int.from_bytes(token[begin : begin + 7], "little") * multiplier(f"chunk {number}", seed)
    return found & _MASK


def shingle_hash(hashes: Sequence[int], seed: int) -> int:
    """The hash of one shingle from those of its tokens."""
    value = _combined(hashes, seed) if len(hashes) > 1 else hashes[0] * multiplier("shingle 1", seed) & _MASK
    return (value ^ value >> 32) * multiplier("mix", seed) & _MASK


def _combined(hashes: Sequence[int], seed: int) -> int:
    """One half by a constant plus the other half, and by another constant plus what is over."""
    if len(hashes) == 1:
        return hashes[0]
    half = len(hashes) // 2
    first, second, over = hashes[:half], hashes[half : 2 * half], hashes[2 * half :]
    value = _combined(first, seed) * multiplier(f"shingle {2 * half}", seed) + _combined(second, seed)
    if over:
        value = value * int(multiplier(f"shingle {len(hashes)}", seed)) + over[0]
    return value & _MASK


def shingles(text: str, size: int, seed: int) -> list[int]:
    """The hashes of every ``size`` consecutive words of a text, in order, with repeats."""
    hashes = [token_hash(token, seed) for token in tokens(text)]
    return [shingle_hash(hashes[start : start + size], seed) for start in range(len(hashes) - size + 1)]
