"""Values that stand for times, and values that do not."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.dates import parse_time

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02T03:04:05+02:00"),
        ("2024-01-02T03:04:05+0200", "2024-01-02T03:04:05+02:00"),
        (" 2024-01-02 03:04 ", "2024-01-02T03:04:00+00:00"),
        ("2024-01-02", "2024-01-02T00:00:00+00:00"),
        ("Tue, 02 Jan 2024 03:04:05 GMT", "2024-01-02T03:04:05+00:00"),
        ("Tue, 02 Jan 2024 03:04:05 -0500", "2024-01-02T03:04:05-05:00"),
        (1704164645, "2024-01-02T03:04:05+00:00"),
        (1704164645.5, "2024-01-02T03:04:05.500000+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (-1, "1969-12-31T23:59:59+00:00"),
        (datetime.datetime(2024, 1, 2), "2024-01-02T00:00:00+00:00"),
        (datetime.date(2024, 1, 2), "2024-01-02T00:00:00+00:00"),
        (
            datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=9))),
            "2024-01-02T00:00:00+09:00",
        ),
    ],
)
def test_times_are_read(value, expected):
    """Each way to write a time is read, with its zone, or with UTC for a time without a zone."""
    assert expected == parse_time(value).isoformat()


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "soon",
            "2024-13-01",
            "2024-02-30",
            "Tue, 99 Jan 2024 03:04:05 GMT",
            "0001-01-01T00:00:00+14:00",
            "\ud800",
        ),
        *(1704164645000, float("nan"), float("inf"), 10**400, True, None, [], {}, b"2024-01-02"),
    ],
)
def test_other_values_are_none(value):
    """A value that cannot be read, such as milliseconds, gives None and raises nothing."""
    assert None is parse_time(value)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.datetimes(timezones=st.timezones())))
def test_times_always_have_a_zone_and_compare(value):
    """The result for any value is None, or a time that can be compared with all other times."""
    time = parse_time(value)
    assert time is None or (time.utcoffset() is not None and isinstance(time.astimezone(UTC).timestamp(), float))
