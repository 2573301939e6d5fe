"""The fold of a character, its kind, and the fold of a text whose characters depend on each other, by ``unicodedata``.

The fold of a character is the form in which a reader takes it. Compatibility forms become plain. Case, accents and
vowel points go. Digits of all scripts become digits of ASCII. A character that no reader sees becomes nothing
(`core.text.tables.letter_forms`). Letters, digits and the marks that stay make words. All other characters separate. In
scripts without spaces each character is a token of its own, with its marks.
"""

import functools
import re
import unicodedata
from typing import Final

from dedup.core.text.tables.chinese_forms import SIMPLIFIED, TRADITIONAL
from dedup.core.text.tables.letter_forms import ACCENTS, APART, HALVES, IGNORED, LETTERS, NUKTAS, UNSPACED, WHOLE

SEPARATOR, WORD, SINGLE, MARK = range(4)
"""Kinds of characters. A ``SINGLE`` is a token of its own. A ``MARK`` belongs to the character before."""

LIMIT: Final = 0x20000
"""The first code point that is not in the tables. Ideographs reach to 0x3FFFF. Ignored characters and separators
follow."""

IDEOGRAPHS_END: Final = 0x40000

COMPATIBILITY: Final = (0x2F800, 0x2FA20)
"""Compatibility ideographs, as (first, end): each stands for another ideograph."""

RAISED: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉²³¹⁰⁴⁵⁶⁷⁸⁹"
"""Fractions and powers. They are no digits of the figure before."""

_FORMS: Final = LETTERS | dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""A letter or an ideograph -> the form that is written instead."""

_BEFORE_RAISED: Final = re.compile(f"(?<=\\d)(?=[{RAISED}])")
_HALVES: Final = re.compile("|".join(f"{whole[0]}([\\u0e48-\\u0e4b\\u0ec8-\\u0ecb]*){whole[1]}" for whole in HALVES))


def is_within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a code point is in one of the ranges (first, end)."""
    return any(low <= point < high for low, high in ranges)


def _is_far_ideograph(point: int) -> bool:
    """Whether a code point from `LIMIT` on is an ideograph that stands for no other one, assigned or not yet."""
    return LIMIT <= point < IDEOGRAPHS_END and not COMPATIBILITY[0] <= point < COMPATIBILITY[1]


def is_left_out(character: str) -> bool:
    """Whether the character is an accent, a vowel point, or a character that no reader sees."""
    point = ord(character)
    if point in NUKTAS or unicodedata.category(character) == "Me" or is_within(point, IGNORED):
        return True
    return any(unicodedata.combining(character) in classes for classes in ACCENTS)


@functools.cache
def fold_character(character: str) -> str:
    """Return the fold of one character: letters, marks and digits, or nothing, or a line feed if it separates."""
    if character in WHOLE or _is_far_ideograph(ord(character)):
        return character
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", character) if not is_left_out(letter))
    lower = unicodedata.normalize("NFKD", bare.casefold())
    forms = "".join(_FORMS.get(letter, letter) for letter in lower if not is_left_out(letter))
    plain = "".join(_plain_form(letter) for letter in unicodedata.normalize("NFC", forms))
    return plain if plain.strip() or not plain else "\n"


def _plain_form(character: str) -> str:
    """Return a digit of any script as the digit of ASCII, a letter, mark or other number as it is, else a line feed."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if unicodedata.category(character)[0] in "LMN" and character not in APART else "\n"


def kind_of(character: str) -> int:
    """Return the kind of a folded character."""
    category = unicodedata.category(character)[0]
    if _is_far_ideograph(ord(character)):
        return SINGLE
    if category not in "LMN":
        return SEPARATOR
    if not is_within(ord(character), UNSPACED) and unicodedata.combining(character) != _VOICED:
        return WORD
    return MARK if category == "M" else SINGLE


_VOICED: Final = 8
"""The combining class of the two marks of kana, which are outside of the ranges of kana."""


class _Folds(dict[int, str]):
    """A code point -> the fold of the character, for `str.translate`. A fold is made at its first use.

    ASCII and characters that separate stay as they are, because a mark between digits may belong to a figure.
    """

    def __missing__(self, point: int) -> str:
        fold = chr(point) if point < 0x80 else fold_character(chr(point))
        self[point] = fold = chr(point) if fold == "\n" and kind_of(chr(point)) == SEPARATOR else fold
        return fold


_FOLDS: Final = _Folds()


def rewrite(text: str) -> str:
    """Fold every character of ``text`` beyond ASCII, and compose characters that belong together.

    The time is linear. Only runs of marks are sorted.
    """
    folded = _BEFORE_RAISED.sub("\n", text).translate(_FOLDS)
    folded = _HALVES.sub(_join_halves, folded)
    return unicodedata.normalize("NFC", _mark_runs().sub(_sort_marks, folded))


def _join_halves(halves: re.Match[str]) -> str:
    """Return the tone marks between two halves of a vowel, and the whole vowel behind them."""
    vowel = halves.group()
    return vowel[1:-1] + HALVES[vowel[0] + vowel[-1]]


def _sort_marks(marks: re.Match[str]) -> str:
    """Return the marks in canonical order. ``unicodedata`` takes quadratic time for many marks out of order."""
    return "".join(sorted(marks.group(), key=unicodedata.combining))


@functools.cache
def _mark_runs() -> re.Pattern[str]:
    """Return a pattern for two or more marks that have an order."""
    marks = "".join(chr(point) for point in range(0x80, LIMIT) if unicodedata.combining(chr(point)))
    return re.compile(f"[{marks}]{{2,}}")


def written(fold: str) -> bytes:
    """Return a fold as `core.text.folding.fold` writes it.

    It is UTF-8. First bytes of characters have bit 0x20, and a character that separates is a zero byte.
    """
    return b"".join(
        b"\0" if character == "\n" else bytes([encoded[0] | 0x20]) + encoded[1:]
        for character, encoded in ((character, character.encode()) for character in fold)
    )
