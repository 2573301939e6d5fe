"""Both lanes of a text are those of its shingles, and equal texts have one key."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates.reference import sampled as slow
from dedup.core.sketch import bands, sampling
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.contract import contract
from dedup.core.sketch.lookup_keys import LEDE, is_long, lookup_keys
from dedup.core.sketch.minhash import sketch
from dedup.core.sketch.shingles import shingle
from dedup.settings import Settings

_SETTINGS = Settings(k=64, similarity=0.5)
_PLAN, _MAX_HASH = contract(_SETTINGS)


def ragged(texts):
    """Texts of numbers, which are their tokens."""
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    bounds = np.stack((np.append(0, ends)[:-1], ends), axis=1)
    return Ragged(np.array([word for text in texts for word in text], np.uint64), bounds)


@given(st.lists(st.lists(st.integers(0, 30), max_size=90), max_size=6))
def test_lanes_are_those_of_the_shingles(texts):
    """Keys are those of the bands of the signature; kept shingles are those below the bound and of the first words."""
    rows = ragged(texts)
    found = lookup_keys(rows, _SETTINGS, Workspace())
    shingles = shingle(rows, _SETTINGS.shingle_size, _SETTINGS.seed, Workspace())
    keys = bands.band_keys(sketch(shingles, _SETTINGS.k), _PLAN)
    assert keys.tolist() == found.keys[:, :-1].tolist()
    own = [shingles.values[first:last].tolist() for first, last in shingles.bounds.tolist()]
    kept = [found.kept.values[first:last].tolist() for first, last in found.kept.bounds.tolist()]
    assert slow.sample(own, int(_MAX_HASH), LEDE - _SETTINGS.shingle_size + 1) == kept


@given(st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=12))
def test_equal_texts_have_one_last_key(texts):
    """The last key is that of all tokens, however few; a text without tokens has none."""
    found = lookup_keys(ragged(texts), _SETTINGS, Workspace())
    assert _PLAN.bands + 1 == found.keys.shape[1]
    last = found.keys[:, -1].tolist()
    assert [not text for text in texts] == [key == NO_KEY for key in last]
    assert [[a == b for b in texts] for a in texts] == [[a == b for b in last] for a in last]


@given(st.lists(st.lists(st.integers(0, 300), min_size=30, max_size=600), max_size=6))
def test_long_texts_are_spared(texts):
    """Spared texts have no keys of bands, if enough of their different shingles are kept; all else is as it is
    without."""
    rows = ragged(texts)
    whole = lookup_keys(rows, _SETTINGS, Workspace())
    found = lookup_keys(rows, _SETTINGS, Workspace(), spare=True)
    usual = _SETTINGS.overlap / _SETTINGS.similarity * int(_MAX_HASH) / 2**64
    kept = [set(whole.kept.values[first:last].tolist()) for first, last in whole.kept.bounds.tolist()]
    spared = [len(values) > usual + 3 * usual**0.5 + LEDE - _SETTINGS.shingle_size + 1 for values in kept]
    assert spared == is_long(whole.kept, _SETTINGS).tolist()
    assert spared == is_long(Ragged(whole.kept.values >> np.uint64(32), whole.kept.bounds), _SETTINGS).tolist()
    whole.keys[spared, :-1] = NO_KEY
    assert whole.keys.tolist() == found.keys.tolist()
    assert whole.kept.values.tolist() == found.kept.values.tolist()


@pytest.mark.parametrize(("size", "least", "most"), [(185, 0, 20), (700, 980, 1000)])
def test_texts_are_long_by_their_different_shingles(size, least, most):
    """Of a thousand texts with so few shingles that they need bands, next to none is spared them; of news, nearly all;
    and none that repeats itself."""
    settings = Settings()
    text = size + settings.shingle_size - 1
    rows = ragged([list(range(first, first + text)) for first in range(0, 1000 * text, text)])
    assert least <= int(is_long(kept(rows, settings), settings).sum()) <= most
    again = ragged([list(range(first, first + 100)) * 30 for first in range(0, 1000, 100)])
    assert not is_long(kept(again, settings), settings).any()


def kept(rows, settings):
    """The kept shingles of texts."""
    shingles = shingle(rows, settings.shingle_size, settings.seed, Workspace())
    return sampling.sample(shingles, contract(settings).max_hash, LEDE - settings.shingle_size + 1)


@given(st.integers(1, 2000), st.integers(1, 2000), st.data())
def test_who_is_spared_is_found_by_overlap(one, other, data):
    """Of two texts with the promised resemblance, one of them long, the overlap is what the other lane promises."""
    shared = data.draw(st.integers(0, min(one, other)))
    settings = Settings()
    long_one = max(one, other) > settings.overlap / settings.similarity
    if shared / (one + other - shared) >= settings.similarity and long_one:
        assert shared >= settings.overlap
