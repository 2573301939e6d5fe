"""Both lanes of a text are those of its shingles; a text of a few shingles has neither."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import bands
from dedup.core.bands import NO_KEY
from dedup.core.lanes import FEW, lanes, long
from dedup.core.minhash import sketch
from dedup.core.ragged import Ragged
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.settings import Settings

_SETTINGS = Settings(k=16)
_PLAN, _BOUND = bands.Plan(8, 2), np.uint64(2**62)


@given(st.lists(st.lists(st.integers(0, 30), max_size=40), max_size=6))
def test_lanes_are_those_of_the_shingles(texts):
    """Keys are those of the bands of the signature, kept shingles those below the bound; neither for short texts."""
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    bounds = np.stack((np.append(0, ends)[:-1], ends), axis=1)
    rows = Ragged(np.array([word for text in texts for word in text], np.uint64), bounds)
    found = lanes(rows, _SETTINGS, _PLAN, _BOUND, Workspace())
    shingles = shingle(rows, _SETTINGS.shingle_size, _SETTINGS.seed, Workspace())
    keys = bands.band_keys(sketch(shingles, _SETTINGS.k), _PLAN)
    for row, (first, last) in enumerate(shingles.bounds.tolist()):
        own = shingles.values[first:last]
        few = own.size < FEW
        assert ([NO_KEY] * 8 if few else keys[row].tolist()) == found.keys[row].tolist()
        first, last = found.kept.bounds[row]
        assert ([] if few else [value for value in own.tolist() if value < _BOUND]) == found.kept.values[
            first:last
        ].tolist()


@given(st.lists(st.integers(12, 400), max_size=6))
def test_long_texts_are_spared(sizes):
    """Spared texts have no keys, if they are long; all else is as it is without."""
    ends = np.cumsum([size + 4 for size in sizes], dtype=np.int64)
    bounds = np.stack((np.append(0, ends)[:-1], ends), axis=1)
    rows = Ragged(np.arange(int(ends[-1]) if sizes else 0, dtype=np.uint64), bounds)
    whole = lanes(rows, _SETTINGS, _PLAN, _BOUND, Workspace())
    found = lanes(rows, _SETTINGS, _PLAN, _BOUND, Workspace(), spare=True)
    spared = [size > _SETTINGS.overlap / _SETTINGS.similarity for size in sizes]
    assert spared == long(np.array(sizes, np.int64), _SETTINGS).tolist()
    whole.keys[spared] = NO_KEY
    assert whole.keys.tolist() == found.keys.tolist()
    assert whole.kept.values.tolist() == found.kept.values.tolist()


@given(st.integers(1, 2000), st.integers(1, 2000), st.data())
def test_who_is_spared_is_found_by_overlap(one, other, data):
    """Of two texts with the promised resemblance, one of them long, the overlap is what the other lane promises."""
    shared = data.draw(st.integers(0, min(one, other)))
    settings = Settings()
    if shared / (one + other - shared) >= settings.similarity and long(np.array([max(one, other)]), settings)[0]:
        assert shared >= settings.overlap
