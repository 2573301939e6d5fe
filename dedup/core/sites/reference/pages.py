"""Pages as lists of blocks, which are strings of words between spaces."""

from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.thresholds import LABEL_WORDS


class PlainPage(NamedTuple):
    """A page.

    - ``blocks``: the blocks as strings.
    - ``lines``: whether each block is a whole line.
    - ``source``: the number of the source, -1 for none.
    - ``headline``: the hash of the headline, 0 for none.
    - ``content``: the fingerprint. Pages with the lowest fingerprints are sampled.
    """

    blocks: Sequence[str]
    lines: Sequence[bool]
    source: int = -1
    headline: int = 0
    content: int = 0


def words(block: str) -> int:
    """Counts the words of a block."""
    return len(block.split())


def distinct_blocks(page: PlainPage) -> set[str]:
    """Returns the distinct blocks of a page that have words."""
    return {block for block in page.blocks if words(block)}


def labels(page: PlainPage) -> set[str]:
    """Returns the distinct labels of a page."""
    lines = {block for block, line in zip(page.blocks, page.lines, strict=True) if line}
    return {block for block in lines if 1 <= words(block) <= LABEL_WORDS}


def labels_of(pages: Sequence[PlainPage]) -> set[str]:
    """Returns the blocks that are labels on the first page that has them."""
    first: dict[str, PlainPage] = {}
    for page in pages:
        for block in distinct_blocks(page):
            first.setdefault(block, page)
    return {block for block, page in first.items() if block in labels(page)}
