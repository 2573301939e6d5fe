"""Bytes of an HTML page -> text, by byte order mark, UTF-8, declared charset, or a guess, in this order.

The decoding of trafilatura is not used: it ignores the declaration and tries to decompress the bytes.
"""

import codecs
import re
from collections.abc import Iterator

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.charsets import allowed_codec, guess_codec, is_nonsense

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{1,40})""")
_WIDE = re.compile(r"[^\x00-\x7f]")
_CHANCE = 4  # with more characters of several bytes for each broken byte, the page is UTF-8 and not so by chance


def decode_page(data: bytes, path: str, label: str = "") -> str:
    """Decode a page.

    Args:
        data: the bytes.
        path: the page, for errors.
        label: the charset that a header of HTTP or mail declares; empty for none.

    Raises:
        ReadError: no charset makes sense of the bytes.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _check_sense(data[len(mark) :].decode(codec, "replace"), path)
    try:
        text = data.decode(_unicode_codec(data, label))
    except UnicodeDecodeError:
        return _decode_legacy(data, path, label)
    return _check_sense(text, path)


def _decode_legacy(data: bytes, path: str, label: str) -> str:
    """Decode a page that is not valid UTF-8: by the first codec that makes sense of the bytes."""
    for codec in _likely_codecs(data, label):
        try:
            return _check_sense(data.decode(codec, "replace"), path)
        except ReadError:
            continue
    return _check_sense(data.decode("utf-8", "replace"), path)


def _likely_codecs(data: bytes, label: str) -> Iterator[str]:
    """Codecs to try: UTF-8 for few broken bytes, the declared charset, a guess."""
    valid = data.decode("utf-8", "ignore")
    if len(_WIDE.findall(valid)) > _CHANCE * (len(data) - len(valid.encode())):
        yield "utf-8"  # with a few broken bytes
    if (declared := allowed_codec(label) or _declared_codec(data)) is not None:
        yield declared
    if (guess := guess_codec(data)) is not None:
        yield guess


def _declared_codec(data: bytes) -> str | None:
    """The codec of the charset that a page declares; None for no charset, or a charset that is not allowed."""
    match = _DECLARED.search(data[: limits.MAX_HEAD_BYTES])
    return None if match is None else allowed_codec(match[1].decode("ascii"))


def _unicode_codec(data: bytes, label: str) -> str:
    """UTF-8; or ISO-2022-JP for a page that declares it, since its bytes are valid UTF-8."""
    declared = allowed_codec(label) or _declared_codec(data)
    return "iso2022_jp" if b"\x1b$" in data and declared == "iso2022_jp" else "utf-8"


def _check_sense(text: str, path: str) -> str:
    """Return the text; raise `ReadError` if too much of it is control and replacement characters."""
    if is_nonsense(text):
        raise ReadError(path, "is not text in any known charset; save the page as UTF-8, or leave it out")
    return text
