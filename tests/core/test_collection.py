"""The record of the documents and texts of a job."""

from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.newsrooms import number_names


@given(st.lists(st.text(max_size=2)))
def test_equal_names_have_one_number(names):
    """Numbers begin at 1, in the order of first occurrence, and an empty name has -1."""
    distinct = ["", *(name for name in dict.fromkeys(names) if name)]
    assert [distinct.index(name) if name else -1 for name in names] == number_names(names).tolist()
