"""Typed times to values, as callbacks of options: a span like 7d, and a point in time, which can be an age."""

import datetime
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_TYPED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)", re.ASCII)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_UNITS: Final = "s, m, h, d or w"


def span(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime.timedelta | None:
    """Return a span of time, None if there is no value.

    Args:
        ctx: the context of the command
        parameter: the option
        value: a number with a unit; a plain number counts days

    Raises:
        click.BadParameter: the value is no span of time
    """
    if value is None:
        return None
    match = _TYPED.fullmatch(value)
    length = _make_span(match[1], match[2] or "d") if match else None
    if length is None:
        reason = f"{value!r} is no span of time: give days, as 7, or a number with {_UNITS}, as 12h"
        raise click.BadParameter(reason, ctx, parameter)
    return length


def point_in_time(ctx: click.Context, parameter: click.Parameter, value: str) -> datetime.datetime:
    """Return a time with a zone.

    Args:
        ctx: the context of the command
        parameter: the option
        value: a time, or an age: a number with a unit

    Raises:
        click.BadParameter: the value is no time
    """
    match = _TYPED.fullmatch(value)
    time = _subtract_age(match[1], match[2]) if match and match[2] else _parse_time(value)
    if time is None:
        reason = f"{value!r} is no time: give ISO 8601, or an age: a number with {_UNITS}, as 7d"
        raise click.BadParameter(reason, ctx, parameter)
    return time


def window_option(command: _Command) -> _Command:
    """Give a command the option ``--window``."""
    text = "Forget articles that were not seen for so long: days, or as 12h or 2w."
    return click.option("--window", callback=span, metavar="SPAN", help=text)(command)


def remember_option(command: _Command) -> _Command:
    """Give a command the option ``--remember``."""
    text = "Remember forgotten articles for so long, without their texts: one that repeats them is not new."
    return click.option("--remember", callback=span, metavar="SPAN", help=text)(command)


def timeout_option(command: _Command) -> _Command:
    """Give a command the option ``--timeout``."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="Wait so long while another process writes to INDEX.",
    )(command)


def _make_span(number: str, unit: str) -> datetime.timedelta | None:
    try:
        return datetime.timedelta(seconds=float(number) * _SECONDS[unit])
    except OverflowError:
        return None


def _subtract_age(number: str, unit: str) -> datetime.datetime | None:
    length = _make_span(number, unit)
    try:
        return None if length is None else datetime.datetime.now(datetime.UTC) - length
    except OverflowError:
        return None


def _parse_time(value: str) -> datetime.datetime | None:
    from dedup.formats.fields.dates import parse_time  # this room is too heavy for --help

    return parse_time(value)
