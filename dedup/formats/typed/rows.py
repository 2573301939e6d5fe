"""A JSON Lines file -> its rows, all of one known type, such as labels. One bad line is an error.

The file may be compressed under any name.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, TypeVar

import msgspec

from dedup.errors import ReadError
from dedup.formats.files import decoding
from dedup.formats.files.stream import decompressed, read_lines, read_whole
from dedup.formats.places import JSON_LINES, Place, readable
from dedup.settings import DEFAULT_LIMITS

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
    for number, text in _texts(path, readable(path)):
        yield number, _decoded(decoder, text, readable(path), number, cure)


def rows_of_types(path: str, types: Mapping[str, type], cure: str, name: str = "") -> Iterator[tuple[int, Any]]:
    """Read each row of a file whose rows have a ``type``. Rows of other types are passed over, whatever they hold.

    Args:
        path: the file.
        types: the class of the rows of each type.
        cure: words that tell the user how to write a row.
        name: the name of the file in errors; empty for its path.

    Raises:
        ReadError: a row has no type, or is not one of its class.
    """
    name = name or readable(path)
    tags = msgspec.json.Decoder(_Tag)
    decoders: dict[str, msgspec.json.Decoder[Any]] = {tag: msgspec.json.Decoder(type) for tag, type in types.items()}
    for number, text in _texts(path, name):
        tag = _decoded(tags, text, name, number, cure).type
        if tag in decoders:
            yield number, _decoded(decoders[tag], text, name, number, cure)


class _Tag(msgspec.Struct):
    """The type of a row."""

    type: str


def _texts(path: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield each line that is not blank, with its number from 1."""
    with closing(decompressed(_place_of(path))) as pieces:
        for number, line in read_lines(pieces, DEFAULT_LIMITS.document_bytes):
            if line is None:
                raise ReadError(name, f"is a line of more than {DEFAULT_LIMITS.document_bytes:,} bytes", number)
            text = decoding.decode_utf8(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, name, number)
            if text and not text.isspace():
                yield number, text


def _decoded(decoder: msgspec.json.Decoder[_Row], text: str, name: str, number: int, cure: str) -> _Row:
    """Return the row of a line."""
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReadError(name, f"{error}; {cure}", number) from error


def read_line(path: str, line: int) -> str:
    """Return the line with a number from 1, an empty text for a blank line or none. Raises `ReadError`."""
    return next((text for number, text in _texts(path, readable(path)) if number == line), "")


def first_line(path: str) -> bytes:
    """The first 64 kB of a file, about, decompressed; or the whole of a smaller file. Raises `ReadError`."""
    with closing(decompressed(_place_of(path))) as pieces:
        return next(filter(None, pieces), b"")


def whole_file(path: str) -> bytes:
    """All bytes of a file, decompressed. Raises `ReadError`, also for more than a document may have."""
    place = _place_of(path)
    with closing(decompressed(place)) as pieces:
        return read_whole(pieces, place, DEFAULT_LIMITS)


def _place_of(path: str) -> Place:
    """The place of a file whose first bytes tell its compression."""
    return Place(path, readable(path), path, JSON_LINES, "-")
