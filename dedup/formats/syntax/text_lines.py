"""Pieces of UTF-8 -> lines of text with their line ends. Memory holds one piece and one line."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from dedup.formats import limits

ESCAPED: Final = re.compile("[\udc80-\udcff]")
"""A byte that is not UTF-8, as `text_lines` writes it (PEP 383)."""


def text_lines(pieces: Iterator[bytes], cap: int) -> Iterator[str]:
    """Decode pieces of UTF-8, and split the text after each line end. `ESCAPED` stands for a byte that is not UTF-8.

    A line ends with a line feed, or with a carriage return in a file that has a carriage return alone first.

    Args:
        pieces: the bytes, cut anywhere.
        cap: bytes of a line. A longer line is cut just above this size, and the caller refuses that line.

    Returns:
        The lines, each with its line end. The last line may have none.

    Raises:
        ReadError: the bytes break off. The line that is cut is not given.
    """
    begun: list[bytes] = []
    size = 0
    first = next(pieces, b"")
    while len(first) < limits.DIALECT_BYTES and b"\n" not in first and b"\r" not in first[:-1]:
        if not (piece := next(pieces, b"")):
            break
        first += piece
    line_end = b"\n" if b"\n" in first or b"\r" not in first else b"\r"
    for piece in chain([first], pieces):
        end = piece.rfind(line_end) + 1
        if end:
            whole, piece = b"".join([*begun, piece[:end]]), piece[end:]
            yield from _split(whole, line_end)
            begun, size = [], 0
        if size <= cap:
            begun.append(piece[: cap + 1 - size])
            size += len(piece)
    yield from _split(b"".join(begun), line_end)


def _split(data: bytes, line_end: bytes) -> Iterator[str]:
    end = line_end.decode()
    *lines, last = data.decode("utf-8", "surrogateescape").split(end)
    for line in lines:
        yield line + end
    if last:
        yield last
