"""Labels of charsets -> the codecs that are allowed, and bytes that are not UTF-8 -> a guess of their codec."""

import codecs
import re
from typing import Final

from dedup.formats import limits

_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "euc_jis_2004": "euc_jp",
    "euc_kr": "cp949",
}
"""Charsets that browsers read as a larger charset, because pages declare them so (WHATWG Encoding, section 4.2)."""

_LATIN: Final = (
    "cp1252",
    "cp1250",
    "cp1254",
    "cp1257",
    "cp1258",
    *(f"iso8859-{n}" for n in (1, 2, 3, 4, 10, 13, 14, 15, 16)),
)
_OTHER: Final = (
    *("cp1251", "cp1253", "cp1255", "cp1256", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "cp874", "cp866"),
    *("koi8-r", "koi8-u", "mac-cyrillic"),
)
_WIDE: Final = ("gb18030", "gb2312", "big5hkscs", "big5", "cp932", "shift_jis", "cp949", "euc-kr", "euc-jp")
_LEGACY: Final = {*_WIDER.values(), *_LATIN, *_OTHER, "mac-roman", "iso2022_jp"} - _WIDER.keys()
"""The charsets that a file may declare. Python knows more, such as ``punycode``: a hostile page takes hours in it."""

_LATIN_RUN: Final = 2
"""Mean length of runs of bytes above ASCII, below which a text is in Latin letters. Czech has 1.2, Russian 5."""

_ABOVE_ASCII: Final = re.compile(rb"[\x80-\xff]+")
_NONSENSE: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")


def allowed_codec(label: str) -> str | None:
    """The codec of a charset by its label, if a file may declare it."""
    for name in (label, label.lower().removeprefix("x-"), label.lower().replace("windows-", "cp")):
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        codec = _WIDER.get(codec, codec)
        return codec if codec in _LEGACY else None
    return None


def guess_codec(data: bytes) -> str | None:
    """The likely codec of a text that is not UTF-8; None if the bytes look like no text.

    Of 896 news texts of 80 to 3,000 bytes, in 17 languages and 22 charsets, chardet finds the charset of all, with the
    two alphabets apart as here; charset-normalizer finds that of nine in ten. chardet takes 1 ms. Only the lines that
    are not ASCII are looked at: the others say nothing, and they are most of a large file.
    """
    if len(data) < limits.MIN_GUESS_BYTES:
        return None
    from chardet import detect

    lines = b"\n".join(line for line in data[: limits.SNIFF_BYTES].splitlines() if not line.isascii())
    sample = (lines or data)[: limits.GUESS_BYTES]
    runs = _ABOVE_ASCII.findall(sample)
    alphabet = _LATIN if sum(map(len, runs)) < _LATIN_RUN * len(runs) else _OTHER
    guess = detect(sample, include_encodings=[*alphabet, *_WIDE], compat_names=False)["encoding"]
    codec = None if guess is None else allowed_codec(guess)
    if codec in _LATIN and sample.decode(codec, "replace") == sample.decode("cp1252", "replace"):
        return "cp1252"  # the name that people know
    return codec


def is_nonsense(text: str) -> bool:
    """Whether too much of a text is control and replacement characters."""
    return len(_NONSENSE.findall(text)) > limits.MAX_NONSENSE * len(text)
