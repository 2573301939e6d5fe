"""The bench of the rows that stay runs at a tiny size, and sees a row that is lost, changed, or too many."""

import kept_rows
import pytest

ROWS = [("a", b"1"), ("b", b"2"), ("", b"torn"), ("c", b"3")]


@pytest.mark.long
def test_what_is_written_and_what_is_left_out_are_together_the_input() -> None:
    """A thousand rows come through both formats, and those that are no documents stay."""
    for row in kept_rows.measure(1000):
        assert row.stay + row.left_out == 1000
        assert row.left_out > 150


def test_rows_that_are_copies_may_be_missing() -> None:
    """The numbers of both kinds of rows are given."""
    assert kept_rows.check(iter(ROWS), iter([ROWS[0], *ROWS[2:]]), {"b"}) == (3, 1)


@pytest.mark.parametrize(
    "written",
    [ROWS[:3], ROWS[1:], [*ROWS, ROWS[0]], [("a", b"1 "), *ROWS[1:]], [ROWS[1], ROWS[0], *ROWS[2:]]],
    ids=["end missing", "beginning missing", "too many", "changed", "exchanged"],
)
def test_any_other_difference_is_an_error(written: list[tuple[str, bytes]]) -> None:
    """A lost, changed or moved row is seen."""
    with pytest.raises(ValueError, match="row"):
        kept_rows.check(iter(ROWS), iter(written), set())
