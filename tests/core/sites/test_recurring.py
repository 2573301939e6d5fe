"""Recurring blocks are counted over all sites with one name, as a reader would count them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.recurring import recurring_blocks
from tests.helpers.pages import of_hashes


@st.composite
def collections(draw):
    """Draws pages as lists of blocks (0 has no words), with sites, stories, leaders, boilerplate and rulings."""
    blocks = draw(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
    count = sum(map(len, blocks))
    return (
        blocks,
        draw(st.lists(st.integers(0, 2), min_size=len(blocks), max_size=len(blocks))),
        draw(st.lists(st.integers(0, 2), min_size=len(blocks), max_size=len(blocks))),
        draw(st.sampled_from([[0, 1, 2], [0, 0, 2], [1, 1, 1], [2, 1, 2]])),
        draw(st.lists(st.booleans(), min_size=count, max_size=count)),
        draw(st.lists(st.booleans(), min_size=count, max_size=count)),
    )


def count_slowly(blocks, sources, stories, families, boilerplate, ruled):
    """Counts recurring blocks block by block.

    Args:
        blocks: the blocks of each page.
        sources: the site of each page.
        stories: the story of each page.
        families: the leader of each site.
        boilerplate: whether each block is boilerplate.
        ruled: whether each block has a ruling.
    """
    flat = [(page, block) for page, row in enumerate(blocks) for block in row]
    owners = []
    split: dict[int, set[int]] = {}
    for page, block in flat:
        family = families[sources[page]]
        answers = {
            boilerplate[place]
            for place, (other_page, other_block) in enumerate(flat)
            if other_block == block and families[sources[other_page]] == family
        }
        owners.append(sources[page] if len(answers) > 1 else family)
        if len(answers) > 1:
            split.setdefault(block, set()).add(sources[page])
    rows = []
    for owner, block in sorted({(owner, block) for owner, (_, block) in zip(owners, flat, strict=True) if block}):
        places = [place for place, (_, other) in enumerate(flat) if (owners[place], other) == (owner, block)]
        pages = {flat[place][0] for place in places}
        if (
            len(pages) > 1
            or owner in split.get(block, ())
            or any(boilerplate[place] or ruled[place] for place in places)
        ):
            on_stories = len({stories[page] for page in pages})
            rows.append((owner, -len(pages), -on_stories, places[0]))
    return [(owner, place, -pages, -on_stories) for owner, pages, on_stories, place in sorted(rows)]


@given(collections())
def test_recurring_blocks_equal_their_twin(collection):
    """Blocks and their counts equal the slow twin, site after site, the most frequent block first."""
    blocks, sources, stories, families, boilerplate, ruled = collection
    recurring = recurring_blocks(
        of_hashes(blocks),
        np.array(sources, np.int64),
        np.array(families),
        np.array(stories, np.int64),
        np.array(boilerplate, np.bool_),
        np.array(ruled, np.bool_),
    )
    assert count_slowly(*collection) == list(zip(*(column.tolist() for column in recurring), strict=True))
