"""Blocks that stand on two pages or more are found by their hashes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import shared_blocks as module
from dedup.core.sites.reference import shared_blocks as slow
from dedup.core.sites.reference.pages import PlainPage, labels
from dedup.core.sites.shared_blocks import SharedBlocks, page_blocks, shared_blocks
from tests.helpers.pages import packed

TEXTS = st.sampled_from(["", "a", "b c", "d e f g h i j k", "d e f g h i j k l", "m n o p q r s t u v w x y"])
PAGE = st.lists(st.tuples(TEXTS, st.booleans()), max_size=8).map(
    lambda blocks: PlainPage([text for text, _ in blocks], [line for _, line in blocks])
)
PAGES = st.lists(PAGE, max_size=8)


def as_places(shared: SharedBlocks) -> list[list[tuple[int, int, bool]]]:
    """Returns the places of each distinct block: its number, its page, and whether it is a label there."""
    places = list(zip(shared.places.tolist(), shared.owners.tolist(), shared.labels.tolist(), strict=True))
    return [places[first:last] for first, last in pairwise(shared.starts.tolist())]


@given(PAGES, st.sampled_from([0, 2**31]))
def test_shared_blocks_equal_their_twin(pages: list[PlainPage], narrow: int) -> None:
    """Shared blocks, labels and own words equal the slow twin, with numbers of 32 bits or 64 bits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_NARROW", narrow)
        shared = shared_blocks(packed(pages))
    expected = slow.shared_blocks(pages)
    assert sorted(expected.values()) == sorted(as_places(shared))
    flat = [text for page in pages for text in page.blocks]
    assert [len(flat[places[0][0]].split()) for places in as_places(shared)] == shared.words.tolist()
    assert [len(labels(page)) for page in pages] == shared.labelled.tolist()
    assert slow.own_words(pages) == shared.own_words.tolist()
    assert (np.int32 if narrow else np.int64) == shared.places.dtype == shared.owners.dtype


@given(PAGES)
def test_blocks_of_pages_equal_their_twin(pages: list[PlainPage]) -> None:
    """The distinct blocks of each page, and which are labels, equal the slow twin."""
    places, owners, is_label = page_blocks(packed(pages))
    flat = [text for page in pages for text in page.blocks]
    blocks = [flat[place] for place in places.tolist()]
    found = sorted(zip(owners.tolist(), blocks, is_label.tolist(), strict=True))
    assert sorted(slow.page_blocks(pages)) == found


@given(PAGES, st.integers(1, 20))
def test_batches_are_all_blocks_in_order(pages: list[PlainPage], places: int) -> None:
    """Batches of any size follow each other from the first distinct block to the last."""
    shared = shared_blocks(packed(pages))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PLACES", places)
        batches = list(shared.batches())
    assert list(range(shared.words.size)) == [block for first, last in batches for block in range(first, last)]
