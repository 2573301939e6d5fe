"""A buffer of text -> the positions where sentences end. One table of marks serves all scripts.

A sentence ends after a mark and the closing quotes and brackets behind the mark. Most marks need a space there, because
no sentence ends inside of ``3.5`` and ``example.org``. The marks of scripts without spaces need no space.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices
from dedup.core.arrays.sorting import find, where_set
from dedup.core.text.tables.sentence_marks import CLOSERS, CLOSING, FREE, MARKS, SPACES

_MARK, _FREE, _CLOSING, _SPACE = 1, 2, 4, 8
"""Kinds of characters, one bit each. 0 is any other character."""

_POINTS: Final = tuple(ord(character) for character in MARKS if character.isascii())

_CHUNK: Final = 1 << 18
"""Bytes that are searched together: the flags made from them stay in the second-level cache."""

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
_BLANK: Final = ord(" ")
_MAY_FOLLOW: Final = ((_KINDS == _SPACE) | (_KINDS == _CLOSING) | (np.arange(256) >= 0xC0)) & (np.arange(256) != _BLANK)
"""``(256,)`` whether the character that begins with a byte may be a space (the plain one excepted) or a closing one."""

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


def sentence_ends(buffer: Bytes, first: int, last: int) -> tuple[Indices, Indices]:
    """Find the sentences of ``buffer[first:last]``.

    A sentence ends behind one of `FREE` and any marks and any of `CLOSING` that follow. It also ends behind one of
    `MARKS`, any of `CLOSING`, and one of `SPACES`. Behind a mark, at most `CLOSERS` characters may stand before the end
    or the space.

    Args:
        buffer: ``(bytes,) uint8``, UTF-8.
        first: where to begin.
        last: where to end. Bytes behind ``last`` are read too. So an end may lie behind ``last``, and a caller drops
            it.

    Returns:
        ``(s,) int64`` positions of marks, and ``(s,) int64`` positions where the sentence of each mark has just ended.
        They are in no order.
    """
    batches = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for start in range(first, last, _CHUNK):
        chunk = buffer[start : min(start + _CHUNK, last)]
        flags = chunk == _POINTS[0]
        for point in _POINTS[1:]:
            flags |= chunk == point
        marks = where_set(flags)
        marks += start
        batches.append(_ends_before_space(buffer, marks, marks + 1))
        if int(chunk.max()) >= _LOWEST:
            batches += _wide_ends(buffer, chunk, start)
    marks, ends = map(np.concatenate, zip(*batches, strict=True))
    return marks, ends


def _wide_ends(buffer: Bytes, chunk: Bytes, start: int) -> list[tuple[Indices, Indices]]:
    """Return the marks beyond ASCII that begin in ``chunk``, and the ends of their sentences.

    ``chunk`` begins at ``start`` in ``buffer``.
    """
    marks = where_set(chunk >= _LOWEST)
    marks += start
    pairs = buffer.take(marks).astype(np.uint16)
    pairs <<= 8
    pairs |= buffer.take(marks + 1, mode="clip")
    marks = marks[_FIRST.take(pairs)]
    if not marks.size:
        return []
    kinds, widths = _characters(buffer, marks)
    needs_space, free = kinds == _MARK, kinds == _FREE
    free_ends = _skip(buffer, (marks + widths)[free], _MARK | _FREE | _CLOSING)
    return [
        _ends_before_space(buffer, marks[needs_space], (marks + widths)[needs_space]),
        (marks[free], free_ends),
    ]


def _ends_before_space(buffer: Bytes, marks: Indices, behind: Indices) -> tuple[Indices, Indices]:
    """Return the marks that closing characters and a space follow, and the positions behind the spaces.

    ``behind`` are the positions behind the marks.
    """
    # Behind most marks stands a plain space, or a character that is neither a space nor a closing one.
    byte = buffer.take(behind, mode="clip")
    plain = ((byte == _BLANK) & (behind < buffer.size)).nonzero()[0]
    undecided = _MAY_FOLLOW.take(byte).nonzero()[0]
    if not undecided.size:
        return marks[plain], behind[plain] + 1
    closed = behind[undecided]
    kinds, widths = _characters(buffer, closed)
    closing = (kinds == _CLOSING).nonzero()[0]
    if closing.size:
        closed[closing] = _skip(buffer, closed[closing], _CLOSING)
        kinds[closing], widths[closing] = _characters(buffer, closed[closing])
    spaced = (kinds == _SPACE).nonzero()[0]
    ended = np.concatenate((marks[plain], marks[undecided[spaced]]))
    return ended, np.concatenate((behind[plain] + 1, closed[spaced] + widths[spaced]))


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
