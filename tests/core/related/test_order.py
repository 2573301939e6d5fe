"""The longest rising subsequences of many sequences."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import edges_of
from dedup.core.related import order
from dedup.core.related.order import longest_rising
from dedup.core.related.reference import order as slow


@given(st.lists(st.lists(st.integers(0, 30), max_size=25), max_size=12), st.sampled_from([1, 40, 1 << 20]))
def test_lengths_equal_those_of_the_twin(sequences, cells):
    """The lengths equal those of the slow twin, whether sequences are measured together or one by one."""
    values = np.array([value for sequence in sequences for value in sequence], np.int64)
    edges = edges_of(np.array(list(map(len, sequences)), np.int64))
    before, order._CELLS = order._CELLS, cells
    try:
        lengths = longest_rising(values, edges)
    finally:
        order._CELLS = before
    assert list(map(slow.longest_rising, sequences)) == lengths.tolist()
