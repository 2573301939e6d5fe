"""What recurs is counted as a reader would count it, over all pages that have one name."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites.recurring import recurring_blocks
from tests.helpers.pages import of_hashes


@st.composite
def collections(draw):
    """Pages as lists of blocks (0 has no words), with source and story of each, leaders, boilerplate and rulings."""
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


def slow(blocks, sources, stories, families, boilerplate, ruled):
    """The same, block by block."""
    flat = [(page, block) for page, row in enumerate(blocks) for block in row]
    owners = []
    split: dict[int, set[int]] = {}
    for page, block in flat:
        family = families[sources[page]]
        judged = {
            boilerplate[place]
            for place, (other, same) in enumerate(flat)
            if same == block and families[sources[other]] == family
        }
        owners.append(sources[page] if len(judged) > 1 else family)
        if len(judged) > 1:
            split.setdefault(block, set()).add(sources[page])
    rows = []
    for owner, block in sorted({(owner, block) for owner, (_, block) in zip(owners, flat, strict=True) if block}):
        places = [place for place, each in enumerate(flat) if (owners[place], each[1]) == (owner, block)]
        pages = {flat[place][0] for place in places}
        if (
            len(pages) > 1
            or owner in split.get(block, ())
            or any(boilerplate[place] or ruled[place] for place in places)
        ):
            told = len({stories[page] for page in pages})
            rows.append((owner, -len(pages), -told, places[0]))
    return [(owner, place, -pages, -told) for owner, pages, told, place in sorted(rows)]


@given(collections())
def test_what_recurs_is_what_a_reader_would_count(collection):
    """Blocks, sources, pages and stories are those of counting by hand, in the order of sources and of frequency."""
    blocks, sources, stories, families, boilerplate, ruled = collection
    found = recurring_blocks(
        of_hashes(blocks),
        np.array(sources, np.int64),
        np.array(families),
        np.array(stories, np.int64),
        np.array(boilerplate, np.bool_),
        np.array(ruled, np.bool_),
    )
    assert slow(*collection) == list(zip(*(column.tolist() for column in found), strict=True))
