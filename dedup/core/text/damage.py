"""Signs of damage in texts: which texts may need a repair, told in arrays for many texts at once.

A sign is only a guard. What it lets through is looked at closely by `core.text.cleaning`, which repairs nothing else. Text
without a sign costs a few looks at its bytes, and one at each character beyond ASCII.
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
"""A hyphen at the end of a line; a character that no reader sees; a Latin letter beside one of a script that has
look-alikes; bytes that were decoded wrongly; a control character beyond ASCII."""

_SELECTORS: Final = ((0xFE00, 0xFE10), (0xE0100, 0xE01F0))
"""Characters that choose how a sign is drawn, as of every second emoji: to leave them out is no repair."""

UNSEEN: Final = (*(span for span in IGNORED[:-1] if span not in _SELECTORS), (0xE0000, 0xE0100), (0xE01F0, 0xE1000))
"""Code points, from and to before, that no reader sees."""

_DUMB: Final = ((0xD0, 0xD3), (0xD7, 0xD7), (0xD9, 0xE0), (0xE4, 0xE9), (0xEB, 0xED))
"""First bytes of characters, from and to, that tell nothing by themselves: of Cyrillic letters, Hebrew, Arabic, Indian
scripts, ideographs and Hangul."""

_WINDOW: Final = 1 << 18
"""Bytes looked at together."""

_OVERLAP: Final = 32
"""Bytes that are looked at with one window and with the next one: no sign is longer."""

_PADDING: Final = np.zeros(16, np.uint8)
"""Bytes behind a window, so that what stands behind its last character, and before its first one, can be looked at."""

_WIDE: Final = 0x80
_FIRST_LEAD: Final = 0xC2
_THREE: Final = 0xE0
_TELLING: Final = np.array(
    [byte >= _FIRST_LEAD and not any(low <= byte <= high for low, high in _DUMB) for byte in range(256)]
)
_FIRST_CYRILLIC: Final = np.uint8(0xD0)
_CYRILLIC_BYTES: Final = np.uint8(4)
_CYRILLIC_PAIRS: Final = [int.from_bytes(letter.encode()) for letter in CYRILLIC_LEADS]
_CASE: Final = np.uint8(0x20)
_FIRST_LETTER: Final = np.uint8(ord("a"))
_ALPHABET: Final = np.uint8(26)
_HYPHEN: Final = "\u2010".encode()
_LINE_ENDS: Final = np.array([byte in b"\r\n" for byte in range(256)])
_SIZES: Final = np.array([1] * 0xC0 + [2] * 0x20 + [3] * 0x10 + [4] * 0x10)
_FAR: Final = 0x20000
"""Code points from here on are unseen, or tell nothing."""

_HIDES, _LETTER, _LEADS, _LONG, _BLANK_LEADS, _FOLLOWS, _BLANK, _CONTROLS = (1 << bit for bit in range(8))
"""What a character is: unseen; a letter of a script that has look-alikes; of mojibake one that leads, one that leads
several, one that leads a no-break space, one that follows (`core.text.tables.mojibake_signs`); a no-break space; a control."""

_BEGIN: Final = _HIDES | _LEADS | _LONG | _BLANK_LEADS | _CONTROLS
"""Kinds that a sign begins with, but for letters."""

_ALONE: Final = _HIDES | _CONTROLS
"""Kinds that are signs by themselves."""

_LATIN: Final = list(SCRIPTS).index("latin")
_LETTERS: Final = np.array([byte < _WIDE and chr(byte).isalpha() for byte in range(256)])

Kinds = npt.NDArray[np.uint8]


def damage_signs(buffer: Bytes, offsets: Offsets) -> Kinds:
    """``(n,) uint8`` the signs in each text ``buffer[offsets[i]:offsets[i + 1]]``, valid UTF-8, as bits.

    Every text that has a sign is told; one that has none may be told too.
    """
    found = np.zeros(offsets.size - 1, np.uint8)
    for begin in range(0, buffer.size, _WINDOW):
        part = buffer[begin : begin + _WINDOW + _OVERLAP]
        hyphens = where_set(part == ord("-"))
        places = [(HYPHEN, hyphens[_LINE_ENDS.take(part.take(hyphens + 1, mode="clip"))])]
        if int(part.max()) >= _WIDE:
            places += _wide_signs(np.concatenate((part, _PADDING)))
        for sign, some in places:
            if some.size:
                found[offsets.searchsorted(some + begin, "right") - 1] |= sign
    return found


def _wide_signs(part: Bytes) -> list[tuple[int, Indices]]:
    """Signs of characters beyond ASCII, and where they stand in ``part``, which ends with zero bytes."""
    places = where_set(part >= _FIRST_LEAD)
    places = places.take(_TELLING.take(part.take(places)).nonzero()[0])
    pairs = _pair(part, places)
    told = _pairs().take(pairs)
    found = _cyrillic_signs(part, places)
    letters = (told & _LETTER).nonzero()[0]
    if letters.size:
        found.append((MIXED, _mixed(part, places.take(letters), _scripts().take(pairs.take(letters)))))
    begins = (told & _BEGIN).nonzero()[0]
    places, told = places.take(begins), told.take(begins)
    near = part.take(places + 2)  # behind a letter of two bytes, which is no sign before a letter of ASCII
    places = places[(told & _ALONE > 0) | (near >= _WIDE)]
    kinds, after = _kinds_at(part, places)
    hyphens = places[part.take(places) == _HYPHEN[0]]
    found += [(HYPHEN, hyphens[_ends_with_hyphen(part, hyphens)]), (HIDDEN, places[kinds & _HIDES > 0])]
    found.append((CONTROL, places[kinds & _CONTROLS > 0]))
    leads = ((kinds & (_LEADS | _LONG | _BLANK_LEADS)) > 0) & (part.take(after) >= _WIDE)
    places, kinds = places[leads], kinds[leads]
    second, behind = _kinds_at(part, after[leads])
    third, _ = _kinds_at(part, behind)
    broken = (kinds & _LEADS > 0) & (second & _FOLLOWS > 0)
    broken |= (kinds & _BLANK_LEADS > 0) & (second & _BLANK > 0)
    broken |= (kinds & _LONG > 0) & (second & third & _FOLLOWS > 0)
    return [*found, (MOJIBAKE, places[broken])]


def _cyrillic_signs(part: Bytes, places: Indices) -> list[tuple[int, Indices]]:
    """Signs of Cyrillic letters: beside Latin ones of ASCII, and before a byte of mojibake at one of ``places``.

    Text that has one such letter has thousands, mostly, and so every byte is looked at.
    """
    cyrillic = part - _FIRST_CYRILLIC < _CYRILLIC_BYTES
    if not cyrillic.any():
        return []
    before = _pair(part, places - 2)
    follows = places[(before == _CYRILLIC_PAIRS[0]) | (before == _CYRILLIC_PAIRS[1])]
    latin = (part | _CASE) - _FIRST_LETTER < _ALPHABET
    beside = cyrillic[1:] & latin[:-1]
    beside[:-1] |= cyrillic[:-2] & latin[2:]
    follows = follows[_kinds_at(part, follows)[0] & _FOLLOWS > 0]
    return [(MIXED, beside.nonzero()[0]), (MOJIBAKE, follows)]


def _mixed(part: Bytes, places: Indices, scripts: Kinds) -> Indices:
    """Of letters beyond ASCII, their ``places`` and ``scripts`` given, the places of some beside another script."""
    ends = places + 2
    ends += part.take(places) >= _THREE
    alone = (part.take(places - 1) < _WIDE) & (part.take(ends) < _WIDE) & (scripts == _LATIN)
    places, ends, scripts = (each[~alone] for each in (places, ends, scripts))
    starts = places - 2
    starts -= part.take(starts) < _FIRST_LEAD
    mixed = np.zeros(places.size, np.bool_)
    for beside, others in ((places - 1, starts), (ends, ends)):
        byte = part.take(beside)
        mixed |= _LETTERS.take(byte) & (scripts != _LATIN)
        wide = (byte >= _WIDE).nonzero()[0]
        pairs = _pair(part, others.take(wide))
        other = (_pairs().take(pairs) & _LETTER).astype(np.bool_)
        mixed[wide] |= other & (_scripts().take(pairs) != scripts.take(wide))
    return places[mixed]


def _ends_with_hyphen(part: Bytes, places: Indices) -> npt.NDArray[np.bool_]:
    """Whether the hyphen of Unicode and the end of a line stand at each place."""
    ended: npt.NDArray[np.bool_] = _LINE_ENDS.take(part.take(places + 3))
    for byte in (1, 2):
        ended &= part.take(places + byte) == _HYPHEN[byte]
    return ended


def _pair(part: Bytes, places: Indices) -> npt.NDArray[np.uint16]:
    """The first two bytes of each character as one number."""
    pairs = part.take(places).astype(np.uint16)
    pairs <<= 8
    pairs |= part.take(places + 1)
    return pairs


def _kinds_at(part: Bytes, places: Indices) -> tuple[Kinds, Indices]:
    """The kinds of the characters beyond ASCII that begin at ``places``, and where each one ends."""
    lead = part.take(places).astype(np.int64)
    sizes = _SIZES.take(lead)
    points = lead & (0xFF >> sizes)
    for byte in range(1, 4):
        following = part.take(places + byte).astype(np.int64) & 0x3F
        points = np.where(sizes > byte, points << 6 | following, points)
    kinds = _kinds().take(points, mode="clip")
    far = (points >= _FAR).nonzero()[0]
    for low, high in UNSEEN[-2:]:
        kinds[far[(points[far] >= low) & (points[far] < high)]] = _HIDES
    return kinds, places + sizes


@functools.cache
def _kinds() -> Kinds:
    """The kinds of each code point; the last one stands for all that are above."""
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
def _pairs() -> Kinds:
    """``(65536,)`` the kinds of the characters that begin with two bytes, the first one highest; of the hyphen too."""
    pairs = np.zeros(1 << 16, np.uint8)
    for point in (*_kinds().nonzero()[0].tolist(), *(low for low, _ in UNSEEN[-2:])):
        first, second = chr(point).encode()[:2]
        pairs[first << 8 | second] |= _kinds()[point] if point < _FAR else _HIDES
    pairs[int.from_bytes(_HYPHEN[:2])] |= _HIDES
    return pairs


@functools.cache
def _scripts() -> Kinds:
    """``(65536,)`` the number of the script of the letters that begin with two bytes; these tell it for all of them."""
    scripts = np.zeros(1 << 16, np.uint8)
    for number, spans in enumerate(SCRIPTS.values()):
        for point in (point for low, high in spans for point in range(max(low, _WIDE), high)):
            first, second = chr(point).encode()[:2]
            scripts[first << 8 | second] = number
    return scripts
