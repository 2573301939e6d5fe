"""What pages have in common is found by one look at the hashes of their blocks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sites import shared_blocks as module
from dedup.core.sites.reference import shared_blocks as slow
from dedup.core.sites.reference.pages import PlainPage, labels
from dedup.core.sites.shared_blocks import SharedBlocks
from dedup.core.sites.shared_blocks import shared_blocks as common
from tests.helpers.pages import packed

TEXTS = st.sampled_from(["", "a", "b c", "d e f g h i j k", "d e f g h i j k l", "m n o p q r s t u v w x y"])
PAGE = st.lists(st.tuples(TEXTS, st.booleans()), max_size=8).map(
    lambda blocks: PlainPage([text for text, _ in blocks], [line for _, line in blocks])
)
PAGES = st.lists(PAGE, max_size=8)


def as_places(found: SharedBlocks) -> list[list[tuple[int, int, bool]]]:
    """Of each text its places, with the page of each, and whether the text is a label there."""
    places = list(zip(found.places.tolist(), found.owners.tolist(), found.labels.tolist(), strict=True))
    return [places[first:last] for first, last in pairwise(found.starts.tolist())]


@given(PAGES, st.sampled_from([0, 2**31]))
def test_common_equals_its_twin(pages: list[PlainPage], narrow: int) -> None:
    """Texts, labels and own words are those of dictionaries of places, with numbers of 32 bits or 64."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_NARROW", narrow)
        found = common(packed(pages))
    expected = slow.shared_blocks(pages)
    assert sorted(expected.values()) == sorted(as_places(found))
    flat = [text for page in pages for text in page.blocks]
    assert [len(flat[places[0][0]].split()) for places in as_places(found)] == found.words.tolist()
    assert [len(labels(page)) for page in pages] == found.labelled.tolist()
    assert slow.own(pages) == found.own.tolist()
    assert (np.int32 if narrow else np.int64) == found.places.dtype == found.owners.dtype


@given(PAGES, st.integers(1, 20))
def test_lots_are_all_texts_in_order(pages: list[PlainPage], places: int) -> None:
    """However few places are looked at together, one lot follows the other, from the first text to the last."""
    found = common(packed(pages))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PLACES", places)
        lots = list(found.lots())
    assert list(range(found.words.size)) == [text for first, last in lots for text in range(first, last)]
