"""A JSON Lines file of rows of one known type, such as labels: unlike a feed, one bad line spoils it.

The file may be compressed, whatever its name says.
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
from dedup.formats.files.stream import decompressed, read_lines
from dedup.formats.places import JSON_LINES, Place, readable

_Row = TypeVar("_Row")


def typed_rows(path: str, type: type[_Row], cure: str) -> Iterator[tuple[int, _Row]]:
    """Each row with the number of its line, from 1; blank lines are passed over, and keys that are not of the type.

    Raises `ReadError` with the line, what is wrong in it and ``cure`` for the first that is no such row.
    """
    decoder = msgspec.json.Decoder(type)
    with closing(decompressed(_place(path))) as pieces:
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
    """The first bytes of a file, decompressed; some 64 kB, or all if it has fewer. Raises `ReadError`."""
    with closing(decompressed(_place(path))) as pieces:
        return next(filter(None, pieces), b"")


def _place(path: str) -> Place:
    return Place(path, readable(path), path, JSON_LINES, "-")
