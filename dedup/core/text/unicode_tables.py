"""Code points -> what the characters are to the tokenizer, as tables of kinds and folds.

The fold of a character is the form in which a reader takes it. Compatibility forms become plain. Case, accents and
vowel points go. Digits of all scripts become digits of ASCII. A character that no reader sees becomes nothing
(`core.text.tables.letter_forms`). Letters, digits and the marks that stay make words. All other characters separate. In
scripts without spaces each character is a token of its own, with its marks.

Most folds are written over their characters. A few folds are longer than the character, or depend on its neighbours. A
text with such characters is rewritten first.
"""

import functools
import re
import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices
from dedup.core.text.tables.chinese_forms import SIMPLIFIED, TRADITIONAL
from dedup.core.text.tables.letter_forms import ACCENTS, APART, HALVES, IGNORED, LETTERS, NUKTAS, UNSPACED, WHOLE

SEPARATOR, WORD, SINGLE, MARK = range(4)
"""Kinds of characters. A ``SINGLE`` is a token of its own. A ``MARK`` belongs to the character before."""

KIND: Final = 3
"""The bits of a kind. The other bits are flags."""

REWRITES: Final = 0x80
"""Flag of a character whose text must be rewritten by `rewrite`."""

_JOINS: Final = 0x40
"""Flag of a character that may be composed with the character before."""

_ORDERED: Final = 0x20
"""Flag of a mark that may have to swap with a mark before."""

_OPENS: Final = 0x10
"""Flag of a character that may be composed with the character behind."""

_VANISHES: Final = 0x08
"""Flag of a character whose fold is empty."""

_SETTLES: Final = _JOINS | _ORDERED
"""Flags of the characters that `unsettled` examines."""

LEAST_SETTLES: Final = _ORDERED
"""The least value of a kind that has a flag of `_SETTLES`, or a higher flag."""

GONE: Final = 0x01
"""Byte that is removed later. It fills a fold that is shorter than its character. No fold contains it: the bytes of a
fold are 0, digits, small letters, 0x80 to 0xBF, and first bytes from 0xE0 to 0xFF."""

LIMIT: Final = 0x20000
"""The first code point that is not in the tables. Ideographs reach to 0x3FFFF. Ignored characters and separators
follow."""

_IDEOGRAPHS_END: Final = 0x40000
_COMPATIBILITY: Final = (0x2F800, 0x2FA20)
"""Compatibility ideographs, as (first, end): each stands for another ideograph."""

_SURROGATES: Final = (0xD800, 0xE000)
_IDEOGRAPHS: Final = (0x4E00, 0x9FE0)
_SYLLABLES: Final = (0xAC00, 0xD7A4)
"""Syllables of Hangul, as (first, end). The first of every `_FINALS` has no final consonant, and may be composed with
one."""
_FINALS: Final = 28

_FORMS: Final = LETTERS | dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""A letter or an ideograph -> the form that is written instead."""

_PAGE_BITS: Final = 12
"""Bits of a page: the entries of a page of code points are made together."""

RAISED: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉²³¹⁰⁴⁵⁶⁷⁸⁹"
"""Fractions and powers. They are no digits of the figure before."""

_BEFORE_RAISED: Final = re.compile(f"(?<=\\d)(?=[{RAISED}])")
_HALVES: Final = re.compile("|".join(f"{whole[0]}([\\u0e48-\\u0e4b\\u0ec8-\\u0ecb]*){whole[1]}" for whole in HALVES))

Points = npt.NDArray[np.uint32]


def _is_within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a code point is in one of the ranges (first, end)."""
    return any(low <= point < high for low, high in ranges)


def _is_far_ideograph(point: int) -> bool:
    """Whether a code point from `LIMIT` on is an ideograph that stands for no other one, assigned or not yet."""
    return LIMIT <= point < _IDEOGRAPHS_END and not _COMPATIBILITY[0] <= point < _COMPATIBILITY[1]


def _is_left_out(character: str) -> bool:
    """Whether the character is an accent, a vowel point, or a character that no reader sees."""
    point = ord(character)
    if point in NUKTAS or unicodedata.category(character) == "Me" or _is_within(point, IGNORED):
        return True
    return any(unicodedata.combining(character) in classes for classes in ACCENTS)


@functools.cache
def fold_character(character: str) -> str:
    """Return the fold of one character: letters, marks and digits, or nothing, or a line feed if it separates."""
    if character in WHOLE or _is_far_ideograph(ord(character)):
        return character
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", character) if not _is_left_out(letter))
    lower = unicodedata.normalize("NFKD", bare.casefold())
    forms = "".join(_FORMS.get(letter, letter) for letter in lower if not _is_left_out(letter))
    plain = "".join(_plain_form(letter) for letter in unicodedata.normalize("NFC", forms))
    return plain if plain.strip() or not plain else "\n"


def _plain_form(character: str) -> str:
    """Return a digit of any script as the digit of ASCII, a letter, mark or other number as it is, else a line feed."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if unicodedata.category(character)[0] in "LMN" and character not in APART else "\n"


def _kind_of(character: str) -> int:
    """Return the kind of a folded character."""
    category = unicodedata.category(character)[0]
    if _is_far_ideograph(ord(character)):
        return SINGLE
    if category not in "LMN":
        return SEPARATOR
    if not _is_within(ord(character), UNSPACED) and unicodedata.combining(character) != _VOICED:
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
        self[point] = fold = chr(point) if fold == "\n" and _kind_of(chr(point)) == SEPARATOR else fold
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


def _utf8(points: Points, size: int) -> Points:
    """Return the UTF-8 of characters of ``size`` bytes as numbers, first byte lowest and with bit 0x20."""
    data = points >> np.uint32(6 * (size - 1)) | np.uint32(0x100 - (0x100 >> size) | 0x20)
    for byte in range(1, size):
        following = points >> np.uint32(6 * (size - 1 - byte)) & np.uint32(0x3F) | np.uint32(0x80)
        data |= following << np.uint32(8 * byte)
    return data


class _Tables:
    """The entries of the code points below `LIMIT`. A page of entries is made when one of its characters first occurs.

    - ``kinds`` ``(LIMIT,) uint8``: kinds with flags.
    - ``folds`` ``(LIMIT,) uint32``: the bytes of the folds, first byte lowest.
    - ``orders`` ``(LIMIT,) uint8``: the combining classes of the marks that stay.
    """

    def __init__(self) -> None:
        self.kinds = np.zeros(LIMIT, np.uint8)
        self.folds = np.zeros(LIMIT, np.uint32)
        self.orders = np.zeros(LIMIT, np.uint8)
        self._made = np.zeros((LIMIT >> _PAGE_BITS) + 1, np.bool_)
        self._made[-1] = True  # the page of all higher code points
        # Some 32,000 characters, most of them their own folds, take a quarter of a second if they are made one by one.
        for kind, (low, high) in ((SINGLE, _IDEOGRAPHS), (WORD, _SYLLABLES)):
            self.kinds[low:high] = kind
            self.folds[low:high] = _utf8(np.arange(low, high, dtype=np.uint32), 3)
        traditional, simple = (np.array(list(map(ord, form)), np.uint32) for form in (TRADITIONAL, SIMPLIFIED))
        inside = (traditional >= _IDEOGRAPHS[0]) & (traditional < _IDEOGRAPHS[1])
        self.folds[traditional[inside]] = _utf8(simple[inside], 3)
        self.kinds[slice(*_SYLLABLES, _FINALS)] |= _OPENS

    def ready(self, points: Points) -> None:
        """Make the pages of ``points``, which are one or more."""
        if int(points.max()) >> _PAGE_BITS == 0 and self._made[0]:
            return
        pages = np.minimum(points >> _PAGE_BITS, LIMIT >> _PAGE_BITS)
        if self._made.take(pages).all():
            return
        for page in np.unique(pages[~self._made[pages]]).tolist():
            for point in range(max(0x80, page << _PAGE_BITS), page + 1 << _PAGE_BITS):
                if not any(low <= point < high for low, high in (_SURROGATES, _IDEOGRAPHS, _SYLLABLES)):
                    self._make_entry(point)
            self._made[page] = True

    def _make_entry(self, point: int) -> None:
        """Make the entries of one code point."""
        fold = fold_character(chr(point))
        size, data = len(chr(point).encode()), written(fold)
        kind = _kind_of(fold) if len(fold) == 1 else WORD if fold else _VANISHES
        several = len(fold) > 1 and any(_kind_of(letter) in (SINGLE, MARK) for letter in fold)
        if several or len(data) > size or chr(point) in _CONTEXTUAL:
            kind |= REWRITES
        joining, opening = _composable()
        if fold:
            self.orders[point] = unicodedata.combining(fold[0])
            kind |= _ORDERED if self.orders[point] else 0
            kind |= _JOINS if fold[0] in joining else 0
            kind |= _OPENS if fold[-1] in opening else 0
        self.kinds[point] = kind
        filling = b"\0" if fold == "\n" else bytes([GONE])
        self.folds[point] = int.from_bytes(data[:size].ljust(size, filling), "little")


_CONTEXTUAL: Final = frozenset([*RAISED, *(halves[0] for halves in HALVES)])
"""Characters whose fold depends on their neighbours."""


def written(fold: str) -> bytes:
    """Return a fold as `core.text.folding.fold` writes it.

    It is UTF-8. First bytes of characters have bit 0x20, and a character that separates is a zero byte.
    """
    return b"".join(
        b"\0" if character == "\n" else bytes([encoded[0] | 0x20]) + encoded[1:]
        for character, encoded in ((character, character.encode()) for character in fold)
    )


@functools.cache
def _composable() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters that NFC may compose with the character before, and with the character behind."""
    joining, opening = set(map(chr, range(0x1161, 0x1176))), set(map(chr, range(0x1100, 0x1113)))  # Hangul
    joining |= set(map(chr, range(0x11A8, 0x11C3)))
    opening |= set(map(chr, range(0xAC00, 0xD7A4, 28)))
    for point in range(0x80, LIMIT):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (chr(int(code, 16)) for code in parts)
            if not _is_left_out(second):
                opening.add(first)
                joining.add(second)
    return frozenset(joining), frozenset(opening)


_TABLES: Final = _Tables()


def kinds_at(points: Points) -> Bytes:
    """``(n,) uint8`` the kinds of ``(n,)`` code points beyond ASCII, with flags.

    The text of a character with `REWRITES` must be rewritten. Where kinds reach `LEAST_SETTLES`, `unsettled` finds the
    characters whose text must be rewritten too.
    """
    if not points.size:
        return np.zeros(0, np.uint8)
    _TABLES.ready(points)
    kinds = _TABLES.kinds.take(points, mode="clip")
    if int(points.max()) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        far = points[beyond]
        kinds[beyond] = np.where(far < _IDEOGRAPHS_END, SINGLE, np.where(_ignored(far), _VANISHES, SEPARATOR))
        low, high = _COMPATIBILITY
        kinds[beyond] |= np.where((far >= low) & (far < high), REWRITES, 0).astype(np.uint8)
    return kinds


def clings(kinds: Bytes) -> npt.NDArray[np.bool_]:
    """``(n,)`` which characters, of ``(n,)`` kinds with flags, are folded together with the character before."""
    clinging: npt.NDArray[np.bool_] = (kinds & (_SETTLES | _VANISHES) > 0) | (kinds & KIND == MARK)
    return clinging


def _ignored(points: Points) -> npt.NDArray[np.bool_]:
    """``(n,)`` which of the code points from `LIMIT` on no reader sees."""
    low, high = IGNORED[-1]
    return (points >= low) & (points < high)


def folds_at(points: Points) -> Points:
    """``(n,) uint32`` the folds of ``(n,)`` code points, as bytes that replace their UTF-8, first byte lowest.

    A fold has the length of its character: `GONE` fills up a shorter fold, and the fold of a separator is zero bytes.
    First bytes of characters have bit 0x20. Folds stay distinct, because the number of continuation bytes tells which
    first byte had the bit before.
    """
    folds = _TABLES.folds.take(points, mode="clip")
    if int(points.max(initial=0)) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        far = points[beyond]
        folds[beyond] = np.where(far < _IDEOGRAPHS_END, _utf8(far, 4), np.where(_ignored(far), GONE * 0x01010101, 0))
    return folds


def unsettled(points: Points, kinds: Bytes, beside: npt.NDArray[np.bool_]) -> Indices:
    """Find the characters with a flag of `_SETTLES` that must be rewritten together with the characters before them.

    Args:
        points: ``(n,) uint32`` code points, in the order of the text.
        kinds: ``(n,) uint8`` their kinds, from `kinds_at`.
        beside: ``(n,) bool`` whether each character stands directly behind the character before it in ``points``.

    Returns:
        ``(a,) int64`` positions in ``points``. A character behind one that is not in ``points`` is always among them,
        even if it needs no rewriting.
    """
    flagged = np.flatnonzero(kinds & _SETTLES)
    before = np.maximum(flagged - 1, 0)
    kinds_before = kinds[before]
    is_known = beside[flagged] & (flagged > 0) & (kinds_before & _VANISHES == 0)
    order, order_before = (_TABLES.orders.take(points[positions], mode="clip") for positions in (flagged, before))
    joins = (kinds[flagged] & _JOINS > 0) & ((kinds_before & _OPENS > 0) | (order_before > 0))
    moves = (order > 0) & (order_before > order)
    positions: Indices = flagged[~is_known | joins | moves]
    return positions
