"""The blocks that pages share, from dictionaries of places."""

from collections.abc import Sequence

from dedup.core.sites.reference.pages import PlainPage, distinct_blocks, labels, words


def shared_blocks(pages: Sequence[PlainPage]) -> dict[str, list[tuple[int, int, bool]]]:
    """Returns the blocks with words that stand on two pages or more.

    Each block has its places: the number of the block, its page, and whether the block is a label on that page.
    """
    places: dict[str, list[tuple[int, int, bool]]] = {}
    blocks = [(number, block) for number, page in enumerate(pages) for block in page.blocks]
    for place, (number, block) in enumerate(blocks):
        if words(block):
            places.setdefault(block, []).append((place, number, block in labels(pages[number])))
    return {block: rows for block, rows in places.items() if len({page for _, page, _ in rows}) > 1}


def own_words(pages: Sequence[PlainPage]) -> list[int]:
    """Counts the words of the distinct blocks of each page that stand on no other page and are no labels."""
    counts = []
    for number, page in enumerate(pages):
        elsewhere = [distinct_blocks(other) for other_number, other in enumerate(pages) if other_number != number]
        alone = distinct_blocks(page) - labels(page) - set().union(*elsewhere)
        counts.append(sum(words(block) for block in alone))
    return counts


def page_blocks(pages: Sequence[PlainPage]) -> list[tuple[int, str, bool]]:
    """Returns the distinct blocks with words of each page, and whether each is a label on the page."""
    return [
        (number, block, block in labels(page)) for number, page in enumerate(pages) for block in distinct_blocks(page)
    ]
