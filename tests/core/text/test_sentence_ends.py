"""The ends of sentences in a buffer equal those of a regular expression."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.text import sentence_ends
from dedup.core.text.reference.sentence_ends import sentences as slow
from dedup.core.text.tables.sentence_marks import CLOSING, FREE, MARKS, SPACES

LINES = st.text(st.sampled_from(["a", "é", "中", "𝒳", *MARKS, *FREE, *CLOSING, *SPACES]), max_size=30)


@given(LINES)
def test_ends_equal_their_twin(line: str) -> None:
    """A line is cut at the positions of its twin, and a position behind the last character cuts nothing."""
    data = line.encode()
    _, ends = sentence_ends.sentence_ends(np.frombuffer(data, np.uint8), 0, len(data))
    edges = sorted({0, len(data), *ends.tolist()} if data else set())
    assert slow(line) == [data[first:last].decode() for first, last in pairwise(edges)]


def test_marks_stand_before_their_ends() -> None:
    """Each end has the position of its mark, so that a caller knows the line of the mark."""
    data = "Go.” Stay。」".encode()
    marks, ends = sentence_ends.sentence_ends(np.frombuffer(data, np.uint8), 0, len(data))
    assert [(2, 7), (11, 17)] == sorted(zip(marks.tolist(), ends.tolist(), strict=True))
