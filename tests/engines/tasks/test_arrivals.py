"""What is made of documents that arrive, before anybody asks whether they are there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import buckets
from dedup.core.sketch.bands import NO_KEY
from dedup.core.sketch.lookup_keys import LookupKeys
from dedup.engines.tasks.arrivals import ArrivalReader
from dedup.settings import Settings

NOTHING = np.zeros(0, np.uint64)


@given(st.lists(st.lists(st.sampled_from([0, 1, 2, 3, NO_KEY]), min_size=3, max_size=3), max_size=8))
def test_only_bands_with_a_key_twice_are_searched(rows):
    """The pairs of a lot are those of all its bands, though most of these are passed over."""
    keys = np.array(rows, np.uint32).reshape(-1, 3)
    made = LookupKeys(keys, Ragged(NOTHING, np.zeros((len(keys), 2), np.int64)), np.zeros(len(keys), np.uint64))
    found = ArrivalReader(Settings(), np.uint64(2**60))._inner(made)
    assert buckets.candidate_pairs(keys, 64).pairs.tolist() == found.tolist()
