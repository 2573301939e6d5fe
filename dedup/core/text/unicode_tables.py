"""What each character beyond ASCII is to the tokenizer, as tables over code points.

The fold of a character is what a reader takes it for: compatibility forms are plain ones, case, accents and vowel
points are gone, digits of all scripts are those of ASCII, and what no reader sees is nothing (`core.text.tables.letter_forms`).
Letters, the marks that are left, and digits make words; everything else separates. Characters of scripts that put no
space between words are tokens of their own, each with its marks.

Most folds are written where the character stands. A few are longer than the character, or depend on what stands beside
it: then the text is rewritten first.
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
"""Kinds of characters: ``SINGLE`` is a token of its own, and a ``MARK`` belongs to the character before."""

KIND: Final = 3
"""The bits of a kind."""

REWRITES: Final = 0x80
"""Flag of a character whose text has to go through `rewrite` first."""

_JOINS: Final = 0x40
"""Flag of a character that may become one with the character before."""

_ORDERED: Final = 0x20
"""Flag of a mark that may have to change places with a mark before."""

_OPENS: Final = 0x10
"""Flag of a character that may become one with the character behind."""

_VANISHES: Final = 0x08
"""Flag of a character whose fold is empty."""

_SETTLES: Final = _JOINS | _ORDERED
"""Flags of characters that `unsettled` looks at."""

LEAST_SETTLES: Final = _ORDERED
"""The least kind with such a flag."""

GONE: Final = 0x01
"""Byte that stands for one byte less: a fold that is shorter than its character is filled with these. No fold has it:
the bytes of a fold are 0, digits, small letters, 0x80 to 0xBF, and first bytes from 0xE0 to 0xFF."""

LIMIT: Final = 0x20000
"""Code points from here on are not in the tables: ideographs up to 0x3FFFF, ignored ones and separators above."""

_IDEOGRAPHS_END: Final = 0x40000
_COMPATIBILITY: Final = (0x2F800, 0x2FA20)
"""Ideographs that stand for others."""

_SURROGATES: Final = (0xD800, 0xE000)
_IDEOGRAPHS: Final = (0x4E00, 0x9FE0)
_SYLLABLES: Final = (0xAC00, 0xD7A4)
"""Syllables of Hangul. The first of every `_FINALS` has no final consonant, and may become one with what follows."""
_FINALS: Final = 28

_FORMS: Final = LETTERS | dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
"""A letter or ideograph -> what is written for it."""

_PAGE_BITS: Final = 12
"""Code points whose entries are made together, as a power of two."""

_RAISED: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉²³¹⁰⁴⁵⁶⁷⁸⁹"
"""Fractions and powers, which are no further digits of the figure before."""

_BEFORE_RAISED: Final = re.compile(f"(?<=\\d)(?=[{_RAISED}])")
_HALVES: Final = re.compile("|".join(f"{whole[0]}([\\u0e48-\\u0e4b\\u0ec8-\\u0ecb]*){whole[1]}" for whole in HALVES))

Points = npt.NDArray[np.uint32]


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= point < high for low, high in ranges)


def _is_far_ideograph(point: int) -> bool:
    """Whether the code point is an ideograph above `LIMIT` that stands for no other, assigned or not yet."""
    return LIMIT <= point < _IDEOGRAPHS_END and not _COMPATIBILITY[0] <= point < _COMPATIBILITY[1]


def _is_left_out(character: str) -> bool:
    """Whether the character is an accent, a vowel point, or nothing that a reader sees."""
    point = ord(character)
    if point in NUKTAS or unicodedata.category(character) == "Me" or _within(point, IGNORED):
        return True
    return any(unicodedata.combining(character) in classes for classes in ACCENTS)


@functools.cache
def fold_character(character: str) -> str:
    """The fold of one character: letters, marks and digits, with a line feed for what separates; may be empty."""
    if character in WHOLE or _is_far_ideograph(ord(character)):
        return character
    kept = "".join(part for part in unicodedata.normalize("NFKD", character) if not _is_left_out(part))
    parts = unicodedata.normalize("NFKD", kept.casefold())
    forms = "".join(_FORMS.get(part, part) for part in parts if not _is_left_out(part))
    plain = "".join(_plain(part) for part in unicodedata.normalize("NFC", forms))
    return plain if plain.strip() or not plain else "\n"


def _plain(character: str) -> str:
    """A digit of any script as that of ASCII, a letter, mark or other number as it is, a line feed for any other."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if unicodedata.category(character)[0] in "LMN" and character not in APART else "\n"


def _kind(character: str) -> int:
    """The kind of a folded character."""
    category = unicodedata.category(character)[0]
    if _is_far_ideograph(ord(character)):
        return SINGLE
    if category not in "LMN":
        return SEPARATOR
    if not _within(ord(character), UNSPACED) and unicodedata.combining(character) != _VOICED:
        return WORD
    return MARK if category == "M" else SINGLE


_VOICED: Final = 8
"""The combining class of the two marks of kana, which stand in no range of kana."""


class _Folds(dict[int, str]):
    """For `str.translate`: the fold of each character, looked up when it is first met. ASCII stays as it is, and so
    does what separates, for what it is makes a difference between digits."""

    def __missing__(self, point: int) -> str:
        fold = chr(point) if point < 0x80 else fold_character(chr(point))
        self[point] = fold = chr(point) if fold == "\n" else fold
        return fold


_FOLDS: Final = _Folds()


def rewrite(text: str) -> str:
    """``text`` with every character beyond ASCII folded, and what belongs together composed.

    Time is linear, but for the marks that stand together, which are sorted.
    """
    folded = _BEFORE_RAISED.sub("\n", text).translate(_FOLDS)
    folded = _HALVES.sub(_whole, folded)
    return unicodedata.normalize("NFC", _mark_runs().sub(_sorted, folded))


def _whole(halves: re.Match[str]) -> str:
    """The tone marks between two halves of a vowel, and the vowel."""
    found = halves.group()
    return found[1:-1] + HALVES[found[0] + found[-1]]


def _sorted(marks: re.Match[str]) -> str:
    """Marks in canonical order. ``unicodedata`` takes time squared for many that are not."""
    return "".join(sorted(marks.group(), key=unicodedata.combining))


@functools.cache
def _mark_runs() -> re.Pattern[str]:
    """Two or more marks that have an order."""
    marks = "".join(chr(point) for point in range(0x80, LIMIT) if unicodedata.combining(chr(point)))
    return re.compile(f"[{marks}]{{2,}}")


def _utf8(points: Points, size: int) -> Points:
    """The bytes of characters of ``size`` bytes, first byte lowest and with bit 0x20."""
    data = points >> np.uint32(6 * (size - 1)) | np.uint32(0x100 - (0x100 >> size) | 0x20)
    for byte in range(1, size):
        following = points >> np.uint32(6 * (size - 1 - byte)) & np.uint32(0x3F) | np.uint32(0x80)
        data |= following << np.uint32(8 * byte)
    return data


class _Tables:
    """Entries of the code points below `LIMIT`, made page by page when a character of the page is first met.

    ``kinds`` are kinds with flags, ``folds`` the bytes of the folds, first byte lowest, ``orders`` the combining
    classes of marks that are kept.
    """

    def __init__(self) -> None:
        self.kinds = np.zeros(LIMIT, np.uint8)
        self.folds = np.zeros(LIMIT, np.uint32)
        self.orders = np.zeros(LIMIT, np.uint8)
        self._made = np.zeros((LIMIT >> _PAGE_BITS) + 1, np.bool_)
        self._made[-1] = True  # stands for what lies beyond
        # Some 32,000 characters, most of which are their own folds: one by one they take a quarter of a second.
        for kind, (low, high) in ((SINGLE, _IDEOGRAPHS), (WORD, _SYLLABLES)):
            self.kinds[low:high] = kind
            self.folds[low:high] = _utf8(np.arange(low, high, dtype=np.uint32), 3)
        written, simple = (np.array(list(map(ord, form)), np.uint32) for form in (TRADITIONAL, SIMPLIFIED))
        inside = (written >= _IDEOGRAPHS[0]) & (written < _IDEOGRAPHS[1])
        self.folds[written[inside]] = _utf8(simple[inside], 3)
        self.kinds[slice(*_SYLLABLES, _FINALS)] |= _OPENS

    def ready(self, points: Points) -> None:
        """Make the pages of ``points``, of which there is one at least."""
        if int(points.max()) >> _PAGE_BITS == 0 and self._made[0]:
            return
        pages = np.minimum(points >> _PAGE_BITS, LIMIT >> _PAGE_BITS)
        if self._made.take(pages).all():
            return
        for page in np.unique(pages[~self._made[pages]]).tolist():
            for point in range(max(0x80, page << _PAGE_BITS), page + 1 << _PAGE_BITS):
                if not any(low <= point < high for low, high in (_SURROGATES, _IDEOGRAPHS, _SYLLABLES)):
                    self._enter(point)
            self._made[page] = True

    def _enter(self, point: int) -> None:
        """Make the entries of one code point."""
        fold = fold_character(chr(point))
        size, data = len(chr(point).encode()), written(fold)
        kind = _kind(fold) if len(fold) == 1 else WORD if fold else _VANISHES
        several = len(fold) > 1 and any(_kind(part) in (SINGLE, MARK) for part in fold)
        if several or len(data) > size or chr(point) in _ASKING:
            kind |= REWRITES
        joining, opening = _composing()
        if fold:
            self.orders[point] = unicodedata.combining(fold[0])
            kind |= _ORDERED if self.orders[point] else 0
            kind |= _JOINS if fold[0] in joining else 0
            kind |= _OPENS if fold[-1] in opening else 0
        self.kinds[point] = kind
        filling = b"\0" if fold == "\n" else bytes([GONE])
        self.folds[point] = int.from_bytes(data[:size].ljust(size, filling), "little")


_ASKING: Final = frozenset([*_RAISED, *(halves[0] for halves in HALVES)])
"""Characters whose fold depends on what stands beside."""


def written(fold: str) -> bytes:
    """A fold as `core.text.folding.fold` writes it: UTF-8, first bytes of characters with bit 0x20, a zero byte for what
    separates."""
    return b"".join(
        b"\0" if character == "\n" else bytes([encoded[0] | 0x20]) + encoded[1:]
        for character, encoded in ((character, character.encode()) for character in fold)
    )


@functools.cache
def _composing() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that NFC may join with the one before, and characters that NFC may join with the one behind."""
    joining, opening = set(map(chr, range(0x1161, 0x1176))), set(map(chr, range(0x1100, 0x1113)))  # Hangul
    joining |= set(map(chr, range(0x11A8, 0x11C3)))
    opening |= set(map(chr, range(0xAC00, 0xD7A4, 28)))
    for point in range(0x80, LIMIT):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            first, second = (chr(int(part, 16)) for part in parts)
            if not _is_left_out(second):
                opening.add(first)
                joining.add(second)
    return frozenset(joining), frozenset(opening)


_TABLES: Final = _Tables()


def kinds_at(points: Points) -> Bytes:
    """``(n,) uint8`` kinds of the characters at ``(n,)`` code points above ASCII, with flags: `REWRITES` where the text
    has to be rewritten, and from `LEAST_SETTLES` on where `unsettled` has to tell."""
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


def _ignored(points: Points) -> npt.NDArray[np.bool_]:
    """Flags of the code points from `LIMIT` on that no reader sees."""
    low, high = IGNORED[-1]
    return (points >= low) & (points < high)


def folds_at(points: Points) -> Points:
    """``(n,) uint32`` the folds of the characters, as bytes that stand in place of their UTF-8, first byte lowest.

    Each is as long as its character: `GONE` fills what is left of a shorter fold, and a separator has zero bytes. First
    bytes of characters have bit 0x20. Continuation bytes keep theirs, so folds stay distinct: how many follow says
    which first byte stood there.
    """
    folds = _TABLES.folds.take(points, mode="clip")
    if int(points.max(initial=0)) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        far = points[beyond]
        folds[beyond] = np.where(far < _IDEOGRAPHS_END, _utf8(far, 4), np.where(_ignored(far), GONE * 0x01010101, 0))
    return folds


def unsettled(points: Points, kinds: Bytes, beside: npt.NDArray[np.bool_]) -> Indices:
    """Characters that have to be rewritten with what stands before, of all that ``kinds`` have a flag for.

    Args:
        points: ``(n,) uint32`` code points, in the order of the text.
        kinds: ``(n,) uint8`` as from `kinds_at`.
        beside: ``(n,) bool`` whether each stands directly behind the character before in ``points``.

    Returns:
        ``(a,) int64`` places in ``points``. One that might do without may be among them, if it stands behind a
        character that is not in ``points``.
    """
    asking = np.flatnonzero(kinds & _SETTLES)
    before = np.maximum(asking - 1, 0)
    earlier = kinds[before]
    seen = beside[asking] & (asking > 0) & (earlier & _VANISHES == 0)
    order, order_before = (_TABLES.orders.take(points[places], mode="clip") for places in (asking, before))
    joined = (kinds[asking] & _JOINS > 0) & ((earlier & _OPENS > 0) | (order_before > 0))
    moved = (order > 0) & (order_before > order)
    found: Indices = asking[~seen | joined | moved]
    return found
