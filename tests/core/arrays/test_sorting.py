"""Values in order: first values, distinct values, positions, and values that occur twice; positions of set flags."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays import sorting
from dedup.core.arrays.sorting import (
    counted,
    distinct,
    find,
    first_of_equals,
    firsts,
    number_rows,
    repeats,
    rising,
    where_set,
)

VALUES = st.lists(st.sampled_from([0, 1, 2, 2**40, 2**64 - 1]), max_size=12)


@given(VALUES)
def test_a_value_is_the_first_of_its_equals_once(values: list[int]) -> None:
    """The marked values are the distinct values in order."""
    ordered = np.sort(np.array(values, np.uint64))
    assert sorted(set(values)) == ordered[first_of_equals(ordered)].tolist()


@given(VALUES, st.sampled_from([0, 1 << 13]))
def test_distinct_values_rise_and_give_back_all_values(values: list[int], short: int) -> None:
    """Distinct values rise, and each value has its position among them, for few values and for many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_SHORT", short)
        unique, positions = distinct(np.array(values, np.uint64))
    assert sorted(set(values)) == unique.tolist()
    assert values == unique[positions].tolist()
    assert unique.tolist() == rising(np.array(values, np.uint64)).tolist()
    assert [values.index(value) for value in sorted(set(values))] == firsts(np.array(values, np.uint64)).tolist()


@given(VALUES)
def test_distinct_values_are_counted(values: list[int]) -> None:
    """Each distinct value comes with the number of times that it occurs."""
    unique, counts = counted(np.array(values, np.uint64))
    assert sorted(Counter(values).items()) == list(zip(unique.tolist(), counts.tolist(), strict=True))


@given(VALUES, VALUES)
def test_find_returns_the_positions_of_present_values(stored: list[int], values: list[int]) -> None:
    """A value is present if the ordered values have it, and then its position is right."""
    ordered, queries = np.sort(np.array(stored, np.uint64)), np.array(values, np.uint64)
    positions, present = find(ordered, queries)
    assert [value in stored for value in values] == present.tolist()
    assert queries[present].tolist() == ordered[positions[present]].tolist()


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, 2**40, 2**62, 2**63, 2**63 + 1, 2**64 - 1]), st.booleans())),
    st.booleans(),
    st.sampled_from([1, 3, 16]),
    st.sampled_from([0, 3, 20]),
)
def test_repeats_returns_the_positions_of_values_that_occur_twice(
    drawn: list[tuple[int, bool]], choose: bool, chunk_bits: int, split_bits: int
) -> None:
    """Positions of one value rise, for values that share many bits too, with chunks and splits of any size."""
    values, chosen = [value for value, _ in drawn], [flag or not choose for _, flag in drawn]
    expected: dict[int, list[int]] = {}
    for position, value in enumerate(values):
        if chosen[position]:
            expected.setdefault(value, []).append(position)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_CHUNK_BITS", chunk_bits)
        patch.setattr(sorting, "_SPLIT_BITS", split_bits)
        positions, starts = repeats(np.array(values, np.uint64), np.array(chosen, np.bool_) if choose else None)
    actual = [group.tolist() for group in np.split(positions, starts[1:-1])] if positions.size else []
    assert sorted(group for group in expected.values() if len(group) > 1) == sorted(actual)
    assert positions.size == starts[-1]


@given(st.lists(st.booleans(), max_size=40), st.sampled_from([0, 1 << 13]))
def test_where_set_returns_the_positions_of_set_flags(flags: list[bool], short: int) -> None:
    """Positions are in order, for few flags and for many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_SHORT", short)
        positions = where_set(np.array(flags, np.bool_))
    assert [position for position, flag in enumerate(flags) if flag] == positions.tolist()


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 2**64 - 1])] * 3), max_size=12))
def test_equal_rows_alone_have_one_number(rows: list[tuple[int, int, int]]) -> None:
    """Rows are equal if and only if their numbers are, and the numbers rise with the first column."""
    columns = np.array(rows, np.uint64).reshape(-1, 3).T
    numbers = number_rows(*columns).tolist()
    assert sorted(set(numbers)) == list(range(len(set(rows))))
    for row, number in zip(rows, numbers, strict=True):
        assert [row == other for other in rows] == [number == another for another in numbers]
        assert all(other[0] <= row[0] for other, another in zip(rows, numbers, strict=True) if another < number)
