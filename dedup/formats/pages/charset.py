"""Bytes of an HTML page -> text, by its mark, UTF-8, its declared charset, or a guess, in that order.

trafilatura's own decoding is not used: it ignores the declaration and tries to decompress the bytes.
"""

import codecs
import re
from collections.abc import Iterator

from dedup.errors import ReadError
from dedup.formats import limits

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{1,40})""")
_WIDE = re.compile(r"[^\x00-\x7f]")
_CHANCE = 4  # characters of several bytes, for each broken byte, that do not come about by chance
_NONSENSE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")

_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""Charsets that browsers read as a larger one, because pages are declared so (WHATWG Encoding, section 4.2)."""

_LEGACY = {
    *_WIDER.values(),
    *(f"cp125{digit}" for digit in range(9)),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "euc_jp", "iso2022_jp"),
}
"""What a page may declare. Python knows more, such as ``punycode``, which a hostile page could make take hours."""


def decode_page(data: bytes, path: str) -> str:
    """The page as text; raises `ReadError` if nothing makes sense of the bytes."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _sensible(data[len(mark) :].decode(codec, "replace"), path)
    try:
        found = data.decode(_seven_bit(data))
    except UnicodeDecodeError:
        return _legacy(data, path)
    return _sensible(found, path)


def _legacy(data: bytes, path: str) -> str:
    for codec in _codecs(data):
        try:
            return _sensible(data.decode(codec, "replace"), path)
        except ReadError:
            continue
    return _sensible(data.decode("utf-8", "replace"), path)


def _codecs(data: bytes) -> Iterator[str]:
    valid = data.decode("utf-8", "ignore")
    if len(_WIDE.findall(valid)) > _CHANCE * (len(data) - len(valid.encode())):
        yield "utf-8"  # with a few broken bytes
    if (declared := _declared(data)) is not None:
        yield declared
    from trafilatura.utils import detect_encoding

    for guess in detect_encoding(data):
        if (codec := _codec(guess)) is not None:
            yield codec


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[: limits.MAX_HEAD_BYTES])
    return None if found is None else _codec(found[1].decode("ascii"))


def _codec(label: str) -> str | None:
    for name in (label, label.lower().removeprefix("x-"), label.lower().replace("windows-", "cp")):
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        codec = _WIDER.get(codec, codec)
        return codec if codec in _LEGACY else None
    return None


def _seven_bit(data: bytes) -> str:
    # ISO-2022-JP is valid UTF-8 byte for byte, so here alone the declaration goes first.
    return "iso2022_jp" if b"\x1b$" in data and _declared(data) == "iso2022_jp" else "utf-8"


def _sensible(found: str, path: str) -> str:
    if len(_NONSENSE.findall(found)) > limits.MAX_NONSENSE * len(found):
        raise ReadError(path, "is not text in any known charset; save the page as UTF-8, or leave it out")
    return found
