"""Columns of a report, a list each, to a table or a frame of a library. A library is imported by its function only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from dedup.errors import LibraryMissing
from dedup.version import DISTRIBUTION

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_IDS: Final = ("id", "story", "canonical")
"""The columns whose type is that of the ids of the caller."""

MEMBER_COLUMNS: Final = (
    *("relation", "containment", "resemblance", "source", "published", "title"),
    *("path", "credit", "no_article"),
)
"""The columns that are fields of a member."""

COLUMNS: Final = (*_IDS, *MEMBER_COLUMNS, "keep")
"""The columns of a report, a row a document."""

_NUMBERS: Final = ("containment", "resemblance")

Columns = Mapping[str, Sequence[Any]]
"""The values of each of `COLUMNS`."""


def arrow_table(columns: Columns) -> "pyarrow.Table":
    """Return the columns as a table. Ids of one type have that type, other ids are text. Times are in UTC."""
    arrow = import_library("pyarrow")
    types = dict.fromkeys(_NUMBERS, arrow.float64()) | {
        "published": arrow.timestamp("us", "UTC"),
        "keep": arrow.bool_(),
    }
    arrays = {}
    for name, values in columns.items():
        if name in _IDS:
            arrays[name] = _arrow_ids(arrow, values)
        else:
            values = utc_times(values) if name == "published" else values
            arrays[name] = arrow.array(values, types.get(name, arrow.string()))
    return arrow.table(arrays)


def _arrow_ids(arrow: Any, ids: Sequence[Any]) -> Any:
    try:
        return arrow.array(ids) if len(ids) else arrow.array(ids, arrow.string())
    except (arrow.ArrowException, TypeError, ValueError, OverflowError):
        return arrow.array(list(map(str, ids)), arrow.string())


def pandas_frame(columns: Columns) -> "pandas.DataFrame":
    """Return the columns as a frame. Ids stay as they are. Times are in UTC."""
    library = import_library("pandas")
    times = library.to_datetime(library.Series(utc_times(columns["published"]), dtype="object"), utc=True)
    ids = {name: library.Series(list(columns[name]), dtype=None if columns[name] else "object") for name in _IDS}
    frame: pandas.DataFrame = library.DataFrame({**columns, **ids, "published": times}, columns=list(columns))
    return frame


def polars_frame(columns: Columns) -> "polars.DataFrame":
    """Return the columns as a frame. Ids of one type have that type, other ids are text. Times are in UTC."""
    library = import_library("polars")
    types = dict.fromkeys(_NUMBERS, library.Float64)
    types |= {"published": library.Datetime("us", "UTC"), "keep": library.Boolean}
    series = []
    for name, values in columns.items():
        if name in _IDS and values:
            series.append(_polars_ids(library, name, values))
        else:
            values = utc_times(values) if name == "published" else values
            series.append(library.Series(name, values, types.get(name, library.String)))
    frame: polars.DataFrame = library.DataFrame(series)
    return frame


def _polars_ids(polars: Any, name: str, ids: Sequence[Any]) -> Any:
    try:
        return polars.Series(name, ids)
    except (polars.exceptions.PolarsError, TypeError, ValueError, OverflowError):
        return polars.Series(name, list(map(str, ids)), polars.String)


def utc_times(times: Sequence[datetime | None]) -> list[datetime | None]:
    """Return the times in UTC. A time without a zone is UTC."""
    return [time and (time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)) for time in times]


def import_library(name: str, extra: str = "") -> Any:
    """Import a library. Raises `LibraryMissing` with the command that installs it: by an ``extra`` if one is named."""
    try:
        return import_module(name)
    except ImportError as error:
        missing = name.partition(".")[0]
        distribution = f"'{DISTRIBUTION}[{extra}]'" if extra else missing
        raise LibraryMissing(f"{missing} is not installed: run pip install {distribution}") from error
