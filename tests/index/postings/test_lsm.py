"""The levels of tables."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.index.postings.lsm import segments_to_merge


@given(st.lists(st.integers(1, 40), max_size=200), st.integers(2, 8))
def test_tables_stay_few(sizes, factor):
    """There is at most one table a level, for tables of any sizes."""
    tables: list[int] = []
    for size in sizes:
        count = segments_to_merge(tables, size, factor)
        tables[len(tables) - count :] = [size + sum(tables[len(tables) - count :])]
    assert sum(sizes) == sum(tables)
    assert len(tables) <= 1 + np.log(max(1, sum(sizes))) / np.log(factor)
