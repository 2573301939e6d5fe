"""The ends of sentences in a buffer equal those of a regular expression."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.text.reference.sentence_ends import sentences as slow
from dedup.core.text.sentence_ends import NO_END, find_marks, sentence_ends
from dedup.core.text.tables.sentence_marks import CLOSING, FREE, MARKS, SPACES

LINES = st.text(st.sampled_from(["a", "é", "中", "𝒳", *MARKS, *FREE, *CLOSING, *SPACES]), min_size=1, max_size=30)


def marks_and_ends(line: str) -> tuple[list[int], list[int]]:
    """Return the marks of a line that end a sentence, and the ends of these sentences."""
    buffer = np.frombuffer(line.encode(), np.uint8)
    marks = find_marks(buffer, 0, buffer.size, np.zeros(buffer.size, np.bool_))
    ends = sentence_ends(buffer, marks)
    return marks[ends < NO_END].tolist(), ends[ends < NO_END].tolist()


@given(LINES)
def test_ends_equal_their_twin(line: str) -> None:
    """A line is cut at the positions of its twin, in order, and a position behind the last character cuts nothing."""
    data = line.encode()
    _, ends = marks_and_ends(line)
    edges = sorted({0, len(data), *ends})
    assert slow(line) == [data[first:last].decode() for first, last in pairwise(edges)]
    assert ends == sorted(ends)


def test_marks_stand_before_their_ends() -> None:
    """Each end has the position of its mark, so that a caller knows the line of the mark."""
    assert ([2, 11], [7, 17]) == marks_and_ends("Go.” Stay。」")


def test_other_characters_are_found_too() -> None:
    """Bytes that a caller has flagged are among the marks, in order."""
    line = "one\ntwo. Three…\n".encode()
    buffer = np.frombuffer(line, np.uint8)
    assert [3, 7, 14, 17] == find_marks(buffer, 0, buffer.size, buffer == ord("\n")).tolist()
