"""Foreign rows: each fault is an error with the line of the row, and never another exception."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dedup.errors import ReadError

Rows = list[dict[str, Any]]


def changed(rows: Rows, line: int, *path: Any) -> Rows:
    """Rows of which one has another value: keys and places, then the value."""
    *keys, last, value = path
    copy = json.loads(json.dumps(rows))
    place = copy[line - 1]
    for key in keys:
        place = place[key]
    place[last] = value
    return copy


@pytest.mark.parametrize(
    ("line", "path", "reason"),
    [
        (1, ("schema", "dedup.report/2"), "does not begin with the one header"),
        (1, ("inputs", "news"), "Expected `array`"),
        (2, ("members", []), "without a document"),
        (2, ("members", 1, "id", "a/small"), "names a document twice"),
        (2, ("members", 0, "published", "soon"), "Invalid RFC3339"),
        (2, ("members", 0, "containment", "much"), "Expected `float`"),
        (2, ("weakest", None), "Expected `float`"),
        (3, ("text", 5), "Expected `str`"),
        (3, ("ids", []), "text of no document"),
        (3, ("boilerplate", [[0, 11]]), "has a place [0, 11]"),
        (3, ("boilerplate", [[4, 2]]), "has a place [4, 2]"),
        (3, ("boilerplate", [[4, 6], [5, 7]]), "has a place [5, 7]"),
        (5, ("a", "id", "nobody"), "compares the document 'nobody'"),
        (5, ("passages", 0, "a", [0, 99]), "has a place [0, 99]"),
        (5, ("passages", 0, "b", [-1, 2]), "has a place [-1, 2]"),
        (5, ("differences", 0, "b", [7, 3]), "has a place [7, 3]"),
        (5, ("grounds", 0, "counts", [1]), "Expected `array`"),
        (5, ("match", None), "Expected `bool`"),
        (14, ("passages", 0, "a", [0, 99]), "has a place [0, 99]"),
        (15, ("documents", "many"), "Expected `int`"),
        (15, ("type", None), "Expected `str`"),
    ],
)
def test_a_wrong_row_is_named(
    rows: Rows, page_bytes: Callable[..., bytes], line: int, path: tuple[Any, ...], reason: str
) -> None:
    """The error has the line, and says what is wrong."""
    with pytest.raises(ReadError) as error:
        page_bytes(changed(rows, line, *path))
    assert (line, True) == (error.value.line, reason in error.value.reason), error.value.reason


def test_numbers_are_finite(rows: Rows, write_rows: Callable[[Rows], str], page_bytes: Callable[..., bytes]) -> None:
    """A number that JSON does not have, or that is too large for a measure, is an error."""
    for number in ("NaN", "Infinity", "1e999"):
        with pytest.raises(ReadError, match=":2: "):
            page_bytes([rows[0], json.loads(json.dumps(rows[1]).replace("0.5", number), parse_constant=float)])


def test_a_second_header_is_an_error(rows: Rows, page_bytes: Callable[..., bytes]) -> None:
    """Two reports in one file are not one report."""
    with pytest.raises(ReadError, match=":16: does not begin with the one header"):
        page_bytes([*rows, rows[0]])


def test_no_rows_are_an_error(page_bytes: Callable[..., bytes]) -> None:
    """An empty file has no header."""
    with pytest.raises(ReadError, match="does not begin with the header"):
        page_bytes([])
