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
    """Return the hash of a token. The hash of a long figure is the upper 40 bits above the byte of a digit."""
    value = plain_hash(token, seed)
    if len(token) > 6 and token[:1].isdigit():
        return value >> 24 << 8 | ord("9")
    return value


def plain_hash(token: bytes, seed: int) -> int:
    """Return the hash of a token that is no long figure: what came before each chunk is mixed, and the chunk added."""
    if len(token) >= LONG_TOKEN:
        return xxhash.xxh3_64_intdigest(token, seed)
    value = int.from_bytes(token[:7], "little")
    if len(token) <= 6:
        return value
    for number, begin in enumerate((6, 12, 18), 1):
        if len(token) > begin:
            value = _mix(value, number, seed) + int.from_bytes(token[begin : begin + 7], "little")
    return value * multiplier("token", seed) & _MASK


def _mix(value: int, number: int, seed: int) -> int:
    """Mix a state by two multiplications with an xor-shift between them."""
    value = value * multiplier(f"chunk {number}", seed) & _MASK
    return (value ^ value >> 32) * multiplier(f"mixed chunk {number}", seed) & _MASK


def fingerprint(words: Sequence[bytes], seed: int) -> tuple[int, int]:
    """Return the lower and the upper half of the fingerprint of a text, zeros for a text without words."""
    if not words:
        return 0, 0
    data = len(words).to_bytes(8, "little")
    for begin in (0, 6, 12, 18):
        data += b"".join(word[begin : begin + 7].ljust(8, b"\0") for word in words if len(word) > begin)
    data += b"".join(word + b"\0" for word in words if len(word) >= LONG_TOKEN)
    value = xxhash.xxh3_128_intdigest(data, seed)
    return value & _MASK, value >> 64


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
