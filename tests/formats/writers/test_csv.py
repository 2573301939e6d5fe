"""CSV without some rows: the other bytes stay as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats.places import Place
from dedup.formats.writers.csv import leave_out
from dedup.settings import DEFAULT_LIMITS

PLACE = Place("a.csv", "a.csv", "a.csv", ".csv")


def left(data: bytes, *numbers: int, size: int = 7) -> bytes:
    """The bytes of a file without some rows."""
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return b"".join(leave_out(pieces, PLACE, np.array(numbers, np.int64), DEFAULT_LIMITS))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'id;text\r\n1;"a\r\nb"\r\n\r\n2;c\r\n3;d', b"id;text\r\n\r\n2;c\r\n3;d"),
        (b"\xef\xbb\xbfsep=,\nid,text\n1,a\n2,b\n", b"\xef\xbb\xbfsep=,\nid,text\n2,b\n"),
        (b'id,text\n1,caf\xe9\n2,"torn\n3,caf\xe9\n', b'id,text\n2,"torn\n3,caf\xe9\n'),
        (b"id,text\r1,a\r2,b", b"id,text\r2,b"),
    ],
)
def test_one_row_is_left_out(data, expected):
    """A row goes with all its lines. Marks, hints, blank lines, bad rows and other charsets stay."""
    assert expected == left(data, 2)


@given(data=st.binary(max_size=80) | st.lists(st.sampled_from([b"a", b",", b'"', b"\n", b"\r\n"])).map(b"".join))
def test_without_rows_to_leave_out_all_bytes_stay(data):
    """A file that keeps all rows is the same file."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert data == left(data)


def test_utf16_is_an_error():
    """A file in UTF-16 cannot be copied row by row."""
    with pytest.raises(ReadError, match="is UTF-16"):
        left("id,text\n1,a\n".encode("utf-16"), 2)
