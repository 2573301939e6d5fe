"""A value that stands for a time -> an aware ``datetime``, or None. Nothing is guessed."""

import datetime
import email.utils
import math


def parse_time(value: object) -> datetime.datetime | None:
    """The time that a value stands for, with a zone (UTC if the value has no zone); None if the value cannot be read.

    A value can be a ``datetime`` or ``date``, ISO 8601 text, RFC 2822 text, or a number: seconds since 1970.
    """
    try:
        time = _to_datetime(value)
        if time is None:
            return None
        time = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
        time.astimezone(datetime.UTC)  # a time that UTC cannot hold would fail later
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None
    return time


def plain_time(time: datetime.datetime) -> datetime.datetime:
    """Return a time without what a subclass of `datetime` adds: a ``Timestamp`` of pandas has nanoseconds."""
    if type(time) is datetime.datetime:
        return time
    return datetime.datetime.combine(time.date(), time.time(), time.tzinfo).replace(fold=time.fold)


def _to_datetime(value: object) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return plain_time(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return _parse_text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    return None


def _parse_text(value: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        return email.utils.parsedate_to_datetime(value)
