"""The tables of characters equal the slow fold, character by character."""

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.core.text import unicode_tables
from dedup.core.text.reference import folding as slow
from dedup.core.text.tables.letter_forms import IGNORED

POINTS = np.array(
    [*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x110000, 61), *range(0xE0000, 0xE1000)], np.uint32
)
KINDS = {
    "separator": unicode_tables.SEPARATOR,
    "word": unicode_tables.WORD,
    "single": unicode_tables.SINGLE,
    "mark": unicode_tables.MARK,
}


def test_folds_are_those_of_the_twin() -> None:
    """The fold of every character equals that of the twin, which leaves a separator as it is."""
    for point in range(0x80, 0x20000):
        if not 0xD800 <= point < 0xE000:
            fold, expected = unicode_tables.fold_character(chr(point)), slow.fold(chr(point))
            stays = expected == chr(point) and slow.kind(expected) == "separator"
            assert ("\n" if stays else expected) == fold, hex(point)


def test_tables_equal_the_folds() -> None:
    """The kind and the bytes of every character that needs no rewriting are those of its fold."""
    kinds, folds = unicode_tables.kinds_at(POINTS), unicode_tables.folds_at(POINTS)
    plain = (kinds & unicode_tables.REWRITES) == 0
    for point, kind, value in zip(POINTS[plain].tolist(), kinds[plain].tolist(), folds[plain].tolist(), strict=True):
        fold, size = unicode_tables.fold_character(chr(point)), len(chr(point).encode())
        data = value.to_bytes(4, "little")[:size]
        if fold == "\n":
            assert (unicode_tables.SEPARATOR, bytes(size)) == (kind & unicode_tables.KIND, data), hex(point)
        else:
            assert unicode_tables.written(fold) == data.rstrip(bytes([unicode_tables.GONE])), hex(point)
        if len(fold) == 1:
            assert KINDS[slow.kind(fold)] == kind & unicode_tables.KIND, hex(point)


def test_no_reader_sees_an_ignored_character() -> None:
    """Every code point that no reader sees has an empty fold, in all planes."""
    for low, high in IGNORED:
        points = np.arange(low, high, dtype=np.uint32)
        sizes = np.array([len(chr(point).encode()) for point in points.tolist()])
        data = unicode_tables.folds_at(points)
        for value, size in zip(data.tolist(), sizes.tolist(), strict=True):
            assert value.to_bytes(4, "little")[:size] == bytes([unicode_tables.GONE]) * size


def test_rewritten_text_is_rewritten_once() -> None:
    """A rewritten text is not changed by another rewriting."""
    characters = [chr(point) for point in POINTS.tolist() if slow.kind(chr(point)) != "separator"]
    once = unicode_tables.rewrite(" ".join(characters))
    assert once == unicode_tables.rewrite(once)


@given(st.text(max_size=12))
@example("\ufc5e")  # a letter by its category, of a space and two marks
def test_rewrite_equals_its_twin(text: str) -> None:
    """A rewritten text has the letters and digits of the twin, apart from the case of ASCII letters."""
    assert slow.plain(text).lower() == unicode_tables.rewrite(text).lower().replace("ς", "σ")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_spellings_become_one(form: str) -> None:
    """A text in any normal form is rewritten to one text."""
    given_text = "Crème brûlée, Ångström, Việt Nam, が, 한국, น้ำ, ﬁ"
    expected = unicode_tables.rewrite(given_text).lower()
    assert expected == unicode_tables.rewrite(unicodedata.normalize(form, given_text)).lower()


def test_marks_in_any_number_take_linear_time() -> None:
    """A hundred thousand marks out of order are sorted in linear time."""
    marks = "\u0e48\u0e38" * 100_000
    assert "\u0e01" + "\u0e38" * 100_000 + "\u0e48" * 100_000 == unicode_tables.rewrite("\u0e01" + marks)
