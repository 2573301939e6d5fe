"""What characters are: the tables against `unicodedata`, one character at a time."""

import sys
import unicodedata

import numpy as np
import pytest

from dedup.core import unicode

POINTS = np.array([point for point in range(0x80, 0x40100) if not 0xD800 <= point < 0xE000], np.uint32)


def test_kinds_are_those_of_the_characters() -> None:
    """The kind of every character above ASCII, rewriting aside, is that of `kind_of`."""
    expected = [unicode.kind_of(chr(point)) for point in POINTS.tolist()]
    assert expected == (unicode.kinds_at(POINTS) & (unicode.REWRITES - 1)).tolist()


def test_folds_are_as_long_as_what_they_stand_for() -> None:
    """Every word character that asks for no rewriting has a fold that can be written in its place."""
    kinds = unicode.kinds_at(POINTS)
    plain = POINTS[(kinds == unicode.WORD) | (kinds == unicode.UNSPACED)]
    expected = [unicode.fold_character(chr(point)).encode() for point in plain.tolist()]
    assert [chr(point).encode().__len__() for point in plain.tolist()] == [len(fold) for fold in expected]
    assert [int.from_bytes(fold, "little") | 0x20 for fold in expected] == unicode.folds_at(plain).tolist()
    assert not unicode.folds_at(POINTS[kinds == unicode.SEPARATOR]).any()


def test_characters_that_ask_for_no_rewriting_are_not_changed() -> None:
    """`rewrite` leaves every text of plain characters alone, also side by side."""
    kinds = unicode.kinds_at(POINTS)
    plain = "".join(map(chr, POINTS[kinds < unicode.REWRITES].tolist()))
    assert plain == unicode.rewrite(plain)
    assert plain[::-1] == unicode.rewrite(plain[::-1])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spellings_become_one(form: str) -> None:
    """Composed or not, a text is rewritten to the same."""
    given = "Crème brûlée, Ångström, Việt Nam, が, 한국"
    assert unicode.rewrite(given) == unicode.rewrite(unicodedata.normalize(form, given))


def test_no_character_is_left_out() -> None:
    """Beyond the ideographs there are only separators."""
    beyond = np.arange(0x40000, sys.maxunicode + 1, 997, dtype=np.uint32)
    assert unicode.SEPARATOR == unicode.kinds_at(beyond).max()
