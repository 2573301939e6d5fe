"""JSON Lines: each line is one document. A bad line costs that line only; the file is never held whole."""

import codecs
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import msgspec
import numpy as np

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files import decoding
from dedup.formats.files.stream import line_feeds, read_lines
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import FieldProblems, to_document
from dedup.types import Document, Skip

_DECODER: Final = msgspec.json.Decoder()
_REFUSED: Final = (msgspec.DecodeError, ValueError, RecursionError)


def read(pieces: Iterator[bytes], place: Place, run: ReadContext, first: int = 1) -> Iterator[Document]:
    """The documents of a JSON Lines file from its line ``first`` on, in its order; blank lines are passed over."""
    odd = FieldProblems()
    data = next(pieces, b"")
    rows = _at_once(data)
    rest = chain([b"" if rows else data], pieces)
    try:
        for number, row in chain(enumerate(rows, first), _one_by_one(rest, place, run, first + len(rows))):
            try:
                found = _document(row, number, place, run, odd)
            except ReadError as error:
                run.on_skip(Skip(place.path, error.reason, number))
                continue
            yield found
    finally:
        odd.tell(place.path, run.on_problem)


def _at_once(data: bytes) -> list[Any]:
    """The objects of whole lines, one a line, if they are nothing else: half as long as line by line. Else none.

    Between two objects of which one ends and one begins at a line feed it cannot be inside of either.
    """
    if not (data.startswith(b"{") and data.endswith(b"}\n") and len(data) <= limits.MAX_DOCUMENT_BYTES):
        return []
    ends, held = line_feeds(data), np.frombuffer(data, np.uint8)
    if (held[ends - 1] != ord("}")).any() or (held[ends[:-1] + 1] != ord("{")).any():
        return []
    try:
        rows = _DECODER.decode_lines(data)
    except _REFUSED:
        return []
    return rows if len(rows) == ends.size else []


def _one_by_one(pieces: Iterator[bytes], place: Place, run: ReadContext, first: int) -> Iterator[tuple[int, Any]]:
    """What each line is as JSON, with its number."""
    for number, line in read_lines(pieces, limits.MAX_DOCUMENT_BYTES, first):
        if number == 1 and line is not None:
            line = _unmarked(line, place)
        if line is not None and (not line or line.isspace()):
            continue
        try:
            row = _row(line, number, place)
        except ReadError as error:
            run.on_skip(Skip(place.path, error.reason, number))
            continue
        yield number, row


def _document(row: Any, number: int, place: Place, run: ReadContext, odd: FieldProblems) -> Document:
    if not isinstance(row, dict):
        raise ReadError(place.path, f"is JSON but not an object ({type(row).__name__}); give one object a line")
    if run.own_ids and row.get(name := run.fields.get("id", "id")) in (None, ""):
        raise ReadError(place.path, f"has no {name!r}; give each row of an index its own, by which it is known again")
    return to_document(row, f"{place.id}:{number}", run.fields, path=place.path, on_problem=odd)


def _row(line: bytes | None, number: int, place: Place) -> Any:
    """What a line is as JSON."""
    if line is None:
        raise ReadError(place.path, f"is a line of more than {limits.MAX_DOCUMENT_BYTES:,} bytes; split the document")
    try:
        return _DECODER.decode(line)  # four times as fast as json
    except _REFUSED:
        pass  # json lets more pass, and says better what it does not
    text = decoding.decode_utf8(line, place.path, number)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        why = f"{error.msg} at character {error.pos}; give one object a line, as jq -c . writes it"
        raise ReadError(place.path, f"is not JSON: {why}") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(place.path, f"is JSON that no document has: {error}") from error  # 5,000 digits, 5,000 [


def _unmarked(line: bytes, place: Place) -> bytes:
    if line.startswith(decoding.UTF16):
        raise ReadError(place.path, "is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
    return line.removeprefix(codecs.BOM_UTF8)
