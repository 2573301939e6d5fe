"""What pages that are lists of texts have in common, from dictionaries of places."""

from collections.abc import Sequence

from dedup.core.sites.reference.pages import PlainPage, labels, texts, words


def shared_blocks(pages: Sequence[PlainPage]) -> dict[str, list[tuple[int, int, bool]]]:
    """Of each text with words that stands on two pages: its places, their pages, where it is a label."""
    places: dict[str, list[tuple[int, int, bool]]] = {}
    blocks = [(number, text) for number, page in enumerate(pages) for text in page.blocks]
    for place, (number, text) in enumerate(blocks):
        if words(text):
            places.setdefault(text, []).append((place, number, text in labels(pages[number])))
    return {text: found for text, found in places.items() if len({page for _, page, _ in found}) > 1}


def own(pages: Sequence[PlainPage]) -> list[int]:
    """The words of the different texts of each page that no other page has and that are no labels."""
    found = []
    for number, page in enumerate(pages):
        others = [texts(other) for place, other in enumerate(pages) if place != number]
        found.append(sum(words(text) for text in texts(page) - labels(page) - set().union(*others)))
    return found
