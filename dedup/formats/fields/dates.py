"""A value that stands for a time -> an aware ``datetime``, or None. A value that can be two times gives None.

ISO 8601, RFC 2822 and numbers are read here, written dates by dateparser. Of 40 written dates in 22 languages, that
library reads 39 and dateutil 10. It takes 2 ms a date. As it is used here, it reads no day into "May 2024".
"""

import calendar
import datetime
import email.utils
import re
from functools import lru_cache
from typing import Any, Final

from dedup.formats import limits
from dedup.formats.fields.values import plain

_FIRST_YEAR: Final = 1600
_LANGUAGES: Final = (  # noqa: SIM905
    "en de fr es it pt nl ru pl cs sk tr sv da nb fi hu el ro bg uk hr sr sl et lv lt ca ar fa he hi bn id ms vi th ja "
    "zh ko"
).split()
_FORMATS: Final = ["%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S UTC %Y"]  # of Twitter; of date(1)
_DAY_AND_MONTH: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)[,T]?\s*(.*)", re.DOTALL)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?!\d)[,T]?\s*(.*)", re.DOTALL)
_UTC: Final = re.compile(r"\s*(?:UTC|GMT)\Z")
_WRITTEN: Final = re.compile(r"\d.*[^\W\d_]|[^\W\d_].*\d", re.DOTALL)
_LARGEST: Final = 10**20
_PER_SECOND: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""Numbers from the first number on count nanoseconds, microseconds, milliseconds: the second number makes a second."""


class DateReader:
    """Reads the times of one file. Slashed dates of the file say whether the day or the month goes first.

    ``03/04/2024`` is two days. It is the third of April if another date of the file begins with a number above 12.
    """

    def __init__(self, day_first: bool | None = None) -> None:
        """Start with the order that earlier rows of the file have shown, or None."""
        self._orders = {} if day_first is None else {day_first: ""}
        self._refused = 0
        self.unsettled = False
        """Whether the last value that was read can be two days."""

    @property
    def day_first(self) -> bool | None:
        """Whether the day goes before the month; None if no date shows it, or two dates contradict each other."""
        return next(iter(self._orders)) if len(self._orders) == 1 else None

    @property
    def shown_by(self) -> str:
        """A date of the rows that `see` took, which shows the order; ``""`` if there is none."""
        return next((date for date in self._orders.values() if date), "")

    def see(self, value: object) -> None:
        """Learn the order of day and month from one value."""
        if isinstance(value, str) and (match := _DAY_AND_MONTH.match(value.strip()[: limits.MAX_DATE_CHARACTERS])):
            first, second = int(match[1]), int(match[3])
            if match[2] != "." and (first > 12) != (second > 12):
                self._orders.setdefault(first > 12, value)

    def read(self, value: object) -> datetime.datetime | None:
        """The time that a value stands for, as in `parse_time`."""
        self.unsettled = False
        if isinstance(value, str):
            try:
                iso_time = datetime.datetime.fromisoformat(value)  # as nearly all files have it
            except ValueError:
                pass
            else:
                return checked_time(iso_time)
            if (time := _read_machine_text(value)) is None:
                time = self._read_written(value.strip())
        else:
            time = _read_value(plain(value))
        return checked_time(time)

    def _read_written(self, text: str) -> datetime.datetime | None:
        """The time of a text that people wrote."""
        if len(text) > limits.MAX_DATE_CHARACTERS:
            return None
        if match := _YEAR_FIRST.match(text):
            return _joined(match[1], match[3], match[4], match[5])
        if match := _DAY_AND_MONTH.match(text):
            return self._read_numbers(*match.groups())
        if self._refused > limits.MAX_BAD_DATES or not _WRITTEN.search(text):
            return None
        time = _read_by_library(text)
        self._refused += time is None
        return time

    def _read_numbers(self, first: str, mark: str, second: str, year: str, clock: str) -> datetime.datetime | None:
        """The time of a date of three numbers that ends with the year."""
        if len(year) == 2:
            year = f"{20 if int(year) <= _next_year() % 100 else 19}{year}"
        if int(first) > 12 or int(second) > 12 or first == second:
            day_first: bool | None = int(first) > 12
        else:
            day_first = True if mark == "." else self.day_first
        self.unsettled = day_first is None
        if day_first is None:
            return None
        day, month = (first, second) if day_first else (second, first)
        return _joined(year, month, day, clock)


def parse_time(value: object) -> datetime.datetime | None:
    """The time that a value stands for, with a zone (UTC if the value has no zone); None if the value cannot be read.

    A value can be a ``datetime`` or ``date``, ISO 8601 text, RFC 2822 text, a written date with day, month and year, or
    a number since 1970: seconds, or by its size milliseconds, microseconds or nanoseconds; or ``YYYYMMDD``. Only years
    from 1600 to the next one are times.
    """
    return DateReader().read(value)


def checked_time(time: datetime.datetime | None) -> datetime.datetime | None:
    """The time with a zone; None for a time that is out of range."""
    if time is None:
        return None
    if type(time.tzinfo) is datetime.timezone and _FIRST_YEAR < time.year < _YEAR_AFTER:  # as nearly all times are
        return time
    try:
        time = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
        year = time.astimezone(datetime.UTC).year  # a time that UTC cannot hold would fail later
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return time if _FIRST_YEAR <= year <= _next_year() else None


def plain_time(time: datetime.datetime) -> datetime.datetime:
    """Return a time without what a subclass of `datetime` adds: a ``Timestamp`` of pandas has nanoseconds."""
    if type(time) is datetime.datetime:
        return time
    return datetime.datetime.combine(time.date(), time.time(), time.tzinfo).replace(fold=time.fold)


def _next_year() -> int:
    return datetime.datetime.now(datetime.UTC).year + 1


_YEAR_AFTER: Final = _next_year()
"""The year after the one in which the program began. Later years are compared with the clock."""


def _read_value(value: object) -> datetime.datetime | None:
    """The time of a value that is not text when it comes."""
    if isinstance(value, datetime.datetime):
        return plain_time(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return _read_machine_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _read_number(value)
    return None


def _read_machine_text(text: str) -> datetime.datetime | None:
    """The time of a text that a program wrote: ISO 8601, RFC 2822, or a number since 1970 of 9 digits or more."""
    text = text.strip()
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    whole, _, fraction = text.partition(".")
    if whole.isascii() and whole.isdecimal() and 9 <= len(whole) <= 19 and (not fraction or fraction.isdecimal()):
        return _read_number(int(whole) if not fraction else float(text))
    if not _RFC_2822.match(text):
        return None
    try:
        return email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


_RFC_2822: Final = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{2,4}\s+\d")
"""The beginning of a time of RFC 2822. The library reads ``2 Jan 2024 3 pm`` as 3 at night."""


def _read_number(value: float) -> datetime.datetime | None:
    """The time of a number: ``YYYYMMDD``, or units since 1970. A year alone is no time."""
    if not abs(value) <= _LARGEST or 1000 <= value <= 9999:  # NaN is not below either
        return None
    if isinstance(value, int) and _FIRST_YEAR * 10_000 < value < 100_000_000:
        return _joined(str(value // 10_000), str(value // 100 % 100), str(value % 100), "") or _since_1970(value)
    return _since_1970(value)


def _since_1970(value: float) -> datetime.datetime | None:
    per_second = next((unit for least, unit in _PER_SECOND if abs(value) >= least), 1)
    try:
        return datetime.datetime.fromtimestamp(value / per_second, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _joined(year: str, month: str, day: str, clock: str) -> datetime.datetime | None:
    """The time of a date in numbers, and of a time of day in any form."""
    try:
        date = datetime.datetime(int(year), int(month), int(day))
    except ValueError:
        return None
    if not clock:
        return date
    try:
        return datetime.datetime.fromisoformat(f"{date.date()}T{_UTC.sub('+00:00', clock)}")
    except ValueError:
        return _read_by_library(f"{date.day} {calendar.month_name[date.month]} {date.year:04} {clock}")


@lru_cache(maxsize=4096)
def _read_by_library(text: str) -> datetime.datetime | None:
    """The time of a written date with day, month and year. Feeds repeat their dates, so results are kept."""
    try:
        time = _library().get_date_data(text, _FORMATS).date_obj
        return None if time is None else time.replace(tzinfo=datetime.timezone(time.utcoffset()))
    except (ValueError, TypeError, OverflowError, LookupError, AttributeError, RecursionError):
        return None


@lru_cache(maxsize=1)
def _library() -> Any:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=_LANGUAGES,
        try_previous_locales=False,  # a date means the same after any other date
        settings={
            "PARSERS": ["custom-formats", "absolute-time"],  # no "2 days ago", which depends on the clock
            "STRICT_PARSING": True,
            "RETURN_AS_TIMEZONE_AWARE": True,
            "TIMEZONE": "UTC",
            "CACHE_SIZE_LIMIT": 100,
        },
    )
