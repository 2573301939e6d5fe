"""Strings as columns, and the sequences that make an item of a column where it is asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.strings import Strings, join_strings, pack_strings

TEXTS = st.lists(st.text("ab\0é\udc80\U0001f600", max_size=4), max_size=8)


@given(TEXTS, st.data())
def test_a_column_holds_strings_as_they_are(texts: list[str], data: st.DataObject) -> None:
    """A column gives back all strings, some of them in any order, and new ones in place of old ones."""
    column = pack_strings(texts)
    assert (len(texts), texts) == (column.size, column.decoded())
    rows = data.draw(st.permutations(range(len(texts))))
    assert [texts[row] for row in rows] == column.take(np.array(rows, np.int64)).decoded()
    new = data.draw(st.dictionaries(st.sampled_from(range(len(texts))), st.text())) if texts else {}
    expected = [new.get(row, text) for row, text in enumerate(texts)]
    assert expected == column.with_new(dict(sorted(new.items()))).decoded()


@given(st.lists(TEXTS, max_size=4))
def test_columns_are_joined(parts: list[list[str]]) -> None:
    """Columns one after another are the column of all strings."""
    assert [text for part in parts for text in part] == join_strings(list(map(pack_strings, parts))).decoded()


@given(TEXTS, st.slices(8))
def test_a_sequence_of_rows_is_equal_to_its_tuple(texts: list[str], part: slice) -> None:
    """Length, items, slices, loops, searches, comparison and hash are those of the tuple."""
    strings, expected = Strings(pack_strings(texts)), tuple(texts)
    assert (len(expected), expected, hash(expected)) == (len(strings), tuple(strings), hash(strings))
    assert strings == expected == strings and expected == strings
    assert expected[part] == strings[part]
    assert [*map(expected.__getitem__, range(-len(texts), len(texts)))] == [
        strings[place] for place in range(-len(texts), len(texts))
    ]
    assert expected[::-1] == tuple(reversed(strings))
    for text in texts:
        assert (text in strings, expected.index(text), expected.count(text)) == (
            True,
            strings.index(text),
            strings.count(text),
        )
    assert strings != (*expected, "more") and strings != list(expected)


def test_a_sequence_of_rows_is_shown_short() -> None:
    """The representation has the number of items, and a place behind the end is an error as in a tuple."""
    strings = Strings(pack_strings(["a"] * 2000))
    assert "<Strings of 2,000>" == repr(strings)
    with pytest.raises(IndexError):
        strings[2000]
