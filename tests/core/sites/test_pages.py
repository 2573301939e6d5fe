"""Pages as blocks, and pages for the tests of what is learned from them."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.pages import Pages
from dedup.core.sites.reference.pages import Page


def hashed(text: str) -> int:
    """The hash of a text as a block."""
    return xxhash.xxh3_64_intdigest(text.encode()) if text.split() else 0


def packed(pages: Sequence[Page]) -> Pages:
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


def lined(*blocks: str, source: int = -1, headline: int = 0, content: int = 0) -> Page:
    """A page on which every block is a whole line."""
    return Page(blocks, [True] * len(blocks), source, headline, content)


PAGE = st.lists(st.sampled_from(["", "a", "b c"]), max_size=4).map(lambda blocks: lined(*blocks, source=len(blocks)))


@given(st.lists(PAGE, max_size=5))
def test_every_block_has_its_page(pages: list[Page]) -> None:
    """Blocks are numbered page after page."""
    expected = [number for number, page in enumerate(pages) for _ in page.blocks]
    assert expected == packed(pages).of_blocks().tolist()
