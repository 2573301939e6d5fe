"""What each character beyond ASCII is to the tokenizer, as tables over code points.

The fold of a character is its lower case, the final sigma becoming a plain one. Letters, marks and numbers make words,
everything else separates; characters of scripts that put no space between words are tokens of their own. A few
characters cannot be folded where they stand and ask for their text to be rewritten first.
"""

import functools
import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.types import Bytes

__all__ = [
    "LIMIT",
    "REWRITES",
    "SEPARATOR",
    "UNSPACED",
    "WORD",
    "fold_character",
    "folds_at",
    "kind_of",
    "kinds_at",
    "rewrite",
]

SEPARATOR, WORD, UNSPACED = range(3)

REWRITES: Final = 4
"""Added to the kind of a character whose text has to go through `rewrite` first."""

LIMIT: Final = 0x20000
"""Code points from here on are not in the tables: ideographs up to 0x3FFFF, separators above."""

_IDEOGRAPHS_END: Final = 0x40000
_COMPATIBILITY: Final = (0x2F800, 0x2FA20)
"""Ideographs that NFC replaces."""

Points = npt.NDArray[np.uint32]

_UNSPACED: Final = (
    (0x0E01, 0x0E5A), (0x0E81, 0x0EE0), (0x1000, 0x10A0), (0x1780, 0x17DE), (0x2E80, 0x2FE0),  # Thai to Khmer, radicals
    (0x3005, 0x3008), (0x3021, 0x302A), (0x3031, 0x3036), (0x3041, 0x3100), (0x3400, 0x4DC0),  # kana, extension A
    (0x4E00, 0xA000), (0xA9E0, 0xAA00), (0xAA60, 0xAA80), (0xF900, 0xFB00), (0x1B000, 0x1B130),  # ideographs, Myanmar
)  # fmt: skip

_DELETED: Final = (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10))
"""Soft hyphen, zero-width characters and variation selectors: nothing a reader sees inside a word."""

_FULL_WIDTH: Final = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_LIGATURES: Final = range(0xFB00, 0xFB07)


def fold_character(character: str) -> str:
    """The fold of one character, one or two characters."""
    return "\u03c3" if character in "\u03a3\u03c2" else character.lower()


def kind_of(character: str) -> int:
    """SEPARATOR, WORD or UNSPACED."""
    point = ord(character)
    if point >= LIMIT:
        return UNSPACED if point < _IDEOGRAPHS_END else SEPARATOR
    if unicodedata.category(character)[0] not in "LMN":
        return SEPARATOR
    return UNSPACED if any(low <= point < high for low, high in _UNSPACED) else WORD


@functools.cache
def _replacements() -> dict[int, str | None]:
    """For `str.translate`: characters whose fold has another length in UTF-8, and those that are deleted."""
    table: dict[int, str | None] = {
        point: fold_character(chr(point)) for point in range(LIMIT) if len(chr(point).lower()) > 1
    }
    encodable = (chr(point) for point in range(0x80, LIMIT) if not 0xD800 <= point < 0xE000)
    table |= {ord(c): fold_character(c) for c in encodable if len(fold_character(c).encode()) != len(c.encode())}
    table |= {point: unicodedata.normalize("NFKC", chr(point)).lower() for point in (*_FULL_WIDTH, *_LIGATURES)}
    return table | dict.fromkeys(_DELETED)


@functools.cache
def _composing() -> frozenset[int]:
    """Code points that NFC may change, reorder, or join with the one before them."""
    found = set(range(0x1161, 0x1200))  # Hangul vowels and final consonants
    for point in range(0x80, LIMIT):
        character = chr(point)
        parts = unicodedata.decomposition(character).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(int(parts[1], 16))
        if unicodedata.combining(character) or not unicodedata.is_normalized("NFC", character):
            found.add(point)
    return frozenset(point for point in found if point >= 0x80)


def rewrite(text: str) -> str:
    """``text`` in NFC with the characters replaced that cannot be folded in place."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_replacements()))


def kinds_at(points: Points) -> Bytes:
    """``(n,) uint8`` kinds of the characters at ``(n,)`` code points above ASCII, with `REWRITES` where it is due."""
    kinds = _tables()[0].take(points, mode="clip")
    if int(points.max(initial=0)) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        ideograph = points[beyond] < _IDEOGRAPHS_END
        low, high = _COMPATIBILITY
        replaced = (points[beyond] >= low) & (points[beyond] < high)
        kinds[beyond] = np.where(ideograph, UNSPACED, SEPARATOR) + np.where(replaced, REWRITES, 0)
    return kinds


def folds_at(points: Points) -> Points:
    """``(n,) uint32`` UTF-8 of the folds of the characters, which no `rewrite` is due for; 0 for separators.

    The first byte is lowest and has bit 0x20, as `text.fold` writes it. Continuation bytes keep theirs, so folds stay
    distinct: how many follow says which first byte it was.
    """
    folds = _tables()[1].take(points, mode="clip")
    if int(points.max(initial=0)) >= LIMIT:
        beyond = np.flatnonzero((points >= LIMIT) & (points < _IDEOGRAPHS_END))
        ideograph = points[beyond]
        utf8 = ideograph >> 18 | 0xF0
        for byte in range(1, 4):
            utf8 |= (ideograph >> 6 * (3 - byte) & 0x3F | 0x80) << 8 * byte
        folds[beyond] = utf8
    return folds


@functools.cache
def _tables() -> tuple[Bytes, Points]:
    """``(LIMIT,)`` kinds and folds, made once (a fifth of a second) when the first character beyond ASCII turns up."""
    kinds = np.array([kind_of(chr(point)) for point in range(LIMIT)], np.uint8)
    kinds[:0x80] = SEPARATOR
    folds = np.zeros(LIMIT, np.uint32)
    for point in np.flatnonzero(kinds).tolist():
        if point not in _replacements():
            folds[point] = int.from_bytes(fold_character(chr(point)).encode(), "little") | 0x20
    kinds[[*_replacements(), *_composing()]] |= REWRITES
    return kinds, folds
