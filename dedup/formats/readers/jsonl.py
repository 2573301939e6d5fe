"""JSON Lines: each line is one document. A bad line costs that line only. Memory never holds the whole file."""

import codecs
import contextlib
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files import decoding
from dedup.formats.files.stream import read_lines
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import documents_of_rows
from dedup.formats.syntax.json_values import decode_json
from dedup.types import Skip

_DECODER: Final = msgspec.json.Decoder()
_REFUSED: Final = (msgspec.DecodeError, ValueError, RecursionError)


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in lines of JSON, in their order. Blank lines are passed over.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the names of fields; takes skips and problems.
        first: the number of the first line.

    Raises:
        ReadError: the bytes break off.
    """
    data = next(pieces, b"")
    rows = _decode_at_once(data, context.limits.document_bytes)
    undecoded = chain([b"" if rows else data], pieces)
    numbered_rows = chain(enumerate(rows, first), _decode_by_line(undecoded, place, context, first + len(rows)))
    return documents_of_rows(numbered_rows, place, context)


def first_rows(data: bytes) -> list[Any]:
    """Decode the first lines of a file, of which the last may be cut. A line that is not JSON is passed over."""
    rows = []
    lines = data[: limits.SNIFF_BYTES].removeprefix(codecs.BOM_UTF8).split(b"\n", limits.HEAD_ROWS)
    for line in lines[: limits.HEAD_ROWS]:
        with contextlib.suppress(*_REFUSED):
            rows.append(_DECODER.decode(line))
    return rows


def _decode_at_once(data: bytes, most: int) -> list[Any]:
    """The objects in ``data`` if each line is one whole object, else an empty list.

    Data of more than ``most`` bytes may have a line that is too long.

    Decoding all lines at once takes half the time of `_decode_by_line`. No line feed is inside of an object if ``}``
    stands before each line feed, ``{`` after it, and there are as many objects as line feeds. ``bytes.find`` takes a
    fifth of the time of a comparison of all bytes.
    """
    if not (data.startswith(b"{") and data.endswith(b"}\n") and len(data) <= most):
        return []
    count, end = 1, data.find(b"\n")
    while end + 1 < len(data):
        if data[end - 1 : end + 2] != b"}\n{":
            return []
        count, end = count + 1, data.find(b"\n", end + 1)
    try:
        rows = _DECODER.decode_lines(data)
    except _REFUSED:
        return []
    return rows if len(rows) == count else []


def _decode_by_line(
    pieces: Iterator[bytes], place: Place, context: ReadContext, first: int
) -> Iterator[tuple[int, Any]]:
    """The number of each line and its JSON value. A line that is not JSON is a skip."""
    for number, line in read_lines(pieces, context.limits.document_bytes, first):
        if number == 1 and line is not None:
            line = _strip_mark(line, place)
        if line is not None and (not line or line.isspace()):
            continue
        try:
            row = _decode_line(line, number, place, context.limits.document_bytes)
        except ReadError as error:
            context.on_skip(Skip(place.path, error.reason, number))
            continue
        yield number, row


def _decode_line(line: bytes | None, number: int, place: Place, most: int) -> Any:
    """The JSON value of a line; raises `ReadError` for a line that is too long, or is not JSON."""
    if line is None:
        cure = f"split the document, {limits.raise_hint('document_bytes')}"
        raise ReadError(place.path, f"is a line of more than {most:,} bytes; {cure}")
    return decode_json(line, place.path, number, "give one object a line, as jq -c . writes it")


def _strip_mark(line: bytes, place: Place) -> bytes:
    """The first line of a file without the mark of UTF-8; raises `ReadError` for UTF-16."""
    if line.startswith(decoding.UTF16):
        raise ReadError(place.path, "is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
    return line.removeprefix(codecs.BOM_UTF8)
