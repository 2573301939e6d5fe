"""Sorted values: where a new one begins, and whether one is there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.ordered import find, first_of_equals, where_set

VALUES = st.lists(st.sampled_from([0, 1, 2, 2**40, 2**64 - 1]), max_size=12)


@given(VALUES)
def test_a_value_is_the_first_of_its_equals_once(values: list[int]) -> None:
    """What is marked is each value once, in order, of no values none."""
    ordered = np.sort(np.array(values, np.uint64))
    assert sorted(set(values)) == ordered[first_of_equals(ordered)].tolist()


@given(VALUES, VALUES)
def test_a_value_is_found_where_it_is(known: list[int], values: list[int]) -> None:
    """Values are found if they are there, at a place where they stand; among none, none is."""
    ordered, wanted = np.sort(np.array(known, np.uint64)), np.array(values, np.uint64)
    places, found = find(ordered, wanted)
    assert [value in known for value in values] == found.tolist()
    assert wanted[found].tolist() == ordered[places[found]].tolist()


@given(st.lists(st.booleans(), max_size=40))
def test_places_are_those_of_the_flags_that_are_set(flags: list[bool]) -> None:
    """Of any number of flags, in order."""
    assert [place for place, flag in enumerate(flags) if flag] == where_set(np.array(flags, np.bool_)).tolist()
