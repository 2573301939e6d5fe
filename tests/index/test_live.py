"""Numbers in use, against a set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.index.live import LiveNumbers, number_runs

NUMBERS = st.lists(st.integers(1, 60), max_size=20)


@given(st.lists(NUMBERS, max_size=5), st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=3))
def test_numbers_in_use_are_those_of_a_set(dropped, stretches):
    """Membership, counts and runs are those of a set, for single numbers and runs, removed once or twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveNumbers, "_LATELY", 3)
        live, expected = LiveNumbers(70), set(range(1, 70))
        for numbers in dropped:
            live.drop(number_runs(numbers))
            expected -= set(numbers)
        for first, length in stretches:
            live.drop(np.array([[first, first + length]], np.int64)[: bool(length)])
            expected -= set(range(first, first + length))
        numbers = np.arange(-2, 75)
        assert [number in expected for number in numbers.tolist()] == live.among(numbers).tolist()
        assert expected == {number for number in numbers.tolist() if number in live}
        assert (sorted(expected), len(expected)) == (live.numbers().tolist(), len(live))
        assert 70 - 10 - len([n for n in expected if 10 <= n < 70]) == live.count_removed(10, 69)
        removed = live.removed()
        assert (removed[1:, 0] > removed[:-1, 1]).all()
        assert live.numbers().tolist() == LiveNumbers.of(live.numbers(), 70).numbers().tolist()
