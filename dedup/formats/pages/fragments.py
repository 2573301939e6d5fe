"""A value that may hold markup -> whether it is a part of a page, and its text."""

import re
from typing import Final

from dedup.formats.pages.flat import whole_text

_PAGE: Final = re.compile(r"<(?:!doctype|html|head|body|title|meta|link|main|article)\b", re.IGNORECASE)
_MARKUP: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")


def is_fragment(page: str) -> bool:
    """Whether HTML is a part of a page: no tag of it stands for a whole page, its head, or its main part."""
    return _PAGE.search(page) is None


def has_markup(value: str) -> bool:
    """Whether a value is HTML: it holds a tag, a comment or an entity."""
    return _MARKUP.search(value) is not None


def text_of(value: str) -> str:
    """The text of a value that may be HTML."""
    return whole_text(value)[0] if has_markup(value) else value.strip()
