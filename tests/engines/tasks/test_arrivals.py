"""Lookup keys of documents that arrive: the pairs of one batch."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import buckets
from dedup.core.sketch.bands import NO_KEY
from dedup.engines.tasks.arrivals import pairs_of_batch

NO_SHINGLES = np.zeros(0, np.uint64)


@given(st.lists(st.lists(st.sampled_from([0, 1, 2, 3, NO_KEY]), min_size=3, max_size=3), max_size=8))
def test_only_bands_with_a_key_twice_are_searched(rows):
    """The pairs of a batch are those of all its bands, though most bands are skipped."""
    keys = np.array(rows, np.uint32).reshape(-1, 3)
    empty_rows = Ragged(NO_SHINGLES, np.zeros((len(keys), 2), np.int64))
    assert buckets.candidate_pairs(keys, 64).pairs.tolist() == pairs_of_batch(keys, empty_rows, 64).tolist()
