"""A page as a list of texts."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.thresholds import LABEL_WORDS


class PlainPage(NamedTuple):
    """A page: the texts of its blocks, words between spaces, and which blocks are whole ``lines``, each with a flag.

    ``source`` is -1 for none, ``headline`` 0 for none; pages of a lower ``content`` are looked at first.
    """

    blocks: Sequence[str]
    lines: Sequence[bool]
    source: int = -1
    headline: int = 0
    content: int = 0


def words(text: str) -> int:
    """The words of a text."""
    return len(text.split())


def texts(page: PlainPage) -> set[str]:
    """The different texts of a page that have words."""
    return {text for text in page.blocks if words(text)}


def labels(page: PlainPage) -> set[str]:
    """The different labels of a page."""
    lines = {text for text, line in zip(page.blocks, page.lines, strict=True) if line}
    return {text for text in lines if 1 <= words(text) <= LABEL_WORDS}


def labels_of(pages: Sequence[PlainPage]) -> set[str]:
    """The texts that are labels on the first page that has them."""
    first: dict[str, PlainPage] = {}
    for page in pages:
        for text in texts(page):
            first.setdefault(text, page)
    return {text for text, page in first.items() if text in labels(page)}
