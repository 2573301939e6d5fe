"""The first rows of a file -> what they decide for all rows: the keys of fields, and the order of day and month."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dedup.formats import limits
from dedup.formats.fields.dates import DateReader
from dedup.formats.fields.names import FieldNames
from dedup.formats.places import NO_HEAD, FileHead


def read_head(rows: Iterable[Any], fields: Mapping[str, str]) -> FileHead:
    """Decide the keys of fields, and the order of day and month, for all rows of a file.

    Args:
        rows: the first rows of the file.
        fields: our names of fields -> the user's names of keys.
    """
    names, dates = decide_head(list(rows), fields, NO_HEAD)
    return FileHead(names.decided, dates.day_first)


def decide_head(rows: Iterable[Any], fields: Mapping[str, str], head: FileHead) -> tuple[FieldNames, DateReader]:
    """Decide the keys of fields and the order of day and month.

    Args:
        rows: the next rows of the file.
        fields: our names of fields -> the user's names of keys.
        head: what earlier rows of the file have decided.
    """
    mappings = [row for row in rows if isinstance(row, dict)]
    names, dates = FieldNames(fields, head.keys), DateReader(head.day_first)
    names.see(dict.fromkeys(key for row in mappings for key in row))
    published = names.keys["published"]
    for row in mappings if head.day_first is None else ():
        dates.see(names.flat(row).get(published))
    return names, dates


def split_head(rows: Iterable[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], Iterator[tuple[int, Any]]]:
    """The first rows, as many as ``limits`` allow, and the other rows. An error in the first rows comes after them."""
    rows, head, size = iter(rows), [], 0
    try:
        for number, row in rows:
            head.append((number, row))
            for value in row.values() if isinstance(row, dict) else ():
                if isinstance(value, str):
                    size += len(value)
            if size >= limits.SNIFF_BYTES or len(head) >= limits.HEAD_ROWS:
                break
    except Exception as error:
        return head, _raise_later(error)
    return head, rows


def _raise_later(error: Exception) -> Iterator[tuple[int, Any]]:
    """Raise an error when the next row is taken."""
    raise error
    yield
