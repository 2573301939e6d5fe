"""Token hashes of blocks -> one hash for each block, in whole numbers of any size."""

from collections.abc import Sequence

from dedup.core.text.reference.tokens import multiplier


def block_hashes(rows: Sequence[Sequence[int]], seed: int) -> list[int]:
    """Return one hash for each row of token hashes."""
    return [block_hash(row, seed) for row in rows]


def block_hash(tokens: Sequence[int], seed: int) -> int:
    """Return the hash of one block. A block without tokens has 0, and no other block has 0."""
    if not tokens:
        return 0
    base = multiplier("place", seed)
    value = len(tokens)
    for position, token in enumerate(tokens):
        value += scramble(token, seed) * pow(base, position, 2**64)
    return max(1, mix(value % 2**64))


def scramble(value: int, seed: int) -> int:
    """Mix the bits of a token hash: one round of multiply and xor-shift."""
    value = value * multiplier("scramble", seed) % 2**64
    return value ^ value >> 32


def mix(value: int) -> int:
    """Mix all bits of a number: two rounds of xor-shift and multiply."""
    value ^= value >> 32
    value = value * multiplier("mix", 0) % 2**64
    value ^= value >> 29
    value = value * multiplier("mix 2", 0) % 2**64
    return value ^ value >> 32
