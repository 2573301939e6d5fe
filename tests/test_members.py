"""Documents as columns, and the members that are made of them."""

import datetime
import zoneinfo
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.engines.pool.messages import decode, encode
from dedup.members import MemberColumns, Members, join_members, join_times, pack_members, pack_times
from dedup.types import Member

ZONES = (None, datetime.UTC, datetime.timezone(datetime.timedelta(hours=-5, seconds=-3, microseconds=7)))
TIMES = st.none() | st.datetimes(
    datetime.datetime(2, 1, 1), datetime.datetime(9998, 1, 1), timezones=st.sampled_from(ZONES)
)
NAMES = st.sampled_from(["", "wire", "Globe", "globe.example"])
ROWS = st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3), NAMES, NAMES, NAMES, NAMES, TIMES), max_size=6)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def packed(rows: list[Any]) -> MemberColumns:
    """Return rows (id, title, path, source, origin, home, time) as columns."""
    ids, titles, paths, sources, origins, homes, times = zip(*rows, strict=True) if rows else [()] * 7
    return pack_members(ids, titles, paths, (sources, origins, homes), times)


def member(row: Any) -> Member:
    """Return the member that a row is."""
    id, title, path, source, _, home, time = row
    return Member(id, title=title, path=path, source=source, home=home, published=time)


def nanoseconds(time: datetime.datetime | None) -> int:
    """Return a time as `Times` counts it."""
    if time is None:
        return UNKNOWN_TIME
    zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return min(max((zoned - EPOCH) // datetime.timedelta(microseconds=1) * 1000, -(2**63 - 1)), 2**63 - 1)


@given(st.lists(st.lists(TIMES, max_size=4), max_size=3), st.data())
def test_times_come_back_as_they_are(parts: list[list[Any]], data: st.DataObject) -> None:
    """A time in a column keeps its zone, also far from 1970, and counts nanoseconds in UTC."""
    times = [time for part in parts for time in part]
    joined = join_times(list(map(pack_times, parts)))
    new = data.draw(st.dictionaries(st.sampled_from(range(len(times))), TIMES.filter(bool))) if times else {}
    joined, times = joined.with_new(new), [new.get(row, time) for row, time in enumerate(times)]
    made = joined.made(np.arange(len(times)))
    assert [(time, time and time.utcoffset()) for time in times] == [(time, time and time.utcoffset()) for time in made]
    assert list(map(nanoseconds, times)) == joined.nanoseconds.tolist()


@given(st.lists(ROWS, max_size=4), st.data())
def test_columns_make_the_members_that_they_were_made_from(parts: list[list[Any]], data: st.DataObject) -> None:
    """Joined columns, also from messages, make equal members, all or some of them, and name each source."""
    rows = [row for part in parts for row in part]
    columns = join_members([decode(encode(packed(part)), MemberColumns) for part in parts])
    assert Members(columns, {}) == tuple(map(member, rows))
    places = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True)) if rows else []
    expected = tuple(member(rows[place]) for place in places)
    assert expected == Members(columns, {}).take(np.array(places, np.int64))
    assert expected == Members(columns.select(np.array(places, np.int64)), {})
    assert [row[3] for row in rows] == columns.source_names(np.arange(len(rows)))
    assert [row[4:6] for row in rows] == [
        (columns.names[origin], columns.names[home])
        for origin, home in zip(columns.origin.tolist(), columns.home.tolist(), strict=True)
    ]


def test_members_have_remarks_and_new_ids() -> None:
    """A credit, a reason and a new id are those of one document, also in a part of the members."""
    members = Members(packed([(id, "", "", "", "", "", None) for id in "aab"]), {}).with_ids({1: "a#2"})
    members = members.with_remarks({1: ("wire", ""), 2: ("", "a notice")})
    assert members[1:] == (Member("a#2", credit="wire"), Member("b", no_article="a notice"))
    assert (Member("b", no_article="a notice"),) == members[1:].no_articles()
    assert ("a#2", "b") == members[1:].ids
    assert "<Members of 3>" == repr(members)


def test_a_time_with_a_zone_of_a_caller_is_given_back() -> None:
    """A zone that columns do not hold is the object that the caller gave."""
    time = datetime.datetime(2026, 10, 25, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1)
    columns = packed([("a", "", "", "", "", "", None)])
    columns = columns._replace(times=columns.times.with_new({0: time}))
    assert time is Members(columns, {0: time})[0].published
    assert nanoseconds(time.astimezone(datetime.UTC)) == columns.times.nanoseconds[0]
