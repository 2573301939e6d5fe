"""Cuts: chunks of whole documents, each with the header, whatever the pieces in which the bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.cuts import LINES, Cut, cut_pieces

TABLE = Cut(LINES.end, LINES.count, lambda data: data.find(b"\n") + 1)
"""Lines below a header line."""


def in_pieces(data, sizes):
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


LINE_LISTS = st.lists(st.sampled_from([b"a", b"bb", b""]), max_size=12)


@given(LINE_LISTS, st.lists(st.integers(0, 5), max_size=9), st.booleans())
def test_chunks_are_the_lines_below_the_header(lines, sizes, ends):
    """The chunks without their headers are the file; all begin with the header; the numbers count the lines."""
    data = b"head\n" + b"\n".join(lines) + b"\n" * ends
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CHUNK_BYTES", 8)
        chunks = list(cut_pieces(in_pieces(data, sizes), TABLE))
    bodies = [chunk.removeprefix(b"head\n") for _, chunk in chunks]
    assert data == b"head\n" + b"".join(bodies)
    assert all(chunk.startswith(b"head\n") for _, chunk in chunks)
    assert all(body.endswith(b"\n") for body in bodies[:-1])
    assert [1 + b"".join(bodies[:number]).count(b"\n") for number in range(len(bodies))] == [n for n, _ in chunks]


def test_documents_before_a_break_are_given():
    """Bytes that break off give the whole documents before the break, then the error with the number of the next."""

    def pieces():
        yield b"one\ntwo\nth"
        raise ReadError("a", "breaks off")

    chunks = cut_pieces(pieces(), LINES)
    assert (1, b"one\ntwo\n") == next(chunks)
    with pytest.raises(ReadError) as error:
        next(chunks)
    assert 3 == error.value.line
