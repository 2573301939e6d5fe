"""A batch of texts -> signs of damage in each text.

A sign is only a guard. `core.text.cleaning` looks at the texts with signs closely and repairs only those. A text
without a sign costs a few passes over its bytes and one look at each character beyond ASCII.
"""

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices, Offsets
from dedup.core.arrays.sorting import where_set
from dedup.core.text.tables.letter_forms import IGNORED
from dedup.core.text.tables.look_alike_letters import SCRIPTS
from dedup.core.text.tables.mojibake_signs import BLANK_LEADS, CYRILLIC_LEADS, FOLLOWING, LEADS, LONG_LEADS

HYPHEN, HIDDEN, MIXED, MOJIBAKE, CONTROL = (1 << bit for bit in range(5))
"""Signs, one bit each: a hyphen at the end of a line; a character that no reader sees; letters of two
scripts that have look-alikes, side by side; bytes that were decoded wrongly; a control character beyond ASCII."""

_SELECTORS: Final = ((0xFE00, 0xFE10), (0xE0100, 0xE01F0))
"""Characters that choose how an emoji or another symbol is drawn. Their removal is no repair."""

UNSEEN: Final = (*(span for span in IGNORED[:-1] if span not in _SELECTORS), (0xE0000, 0xE0100), (0xE01F0, 0xE1000))
"""Code points that no reader sees, as (first, end)."""

_SILENT: Final = ((0xD0, 0xD3), (0xD7, 0xD7), (0xD9, 0xE0), (0xE4, 0xE9), (0xEB, 0xED))
"""First bytes of characters that are no sign by themselves, as (first, last): Cyrillic, Hebrew, Arabic, Indian scripts,
ideographs and Hangul."""

_WINDOW: Final = 1 << 18
"""Bytes that are searched together."""

_OVERLAP: Final = 32
"""Bytes that are searched in two windows, one after the other: no sign is longer."""

_PADDING: Final = np.zeros(16, np.uint8)
"""Zero bytes behind a window. They stand behind its last character, and, by wrapping, before its first one."""

_WIDE: Final = 0x80
_FIRST_LEAD: Final = 0xC2
_THREE: Final = 0xE0
_TELLING: Final = np.array(
    [byte >= _FIRST_LEAD and not any(low <= byte <= high for low, high in _SILENT) for byte in range(256)]
)
_FIRST_CYRILLIC: Final = np.uint8(0xD0)
_CYRILLIC_BYTES: Final = np.uint8(4)
_CYRILLIC_PAIRS: Final = [int.from_bytes(letter.encode()) for letter in CYRILLIC_LEADS]
_CASE: Final = np.uint8(0x20)
_FIRST_LETTER: Final = np.uint8(ord("a"))
_ALPHABET: Final = np.uint8(26)
_HYPHEN: Final = "\u2010".encode()
_RETURN: Final = ord("\r")
_LINE_ENDS: Final = np.array([byte in b"\r\n" for byte in range(256)])
_SIZES: Final = np.array([1] * 0xC0 + [2] * 0x20 + [3] * 0x10 + [4] * 0x10)
_FAR: Final = 0x20000
"""The first code point from which on all are unseen or no sign."""

_HIDES, _LETTER, _LEADS, _LONG, _BLANK_LEADS, _FOLLOWS, _BLANK, _CONTROLS = (1 << bit for bit in range(8))
"""Kinds of characters, one bit each: unseen; a letter of a script that has look-alikes; in mojibake, a first byte of
two, a first byte of several, a first byte before a no-break space, a further byte (`core.text.tables.mojibake_signs`);
a no-break space; a control character."""

_BEGIN: Final = _HIDES | _LEADS | _LONG | _BLANK_LEADS | _CONTROLS
"""Kinds of characters that begin a sign, letters excepted."""

_ALONE: Final = _HIDES | _CONTROLS
"""Kinds of characters that are signs by themselves."""

_LATIN: Final = list(SCRIPTS).index("latin")
_LETTERS: Final = np.array([byte < _WIDE and chr(byte).isalpha() for byte in range(256)])

Kinds = npt.NDArray[np.uint8]


def damage_signs(buffer: Bytes, offsets: Offsets) -> Kinds:
    """``(n,) uint8`` the signs in each text ``buffer[offsets[i]:offsets[i + 1]]``, valid UTF-8, as bits.

    Every text that has a sign gets its bit. A text without the sign may get the bit too.
    """
    signs = np.zeros(offsets.size - 1, np.uint8)
    for begin in range(0, buffer.size, _WINDOW):
        window = buffer[begin : begin + _WINDOW + _OVERLAP]
        hits = []
        if ((window[:-1] == ord("-")) & (window[1:] <= _RETURN)).any():  # few texts have hyphens before line ends
            hyphens = where_set(window == ord("-"))
            hits.append((HYPHEN, hyphens[_LINE_ENDS.take(window.take(hyphens + 1, mode="clip"))]))
        if int(window.max()) >= _WIDE:
            hits += _wide_signs(np.concatenate((window, _PADDING)))
        for sign, positions in hits:
            if positions.size:
                signs[offsets.searchsorted(positions + begin, "right") - 1] |= sign
    return signs


def _wide_signs(window: Bytes) -> list[tuple[int, Indices]]:
    """Return the signs of characters beyond ASCII with their positions in ``window``, which ends with zero bytes."""
    positions = where_set(window >= _FIRST_LEAD)
    positions = positions.take(_TELLING.take(window.take(positions)).nonzero()[0])
    pairs = _byte_pairs(window, positions)
    pair_kinds = _kinds_of_pairs().take(pairs)
    hits = _cyrillic_signs(window, positions)
    letters = (pair_kinds & _LETTER).nonzero()[0]
    if letters.size:
        scripts = _scripts_of_pairs().take(pairs.take(letters))
        hits.append((MIXED, _mixed_letters(window, positions.take(letters), scripts)))
    begins = (pair_kinds & _BEGIN).nonzero()[0]
    positions, pair_kinds = positions.take(begins), pair_kinds.take(begins)
    third_byte = window.take(positions + 2)  # a character of two bytes is no sign before a character of ASCII
    positions = positions[(pair_kinds & _ALONE > 0) | (third_byte >= _WIDE)]
    kinds, after = _kinds_at(window, positions)
    hyphens = positions[window.take(positions) == _HYPHEN[0]]
    hits += [(HYPHEN, hyphens[_ends_with_hyphen(window, hyphens)]), (HIDDEN, positions[kinds & _HIDES > 0])]
    hits.append((CONTROL, positions[kinds & _CONTROLS > 0]))
    leads = ((kinds & (_LEADS | _LONG | _BLANK_LEADS)) > 0) & (window.take(after) >= _WIDE)
    positions, kinds = positions[leads], kinds[leads]
    second, behind = _kinds_at(window, after[leads])
    third, _ = _kinds_at(window, behind)
    broken = (kinds & _LEADS > 0) & (second & _FOLLOWS > 0)
    broken |= (kinds & _BLANK_LEADS > 0) & (second & _BLANK > 0)
    broken |= (kinds & _LONG > 0) & (second & third & _FOLLOWS > 0)
    return [*hits, (MOJIBAKE, positions[broken])]


def _cyrillic_signs(window: Bytes, positions: Indices) -> list[tuple[int, Indices]]:
    """Return the signs of Cyrillic letters: letters beside Latin ones of ASCII, and letters of mojibake before one of
    ``positions``.

    A text that has one Cyrillic letter usually has thousands. So every byte is compared.
    """
    cyrillic = window - _FIRST_CYRILLIC < _CYRILLIC_BYTES
    if not cyrillic.any():
        return []
    before = _byte_pairs(window, positions - 2)
    follows = positions[(before == _CYRILLIC_PAIRS[0]) | (before == _CYRILLIC_PAIRS[1])]
    latin = (window | _CASE) - _FIRST_LETTER < _ALPHABET
    beside = cyrillic[1:] & latin[:-1]
    beside[:-1] |= cyrillic[:-2] & latin[2:]
    follows = follows[_kinds_at(window, follows)[0] & _FOLLOWS > 0]
    return [(MIXED, beside.nonzero()[0]), (MOJIBAKE, follows)]


def _mixed_letters(window: Bytes, positions: Indices, scripts: Kinds) -> Indices:
    """Return the positions of letters beyond ASCII that stand beside a letter of another script.

    Args:
        window: bytes that end with zero bytes.
        positions: ``(l,)`` positions of letters beyond ASCII.
        scripts: ``(l,)`` the numbers of their scripts.
    """
    ends = positions + 2
    ends += window.take(positions) >= _THREE
    alone = (window.take(positions - 1) < _WIDE) & (window.take(ends) < _WIDE) & (scripts == _LATIN)
    positions, ends, scripts = (column[~alone] for column in (positions, ends, scripts))
    starts_before = positions - 2
    starts_before -= window.take(starts_before) < _FIRST_LEAD
    mixed = np.zeros(positions.size, np.bool_)
    for beside, starts in ((positions - 1, starts_before), (ends, ends)):
        byte = window.take(beside)
        mixed |= _LETTERS.take(byte) & (scripts != _LATIN)
        wide = (byte >= _WIDE).nonzero()[0]
        pairs = _byte_pairs(window, starts.take(wide))
        is_letter = (_kinds_of_pairs().take(pairs) & _LETTER).astype(np.bool_)
        mixed[wide] |= is_letter & (_scripts_of_pairs().take(pairs) != scripts.take(wide))
    return positions[mixed]


def _ends_with_hyphen(window: Bytes, positions: Indices) -> npt.NDArray[np.bool_]:
    """Whether the hyphen of Unicode and the end of a line stand at each position."""
    line_ends: npt.NDArray[np.bool_] = _LINE_ENDS.take(window.take(positions + 3))
    for byte in (1, 2):
        line_ends &= window.take(positions + byte) == _HYPHEN[byte]
    return line_ends


def _byte_pairs(window: Bytes, positions: Indices) -> npt.NDArray[np.uint16]:
    """Return the first two bytes of the character at each position as one number."""
    pairs = window.take(positions).astype(np.uint16)
    pairs <<= 8
    pairs |= window.take(positions + 1)
    return pairs


def _kinds_at(window: Bytes, positions: Indices) -> tuple[Kinds, Indices]:
    """Return the kinds of the characters beyond ASCII that begin at ``positions``, and where each character ends."""
    lead = window.take(positions).astype(np.int64)
    sizes = _SIZES.take(lead)
    points = lead & (0xFF >> sizes)
    for byte in range(1, 4):
        following = window.take(positions + byte).astype(np.int64) & 0x3F
        points = np.where(sizes > byte, points << 6 | following, points)
    kinds = _kinds_of_points().take(points, mode="clip")
    far = (points >= _FAR).nonzero()[0]
    for low, high in UNSEEN[-2:]:
        kinds[far[(points[far] >= low) & (points[far] < high)]] = _HIDES
    return kinds, positions + sizes


@functools.cache
def _kinds_of_points() -> Kinds:
    """``(_FAR + 1,)`` the kinds of each code point. The last entry stands for all higher code points."""
    kinds = np.zeros(_FAR + 1, np.uint8)
    for low, high in UNSEEN[:-2]:
        kinds[low:high] |= _HIDES
    for spans in SCRIPTS.values():
        for low, high in spans:
            kinds[max(low, _WIDE) : max(high, _WIDE)] |= _LETTER
    controls = "".join(map(chr, range(0x80, 0xA0)))
    for kind, characters in (
        (_LEADS, LEADS),
        (_LONG, LONG_LEADS),
        (_BLANK_LEADS, BLANK_LEADS),
        (_FOLLOWS, FOLLOWING),
        (_BLANK, "\u00a0"),
        (_CONTROLS, controls),
    ):
        kinds[list(map(ord, characters))] |= kind
    return kinds


@functools.cache
def _kinds_of_pairs() -> Kinds:
    """``(65536,)`` the kinds of the characters that begin with two bytes, the hyphen of Unicode included. The first
    byte is the higher one of the index."""
    pairs = np.zeros(1 << 16, np.uint8)
    for point in (*_kinds_of_points().nonzero()[0].tolist(), *(low for low, _ in UNSEEN[-2:])):
        first, second = chr(point).encode()[:2]
        pairs[first << 8 | second] |= _kinds_of_points()[point] if point < _FAR else _HIDES
    pairs[int.from_bytes(_HYPHEN[:2])] |= _HIDES
    return pairs


@functools.cache
def _scripts_of_pairs() -> Kinds:
    """``(65536,)`` the number of the script of the letters that begin with two bytes. All letters of two equal bytes
    are of one script."""
    scripts = np.zeros(1 << 16, np.uint8)
    for number, spans in enumerate(SCRIPTS.values()):
        for point in (point for low, high in spans for point in range(max(low, _WIDE), high)):
            first, second = chr(point).encode()[:2]
            scripts[first << 8 | second] = number
    return scripts
