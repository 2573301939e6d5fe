"""An mbox holds many mails. Each is one document. Memory holds one mail at a time."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dedup.errors import ReadError
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.records import split_records
from dedup.formats.guard import skip_of
from dedup.formats.places import Place, ReadContext
from dedup.formats.readers.eml import row_of_mail
from dedup.formats.record import documents_of_rows
from dedup.settings import InputLimits

BOUNDARY: Final = re.compile(rb"(?<=\n)From \S[^\n]{0,200}\d\d:\d\d[^\n]{0,200}\d{4}[^\n]{0,100}\n")
"""The line before each mail but the first: a sender and a time."""

_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, first: int = 1) -> Iterator[DocumentColumns]:
    """Read the mails of an mbox, in their order. A mail that cannot be read is a skip.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes skips and problems.
        first: the number of the first mail.

    Raises:
        ReadError: the bytes break off.
    """
    return documents_of_rows(_rows(pieces, place, context, first), place, context.without_fields())


def records(pieces: Iterator[bytes], bounds: InputLimits) -> Iterator[bytes]:
    """Split the bytes of an mbox into mails. Raises `ReadError` if the bytes break off."""
    return split_records(pieces, BOUNDARY, bounds.record_bytes)


def _rows(
    pieces: Iterator[bytes], place: Place, context: ReadContext, first: int
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number and the fields of each mail."""
    for number, record in enumerate(records(pieces, context.limits), first):
        if not record.strip():
            continue
        line, _, mail = record.partition(b"\n")
        try:
            if not line.startswith(b"From "):
                raise ReadError(place.path, "is no mbox: a line 'From sender time' must stand before each mail")
            row = row_of_mail(_ESCAPED.sub(rb"\1", mail), place.path)
        except Exception as error:
            context.on_skip(skip_of(error, place.path, number))
            continue
        yield number, {"id": f"{place.id}:{number}", **row}
