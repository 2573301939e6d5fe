"""Bytes -> text, by byte order mark, UTF-8, declared charset, or a guess, in this order. A guess is noted.

`dedup.formats.pages.charset` decodes HTML. JSON Lines must be UTF-8: `decode_utf8`.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.charsets import allowed_codec, guess_codec, is_nonsense
from dedup.formats.messages import CHARSET, REPLACED
from dedup.formats.places import FieldProblem

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The byte order marks of UTF-16."""

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16, so it goes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BEGINNINGS: Final = tuple(mark for mark, _ in _MARKS)
_DECLARED: Final = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""")
_CURE: Final = "convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8"
_CHANCE: Final = 4
"""With more characters of several bytes than this for each broken byte, a text is UTF-8, and not so by chance."""

_OnProblem = Callable[[FieldProblem], object]


class _Charset(NamedTuple):
    """How a file is decoded: its codec, whether that is a guess, how errors are handled, and the bytes of its mark."""

    codec: str
    guessed: bool = False
    errors: str = "strict"
    mark: int = 0


def decode_text(data: bytes, path: str, on_problem: _OnProblem) -> str:
    """Decode a whole file, as `decode_pieces` does.

    Args:
        data: the bytes of the file.
        path: the file, for errors.
        on_problem: as in `decode_pieces`.

    Raises:
        ReadError: as in `decode_pieces`.
    """
    if not data.startswith(_BEGINNINGS) and b"\0" not in data and b"\x1b$" not in data:
        try:
            return data.decode()  # nearly all files, in a tenth of the time
        except UnicodeDecodeError:
            pass
    return "".join(decode_pieces((data,), path, on_problem))


def decode_pieces(pieces: Iterable[bytes], path: str, on_problem: _OnProblem) -> Iterator[str]:
    """Decode a file piece by piece. Its first ``limits.SNIFF_BYTES`` decide on the charset.

    Args:
        pieces: the bytes of the file.
        path: the file, for errors.
        on_problem: takes the problem of a charset that is a guess, and of bytes that are no character.

    Raises:
        ReadError: the bytes are not text, or a byte is not of the charset; the error has the line and the cure.
    """
    charset, data = _split_mark(pieces, path)
    decoder = codecs.getincrementaldecoder(charset.codec)(charset.errors)
    line, offset, replaced = 1, charset.mark, 0
    for piece in chain(data, (b"",)):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise _charset_error(error, charset, path, line, offset - len(error.object) + len(piece)) from error
        if "\0" in text:
            raise _nul_error(path, line + text.count("\n", 0, text.index("\0")))
        if charset.errors == "replace":
            replaced += text.count("\N{REPLACEMENT CHARACTER}") - piece.count("\N{REPLACEMENT CHARACTER}".encode())
        line, offset = line + text.count("\n"), offset + len(piece)
        yield text
    _tell_guess(charset, path, on_problem)
    if replaced:
        on_problem(FieldProblem(path, REPLACED, 1, f"{path}: {replaced:,}"))


def _split_mark(pieces: Iterable[bytes], path: str) -> tuple[_Charset, Iterator[bytes]]:
    """Choose the charset by the first ``limits.SNIFF_BYTES``. Return it, and all bytes without the mark."""
    pieces = iter(pieces)
    head, size = [], 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size >= limits.SNIFF_BYTES:
            break
    first = b"".join(head)
    charset = _choose_charset(first, path)
    return charset, chain((first[charset.mark :],), pieces)


def _tell_guess(charset: _Charset, path: str, on_problem: _OnProblem) -> None:
    """Report a charset that is a guess."""
    if charset.guessed:
        label = charset.codec.replace("cp125", "windows-125")
        on_problem(FieldProblem(path, CHARSET, 1, path, label))


def _choose_charset(data: bytes, path: str) -> _Charset:
    """Choose the charset of a file by its first bytes. Raises `ReadError` for bytes that look like no text."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _Charset(codec, mark=len(mark))
    if b"\0" in data:
        return _Charset("utf-8")  # the decoder names the place of the NUL
    declared = _DECLARED.match(data[: limits.MAX_HEAD_BYTES])
    declared_codec = None if declared is None else allowed_codec(declared[1].decode("ascii"))
    if b"\x1b$" in data and (declared_codec == "iso2022_jp" or _is_iso_2022(data)):
        return _Charset("iso2022_jp", guessed=declared_codec is None)
    try:
        codecs.utf_8_decode(data, "strict", False)
        return _Charset("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_nearly_utf8(data):
        return _Charset("utf-8", errors="replace")
    if declared_codec is not None:
        return _Charset(declared_codec)
    guess = guess_codec(data)
    if guess is None or is_nonsense(data[: limits.SNIFF_BYTES].decode(guess, "replace")):
        return _Charset("utf-8")  # the decoder names the place of the byte
    return _Charset(guess, guessed=True)


def _is_iso_2022(data: bytes) -> bool:
    """Whether bytes of ASCII with the escapes of ISO-2022-JP are valid in it."""
    try:
        return data.isascii() and bool(data.decode("iso2022_jp"))
    except UnicodeDecodeError:
        return False


def _is_nearly_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few."""
    valid = data.decode("utf-8", "ignore")
    wide = len(valid) - len(valid.encode("ascii", "ignore"))
    return wide > _CHANCE * (len(data) - len(valid.encode()))


def decode_utf8(data: bytes, path: str, line: int) -> str:
    """Decode UTF-8.

    Args:
        data: the bytes.
        path: the file, for errors.
        line: the line number of the first byte.

    Raises:
        ReadError: the bytes are not UTF-8, or hold a NUL byte.
    """
    if (zero := data.find(b"\0")) >= 0:
        raise _nul_error(path, line + data.count(b"\n", 0, zero))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _charset_error(error, _Charset("utf-8"), path, line, 0) from error


def _charset_error(error: UnicodeDecodeError, charset: _Charset, path: str, line: int, offset: int) -> ReadError:
    """The error on a byte that is not of the charset; ``line`` and ``offset`` are those of the bytes of ``error``."""
    name = "UTF-8" if charset.codec == "utf-8" else charset.codec.replace("cp125", "windows-125")
    if charset.codec.startswith("utf-") and charset.codec != "utf-8":
        return ReadError(path, f"is not valid {name[:6].upper()} at byte {offset + error.start}; save it as UTF-8")
    reason = f"is not {name}: byte 0x{error.object[error.start]:02X} at offset {offset + error.start}; "
    return ReadError(path, reason + _CURE, line + error.object.count(b"\n", 0, error.start))


def _nul_error(path: str, line: int) -> ReadError:
    return ReadError(path, "holds a NUL byte, so it is not text; convert it, or leave it out", line)


def recode(pieces: Iterable[bytes], path: str, on_problem: _OnProblem) -> Iterator[bytes]:
    """Recode a file of rows to UTF-8 without a mark. The charset is chosen as in `decode_pieces`.

    A byte that is not of the charset stays as it is, so that the reader refuses its row alone.

    Args:
        pieces: the bytes of the file.
        path: the file, for errors.
        on_problem: takes the problem of a charset that is a guess.

    Raises:
        ReadError: the bytes are broken UTF-16 or UTF-32.
    """
    charset, data = _split_mark(pieces, path)
    if charset.codec == "utf-8":
        yield from data
        return
    decoder = codecs.getincrementaldecoder(charset.codec)("surrogateescape")
    try:
        for piece in chain(data, (b"",)):
            yield decoder.decode(piece, final=not piece).encode("utf-8", "surrogateescape")
    except UnicodeError as error:
        raise ReadError(path, f"is not valid {charset.codec}: {error}; save it as UTF-8") from error
    _tell_guess(charset, path, on_problem)
