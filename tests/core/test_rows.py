"""Pairs of numbers among other pairs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.rows import has_pairs

PAIRS = st.lists(st.tuples(st.integers(-3, 3), st.sampled_from([0, 1, 2**63, 2**64 - 1])), max_size=12)


@given(PAIRS, PAIRS)
def test_equals_a_set_of_pairs(pairs, asked):
    """A pair is among others as it is in a set of pairs, for numbers of 64 bits."""
    columns = [np.array([pair[side] for pair in pairs], (np.int64, np.uint64)[side]) for side in (0, 1)]
    columns += [np.array([pair[side] for pair in asked], (np.int64, np.uint64)[side]) for side in (0, 1)]
    assert [pair in set(pairs) for pair in asked] == has_pairs(*columns).tolist()
