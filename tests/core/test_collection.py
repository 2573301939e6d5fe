"""The record of the documents and texts of a job."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.names import number_names
from dedup.core.collection import number_by_first


@given(st.lists(st.text(max_size=2)))
def test_equal_names_have_one_number(names):
    """Numbers begin at 1, in the order of first occurrence, and an empty name has -1."""
    distinct = ["", *(name for name in dict.fromkeys(names) if name)]
    assert [distinct.index(name) if name else -1 for name in names] == number_names(names).tolist()


@given(st.lists(st.sampled_from([-1, 1, 2, 3, 7])))
def test_numbers_are_made_anew_in_the_order_of_first_occurrence(numbers):
    """Numbers in another order become those that names would have."""
    names = ["" if number < 0 else str(number) for number in numbers]
    assert number_names(names).tolist() == number_by_first(np.array(numbers, np.int64)).tolist()
