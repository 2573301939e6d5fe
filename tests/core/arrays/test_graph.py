"""Connected components and adjacency matrices."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.graph import adjacency, by_first


@given(st.lists(st.integers(0, 5), max_size=12))
def test_labels_are_renumbered_by_first_document(labels: list[int]) -> None:
    """Labels count from 0 in the order in which they first occur."""
    order = list(dict.fromkeys(labels))
    assert [order.index(label) for label in labels] == by_first(np.array(labels, np.int64)).tolist()


def test_the_matrix_has_a_one_for_each_pair() -> None:
    """Only the row of the first document of a pair has a 1."""
    assert [[0, 1, 0], [0, 0, 1], [0, 0, 0]] == adjacency(3, np.array([[0, 1], [1, 2]])).toarray().tolist()
