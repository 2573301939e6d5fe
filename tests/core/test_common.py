"""What pages have in common is found by one look at the hashes of their blocks."""

from itertools import pairwise

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import common as module
from dedup.core.common import Common, common
from dedup.core.pages import Pages
from dedup.core.reference import common as slow

TEXTS = st.sampled_from(["", "a", "b c", "d e f g h i j k", "d e f g h i j k l", "m n o p q r s t u v w x y"])
PAGES = st.lists(st.lists(TEXTS, max_size=8), max_size=8)


def packed(pages: list[list[str]]) -> Pages:
    """Pages whose blocks are given as texts, words between spaces."""
    texts = [text for page in pages for text in page]
    return Pages(
        np.array([xxhash.xxh3_64_intdigest(text.encode()) if text else 0 for text in texts], np.uint64),
        np.array([len(text.split()) for text in texts], np.int32),
        np.cumsum([0, *map(len, pages)]),
        np.full(len(pages), -1),
    )


def as_pairs(found: Common) -> list[list[tuple[int, int]]]:
    """Of each text its places, and the page of each."""
    pairs = list(zip(found.places.tolist(), found.owners.tolist(), strict=True))
    return [pairs[first:last] for first, last in pairwise(found.starts.tolist())]


@given(PAGES, st.sampled_from([0, 2**31]))
def test_common_equals_its_twin(pages: list[list[str]], narrow: int) -> None:
    """Texts are those of a dictionary of places, in 32 bits or 64; each page has the blocks of its two sets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_NARROW", narrow)
        found = common(packed(pages))
    expected = slow.common(pages)
    assert sorted(expected.values()) == sorted(as_pairs(found))
    flat = [text for page in pages for text in page]
    assert [len(flat[places[0][0]].split()) for places in as_pairs(found)] == found.words.tolist()
    assert slow.held(pages) == list(zip(found.short.tolist(), found.long.tolist(), strict=True))
    assert (np.int32 if narrow else np.int64) == found.places.dtype == found.owners.dtype


@given(PAGES, st.integers(1, 20), st.sets(st.integers(0, 5)))
def test_parts_are_the_texts_that_are_asked_for(pages: list[list[str]], places: int, asked: set[int]) -> None:
    """One part after another, however few places are looked at together, they are all there and no others."""
    found = common(packed(pages))
    texts = np.array([text for text in sorted(asked) if text < found.words.size], np.int64)
    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PLACES", places)
        for part in found.parts(texts):
            pairs = list(zip(part.places.tolist(), part.owners.tolist(), strict=True))
            seen += [pairs[first:last] for first, last in pairwise(part.starts.tolist())]
    assert [as_pairs(found)[text] for text in texts] == seen
