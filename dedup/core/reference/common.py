"""What pages that are lists of texts have in common, from dictionaries of places."""

from collections.abc import Sequence

from dedup.core.reference.boilerplate import Page, long, short

__all__ = ["common", "held"]


def common(pages: Sequence[Page]) -> dict[str, list[tuple[int, int]]]:
    """Of each text with words that stands on two pages, all its places, and the page that each is on."""
    places: dict[str, list[tuple[int, int]]] = {}
    blocks = [(number, text) for number, page in enumerate(pages) for text in page]
    for place, (number, text) in enumerate(blocks):
        if text.split():
            places.setdefault(text, []).append((place, number))
    return {text: found for text, found in places.items() if len({page for _, page in found}) > 1}


def held(pages: Sequence[Page]) -> list[tuple[int, int]]:
    """How many different short blocks each page has, and how many long ones."""
    return [(len(short(page)), len(long(page))) for page in pages]
