"""Lookup keys: band keys, sampled shingles, and one key for equal texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch import bands, sampling
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.contract import contract
from dedup.core.sketch.lookup_keys import LEDE, is_long, key_columns, lookup_keys
from dedup.core.sketch.minhash import sketch
from dedup.core.sketch.reference import sampling as slow
from dedup.core.sketch.shingles import shingle
from dedup.settings import Settings
from tests.helpers.ragged_rows import ragged, unragged

SETTINGS = Settings(k=64, similarity=0.5)
PLAN, MAX_HASH = contract(SETTINGS)


def sampled_shingles(rows: Ragged, settings: Settings) -> Ragged:
    """Return the sampled shingles of rows of tokens."""
    shingles = shingle(rows, settings.shingle_size, settings.seed, Workspace())
    return sampling.sample(shingles, contract(settings).max_hash, LEDE - settings.shingle_size + 1)


@given(st.lists(st.lists(st.integers(0, 30), max_size=90), max_size=6))
def test_keys_are_those_of_the_shingles(texts):
    """Band keys are the keys of the signature, and the sample has hashes below the bound and of the first words."""
    rows = ragged(texts)
    lookup = lookup_keys(rows, SETTINGS, Workspace())
    shingles = shingle(rows, SETTINGS.shingle_size, SETTINGS.seed, Workspace())
    keys = bands.band_keys(sketch(shingles, SETTINGS.k), PLAN)
    assert keys.tolist() == lookup.keys[:, :-1].tolist()
    assert slow.sample(unragged(shingles), int(MAX_HASH), LEDE - SETTINGS.shingle_size + 1) == unragged(lookup.sampled)


@given(st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=12))
def test_equal_texts_have_one_last_key(texts):
    """The last keys of two texts are equal if their tokens are, and a text without tokens has no key."""
    lookup = lookup_keys(ragged(texts), SETTINGS, Workspace())
    assert PLAN.bands + 1 == key_columns(SETTINGS) == lookup.keys.shape[1]
    last = lookup.keys[:, -1].tolist()
    assert [not text for text in texts] == [key == NO_KEY for key in last]
    assert [[a == b for b in texts] for a in texts] == [[a == b for b in last] for a in last]
    assert [not text for text in texts] == [value == 0 for value in lookup.rests.tolist()]


@given(st.lists(st.lists(st.integers(0, 300), min_size=30, max_size=600), max_size=6))
def test_long_texts_have_no_band_keys_if_asked(texts):
    """A text with enough different sampled shingles loses its band keys, and no other key changes."""
    rows = ragged(texts)
    complete = lookup_keys(rows, SETTINGS, Workspace())
    sparing = lookup_keys(rows, SETTINGS, Workspace(), spare=True)
    usual = SETTINGS.overlap / SETTINGS.similarity * int(MAX_HASH) / 2**64
    least = usual + 3 * usual**0.5 + LEDE - SETTINGS.shingle_size + 1
    long = [len(set(values)) > least for values in unragged(complete.sampled)]
    assert long == is_long(complete.sampled, SETTINGS).tolist()
    assert long == is_long(Ragged(complete.sampled.values >> np.uint64(32), complete.sampled.bounds), SETTINGS).tolist()
    complete.keys[long, :-1] = NO_KEY
    assert complete.keys.tolist() == sparing.keys.tolist()
    assert complete.sampled.values.tolist() == sparing.sampled.values.tolist()


@pytest.mark.parametrize(("size", "least", "most"), [(185, 0, 20), (700, 980, 1000)])
def test_texts_are_long_by_their_different_shingles(size, least, most):
    """Next to no text with few shingles is long, nearly all texts of news are, and no text that repeats itself is."""
    settings = Settings()
    words = size + settings.shingle_size - 1
    rows = ragged([list(range(first, first + words)) for first in range(0, 1000 * words, words)])
    assert least <= int(is_long(sampled_shingles(rows, settings), settings).sum()) <= most
    repetitive = ragged([list(range(first, first + 100)) * 30 for first in range(0, 1000, 100)])
    assert not is_long(sampled_shingles(repetitive, settings), settings).any()


@given(st.integers(1, 2000), st.integers(1, 2000), st.data())
def test_a_long_text_shares_the_overlap_with_its_candidates(left, right, data):
    """Two texts with the promised resemblance, one of them long, share the overlap that the sample promises."""
    shared = data.draw(st.integers(0, min(left, right)))
    settings = Settings()
    one_is_long = max(left, right) > settings.overlap / settings.similarity
    if shared / (left + right - shared) >= settings.similarity and one_is_long:
        assert shared >= settings.overlap
