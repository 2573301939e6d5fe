"""JSON Lines without some lines. All other bytes stay as they are, also those of lines that no reader understands."""

from collections.abc import Iterator

from dedup.array_types import Indices
from dedup.formats.files.stream import line_feeds
from dedup.formats.places import Place
from dedup.settings import InputLimits


def leave_out(pieces: Iterator[bytes], _place: Place, numbers: Indices, _bounds: InputLimits) -> Iterator[bytes]:
    """Yield the bytes of a file without some of its lines. Memory holds one piece, however long a line is.

    Args:
        pieces: the decompressed bytes.
        numbers: ``(n,)`` the numbers of the lines to leave out, from 1, ascending.
    """
    first = 1
    for piece in pieces:
        ends = line_feeds(piece) + 1
        begin, end = numbers.searchsorted([first, first + ends.size + 1])
        start = 0
        for line in (numbers[begin:end] - first).tolist():
            yield piece[start : ends[line - 1] if line else 0]
            start = int(ends[line]) if line < ends.size else len(piece)
        yield piece[start:]
        first += ends.size
