"""JSON Lines: each line is one document. A bad line costs that line only; the file is never held whole."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from dedup.errors import ReadError
from dedup.formats import decode, limits
from dedup.formats.record import Oddities, document
from dedup.formats.source import Place, Run
from dedup.formats.stream import lines
from dedup.types import Document, Skip

__all__ = ["read"]

_DECODER: Final = msgspec.json.Decoder()


def read(pieces: Iterator[bytes], place: Place, run: Run, first: int = 1) -> Iterator[Document]:
    """The documents of a JSON Lines file from its line ``first`` on, in its order; blank lines are passed over."""
    odd = Oddities()
    try:
        for number, line in lines(pieces, limits.MAX_DOCUMENT_BYTES, first):
            if number == 1 and line is not None:
                line = _unmarked(line, place)
            if line is not None and (not line or line.isspace()):
                continue
            try:
                found = _document(line, number, place, run, odd)
            except ReadError as error:
                run.on_skip(Skip(place.path, error.reason, number))
                continue
            yield found
    finally:
        odd.tell(place.path, run.on_odd)


def _document(line: bytes | None, number: int, place: Place, run: Run, odd: Oddities) -> Document:
    if line is None:
        raise ReadError(place.path, f"is a line of more than {limits.MAX_DOCUMENT_BYTES:,} bytes; split the document")
    row = _row(line, number, place)
    if not isinstance(row, dict):
        raise ReadError(place.path, f"is JSON but not an object ({type(row).__name__}); give one object a line")
    if run.own_ids and row.get(name := run.fields.get("id", "id")) in (None, ""):
        raise ReadError(place.path, f"has no {name!r}; give each row of an index its own, by which it is known again")
    return document(row, f"{place.id}:{number}", run.fields, path=place.path, on_odd=odd)


def _row(line: bytes, number: int, place: Place) -> Any:
    """What a line is as JSON."""
    try:
        return _DECODER.decode(line)  # four times as fast as json
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # json lets more pass, and says better what it does not
    text = decode.utf8(line, place.path, number)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        why = f"{error.msg} at character {error.pos}; give one object a line, as jq -c . writes it"
        raise ReadError(place.path, f"is not JSON: {why}") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(place.path, f"is JSON that no document has: {error}") from error  # 5,000 digits, 5,000 [


def _unmarked(line: bytes, place: Place) -> bytes:
    if line.startswith(decode.UTF16):
        raise ReadError(place.path, "is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
    return line.removeprefix(codecs.BOM_UTF8)
