"""Which blocks are chrome but for misprints, of pages that are lists of texts."""

from collections.abc import Sequence

from dedup.core.reference.boilerplate import Page

__all__ = ["chrome", "pieces"]

SIZE, LEAST, STORIES = 3, 8, 3


def pieces(block: str) -> list[str]:
    """Each three words that follow each other in a block of eight or more."""
    words = block.split()
    return [" ".join(words[place : place + SIZE]) for place in range(len(words) - SIZE + 1) if len(words) >= LEAST]


def chrome(pages: Sequence[Page], sources: Sequence[int], stories: Sequence[int], strays: Sequence[bool]) -> list[bool]:
    """Whether half of the pieces of each block of each page stand on three stories of its source, or in strays."""
    spread: dict[tuple[int, str], set[int]] = {}
    stray: set[str] = set()
    flags = iter(strays)
    for page, source, story in zip(pages, sources, stories, strict=True):
        for block in page:
            for piece in pieces(block):
                spread.setdefault((source, piece), set()).add(story)
            if next(flags):
                stray.update(pieces(block))
    return [
        any(
            2 * sum(known) >= len(known) > 0
            for known in (
                [len(spread[source, piece]) >= STORIES for piece in pieces(block)],
                [piece in stray for piece in pieces(block)],
            )
        )
        for page, source in zip(pages, sources, strict=True)
        for block in page
    ]
