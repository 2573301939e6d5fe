"""A WARC holds what a crawler fetched. Each page that was fetched with success is one document.

Common Crawl's texts (WET) are ``conversion`` records, and documents too. A damaged record costs that record only:
fastwarc parses each record alone, for it stops at the first damage of a file.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.names import is_no_page
from dedup.formats.files.records import split_records
from dedup.formats.files.sniff import sniff
from dedup.formats.guard import skip_of
from dedup.formats.messages import RECORDS
from dedup.formats.pages.charset import decode_page
from dedup.formats.places import FieldProblem, Place, ReadContext
from dedup.formats.record import documents_of_rows
from dedup.settings import InputLimits

BOUNDARY: Final = re.compile(rb"(?:(?<=\n\r\n)|(?<=\n\n))WARC/\d\.\d\r?\n")
"""The line that begins a record."""

_HEAD: Final = re.compile(rb"\s*WARC/\d\.\d\r?\n(?:[^\r\n][^\n]*\n)*\r?\n")
_LENGTH: Final = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_FIELDS: Final = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_SNIFFED: Final = {".html": "text/html"}


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, first: int = 1) -> Iterator[DocumentColumns]:
    """Read the pages of a WARC, in their order. A damaged record is a skip. Other records are counted.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes skips and problems.
        first: the number of the first record.

    Raises:
        ReadError: the bytes break off.
        ImportError: fastwarc is not installed.
    """
    import fastwarc.warc  # noqa: F401  # a missing library is one skip, and not one a record

    return documents_of_rows(_rows(pieces, place, context, first), place, context.without_fields())


def claimed_bytes(start: bytes) -> int:
    """The bytes of a record by its own header, without the blank lines behind it; 0 if the header does not tell."""
    head = _HEAD.match(start)
    length = None if head is None else _LENGTH.search(head[0])
    return 0 if head is None or length is None else head.end() + int(length[1])


def records(pieces: Iterator[bytes], bounds: InputLimits) -> Iterator[bytes]:
    """Split the bytes of a WARC into records. Raises `ReadError` if the bytes break off."""
    return split_records(pieces, BOUNDARY, bounds.record_bytes, claimed_bytes)


def _rows(
    pieces: Iterator[bytes], place: Place, context: ReadContext, first: int
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number and the fields of each record that is a page."""
    others, first_other = 0, ""
    for number, record in enumerate(records(pieces, context.limits), first):
        try:
            row = _row(record, place.path, context.limits)
        except Exception as error:
            context.on_skip(skip_of(error, place.path, number))
            continue
        if row is not None:
            yield number, {"id": f"{place.id}:{number}", **row}
        elif record.strip():
            others, first_other = others + 1, first_other or f"{place.path}:{number}"
    if others:
        context.on_problem(FieldProblem(place.path, RECORDS, others, first_other))


def _row(data: bytes, path: str, bounds: InputLimits) -> Mapping[str, Any] | None:
    """The fields of a record; None for a record that is no page. Raises `ReadError` for a damaged record."""
    if not data.strip():
        return None
    record, payload, decoded = _parse(data, path, bounds.page_bytes)
    whole = len(data) <= bounds.record_bytes
    claimed = claimed_bytes(data)
    junk = data[claimed:].strip() and not data.startswith((b"\r\n\r\n", b"\n\n"), claimed)
    if whole and (claimed == 0 or claimed > len(data) or junk):
        raise ReadError(path, "is a record that is longer or shorter than its header says; fetch the file again")
    kind, label = _content_type(record)
    url = str(record.headers.get("WARC-Target-URI", "")).strip("<> ")
    field = _FIELDS.get(kind or _SNIFFED.get(sniff(payload[: limits.FORMAT_BYTES]) or "", ""))
    if field is None or is_no_page(urlsplit(url).path.rpartition("/")[2]):
        return None
    for name, fits in (("record_bytes", whole), ("page_bytes", len(payload) <= bounds.page_bytes)):
        if not fits:
            cure = f"leave it out, {limits.raise_hint(name)}"
            raise ReadError(path, f"is a page of more than {getattr(bounds, name):,} bytes; {cure}")
    if not decoded and sniff(payload[: limits.FORMAT_BYTES]) not in (".html", ".txt"):
        raise ReadError(path, "is a page in a damaged encoding; fetch it again")
    row = {field: decode_page(payload, path, label), "url": url}
    id = str(record.record_id or "").strip("<> ")
    return {"id": id, **row} if id else row


def _parse(data: bytes, path: str, most: int) -> tuple[Any, bytes, bool]:
    """The record in the bytes, the body of its page, and whether the body is decoded as its HTTP header says.

    More than ``most`` bytes of the body are left out.

    Many crawlers store a decoded body under the header of the encoded body. Such a body is given as it stands.
    """
    from fastwarc.warc import ArchiveIterator

    reason = "it has no type"
    for decode in ("all", "none"):
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(data), auto_decode=decode)), None)
            if record is not None and record.headers.get("WARC-Type"):
                return record, record.reader.read(most + 1), decode == "all"
        except OSError as error:
            reason = str(error)
    raise ReadError(path, f"is a damaged record ({reason}); fetch the file again")


def _content_type(record: Any) -> tuple[str, str]:
    """The media type and the charset of what a record holds; a type of ``-`` for a record that is no page."""
    kind = str(record.headers.get("WARC-Type")).lower()
    if kind == "response":
        if not record.is_http or record.http_headers is None or record.http_headers.status_code != 200:
            return "-", ""
        return record.http_content_type or "", (record.http_charset or "").strip("\"' ")
    if kind not in ("resource", "conversion"):
        return "-", ""
    media, _, parameters = str(record.headers.get("Content-Type", "-")).partition(";")
    return media.strip().lower(), parameters.rpartition("charset=")[2].strip("\"' ")
