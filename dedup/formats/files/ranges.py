"""A byte range of a file that is not packed -> the number of the lines that begin in it, and these lines.

Ranges need no line ends, so that a file is cut without a look into it. Each line belongs to the range that holds its
first byte. This is the rule of the ``LineRecordReader`` of Hadoop: a reader passes over the line that has begun before
its range, and reads its last line past the end of its range.
"""

from collections.abc import Generator
from io import BufferedReader
from typing import Final

import numpy as np

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.stream import name_errors, open_file
from dedup.formats.places import Place
from dedup.settings import DEFAULT_LIMITS, InputLimits

_LINE_FEED: Final = ord("\n")


def count_lines(place: Place, start: int, end: int) -> int:
    """Count the lines that begin in a byte range of a file. A file that has become shorter has fewer lines.

    Args:
        place: the file.
        start: the offset of the first byte.
        end: the offset behind the last byte.

    Raises:
        ReadError: the file cannot be read.
    """
    lines = 0 if start else 1  # each line but the first one begins behind a line feed
    before = max(start - 1, 0)
    left = max(0, end - 1 - before)
    buffer = memoryview(bytearray(limits.READ_BYTES))
    with name_errors(place), open_file(place) as file:
        file.seek(before)
        while size := file.readinto(buffer[:left]):
            lines += int(np.count_nonzero(np.frombuffer(buffer[:size], np.uint8) == _LINE_FEED))
            left -= size
    return lines


def read_range(place: Place, start: int, end: int, bounds: InputLimits = DEFAULT_LIMITS) -> Generator[bytes]:
    """Read the whole lines that begin in a byte range of a file.

    The lines come as one piece up to the bytes of a document, else as pieces of ``limits.CHUNK_BYTES``.

    Args:
        place: the file.
        start: the offset of the first byte.
        end: the offset behind the last byte.
        bounds: the limits on input.

    Raises:
        ReadError: the file cannot be read, or ends before the range ends. The bytes before its end are given.
    """
    with name_errors(place), open_file(place) as file:
        at = _next_line(file, start - 1, end) if start else 0
        if at >= end:
            return
        left = max(end, _next_line(file, end - 1)) - at
        file.seek(at)
        most = left if left <= bounds.document_bytes else limits.CHUNK_BYTES
        while left:
            piece = file.read(min(left, most))
            if not piece:
                raise ReadError(place.path, "became shorter while it was read; read it again when nobody writes to it")
            yield piece
            left -= len(piece)


def _next_line(file: BufferedReader, at: int, end: int | None = None) -> int:
    """The offset behind the first line feed from byte ``at`` on; where the search ends, if no line feed comes.

    The search ends with the file, or at an offset from ``end`` on.
    """
    file.seek(at)
    while (end is None or at < end) and (piece := file.readline(limits.READ_BYTES)):
        at += len(piece)
        if piece.endswith(b"\n"):
            break
    return at
