"""Pages for the tests of what is learned from pages."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import xxhash

from dedup.core.sites.pages import Pages
from dedup.core.sites.reference.pages import PlainPage


def hashed(text: str) -> int:
    """The hash of a text as a block."""
    return xxhash.xxh3_64_intdigest(text.encode()) if text.split() else 0


def packed(pages: Sequence[PlainPage]) -> Pages:
    """Pages whose blocks are given as texts, words between spaces."""
    texts = list(chain.from_iterable(page.blocks for page in pages))
    return Pages(
        np.array([hashed(text) for text in texts], np.uint64),
        np.array([len(text.split()) for text in texts], np.int32),
        np.array(list(chain.from_iterable(page.lines for page in pages)), np.bool_),
        np.cumsum([0, *(len(page.blocks) for page in pages)]),
        np.array([page.source for page in pages], np.int64),
        np.array([page.headline for page in pages], np.uint64),
        np.array([page.content for page in pages], np.uint64),
    )


def of_hashes(hashes: Sequence[Sequence[int]]) -> Pages:
    """Pages of blocks that have the given hashes, and a word each, but for a hash of 0."""
    flat, count = np.array([value for page in hashes for value in page], np.uint64), len(hashes)
    nothing = np.zeros(count, np.uint64)
    bounds = np.cumsum([0, *map(len, hashes)])
    return Pages(flat, (flat > 0).astype(np.int32), flat > 0, bounds, np.full(count, -1), nothing, nothing)


def lined(*blocks: str, source: int = -1, headline: int = 0, content: int = 0) -> PlainPage:
    """A page on which every block is a whole line."""
    return PlainPage(blocks, [True] * len(blocks), source, headline, content)


def menu(site: str, count: int = 12) -> list[str]:
    """The menu of a site."""
    return [f"{site} entry {number}" for number in range(count)]
