"""Values in order: where a new one begins, whether one is there, and which occur more than once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays import sorting
from dedup.core.arrays.sorting import distinct, find, first_of_equals, firsts, repeats, where_set

VALUES = st.lists(st.sampled_from([0, 1, 2, 2**40, 2**64 - 1]), max_size=12)


@given(VALUES)
def test_a_value_is_the_first_of_its_equals_once(values: list[int]) -> None:
    """What is marked is each value once, in order, of no values none."""
    ordered = np.sort(np.array(values, np.uint64))
    assert sorted(set(values)) == ordered[first_of_equals(ordered)].tolist()


@given(VALUES, st.sampled_from([0, 1 << 13]))
def test_distinct_values_are_each_there_once(values: list[int], short: int) -> None:
    """They rise, and each value has a place among them, whether there are few or many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_SHORT", short)
        found, places = distinct(np.array(values, np.uint64))
    assert sorted(set(values)) == found.tolist()
    assert values == found[places].tolist()
    assert [values.index(value) for value in sorted(set(values))] == firsts(np.array(values, np.uint64)).tolist()


@given(VALUES, VALUES)
def test_a_value_is_found_where_it_is(known: list[int], values: list[int]) -> None:
    """Values are found if they are there, at a place where they stand; among none, none is."""
    ordered, wanted = np.sort(np.array(known, np.uint64)), np.array(values, np.uint64)
    places, found = find(ordered, wanted)
    assert [value in known for value in values] == found.tolist()
    assert wanted[found].tolist() == ordered[places[found]].tolist()


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, 2**40, 2**62, 2**63, 2**63 + 1, 2**64 - 1]), st.booleans())),
    st.booleans(),
    st.sampled_from([1, 3, 16]),
    st.sampled_from([0, 3, 20]),
)
def test_what_occurs_twice_is_found_by_its_places(
    drawn: list[tuple[int, bool]], some: bool, chunk: int, parted: int
) -> None:
    """Values that share many bits are told apart; each one's places rise; what occurs once is left out, and what is not
    chosen if ``some`` are, however few values are looked at together."""
    values, chosen = [value for value, _ in drawn], [flag or not some for _, flag in drawn]
    expected: dict[int, list[int]] = {}
    for place, value in enumerate(values):
        if chosen[place]:
            expected.setdefault(value, []).append(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_CHUNK_BITS", chunk)
        patch.setattr(sorting, "_PARTED_BITS", parted)
        places, starts = repeats(np.array(values, np.uint64), np.array(chosen, np.bool_) if some else None)
    found = [part.tolist() for part in np.split(places, starts[1:-1])] if places.size else []
    assert sorted(part for part in expected.values() if len(part) > 1) == sorted(found)
    assert places.size == starts[-1]


@given(st.lists(st.booleans(), max_size=40))
def test_places_are_those_of_the_flags_that_are_set(flags: list[bool]) -> None:
    """Of any number of flags, in order."""
    assert [place for place, flag in enumerate(flags) if flag] == where_set(np.array(flags, np.bool_)).tolist()
