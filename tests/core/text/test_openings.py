"""The first line of a text that is no boilerplate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.text.batches import encode
from dedup.core.text.openings import OPENING, first_line, first_lines, left_out_words, opening_lengths

MENU = "Home\nNews\n"
LINES = st.sampled_from(["Home", "News at ten past six, with figures.", "--", "", "1,700 boats", "Ёлка в Москве. Да!"])


def lines_of(texts, words, left_out, counts):
    """The first lines of texts whose blocks have these words and flags."""
    buffer, offsets = encode(texts)
    lengths = opening_lengths(buffer, offsets[:-1], offsets[1:])
    opening = np.concatenate([buffer[start : start + size] for start, size in zip(offsets, lengths, strict=False)])
    edges = np.append(0, np.cumsum(counts))
    flags = left_out_words(np.array(words), edges, np.array(left_out, bool))
    return first_lines(opening, np.append(0, np.cumsum(lengths)), *flags)


def test_boilerplate_is_no_title():
    """A line that is left out is passed over, and so is a label before a line."""
    text = f"{MENU}By Ada\nThe harbour board approved the merger. Nobody spoke."
    assert ["The harbour board approved the merger. Nobody spoke."] == lines_of(
        [text], [1, 1, 2, 6, 2], [1, 1, 0, 0, 0], [5]
    )
    assert ["Nobody spoke."] == lines_of([text], [1, 1, 2, 6, 2], [1, 1, 1, 1, 0], [5])
    assert [""] == lines_of([text], [1, 1, 2, 6, 2], [1, 1, 1, 1, 1], [5])


def test_texts_do_not_mix():
    """Each text has its own line, a text without a word has none."""
    texts = ["Home\nThe ferry did not sail on Monday.", "", "The tram did not run on Monday."]
    assert [texts[0][5:], "", texts[2]] == lines_of(texts, [1, 7, 7], [1, 0, 0], [2, 0, 1])


@pytest.mark.parametrize("letter", ["x", "é", "東", "😀"])
def test_an_opening_has_whole_characters(letter):
    """An opening is cut between two characters, and a line that is cut ends in an ellipsis."""
    text = "a" + letter * OPENING
    buffer, offsets = encode([text])
    (size,) = opening_lengths(buffer, offsets[:-1], offsets[1:])
    assert OPENING - 3 <= size <= OPENING
    assert text.startswith(buffer[:size].tobytes().decode())
    (line,) = lines_of([text], [1], [0], [1])
    assert f"a{letter * 118}…" == line


def test_a_line_that_may_be_cut_in_a_word():
    """A block that begins at the end of an opening is no title."""
    menu = "Home.\n" * 160
    text = menu + "The ferry did not sail on Monday, and nobody knows why it lay in the harbour. " * 3
    assert [""] == lines_of([text], [160, 48], [1, 0], [2])


@given(st.lists(LINES, max_size=9))
def test_the_line_of_a_whole_text(lines):
    """A text without boilerplate has the line that `first_line` chooses of its lines with a word."""
    text = "\n".join(lines)
    words = "\n".join("" if line == "--" else line for line in lines)
    assert [first_line(words)] == lines_of([text], [500], [0], [1])
