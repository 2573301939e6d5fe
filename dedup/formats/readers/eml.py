"""A mail is one document: its subject, its time, its sender's site, and its text or page. Attachments are left out."""

import email
import email.header
import email.policy
import email.utils
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from typing import Any, Final

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.stream import read_whole
from dedup.formats.pages.charset import decode_page
from dedup.formats.places import Place, ReadContext
from dedup.formats.record import documents_of_rows

_HEADERS: Final = {"subject", "from", "date", "message-id", "list-id", "archived-at"}
_FIELDS: Final = {"text/plain": "text", "text/html": "html"}


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the one document of a mail.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes skips and problems.

    Raises:
        ReadError: the file is too large, or is no mail.
    """
    row = row_of_mail(read_whole(pieces, place, context.limits), place.path)
    return documents_of_rows([(1, {"id": place.id, **row})], place, context.without_fields())


def row_of_mail(data: bytes, path: str) -> Mapping[str, Any]:
    """The fields of a document in the bytes of a mail.

    Raises `ReadError` for bytes that are no mail. The library raises any error on odd headers, and on deep parts.
    """
    message: Any = email.message_from_bytes(data, policy=_Policy())
    if not isinstance(message, EmailMessage) or not message.keys():
        raise ReadError(path, "is no mail: it has no header; leave it out")
    row = {
        "id": _header(message, "message-id").strip("<> "),
        "title": _header(message, "subject"),
        "source": _source(message),
        "url": _header(message, "archived-at").strip("<> "),
        "published": _header(message, "date"),
    }
    return {name: value for name, value in row.items() if value} | _body(message, path)


class _Policy(email.policy.EmailPolicy):
    """The default policy, but for our headers: their bytes as they stand, which the library would replace."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a header that is read as it stands, or parsed. The library takes too long for a long one."""
        if name.lower() in _HEADERS:
            return value
        return super().header_fetch_parse(name, value[: limits.MAX_PARSED_HEADER_CHARACTERS])


def _header(message: EmailMessage, name: str) -> str:
    """A header as a reader sees it, or empty. Bytes that are no ASCII are UTF-8, or else Windows-1252."""
    raw = str(message.get(name, ""))[: limits.MAX_HEADER_CHARACTERS].encode("utf-8", "surrogateescape")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    try:
        text = str(email.header.make_header(email.header.decode_header(text)))
        text.encode()
    except (LookupError, ValueError, email.errors.MessageError):
        pass  # an encoded word of no known charset stays as it is written
    return " ".join(text.split())


def _source(message: EmailMessage) -> str:
    """The host of the sender's address, or else the name of the mailing list."""
    _, address = email.utils.parseaddr(_header(message, "from"))
    return address.rpartition("@")[2].lower() or _header(message, "list-id").rpartition("<")[2].rstrip(">")


def _body(message: EmailMessage, path: str) -> dict[str, str]:
    """The text of a mail as ``text``, else its page as ``html``; or else those of the mail that it forwards."""
    body = message.get_body(("plain", "html"))
    parts = [body] if body is not None else message.walk()
    for part in parts:
        field = _FIELDS.get(part.get_content_type())
        if field is not None and not part.is_multipart():
            data: Any = part.get_payload(decode=True)
            text = decode_page(data, path, part.get_content_charset() or "")
            if text.strip() or body is not None:
                return {field: text}
    return {"text": ""}
