"""The first bytes of a file -> the suffix of its format, where no name tells it."""

import codecs
import re
from functools import lru_cache
from typing import Final

SNIFFED_PAGES: Final = (".html", ".mhtml")
"""The formats of a file of unknown suffix in a folder. Another format needs its suffix there, or its name typed."""

_MARK: Final = rb"(?:\xef\xbb\xbf)?\s*+"
_PROLOG: Final = _MARK + rb"(?:<\?xml[^>]*+>\s*+|<!--(?:[^-]|-(?!->))*+-->\s*+)*+"
_TAGS: Final = (
    rb"html|head|body|title|base|meta|link|script|style|noscript|iframe|frameset|h[1-6]|div|p|pre|a|b|br|i|img|ul|ol|li|"
    rb"table|font|center|span|article|section|main|header|nav|figure|blockquote"
)
_HEADERS: Final = (
    rb"received|return-path|delivered-to|from|to|cc|reply-to|sender|subject|date|message-id|mime-version|"
    rb"content-type|content-transfer-encoding|list-id|list-unsubscribe|dkim-signature|arc-seal|[ax]-[\w-]+"
)
_SAVED: Final = rb"(?:[\w-]+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)*?"
_FOLDED: Final = rb":[^\n]*+\n(?:[ \t][^\n]*+\n)*+"
_CELL: Final = rb'"?[\w\x80-\xff][\w\x80-\xff .:/-]{0,59}"?'

_SIGNATURES: Final = (
    ("", rb"%PDF|\{\\rtf|\x7fELF|SQLite format 3|\xd0\xcf\x11\xe0|Rar!|7z\xbc\xaf|<\?php"),
    (".zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    (".tar", rb".{257}ustar"),
    (".parquet", rb"PAR1"),
    (".arrow", rb"ARROW1"),
    (".warc", rb"WARC/\d"),
    (".json", _MARK + rb"(?:\[|\{[ \t\r]*+\n)"),
    (".jsonl", _MARK + rb"\{"),
    (".xml", _PROLOG + rb"<(?:rss|feed|rdf:rdf)[\s>]"),
    (".html", _PROLOG + rb"<(?:!doctype\s++html|" + _TAGS + rb")[\s/>]"),
    (".xml", _MARK + rb"<\?xml\s"),
    (".mbox", rb"From \S++[^\n]*?\d\d:\d\d[^\n]*?\d{4}"),
    (".mhtml", _SAVED + rb"(?:snapshot-content-location:|from:\s*\"?<saved by )"),
    (".eml", rb"(?:" + _HEADERS + rb")" + _FOLDED + rb"(?:" + _HEADERS + rb"):"),
    (".csv", rb"(?:\xef\xbb\xbf)?" + _CELL + rb"([,;|\t])" + _CELL + rb"(?:\1" + _CELL + rb")*+\r?\n"),
    (".txt", rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f]+\Z"),
)
"""The suffix of each format, and a pattern of its first bytes. The first pattern that matches decides.

Files that are text at first sight, but cannot be read, have an empty suffix.
"""


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[bytes]]]:
    """`_SIGNATURES`, compiled. Most runs need none of them."""
    return [(suffix, re.compile(pattern, re.DOTALL | re.IGNORECASE)) for suffix, pattern in _SIGNATURES]


def sniff(head: bytes) -> str | None:
    """The suffix of the format that the first bytes of a file tell.

    Args:
        head: the first bytes, decompressed; ``limits.FORMAT_BYTES`` are enough.

    Returns:
        A suffix, as ``.html``, or None for bytes of no known format.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    return next((suffix for suffix, pattern in _patterns() if pattern.match(head)), None) or None


def is_decided(head: bytes | bytearray) -> bool:
    """Whether `sniff` needs no more bytes: a row of JSON Lines must be read before the next row comes."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith(b"{")
