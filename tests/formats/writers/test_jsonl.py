"""JSON Lines without some lines: what stays and what goes are together the input."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.places import Place
from dedup.formats.writers.jsonl import leave_out
from dedup.settings import DEFAULT_LIMITS

PLACE = Place("a.jsonl", "a.jsonl", "a.jsonl", ".jsonl")


def reference(data: bytes, numbers: set[int]) -> bytes:
    """The lines of a file whose numbers, from 1, are not among the given ones."""
    lines = data.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]] + lines[-1:]
    return b"".join(line for number, line in enumerate(ended, 1) if number not in numbers)


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"{}", b"\xff"]), max_size=30).map(b"".join),
    st.sets(st.integers(1, 20)),
    st.integers(1, 7),
)
def test_equals_the_reference(data, numbers, size):
    """The bytes are those of the lines that stay, however the bytes come in pieces."""
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    drop = np.array(sorted(numbers), np.int64)
    assert reference(data, numbers) == b"".join(leave_out(iter(pieces), PLACE, drop, DEFAULT_LIMITS))


def test_a_line_of_any_length_passes_piece_by_piece():
    """A line that no reader takes stays, and comes in the pieces in which it was read."""
    pieces = [b"x" * 9, b"x" * 9, b"\nb\n", b"c"]
    assert [b"x" * 9, b"x" * 9, b"\n", b"", b"c"] == list(leave_out(iter(pieces), PLACE, np.array([2]), DEFAULT_LIMITS))
