"""Bytes -> text, for formats that must be UTF-8. `dedup.formats.pages.charset` decodes HTML."""

import codecs
from collections.abc import Callable, Iterator
from itertools import chain

from dedup.errors import ReadError
from dedup.formats.places import FieldProblem

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The byte order marks of UTF-16."""


def decode_text(data: bytes, path: str) -> str:
    """Decode a whole file: UTF-8, or UTF-16 with its mark. Raises `ReadError` with the line and the cure."""
    if not data.startswith(UTF16):
        body = data.removeprefix(codecs.BOM_UTF8)
        return decode_utf8(body, path, 1, len(data) - len(body))
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise ReadError(path, f"is not valid UTF-16 at byte {error.start}; save it as UTF-8") from error
    if "\0" in text:
        raise _nul_error(path, text.count("\n", 0, text.index("\0")) + 1)
    return text


def decode_utf8(data: bytes, path: str, line: int, offset: int = 0) -> str:
    """Decode UTF-8.

    Args:
        data: the bytes.
        path: the file, for errors.
        line: the line number of the first byte.
        offset: the offset of the first byte in the file.

    Raises:
        ReadError: the bytes are not UTF-8, or hold a NUL byte.
    """
    if (zero := data.find(b"\0")) >= 0:
        raise _nul_error(path, line + data.count(b"\n", 0, zero))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(
            path,
            f"is not UTF-8: byte 0x{data[error.start]:02X} at offset {offset + error.start}; "
            "convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8",
            line + data.count(b"\n", 0, error.start),
        ) from error


def _nul_error(path: str, line: int) -> ReadError:
    return ReadError(path, "holds a NUL byte, so it is not text; convert it, or leave it out", line)


def recode(pieces: Iterator[bytes], path: str, _on_problem: Callable[[FieldProblem], object]) -> Iterator[bytes]:
    """Recode a stream of text to UTF-8 without a mark. Bytes that are not UTF-8 stay, so that one row is refused alone.

    Args:
        pieces: the bytes of the file: UTF-8, or UTF-16 with its mark.
        path: the file, for errors.
        _on_problem: takes the problem of a charset that is a guess.

    Raises:
        ReadError: the bytes are broken UTF-16.
    """
    head = b""
    while len(head) < len(codecs.BOM_UTF8) and (piece := next(pieces, b"")):
        head += piece
    if not head.startswith(UTF16):
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        for piece in chain([head], pieces):
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise ReadError(path, f"is not valid UTF-16: {error.reason}; save it as UTF-8") from error
