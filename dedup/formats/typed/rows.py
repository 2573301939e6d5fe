"""A JSON Lines file -> its rows, all of one known type, such as labels. One bad line is an error.

The file may be compressed under any name.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import closing
from typing import TypeVar

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files import decoding
from dedup.formats.files.stream import decompressed, read_lines, read_whole
from dedup.formats.places import JSON_LINES, Place, readable

_Row = TypeVar("_Row")


def typed_rows(path: str, type: type[_Row], cure: str) -> Iterator[tuple[int, _Row]]:
    """Read each row, with the number of its line from 1. Blank lines and unknown keys are passed over.

    Args:
        path: the file.
        type: the class of a row, with keys as attributes.
        cure: words that tell the user how to write a row.

    Raises:
        ReadError: a line is not a row of this class; the error has the line, the fault and ``cure``.
    """
    decoder = msgspec.json.Decoder(type)
    with closing(decompressed(_place_of(path))) as pieces:
        for number, line in read_lines(pieces, limits.MAX_DOCUMENT_BYTES):
            if line is None:
                raise ReadError(readable(path), f"is a line of more than {limits.MAX_DOCUMENT_BYTES:,} bytes", number)
            text = decoding.decode_utf8(
                line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, readable(path), number
            )
            if text and not text.isspace():
                try:
                    yield number, decoder.decode(text)
                except (msgspec.DecodeError, RecursionError) as error:
                    raise ReadError(readable(path), f"{error}; {cure}", number) from error


def first_line(path: str) -> bytes:
    """The first 64 kB of a file, about, decompressed; or the whole of a smaller file. Raises `ReadError`."""
    with closing(decompressed(_place_of(path))) as pieces:
        return next(filter(None, pieces), b"")


def whole_file(path: str) -> bytes:
    """All bytes of a file, decompressed. Raises `ReadError`, also for more than ``limits.MAX_DOCUMENT_BYTES``."""
    place = _place_of(path)
    with closing(decompressed(place)) as pieces:
        return read_whole(pieces, place, limits.MAX_DOCUMENT_BYTES)


def _place_of(path: str) -> Place:
    """The place of a file whose first bytes tell its compression."""
    return Place(path, readable(path), path, JSON_LINES, "-")
