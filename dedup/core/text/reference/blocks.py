"""Blocks cut with regular expressions, one document at a time, and their hashes in whole numbers."""

import re
from collections.abc import Sequence

from dedup.core.text.reference.sentence_ends import sentences
from dedup.core.text.reference.tokens import multiplier


def split_blocks(document: bytes) -> list[bytes]:
    """The blocks of one document: the sentences of its lines."""
    return [block for line in lines(document) for block in sentences_of(line)]


def labels(document: bytes) -> list[bool]:
    """Whether each block is a whole line of several that are not blank."""
    found = lines(document)
    several = sum(any(byte > ord(" ") for byte in line) for line in found) > 1
    parts = [sentences_of(line) for line in found]
    return [several and len(part) == 1 for part in parts for _ in part]


def lines(document: bytes) -> list[bytes]:
    """The lines of one document with their ends."""
    return re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", document)


def sentences_of(line: bytes) -> list[bytes]:
    """The sentences of one line; space at its end belongs to the last one."""
    full = line.rstrip(bytes(range(33)))
    found = [sentence.encode() for sentence in sentences(full.decode())] or [b""]
    return [*found[:-1], found[-1] + line[len(full) :]]


def block_hashes(rows: Sequence[Sequence[int]]) -> list[int]:
    """One hash for each row of token hashes, 0 for an empty one."""
    place = multiplier("place", 0)
    return [
        max(1, mix((len(row) + sum(scrambled(token) * place**number for number, token in enumerate(row))) % 2**64))
        if row
        else 0
        for row in rows
    ]


def scrambled(value: int) -> int:
    """One round of multiply and xor-shift."""
    value = value * multiplier("mix", 0) % 2**64
    return value ^ value >> 32


def mix(value: int) -> int:
    """Two rounds of xor-shift and multiply."""
    value ^= value >> 32
    value = value * multiplier("mix", 0) % 2**64
    value ^= value >> 29
    value = value * multiplier("mix 2", 0) % 2**64
    return value ^ value >> 32
