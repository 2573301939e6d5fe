"""Values that stand for times, and values that do not."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.fields.dates import DateReader, parse_time

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
        (1704164645000, "2024-01-02T03:04:05+00:00"),
        (1704164645000000, "2024-01-02T03:04:05+00:00"),
        (1704164645000000000, "2024-01-02T03:04:05+00:00"),
        ("1704164645", "2024-01-02T03:04:05+00:00"),
        (20240102, "2024-01-02T00:00:00+00:00"),
        ("20240102T030405Z", "2024-01-02T03:04:05+00:00"),
        ("2024/1/2 3:04 PM", "2024-01-02T15:04:00+00:00"),
        ("2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05+00:00"),
        ("25/04/2024", "2024-04-25T00:00:00+00:00"),
        ("04/25/2024 15:04", "2024-04-25T15:04:00+00:00"),
        ("2.1.2024", "2024-01-02T00:00:00+00:00"),
        ("2.1.99", "1999-01-02T00:00:00+00:00"),
        ("January 2, 2024 3:04 PM EST", "2024-01-02T20:04:00+00:00"),
        ("Tue Jan 02 03:04:05 +0000 2024", "2024-01-02T03:04:05+00:00"),
        ("Dienstag, 2. Januar 2024, 15:04 Uhr", "2024-01-02T15:04:00+00:00"),
        ("1er janvier 2024", "2024-01-01T00:00:00+00:00"),
        ("2 de enero de 2024", "2024-01-02T00:00:00+00:00"),
        ("2 января 2024 г.", "2024-01-02T00:00:00+00:00"),
        ("2024年1月2日", "2024-01-02T00:00:00+00:00"),
        ("2 يناير 2024", "2024-01-02T00:00:00+00:00"),
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
            "2024",
            "May 2024",
            "2 days ago",
            "2 January",
            "03/04/2024",
            "9999-12-31",
            "x1 " * 100,
            "2024-02-30",
            "Tue, 99 Jan 2024 03:04:05 GMT",
            "0001-01-01T00:00:00+14:00",
            "\ud800",
        ),
        *(2024, 2024.5, float("nan"), float("inf"), 10**400, True, None, [], {}, b"2024-01-02"),
    ],
)
def test_other_values_are_none(value):
    """A value that cannot be read, such as a year, gives None and raises nothing."""
    assert None is parse_time(value)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.datetimes(timezones=st.timezones())))
def test_times_always_have_a_zone_and_compare(value):
    """The result for any value is None, or a time that can be compared with all other times."""
    time = parse_time(value)
    assert time is None or (time.utcoffset() is not None and isinstance(time.astimezone(UTC).timestamp(), float))


def test_a_date_of_the_file_shows_the_order_of_day_and_month():
    """A date that can be two days is read in the order of a date that can be one."""
    dates = DateReader()
    dates.see("25/04/2024")
    assert "2024-04-03" == dates.read("03/04/2024").date().isoformat()
    assert ("25/04/2024", True) == (dates.shown_by, dates.day_first)


def test_dates_that_contradict_each_other_show_no_order():
    """With dates of both orders, a date that can be two days is no time, and the reader says why."""
    dates = DateReader()
    dates.see("25/04/2024")
    dates.see("04/25/2024")
    assert (None, True) == (dates.read("03/04/2024"), dates.unsettled)
    assert "2024-04-25" == dates.read("04/25/2024").date().isoformat()
    assert not dates.unsettled


def test_a_file_of_bad_dates_does_not_take_long(monkeypatch):
    """After many texts that are no date, texts are not given to the library."""
    monkeypatch.setattr("dedup.formats.limits.MAX_BAD_DATES", 3)
    dates = DateReader()
    assert [None] * 9 == [dates.read(f"no day {number}") for number in range(9)]
    assert None is dates.read("2 January 2024")
    assert None is not dates.read("2024-01-02")
