"""Where sentences end: one table of marks for all scripts, and the places in a buffer of text.

A sentence ends after a mark and the closing quotes and brackets behind the mark. Most marks need a space there, for
``3.5`` and ``example.org`` hold no sentence end; the marks of scripts that write no spaces need none.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices
from dedup.core.arrays.sorting import find, where_set
from dedup.core.text.tables.sentence_marks import CLOSERS, CLOSING, FREE, MARKS, SPACES

_MARK, _FREE, _CLOSING, _SPACE = 1, 2, 4, 8
"""Kinds of characters, one bit each; 0 is any other."""

_POINTS: Final = tuple(ord(character) for character in MARKS if character.isascii())

_CHUNK: Final = 1 << 18
"""Bytes looked at together: the flags that are made of them stay in the second-level cache."""

Kinds = npt.NDArray[np.uint8]


def _code(character: str) -> int:
    """The UTF-8 of a character beyond ASCII as one number, two bytes shifted as far as three are."""
    return int.from_bytes(character.encode().ljust(3, b"\0"))


_TABLE: Final = [
    (character, kind)
    for kind, characters in ((_MARK, MARKS), (_FREE, FREE), (_CLOSING, CLOSING), (_SPACE, SPACES))
    for character in characters
]
_KINDS: Final = np.zeros(256, np.uint8)
for _character, _kind in _TABLE:
    if _character.isascii():
        _KINDS[ord(_character)] = _kind
_BLANK: Final = ord(" ")
_LOOKED_AT: Final = ((_KINDS == _SPACE) | (_KINDS == _CLOSING) | (np.arange(256) >= 0xC0)) & (np.arange(256) != _BLANK)
"""For each byte, whether the character that it begins may be another space, or close something."""

_WIDE: Final = sorted((_code(character), kind) for character, kind in _TABLE if not character.isascii())
_CODES: Final = np.array([code for code, _ in _WIDE], np.uint32)
_CODE_KINDS: Final = np.array([kind for _, kind in _WIDE], np.uint8)

_FIRST: Final = np.zeros(1 << 16, np.bool_)
"""For two bytes, the first one highest, whether a mark beyond ASCII begins with these two."""
for _character in MARKS + FREE:
    if not _character.isascii():
        _FIRST[_code(_character) >> 8] = True
_LOWEST: Final = min(character.encode()[0] for character in MARKS + FREE if not character.isascii())
"""The lowest byte that begins a mark beyond ASCII."""


def sentence_ends(buffer: Bytes, first: int, last: int) -> tuple[Indices, Indices]:
    """Places in ``buffer[first:last]`` where a sentence has just ended; they are in no order.

    Args:
        buffer: ``(bytes,) uint8``, UTF-8.
        first: where to begin.
        last: where to end. Bytes from there on are looked at: a place may lie behind, and a caller drops it.

    Returns:
        ``(s,) int64`` places of marks, and ``(s,) int64`` where each sentence ends: behind one of `FREE`, any marks
        and any of `CLOSING` that follow, or behind one of `MARKS`, any of `CLOSING` and one of `SPACES`. Of what may
        follow a mark `CLOSERS` characters are looked at.
    """
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for start in range(first, last, _CHUNK):
        part = buffer[start : min(start + _CHUNK, last)]
        flags = part == _POINTS[0]
        for point in _POINTS[1:]:
            flags |= part == point
        marks = where_set(flags)
        marks += start
        found.append(_spaced(buffer, marks, marks + 1))
        if int(part.max()) >= _LOWEST:
            found += _wide_ends(buffer, part, start)
    marks, places = map(np.concatenate, zip(*found, strict=True))
    return marks, places


def _wide_ends(buffer: Bytes, part: Bytes, start: int) -> list[tuple[Indices, Indices]]:
    """Marks beyond ASCII that begin in ``part``, which begins at ``start``, and the ends of their sentences."""
    marks = where_set(part >= _LOWEST)
    marks += start
    pair = buffer.take(marks).astype(np.uint16)
    pair <<= 8
    pair |= buffer.take(marks + 1, mode="clip")
    marks = marks[_FIRST.take(pair)]
    if not marks.size:
        return []
    kinds, widths = _characters(buffer, marks)
    needy, free = kinds == _MARK, kinds == _FREE
    marks_free = marks[free]
    after = _closed(buffer, (marks + widths)[free], _MARK | _FREE | _CLOSING)
    return [_spaced(buffer, marks[needy], (marks + widths)[needy]), (marks_free, after)]


def _spaced(buffer: Bytes, marks: Indices, places: Indices) -> tuple[Indices, Indices]:
    """The marks, and the places behind them, behind whose closing characters a space stands; places moved behind it."""
    # Behind most marks stands a plain space, or what is no space and closes nothing.
    byte = buffer.take(places, mode="clip")
    plain = ((byte == _BLANK) & (places < buffer.size)).nonzero()[0]
    rest = _LOOKED_AT.take(byte).nonzero()[0]
    closed = _closed(buffer, places[rest], _CLOSING)
    kinds, widths = _characters(buffer, closed)
    spaced = (kinds == _SPACE).nonzero()[0]
    found = np.concatenate((marks[plain], marks[rest[spaced]]))
    return found, np.concatenate((places[plain] + 1, closed[spaced] + widths[spaced]))


def _closed(buffer: Bytes, places: Indices, passed: int) -> Indices:
    """The places moved, in place, behind the characters of the kinds ``passed`` there, `CLOSERS` at most."""
    going = np.arange(places.size)
    for _ in range(CLOSERS):
        kinds, widths = _characters(buffer, places[going])
        on = (kinds & passed).nonzero()[0]
        if not on.size:
            break
        going = going[on]
        places[going] += widths[on]
    return places


def _characters(buffer: Bytes, places: Indices) -> tuple[Kinds, Indices]:
    """The kinds of the characters at ``places``, 0 at the end of the buffer, and the bytes of each."""
    byte = buffer.take(places, mode="clip")
    kinds = _KINDS.take(byte)
    kinds *= places < buffer.size
    widths = np.ones(places.size, np.int64)
    wide = ((byte >= 0xC0) & (places < buffer.size)).nonzero()[0]
    if wide.size:
        spots = places[wide]
        code = byte[wide].astype(np.uint32) << 16
        code |= buffer.take(spots + 1, mode="clip").astype(np.uint32) << 8
        three = byte[wide] >= 0xE0
        code |= buffer.take(spots + 2, mode="clip") * three
        at, known = find(_CODES, code)
        kinds[wide] = _CODE_KINDS[at] * known
        widths[wide] += 1 + three
    return kinds, widths
