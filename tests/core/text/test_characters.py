"""The entries of characters equal the slow fold, character by character, and those that the package has."""

import unicodedata
from importlib import resources

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.core.text.characters import entries, folds, lookups
from dedup.core.text.reference import folding as slow
from dedup.core.text.tables.letter_forms import IGNORED

POINTS = np.array(
    [*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x110000, 61), *range(0xE0000, 0xE1000)], np.uint32
)
KINDS = {
    "separator": folds.SEPARATOR,
    "word": folds.WORD,
    "single": folds.SINGLE,
    "mark": folds.MARK,
}


def test_folds_are_those_of_the_twin() -> None:
    """The fold of every character equals that of the twin, which leaves a separator as it is."""
    for point in range(0x80, 0x20000):
        if not 0xD800 <= point < 0xE000:
            fold, expected = folds.fold_character(chr(point)), slow.fold(chr(point))
            stays = expected == chr(point) and slow.kind(expected) == "separator"
            assert ("\n" if stays else expected) == fold, hex(point)


def test_tables_equal_the_folds() -> None:
    """The kind and the bytes of every character that needs no rewriting are those of its fold."""
    kinds, written = lookups.kinds_at(POINTS), lookups.folds_at(POINTS)
    plain = (kinds & entries.REWRITES) == 0
    for point, kind, value in zip(POINTS[plain].tolist(), kinds[plain].tolist(), written[plain].tolist(), strict=True):
        fold, size = folds.fold_character(chr(point)), len(chr(point).encode())
        data = value.to_bytes(4, "little")[:size]
        if fold == "\n":
            assert (folds.SEPARATOR, bytes(size)) == (kind & lookups.KIND, data), hex(point)
        else:
            assert folds.written(fold) == data.rstrip(bytes([entries.GONE])), hex(point)
        if len(fold) == 1:
            assert KINDS[slow.kind(fold)] == kind & lookups.KIND, hex(point)


def test_the_file_of_the_package_is_what_is_made() -> None:
    """The entries in use, from the file of the package if it has one for this version of Unicode, are those that are
    made from ``unicodedata``; packed and unpacked they stay so."""
    made = entries.make_entries()
    for others in (entries.load_entries(), entries.unpack(entries.pack(made))):
        assert all(np.array_equal(mine, theirs) for mine, theirs in zip(made, others, strict=True))


def test_supported_pythons_have_a_file() -> None:
    """The package has the entries for Unicode 14 to 15.1, those of Python 3.11 to 3.13."""
    folder = resources.files(entries.__package__)
    assert {"unicode-14.0.0.zlib", "unicode-15.0.0.zlib", "unicode-15.1.0.zlib"} <= {
        file.name for file in folder.iterdir()
    }


def test_no_reader_sees_an_ignored_character() -> None:
    """Every code point that no reader sees has an empty fold, in all planes."""
    for low, high in IGNORED:
        points = np.arange(low, high, dtype=np.uint32)
        sizes = np.array([len(chr(point).encode()) for point in points.tolist()])
        data = lookups.folds_at(points)
        for value, size in zip(data.tolist(), sizes.tolist(), strict=True):
            assert value.to_bytes(4, "little")[:size] == bytes([entries.GONE]) * size


def test_rewritten_text_is_rewritten_once() -> None:
    """A rewritten text is not changed by another rewriting."""
    characters = [chr(point) for point in POINTS.tolist() if slow.kind(chr(point)) != "separator"]
    once = folds.rewrite(" ".join(characters))
    assert once == folds.rewrite(once)


@given(st.text(max_size=12))
@example("\ufc5e")  # a letter by its category, of a space and two marks
def test_rewrite_equals_its_twin(text: str) -> None:
    """A rewritten text has the letters and digits of the twin, apart from the case of ASCII letters."""
    assert slow.plain(text).lower() == folds.rewrite(text).lower().replace("ς", "σ")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_spellings_become_one(form: str) -> None:
    """A text in any normal form is rewritten to one text."""
    given_text = "Crème brûlée, Ångström, Việt Nam, が, 한국, น้ำ, ﬁ"
    expected = folds.rewrite(given_text).lower()
    assert expected == folds.rewrite(unicodedata.normalize(form, given_text)).lower()


def test_marks_in_any_number_take_linear_time() -> None:
    """A hundred thousand marks out of order are sorted in linear time."""
    marks = "\u0e48\u0e38" * 100_000
    assert "\u0e01" + "\u0e38" * 100_000 + "\u0e48" * 100_000 == folds.rewrite("\u0e01" + marks)
