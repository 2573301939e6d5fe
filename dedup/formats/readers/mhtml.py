"""A page that a browser saved in one file (MHTML) is one document: its first part of HTML, and its address."""

import email
import email.policy
from collections.abc import Iterator
from typing import Final

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.stream import read_whole
from dedup.formats.pages.charset import decode_page
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import documents_of_rows

_PAGES: Final = ("text/html", "application/xhtml+xml")


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the one document of a saved page.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes skips and problems.

    Raises:
        ReadError: the file is too large, or holds no page.
    """
    data = read_whole(pieces, place, context.limits)
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    try:
        part = next(
            part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")
        )
        page = bytes(part.get_payload(decode=True) or b"")
        label = part.get_content_charset() or ""
    except StopIteration as error:
        raise ReadError(place.path, "holds no part of HTML; save the page again") from error
    if len(page) > (most := context.limits.page_bytes):
        cure = f"leave it out, {limits.raise_hint('page_bytes')}"
        raise ReadError(place.path, f"holds a page of more than {most:,} bytes; {cure}")
    url = part["content-location"] or message["snapshot-content-location"] or ""
    row = {"id": place.id, "html": decode_page(page, place.path, label), "url": str(url).strip()}
    return documents_of_rows([(1, row)], place, context.without_fields())
