"""Messages between a process of pages and the process that started it, without the extractors."""

import datetime
import struct
from typing import IO, Final

import msgspec

from dedup.errors import ReadError
from dedup.formats.limits import raise_hint
from dedup.settings import InputLimits

READY: Final = b"ready"
"""The first message of the process: the next page takes no time for imports."""

_LENGTH: Final = struct.Struct("<Q")


class ExtractedPage(msgspec.Struct, frozen=True):
    """The main text and the data of a page.

    ``note`` is the reason for taking the whole text of the page, or empty. `dedup.types.Document` explains the other
    fields.
    """

    text: str
    title: str = ""
    source: str = ""
    url: str = ""
    published: datetime.datetime | None = None
    canonical_url: str = ""
    syndicated_from: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    modified: datetime.datetime | None = None
    note: str = ""


class PageTask(msgspec.Struct, frozen=True):
    """A page to extract.

    ``page`` is its source: bytes in UTF-8 if ``is_text``, else the bytes of a file. ``path`` names the page in errors.
    ``extractor`` is the name of the extractor. ``limits`` are the limits on input.
    """

    page: bytes
    is_text: bool
    path: str
    extractor: str
    limits: InputLimits


class PageResult(msgspec.Struct, frozen=True):
    """The extracted ``page``, or the ``refusal``: the reason why there is none.

    ``processor`` is the processor time that the page took, in seconds.
    """

    page: ExtractedPage | None
    refusal: str = ""
    processor: float = 0.0


def page_size_error(path: str, bounds: InputLimits) -> ReadError:
    """Return the error on a page of too many bytes."""
    cure = f"hand its text over instead, {raise_hint('page_bytes')}"
    return ReadError(path, f"is HTML of more than {bounds.page_bytes:,} bytes; {cure}")


def write_message(pipe: IO[bytes], message: bytes) -> None:
    """Write a message with its length before it."""
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> bytes:
    """Read a message. Raises `EOFError` if the other side is gone."""
    header = pipe.read(_LENGTH.size)
    if len(header) == _LENGTH.size:
        (length,) = _LENGTH.unpack(header)
        message = pipe.read(length)
        if len(message) == length:
            return message
    raise EOFError
