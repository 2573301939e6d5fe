"""The bench of adversarial input runs."""

import pytest
from hostile_time import KINDS, Row, measure


def test_a_kind_is_measured_at_three_sizes() -> None:
    """A kind has three times, and they hold."""
    row = measure("short lines", KINDS["short lines"], 0.01, 1)
    assert (3, True) == (len(row.seconds), row.holds)


@pytest.mark.parametrize(
    ("seconds", "holds"), [((1, 2, 4), True), ((1, 2, 6.1), False), ((1, 3.1, 4), False), ((0.001, 0.1, 0.2), True)]
)
def test_a_doubling_that_trebles_the_time_does_not_hold(seconds: tuple[float, float, float], holds: bool) -> None:
    """Each doubling counts, but for times too short to tell."""
    assert holds == Row("a", seconds).holds
