"""Sizes in text for people."""

import pytest

from dedup.report.terminal import size


@pytest.mark.parametrize(
    ("bytes", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.6, "1.00 kB"),
        (99_940, "99.9 kB"),
        (99_960, "100 kB"),
        (999_600, "1.00 MB"),
        (5e15, "5000 TB"),
    ],
)
def test_sizes_have_three_digits(bytes, shown):
    """A size is in the unit that leaves it below 1,000."""
    assert shown == size(bytes)
