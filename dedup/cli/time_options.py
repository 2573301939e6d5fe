"""Times as they are typed, as callbacks of options: a span like 7d, and a moment, which may be given as an age."""

import datetime
import re
from typing import Final

import click

_TYPED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_UNITS: Final = "s, m, h, d or w"


def span(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime.timedelta | None:
    """A span of time; a plain number counts days."""
    if value is None:
        return None
    found = _TYPED.fullmatch(value)
    length = _span(found[1], found[2] or "d") if found else None
    if length is None:
        reason = f"{value!r} is no span of time: give days, as 7, or a number with {_UNITS}, as 12h"
        raise click.BadParameter(reason, ctx, parameter)
    return length


def point_in_time(ctx: click.Context, parameter: click.Parameter, value: str) -> datetime.datetime:
    """A time, or how long ago it was, as a time with a zone."""
    found = _TYPED.fullmatch(value)
    time = _ago(found[1], found[2]) if found and found[2] else _told(value)
    if time is None:
        reason = f"{value!r} is no time: give ISO 8601, or an age: a number with {_UNITS}, as 7d"
        raise click.BadParameter(reason, ctx, parameter)
    return time


def _span(number: str, unit: str) -> datetime.timedelta | None:
    try:
        return datetime.timedelta(seconds=float(number) * _SECONDS[unit])
    except OverflowError:
        return None


def _ago(number: str, unit: str) -> datetime.datetime | None:
    length = _span(number, unit)
    try:
        return None if length is None else datetime.datetime.now(datetime.UTC) - length
    except OverflowError:
        return None


def _told(value: str) -> datetime.datetime | None:
    from dedup.formats import dates  # the room is too heavy for --help

    return dates.parse_time(value)
