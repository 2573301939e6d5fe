"""A value that stands for a time -> an aware ``datetime``. It never guesses: what cannot be read is None."""

import datetime
import email.utils
import math


def parse_time(value: object) -> datetime.datetime | None:
    """The time that a value stands for, always with a zone (UTC if it names none), or None if it cannot be read.

    Read are a ``datetime`` or ``date``, ISO 8601 text, RFC 2822 text, and numbers: seconds since 1970.
    """
    try:
        found = _moment(value)
        if found is None:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
        found.astimezone(datetime.UTC)  # a time that UTC cannot hold would fail later
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None
    return found


def _moment(value: object) -> datetime.datetime | None:
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return _text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    return None


def _text(value: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        return email.utils.parsedate_to_datetime(value)
