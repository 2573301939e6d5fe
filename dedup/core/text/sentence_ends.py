"""A buffer of text -> the positions where sentences end. One table of marks serves all scripts.

A sentence ends after a mark and the closing quotes and brackets behind the mark. Most marks need a space there, because
no sentence ends inside of ``3.5`` and ``example.org``. The marks of scripts without spaces need no space.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Flags, Indices
from dedup.core.arrays.sorting import find, where_set
from dedup.core.text.tables.sentence_marks import CLOSERS, CLOSING, FREE, MARKS, SPACES

_MARK, _FREE, _CLOSING, _SPACE = 1, 2, 4, 8
"""Kinds of characters, one bit each. 0 is any other character."""

_POINTS: Final = tuple(ord(character) for character in MARKS if character.isascii())

NO_END: Final = np.iinfo(np.int64).max
"""The end of the sentence of a character that ends no sentence."""

Kinds = npt.NDArray[np.uint8]


def _code(character: str) -> int:
    """Return the UTF-8 of a character beyond ASCII as one number of three bytes. The lowest byte is 0 for two bytes."""
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
_IS_SPACE: Final = _KINDS == _SPACE
_MAY_FOLLOW: Final = (_KINDS == _CLOSING) | (np.arange(256) >= 0xC0)
"""``(256,)`` whether the character that begins with a byte may be a closing one, or a space beyond ASCII."""

_WIDE: Final = sorted((_code(character), kind) for character, kind in _TABLE if not character.isascii())
_CODES: Final = np.array([code for code, _ in _WIDE], np.uint32)
_CODE_KINDS: Final = np.array([kind for _, kind in _WIDE], np.uint8)

_FIRST: Final = np.zeros(1 << 16, np.bool_)
"""``(65536,)`` whether a mark beyond ASCII begins with two bytes. The first byte is the higher one of the index."""
for _character in MARKS + FREE:
    if not _character.isascii():
        _FIRST[_code(_character) >> 8] = True
_LOWEST: Final = min(character.encode()[0] for character in MARKS + FREE if not character.isascii())
"""The lowest byte that begins a mark beyond ASCII."""


def find_marks(buffer: Bytes, first: int, last: int, others: Flags) -> Indices:
    """Find characters that may end a sentence.

    Args:
        buffer: ``(bytes,) uint8``, UTF-8.
        first: where to begin.
        last: where to end.
        others: ``(last - first,)`` flags of other bytes of ASCII, or of last bytes of characters, which are found too.
            The flags are overwritten.

    Returns:
        ``(m,) int64`` the positions, rising. Some characters beyond ASCII among them are no marks.
    """
    chunk, spare = buffer[first:last], np.empty_like(others)
    for point in _POINTS:
        others |= np.equal(chunk, point, spare)
    if int(chunk.max()) < _LOWEST:
        return where_set(others) + first
    others |= np.greater_equal(chunk, _LOWEST, spare)
    marks = where_set(others) + first
    byte = buffer.take(marks)
    wide = (byte >= _LOWEST).nonzero()[0]
    pairs = byte[wide].astype(np.uint16) << 8 | buffer.take(marks[wide] + 1, mode="clip")
    return np.delete(marks, wide[~_FIRST.take(pairs)])


def sentence_ends(buffer: Bytes, marks: Indices) -> Indices:
    """Return where sentences end.

    A sentence ends behind one of `FREE` and any marks and any of `CLOSING` that follow. It also ends behind one of
    `MARKS`, any of `CLOSING`, and one of `SPACES`. Behind a mark, at most `CLOSERS` characters may stand before the end
    or the space.

    Args:
        buffer: ``(bytes,) uint8``, UTF-8.
        marks: ``(m,) int64`` positions from `find_marks`. The result for another character of ASCII means nothing.

    Returns:
        ``(m,) int64`` the position where the sentence of each mark has just ended, or `NO_END`. The other positions
        are in order, and several marks may end one sentence.
    """
    behind = marks + 1
    wide = (buffer.take(marks) >= _LOWEST).nonzero()[0]
    if wide.size:
        kinds, widths = _characters(buffer, marks[wide])
        behind[wide] = marks[wide] + widths
    # Behind most marks stands a space of ASCII, or a character that is neither a space nor a closing one.
    byte = buffer.take(behind, mode="clip")
    ends = np.where(_IS_SPACE.take(byte) & (behind < buffer.size), behind + 1, NO_END)
    undecided = _MAY_FOLLOW.take(byte).nonzero()[0]
    if undecided.size:
        ends[undecided] = _ends_behind_closing(buffer, behind[undecided])
    if wide.size:
        ends[wide[(kinds & (_MARK | _FREE)) == 0]] = NO_END
        free = wide[kinds == _FREE]
        ends[free] = _skip(buffer, behind[free], _MARK | _FREE | _CLOSING)
    return ends


def _ends_behind_closing(buffer: Bytes, positions: Indices) -> Indices:
    """Return the position behind the closing characters and the space at each position, or `NO_END`."""
    kinds, widths = _characters(buffer, positions)
    closing = (kinds == _CLOSING).nonzero()[0]
    if closing.size:
        positions[closing] = _skip(buffer, positions[closing], _CLOSING)
        kinds[closing], widths[closing] = _characters(buffer, positions[closing])
    return np.where(kinds == _SPACE, positions + widths, NO_END)


def _skip(buffer: Bytes, positions: Indices, skipped: int) -> Indices:
    """Move the positions, in place, behind the characters of the kinds ``skipped``, `CLOSERS` characters at most."""
    moving = np.arange(positions.size)
    for _ in range(CLOSERS):
        kinds, widths = _characters(buffer, positions[moving])
        moves = (kinds & skipped).nonzero()[0]
        if not moves.size:
            break
        moving = moving[moves]
        positions[moving] += widths[moves]
    return positions


def _characters(buffer: Bytes, positions: Indices) -> tuple[Kinds, Indices]:
    """Return the kinds of the characters at ``positions``, 0 at the end of the buffer, and the bytes of each."""
    byte = buffer.take(positions, mode="clip")
    kinds = _KINDS.take(byte)
    kinds *= positions < buffer.size
    widths = np.ones(positions.size, np.int64)
    wide = ((byte >= 0xC0) & (positions < buffer.size)).nonzero()[0]
    if wide.size:
        starts = positions[wide]
        codes = byte[wide].astype(np.uint32) << 16
        codes |= buffer.take(starts + 1, mode="clip").astype(np.uint32) << 8
        three = byte[wide] >= 0xE0
        codes |= buffer.take(starts + 2, mode="clip") * three
        rows, in_table = find(_CODES, codes)
        kinds[wide] = _CODE_KINDS[rows] * in_table
        widths[wide] += 1 + three
    return kinds, widths
