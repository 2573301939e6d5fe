"""CSV without some rows. All other bytes stay as they are, also those of rows that no reader understands."""

from collections.abc import Iterator

from dedup.array_types import Indices
from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files import decoding
from dedup.formats.places import Place
from dedup.formats.syntax.csv_file import is_row, open_rows
from dedup.formats.syntax.text_lines import text_lines
from dedup.settings import InputLimits


def leave_out(pieces: Iterator[bytes], place: Place, numbers: Indices, bounds: InputLimits) -> Iterator[bytes]:
    """Yield the bytes of a file without some of its rows. Memory holds one piece and one row.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        numbers: ``(n,)`` the numbers of the rows to leave out, ascending. The header is row 1.
        bounds: the limits on input.

    Raises:
        ReadError: the file is UTF-16, or a line is too long to be copied.
    """
    most = bounds.document_bytes
    head, rows = open_rows(_whole_lines(text_lines(pieces, most), place, most), most)
    yield _encode(head)
    left_out = iter(numbers.tolist())
    number, next_out = 0, next(left_out, 0)
    for row in rows:
        number += is_row(row)
        if number == next_out and is_row(row):
            next_out = next(left_out, 0)
        else:
            yield _encode(row.lines)


def _encode(lines: list[str]) -> bytes:
    return "".join(lines).encode("utf-8", "surrogateescape")


def _whole_lines(lines: Iterator[str], place: Place, most: int) -> Iterator[str]:
    """The lines. A line above the cap was cut, and UTF-16 has other line ends, so that neither can be copied."""
    for number, line in enumerate(lines, 1):
        if number == 1 and _encode([line]).startswith(decoding.UTF16):
            raise ReadError(place.path, "is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
        if len(line) > most:
            reason = f"has a line of more than {most:,} bytes; split it, {limits.raise_hint('document_bytes')}"
            raise ReadError(place.path, reason, number)
        yield line
