"""Rows of plain values -> documents as columns, column by column.

Most files of JSON Lines hold objects of strings under a few keys. A column of such rows takes a tenth of the time of
its values one by one. `dedup.formats.record` reads other rows, and has the last word on each value.
"""

import datetime
from collections.abc import Sequence
from typing import Any, Final

from dedup.core.text.batches import encode
from dedup.errors import InputError
from dedup.formats.columns import DocumentColumns
from dedup.formats.fields.dates import checked_time
from dedup.formats.fields.names import FieldNames
from dedup.formats.fields.values import is_unicode
from dedup.formats.places import Place

_NONE: Final = type(None)
_LABELS: Final = "title", "source", "url"
_LARGEST: Final = 2**63


def columns_of_plain_rows(
    rows: Sequence[Any], first: int, names: FieldNames, place: Place, most: int
) -> DocumentColumns | None:
    """Return the documents of rows, or None if a value of a row needs a closer look.

    Args:
        rows: the rows, one or more.
        first: the number of the first row.
        names: the keys of the fields. They see the first row.
        place: the file of the rows.
        most: the most characters of a text.
    """
    if names.nested or set(map(type, rows)) != {dict}:
        return None
    present: set[object] = set().union(*rows)
    if not present <= names.seen:
        names.see(rows[0])
    if names.credits or not present <= names.seen:
        return None
    keys = names.keys
    texts = [row.get(keys["text"]) for row in rows]
    if set(map(type, texts)) != {str} or max(map(len, texts)) > most:
        return None

    def values(name: str) -> list[Any]:
        return [row.get(keys[name]) for row in rows] if keys[name] in present else []

    ids = _ids(values("id"), range(first, first + len(rows)), f"{place.id}:")
    titles, sources, urls = (_labels(values(name), len(rows)) for name in _LABELS)
    published = _times(values("published"), len(rows))
    if ids is None or titles is None or sources is None or urls is None or published is None:
        return None
    try:
        return DocumentColumns(ids, titles, sources, urls, published, [place.path] * len(rows), *encode(texts))
    except InputError:  # a text is not Unicode
        return None


def _ids(values: list[Any], numbers: range, prefix: str) -> list[str] | None:
    """Return the ids of documents, None if an id needs a closer look.

    Args:
        values: their ids, empty if none has an id.
        numbers: the numbers of their rows.
        prefix: the id of a document without an id, up to the number of its row.
    """
    kinds = set(map(type, values))
    if kinds == {int} and min(values) >= -_LARGEST and max(values) < _LARGEST:
        return list(map(str, values))
    if not kinds <= {str, _NONE} or not is_unicode("".join(filter(None, values))):
        return None
    if values and all(values):
        return values
    return [
        value or f"{prefix}{number}" for value, number in zip(values or [None] * len(numbers), numbers, strict=True)
    ]


def _labels(values: list[Any], count: int) -> list[str] | None:
    """Return the titles, sources or addresses of ``count`` documents, None if a value needs a closer look."""
    if not values:
        return [""] * count
    kinds = set(map(type, values))
    if not kinds <= {str, _NONE} or not is_unicode("".join(filter(None, values))):
        return None
    return values if kinds == {str} else [value or "" for value in values]


def _times(values: list[Any], count: int) -> list[datetime.datetime | None] | None:
    """Return the times of ``count`` documents, None if a value needs a closer look."""
    if not set(map(type, values)) <= {str, _NONE}:
        return None
    read = datetime.datetime.fromisoformat
    try:
        times = [checked_time(read(value)) if value else None for value in values]
    except ValueError:
        return None
    is_read = all(time is not None or not value for time, value in zip(times, values, strict=True))
    return (times or [None] * count) if is_read else None
