"""Recurring blocks are counted over the pages of a site, as a reader would count them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.recurring import recurring_blocks
from tests.helpers.pages import of_hashes


@st.composite
def collections(draw):
    """Draws pages as lists of blocks (0 has no words), with sites, stories, boilerplate and rulings."""
    blocks = draw(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
    count = sum(map(len, blocks))
    return (
        blocks,
        draw(st.lists(st.integers(0, 2), min_size=len(blocks), max_size=len(blocks))),
        draw(st.lists(st.integers(0, 2), min_size=len(blocks), max_size=len(blocks))),
        draw(st.lists(st.booleans(), min_size=count, max_size=count)),
        draw(st.lists(st.booleans(), min_size=count, max_size=count)),
    )


def count_slowly(blocks, sources, stories, boilerplate, ruled):
    """Counts recurring blocks block by block.

    Args:
        blocks: the blocks of each page.
        sources: the site of each page.
        stories: the story of each page.
        boilerplate: whether each block is boilerplate.
        ruled: whether each block has a ruling.
    """
    flat = [(sources[page], block, page) for page, row in enumerate(blocks) for block in row]
    rows = []
    for site, block in sorted({(site, block) for site, block, _ in flat if block}):
        places = [place for place, (*both, _) in enumerate(flat) if both == [site, block]]
        pages = {flat[place][2] for place in places}
        if len(pages) > 1 or any(boilerplate[place] or ruled[place] for place in places):
            on_stories = len({stories[page] for page in pages})
            rows.append((site, -len(pages), -on_stories, places[0]))
    return [(site, place, -pages, -on_stories) for site, pages, on_stories, place in sorted(rows)]


@given(collections())
def test_recurring_blocks_equal_their_twin(collection):
    """Blocks and their counts equal the slow twin, site after site, the most frequent block first."""
    blocks, sources, stories, boilerplate, ruled = collection
    recurring = recurring_blocks(
        of_hashes(blocks),
        np.array(sources, np.int64),
        np.array(stories, np.int64),
        np.array(boilerplate, np.bool_),
        np.array(ruled, np.bool_),
    )
    assert count_slowly(*collection) == list(zip(*(column.tolist() for column in recurring), strict=True))
