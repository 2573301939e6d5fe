"""Makes pages for the tests of sites, boilerplate and site profiles."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import xxhash

from dedup.core.sites.pages import Pages
from dedup.core.sites.reference.pages import PlainPage


def hashed(block: str) -> int:
    """Returns the hash of a block, 0 for a block without words."""
    return xxhash.xxh3_64_intdigest(block.encode()) if block.split() else 0


def packed(pages: Sequence[PlainPage]) -> Pages:
    """Packs pages of strings into arrays."""
    blocks = list(chain.from_iterable(page.blocks for page in pages))
    return Pages(
        np.array([hashed(block) for block in blocks], np.uint64),
        np.array([len(block.split()) for block in blocks], np.int32),
        np.array(list(chain.from_iterable(page.lines for page in pages)), np.bool_),
        np.cumsum([0, *(len(page.blocks) for page in pages)]),
        np.array([page.source for page in pages], np.int64),
        np.array([page.headline for page in pages], np.uint64),
        np.array([page.content for page in pages], np.uint64),
    )


def of_hashes(hashes: Sequence[Sequence[int]]) -> Pages:
    """Makes pages of blocks with these hashes. A block has one word, and a block with the hash 0 has none."""
    flat, count = np.array([value for page in hashes for value in page], np.uint64), len(hashes)
    nothing = np.zeros(count, np.uint64)
    bounds = np.cumsum([0, *map(len, hashes)])
    return Pages(flat, (flat > 0).astype(np.int32), flat > 0, bounds, np.full(count, -1), nothing, nothing)


def lined(*blocks: str, source: int = -1, headline: int = 0, content: int = 0) -> PlainPage:
    """Makes a page on which every block is a whole line.

    Args:
        blocks: the blocks.
        source: the number of the source, -1 for none.
        headline: the hash of the headline, 0 for none.
        content: the fingerprint of the page.
    """
    return PlainPage(blocks, [True] * len(blocks), source, headline, content)


def menu(site: str, count: int = 12) -> list[str]:
    """Returns the menu of a site, ``count`` labels."""
    return [f"{site} entry {number}" for number in range(count)]
