"""Blocks cut with regular expressions, one document at a time, and their hashes in whole numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise

from dedup.core.shingles import multiplier

__all__ = ["bare", "cut", "ends_sentence", "hashes", "mix", "unwrapped"]


def cut(document: bytes, long_line: int, wrapped_line: int, widest: int) -> list[bytes]:
    """The blocks of one document: its lines, wrapped ones joined, long ones cut where a sentence has ended."""
    blocks = []
    for line in unwrapped(re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", document), wrapped_line, widest):
        start = 0
        for place in range(1, len(line)):
            if len(bare(line)) > long_line and ends_sentence(line[:place], line[place:]):
                blocks.append(line[start:place])
                start = place
        blocks.append(line[start:])
    return blocks


def unwrapped(lines: list[bytes], wrapped_line: int, widest: int) -> list[bytes]:
    """The lines, those joined that only wrap a sentence, if it is done often and no line is wide."""
    goes_on = [
        len(bare(line)) > wrapped_line
        and not re.search(rb"[.!?:]\Z", bare(line))
        and bool(re.match(rb"[a-z0-9]", after))
        for line, after in pairwise(lines)
    ]
    times, full = sum(goes_on), sum(len(bare(line)) > 0 for line in lines)
    if times < 2 or 3 * times < full or max(len(bare(line)) for line in lines) > widest:
        return lines
    joined = lines[:1]
    for joins, line in zip(goes_on, lines[1:], strict=True):
        joined[-1:] = [joined[-1] + line] if joins else [joined[-1], line]
    return joined


def bare(line: bytes) -> bytes:
    """The line without its end."""
    return re.sub(rb"(?:\r\n|\r|\n)\Z", b"", line)


def ends_sentence(before: bytes, after: bytes) -> bool:
    """Whether ``before`` ends with the end of a sentence where ``after`` follows."""
    if re.search(rb"""[.!?]["'`)]? \Z""", before) or before.endswith(b" | "):
        return True
    if before.endswith(("。".encode(), "！".encode(), "？".encode())):
        return True
    return before.endswith(b"...") and not re.match(rb"""\.|["'`)]? """, after)


def hashes(rows: Sequence[Sequence[int]]) -> list[int]:
    """One hash for each row of token hashes, 0 for an empty one."""
    place = int(multiplier("place", 0))
    return [
        max(1, mix((len(row) + sum(scrambled(token) * place**number for number, token in enumerate(row))) % 2**64))
        if row
        else 0
        for row in rows
    ]


def scrambled(value: int) -> int:
    """One round of multiply and xor-shift."""
    value = value * int(multiplier("mix", 0)) % 2**64
    return value ^ value >> 32


def mix(value: int) -> int:
    """Two rounds of xor-shift and multiply."""
    value ^= value >> 32
    value = value * int(multiplier("mix", 0)) % 2**64
    value ^= value >> 29
    value = value * int(multiplier("mix 2", 0)) % 2**64
    return value ^ value >> 32
