"""Bytes -> text, for formats that must be UTF-8. Pages with charsets of their own are `dedup.formats.pages.charset`'s."""

import codecs

from dedup.errors import ReadError

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The marks that UTF-16 text starts with."""


def decode_text(data: bytes, path: str) -> str:
    """A whole file as text: UTF-8, or UTF-16 with its mark. Raises `ReadError` with the line and what to do."""
    if not data.startswith(UTF16):
        body = data.removeprefix(codecs.BOM_UTF8)
        return decode_utf8(body, path, 1, len(data) - len(body))
    try:
        found = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise ReadError(path, f"is not valid UTF-16 at byte {error.start}; save it as UTF-8") from error
    if "\0" in found:
        raise _nul(path, found.count("\n", 0, found.index("\0")) + 1)
    return found


def decode_utf8(data: bytes, path: str, line: int, offset: int = 0) -> str:
    """UTF-8 as text. ``line`` and ``offset`` are those of the first byte. Raises `ReadError` for anything else."""
    if (zero := data.find(b"\0")) >= 0:
        raise _nul(path, line + data.count(b"\n", 0, zero))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(
            path,
            f"is not UTF-8: byte 0x{data[error.start]:02X} at offset {offset + error.start}; "
            "convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8",
            line + data.count(b"\n", 0, error.start),
        ) from error


def _nul(path: str, line: int) -> ReadError:
    return ReadError(path, "holds a NUL byte, so it is not text; convert it, or leave it out", line)
