"""Rows of CSV: together they have all lines, whatever is torn."""

from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.syntax.csv_rows import Dialect, read_rows
from dedup.formats.syntax.text_lines import text_lines

PARTS = st.sampled_from(["a", "b,c", '"', '""', ",", "\n", "\r\n", "\r", "x y", '"z"', "\0", "é"])
LINES = st.lists(PARTS, max_size=40).map("".join)


@given(data=LINES, width=st.sampled_from([0, 1, 2, 3]), size=st.integers(1, 9))
def test_no_line_is_lost(data, width, size):
    """The lines of all rows are the lines of the file, in order, and each row has the number of its first line."""
    whole = data.encode()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    lines = list(text_lines(iter(pieces), 1000))
    rows = list(read_rows(iter(lines), Dialect(",", width=width), 1_000_000))
    assert lines == [line for row in rows for line in row.lines]
    assert "".join(lines) == data
    before = 1
    for row in rows:
        assert before == row.line
        before += len(row.lines)
        assert row.problem or not width or len(row.cells) >= width or not row.cells


@given(data=st.binary(max_size=60), size=st.integers(1, 9))
def test_any_bytes_come_back(data, size):
    """Lines keep bytes that are not UTF-8."""
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert data == "".join(text_lines(iter(pieces), 1000)).encode("utf-8", "surrogateescape")
