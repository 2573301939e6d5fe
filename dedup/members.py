"""The documents of a job as columns. A `Member` is made only where a caller asks for it."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Indices
from dedup.strings import RowSequence, StringColumn, Strings, join_strings, pack_strings
from dedup.types import Member

Numbers = np.ndarray[Any, np.dtype[np.int32]]
"""``(n,) int32``: the place of the value of each document in a table."""

_EPOCH: Final = datetime.datetime(1970, 1, 1)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_LAST: Final = 2**63 - 1
"""The last nanosecond that 64 bits hold."""


class Times(NamedTuple):
    """``n`` times.

    - ``nanoseconds`` ``(n,) int64``: nanoseconds since 1970 in UTC, or `UNKNOWN_TIME`. A time without a zone is UTC. A
      time before 1677 or after 2262 has the nearest time that 64 bits hold.
    - ``zone`` ``(n,) int32``: the place of the zone of each time in ``zones``.
    - ``zones``: the offset of each zone from UTC in microseconds, or None for no zone.
    - ``distant``: the times that 64 bits do not hold, in ISO 8601, by row.
    """

    nanoseconds: Indices
    zone: Numbers
    zones: list[int | None]
    distant: dict[int, str]

    def made(self, rows: Indices) -> list[datetime.datetime | None]:
        """Return the times of ``rows``."""
        zones = [None if zone is None else datetime.timezone(zone * _MICROSECOND) for zone in self.zones]
        offsets = np.array([zone or 0 for zone in self.zones], np.int64)
        nanoseconds, zone = self.nanoseconds[rows], self.zone[rows]
        microseconds = nanoseconds // 1000 + (offsets[zone] if offsets.size else 0)
        values = zip(
            rows.tolist(), nanoseconds.tolist(), microseconds.astype("M8[us]").tolist(), zone.tolist(), strict=True
        )
        return [
            None
            if value == UNKNOWN_TIME
            else datetime.datetime.fromisoformat(self.distant[row])
            if row in self.distant
            else time.replace(tzinfo=zones[number])
            for row, value, time, number in values
        ]

    def select(self, rows: Indices) -> "Times":
        """Return the times of ``rows``, each at most once."""
        distant = {
            new: self.distant[old]
            for new, old in enumerate(rows.tolist() if self.distant else ())
            if old in self.distant
        }
        return Times(self.nanoseconds[rows], self.zone[rows], self.zones, distant)

    def with_new(self, times: Mapping[int, datetime.datetime]) -> "Times":
        """Return the times with other times in some rows."""
        if not times:
            return self
        rows = np.arange(self.zone.size)
        rows[list(times)] = self.zone.size + np.arange(len(times))
        return join_times([self, pack_times(list(times.values()))]).select(rows)


def pack_times(times: Sequence[datetime.datetime | None]) -> Times:
    """Return times as columns."""
    zones: dict[datetime.timedelta | None, int] = {None: 0}
    offsets: list[int | None] = [None]
    nanoseconds, zone, distant = [UNKNOWN_TIME] * len(times), [0] * len(times), {}
    for row, time in enumerate(times):
        if time is None:
            continue
        offset = time.utcoffset()
        if offset not in zones:
            zones[offset] = len(zones)
            offsets.append(None if offset is None else offset // _MICROSECOND)
        zone[row] = number = zones[offset]
        since = time.replace(tzinfo=None) - _EPOCH
        value = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds - (offsets[number] or 0)) * 1000
        if abs(value) > _LAST:
            distant[row] = time.isoformat()
            value = _LAST if value > 0 else -_LAST
        nanoseconds[row] = value
    return Times(np.array(nanoseconds, np.int64), np.array(zone, np.int32), offsets, distant)


def join_times(parts: Sequence[Times]) -> Times:
    """Return the times of all parts as one."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[int | None, int] = {None: 0}
    distant: dict[int, str] = {}
    zone, first = [np.zeros(0, np.int32)], 0
    for part in parts:
        new_numbers = [numbers.setdefault(offset, len(numbers)) for offset in part.zones]
        zone.append(np.array(new_numbers, np.int32)[part.zone])
        distant |= {first + row: time for row, time in part.distant.items()}
        first += part.zone.size
    nanoseconds = np.concatenate([np.zeros(0, np.int64), *(part.nanoseconds for part in parts)])
    return Times(nanoseconds, np.concatenate(zone), list(numbers), distant)


class MemberColumns(NamedTuple):
    """``n`` documents without their texts. `Document` explains the fields.

    - ``ids``, ``titles``: a string a document.
    - ``paths``: the ``p`` different paths of the documents of one answer of a worker; and of another answer again.
    - ``path`` ``(n,) int32``: the place of each path in ``paths``.
    - ``names``: the different names of sources.
    - ``source``, ``origin``, ``home`` ``(n,) int32``: the places in ``names`` of the source that a document gives, and
      of what `core.stories.document_credits` calls ``source_of`` and ``home_of``.
    - ``times``: the times of publication.
    """

    ids: StringColumn
    titles: StringColumn
    paths: StringColumn
    path: Numbers
    names: list[str]
    source: Numbers
    origin: Numbers
    home: Numbers
    times: Times

    @property
    def size(self) -> int:
        """The number of documents."""
        return self.path.size

    def source_names(self, rows: Indices) -> list[str]:
        """Return the sources that the documents of ``rows`` give."""
        return [self.names[number] for number in self.source[rows].tolist()]

    def select(self, rows: Indices) -> "MemberColumns":
        """Return the documents of ``rows``, which rise."""
        return MemberColumns(
            self.ids.take(rows),
            self.titles.take(rows),
            self.paths,
            self.path[rows],
            self.names,
            self.source[rows],
            self.origin[rows],
            self.home[rows],
            self.times.select(rows),
        )


def pack_members(
    ids: Sequence[str],
    titles: Sequence[str],
    paths: Sequence[str],
    names: tuple[Sequence[str], Sequence[str], Sequence[str]],
    times: Sequence[datetime.datetime | None],
) -> MemberColumns:
    """Return the fields of ``n`` documents as columns.

    Args:
        ids: the ids.
        titles: the titles.
        paths: the paths.
        names: the sources, the origins and the homes.
        times: the times of publication.
    """
    numbers: dict[str, int] = {}
    source, origin, home = (_number(column, numbers) for column in names)
    path_numbers: dict[str, int] = {}
    path = _number(paths, path_numbers)
    return MemberColumns(
        pack_strings(ids),
        pack_strings(titles),
        pack_strings(list(path_numbers)),
        path,
        list(numbers),
        source,
        origin,
        home,
        pack_times(times),
    )


def _number(values: Sequence[str], numbers: dict[str, int]) -> Numbers:
    """Return the number of each value. A new value gets the next number."""
    if values and values.count(values[0]) == len(values):
        return np.full(len(values), numbers.setdefault(values[0], len(numbers)), np.int32)
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)


def join_members(parts: Sequence[MemberColumns]) -> MemberColumns:
    """Return the documents of all parts, in their order. A name that several parts have stands once in the table."""
    if len(parts) == 1:
        return parts[0]
    numbers: dict[str, int] = {}
    columns: list[list[Numbers]] = [[np.zeros(0, np.int32)] for _ in range(4)]
    paths = 0
    for part in parts:
        places = np.array([numbers.setdefault(name, len(numbers)) for name in part.names], np.int32)
        new = part.path + np.int32(paths), places[part.source], places[part.origin], places[part.home]
        for column, values in zip(columns, new, strict=True):
            column.append(values)
        paths += part.paths.size
    path, source, origin, home = map(np.concatenate, columns)
    return MemberColumns(
        join_strings([part.ids for part in parts]),
        join_strings([part.titles for part in parts]),
        join_strings([part.paths for part in parts]),
        path,
        list(numbers),
        source,
        origin,
        home,
        join_times([part.times for part in parts]),
    )


class Members(RowSequence[Member]):
    """Documents of columns as a sequence of members. They are originals until the stories are known.

    Args:
        columns: the documents.
        zoned_times: the times whose zone is a Python object that columns do not hold, by row.
        rows: the rows of the columns that are in the sequence; None for all.
        remarks: the credit of a document and the reason why it is no article, by row, where there is one of them.
    """

    __slots__ = ("columns", "remarks", "zoned_times")

    def __init__(
        self,
        columns: MemberColumns,
        zoned_times: Mapping[int, datetime.datetime],
        rows: Indices | None = None,
        remarks: Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(np.arange(columns.size) if rows is None else rows)
        self.columns, self.zoned_times, self.remarks = columns, zoned_times, remarks or {}

    @property
    def ids(self) -> Strings:
        """The ids of the members."""
        return Strings(self.columns.ids, self.rows)

    def home_names(self) -> list[str]:
        """Return the different homes of the members."""
        homes = np.bincount(self.columns.home[self.rows]).nonzero()[0]
        return [self.columns.names[number] for number in homes.tolist()]

    def take(self, places: Indices | slice) -> "Members":
        """Return the members at some places, in their order."""
        return Members(self.columns, self.zoned_times, self.rows[places], self.remarks)

    def with_ids(self, new_ids: Mapping[int, str]) -> "Members":
        """Return the members with other ids, by row, in the order of the rows."""
        if not new_ids:
            return self
        columns = self.columns._replace(ids=self.columns.ids.with_new(new_ids))
        return Members(columns, self.zoned_times, self.rows, self.remarks)

    def with_remarks(self, remarks: Mapping[int, tuple[str, str]]) -> "Members":
        """Return the members with other remarks."""
        return Members(self.columns, self.zoned_times, self.rows, remarks)

    def no_articles(self) -> "Members":
        """Return the members that are no articles, in their order."""
        rows = [row for row, (_, reason) in self.remarks.items() if reason]
        return self.take(np.isin(self.rows, np.array(rows, np.int64)).nonzero()[0])

    def make(self, rows: Indices) -> Iterator[Member]:
        """Make the members of a few rows."""
        columns = self.columns
        values = zip(
            rows.tolist(),
            columns.ids.decoded(rows),
            columns.titles.decoded(rows),
            columns.paths.decoded(columns.path[rows].astype(np.int64)),
            columns.source[rows].tolist(),
            columns.home[rows].tolist(),
            columns.times.made(rows),
            strict=True,
        )
        names, zoned_times, remarks = columns.names, self.zoned_times, self.remarks
        for row, id, title, path, source, home, time in values:
            credit, reason = remarks.get(row, ("", ""))
            published = zoned_times.get(row, time)
            yield Member(id, "original", 1.0, 1.0, names[source], published, title, path, credit, reason, names[home])
