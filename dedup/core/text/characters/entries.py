"""The kinds and the folds of all characters below `LIMIT`, as arrays, by `folds` or from a file of the package.

To make them takes a quarter of a second, in each process. So the package has files of them (`dedup.unicode_files`). A
Python with a version of Unicode that has no file makes them.
"""

import functools
import unicodedata
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes
from dedup.core.text.characters.folds import (
    LIMIT,
    MARK,
    RAISED,
    SINGLE,
    WORD,
    fold_character,
    is_left_out,
    kind_of,
    written,
)
from dedup.core.text.tables.chinese_forms import SIMPLIFIED, TRADITIONAL
from dedup.core.text.tables.letter_forms import HALVES
from dedup.unicode_files import read_entries

REWRITES: Final = 0x80
"""Flag of a character whose text must be rewritten by `rewrite`."""

JOINS: Final = 0x40
"""Flag of a character that may be composed with the character before."""

ORDERED: Final = 0x20
"""Flag of a mark that may have to swap with a mark before."""

OPENS: Final = 0x10
"""Flag of a character that may be composed with the character behind."""

VANISHES: Final = 0x08
"""Flag of a character whose fold is empty."""

GONE: Final = 0x01
"""Byte that is removed later. It fills a fold that is shorter than its character. No fold contains it: the bytes of a
fold are 0, digits, small letters, 0x80 to 0xBF, and first bytes from 0xE0 to 0xFF."""

_SURROGATES: Final = (0xD800, 0xE000)
_IDEOGRAPHS: Final = (0x4E00, 0x9FE0)
_SYLLABLES: Final = (0xAC00, 0xD7A4)
"""Syllables of Hangul, as (first, end). The first of every `_FINALS` has no final consonant, and may be composed with
one."""
_FINALS: Final = 28

_CONTEXTUAL: Final = frozenset([*RAISED, *(halves[0] for halves in HALVES)])
"""Characters whose fold depends on their neighbours."""

Points = npt.NDArray[np.uint32]


class Entries(NamedTuple):
    """The entries of the code points below `LIMIT`.

    - ``kinds`` ``(LIMIT,) uint8``: kinds with flags.
    - ``orders`` ``(LIMIT,) uint8``: the combining classes of the marks that stay.
    - ``folds`` ``(LIMIT,) uint32``: the bytes of the folds, first byte lowest.
    """

    kinds: Bytes
    orders: Bytes
    folds: Points


@functools.cache
def load_entries() -> Entries:
    """Return the entries for the version of Unicode of this Python, from the file of the package if it has one."""
    data = read_entries()
    return make_entries() if data is None else unpack(data)


def pack(entries: Entries) -> bytes:
    """Return entries as bytes. Folds are differences, most of them 0 or 1, which compress well."""
    differences = np.diff(entries.folds, prepend=np.uint32(0)).astype("<u4")
    return entries.kinds.tobytes() + entries.orders.tobytes() + differences.tobytes()


def unpack(data: bytes) -> Entries:
    """Return the entries that `pack` made bytes of."""
    values = np.frombuffer(data, np.uint8)
    kinds, orders, differences = np.split(values, (LIMIT, 2 * LIMIT))
    return Entries(kinds, orders, differences.view("<u4").cumsum(dtype=np.uint32))


def make_entries() -> Entries:
    """Return the entries for the version of Unicode of this Python, made character by character."""
    kinds, orders, folds = np.zeros(LIMIT, np.uint8), np.zeros(LIMIT, np.uint8), np.zeros(LIMIT, np.uint32)
    # 32,000 characters, most of them their own folds, would take a quarter of a second more one by one.
    for kind, (low, high) in ((SINGLE, _IDEOGRAPHS), (WORD, _SYLLABLES)):
        kinds[low:high] = kind
        folds[low:high] = utf8(np.arange(low, high, dtype=np.uint32), 3)
    traditional, simple = (np.array(list(map(ord, form)), np.uint32) for form in (TRADITIONAL, SIMPLIFIED))
    inside = (traditional >= _IDEOGRAPHS[0]) & (traditional < _IDEOGRAPHS[1])
    folds[traditional[inside]] = utf8(simple[inside], 3)
    kinds[slice(*_SYLLABLES, _FINALS)] |= OPENS
    for point in range(0x80, LIMIT):
        if not any(low <= point < high for low, high in (_SURROGATES, _IDEOGRAPHS, _SYLLABLES)):
            kinds[point], orders[point], folds[point] = _make_entry(point)
    return Entries(kinds, orders, folds)


def _make_entry(point: int) -> tuple[int, int, int]:
    """Return the kind, the order and the fold of one code point."""
    fold = fold_character(chr(point))
    size, data = len(chr(point).encode()), written(fold)
    kind = kind_of(fold) if len(fold) == 1 else WORD if fold else VANISHES
    several = len(fold) > 1 and any(kind_of(letter) in (SINGLE, MARK) for letter in fold)
    if several or len(data) > size or chr(point) in _CONTEXTUAL:
        kind |= REWRITES
    joining, opening = _composable()
    order = unicodedata.combining(fold[0]) if fold else 0
    if fold:
        kind |= ORDERED if order else 0
        kind |= JOINS if fold[0] in joining else 0
        kind |= OPENS if fold[-1] in opening else 0
    filling = b"\0" if fold == "\n" else bytes([GONE])
    return kind, order, int.from_bytes(data[:size].ljust(size, filling), "little")


def utf8(points: Points, size: int) -> Points:
    """Return the UTF-8 of characters of ``size`` bytes as numbers, first byte lowest and with bit 0x20."""
    data = points >> np.uint32(6 * (size - 1)) | np.uint32(0x100 - (0x100 >> size) | 0x20)
    for byte in range(1, size):
        following = points >> np.uint32(6 * (size - 1 - byte)) & np.uint32(0x3F) | np.uint32(0x80)
        data |= following << np.uint32(8 * byte)
    return data


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
            if not is_left_out(second):
                opening.add(first)
                joining.add(second)
    return frozenset(joining), frozenset(opening)
