"""A folded text -> the edits that write its figures by their value.

A figure is a number in digits. The edits remove marks of thousands and leading zeros, write decimal points, and make
each figure a token of its own. ``70 000``, ``70'000``, ``70,000`` and ``70.000`` become ``70000``. ``3,5`` becomes
``3.5``, ``007`` becomes ``7``, and ``5km`` becomes ``5`` and ``km``. `core.text.folding.fold` asks for the edits.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Flags, Indices
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import find, where_set

GROUP: Final = 3
"""Digits between two marks of thousands."""

_ZERO: Final = ord("0")
_DIGITS: Final = np.uint8(10)
_SPACE, _POINT = 1, 2
"""Kinds of marks. 0 is no mark."""

_NO_POSITIONS: Final = np.zeros(0, np.int64)

SPACES: Final = " '’\u00a0\u2007\u2009\u202f"
"""Marks of thousands that are no decimal points."""

POINTS: Final = ",.，．٫٬"
"""Marks of thousands that are also decimal points."""

_WIDEST: Final = 3
"""Bytes of the longest mark."""


def _mark_codes(marks: str) -> npt.NDArray[np.uint32]:
    """Return the UTF-8 of marks as numbers, rising. The highest byte of each number is the number of bytes."""
    data = map(str.encode, marks)
    return np.sort(np.array([int.from_bytes(mark, "little") | len(mark) << 24 for mark in data], np.uint32))


_SPACE_CODES: Final = _mark_codes(SPACES)
_POINT_CODES: Final = _mark_codes(POINTS)


class Edits(NamedTuple):
    """Changes of a folded text, as positions in it, each array rising.

    - ``gone`` ``(g,) int64``: bytes to remove.
    - ``points`` ``(p,) int64``: bytes that become a decimal point.
    - ``edges`` ``(e,) int64``: positions before which a token begins or ends without a byte that separates.
    """

    gone: Indices
    points: Indices
    edges: Indices


def is_digit(folded: Bytes) -> Flags:
    """Return which bytes of a folded text are digits."""
    flags: Flags = folded - np.uint8(_ZERO) < _DIGITS
    return flags


def figure_edits(text: Bytes, folded: Bytes, digits: Flags, taken: Indices) -> Edits:
    """Return the edits that write the figures of a folded text by their value.

    A mark of thousands stands between a group of one to three digits and a group of exactly three. The first group is
    not a zero alone. A space or an apostrophe behind a decimal point is no mark of thousands. Any other point or comma
    between digits is a decimal point.

    Args:
        text: the UTF-8 that was folded.
        folded: the buffer of `core.text.folded_text.Folded`.
        digits: ``(bytes + 1,) bool`` which bytes of ``folded`` are digits. The byte behind the text is none.
        taken: ``(t,) int64`` positions of the bytes of ``text`` that ``folded`` lacks, rising.
    """
    starts, stops = _digit_runs(digits)
    gaps = starts[1:] - stops[:-1]
    marked = (gaps <= _WIDEST).nonzero()[0]
    thousands = points = marked
    if marked.size:
        kinds = np.zeros(starts.size, np.uint8)  # kinds of the marks behind the runs of digits
        kinds[marked] = _mark_kinds(text, stops[marked], gaps[marked], taken)
        marked = marked[kinds[marked] > 0]
        thousands, points = _split_marks(folded, starts, stops, kinds, marked)
    gone = ranges(stops[thousands], gaps[thousands])
    wide = points[gaps[points] > 1]
    further_bytes = ranges(stops[wide] + 1, gaps[wide] - 1)
    zero = folded.take(starts) == _ZERO
    zero[thousands + 1] = zero[points + 1] = False
    zeros = zero.nonzero()[0]
    if zeros.size or further_bytes.size:
        gone = np.concatenate((gone, further_bytes, _leading_zeros(folded, starts[zeros], stops[zeros])))
        gone.sort()
    edges = np.concatenate((starts[folded.take(starts - 1) > 0], stops[folded.take(stops) > 0]))
    edges.sort()
    return Edits(gone, stops[points], edges)


def _digit_runs(digits: Flags) -> tuple[Indices, Indices]:
    """Return where each run of digits begins and where it ends."""
    turns = where_set(digits[1:] != digits[:-1])
    turns += 1
    if digits[0]:
        turns = np.concatenate((np.zeros(1, np.int64), turns))
    return turns[0::2], turns[1::2]


def _split_marks(
    folded: Bytes, starts: Indices, stops: Indices, kinds: npt.NDArray[np.uint8], marked: Indices
) -> tuple[Indices, Indices]:
    """Split the runs ``marked``, which have a mark behind, into runs before a mark of thousands and runs before a
    decimal point. Both are rising."""
    lengths = stops[marked] - starts[marked]
    grouped = (lengths <= GROUP) & ((lengths > 1) | (folded.take(starts[marked]) != _ZERO))
    grouped &= stops[marked + 1] - starts[marked + 1] == GROUP
    point = kinds[marked] == _POINT
    grouped &= point | (kinds[marked - 1] != _POINT)  # index -1 is the last run, which has no mark behind
    return marked[grouped], marked[point & ~grouped]


def _mark_kinds(text: Bytes, positions: Indices, widths: Indices, taken: Indices) -> npt.NDArray[np.uint8]:
    """Return the kind of the bytes at each position of the folded text: ``widths`` bytes each, a mark of `SPACES`, a
    mark of `POINTS`, or no mark."""
    codes = widths.astype(np.uint32) << 24
    shifted = taken - np.arange(taken.size)
    for byte in range(_WIDEST):
        origins = positions + byte
        if taken.size:
            origins += shifted.searchsorted(origins, "right")
        codes |= text.take(origins, mode="clip").astype(np.uint32) * (widths > byte) << 8 * byte
    kinds = np.zeros(positions.size, np.uint8)
    for kind, mark_codes in ((_SPACE, _SPACE_CODES), (_POINT, _POINT_CODES)):
        kinds[find(mark_codes, codes)[1]] = kind
    return kinds


def _leading_zeros(folded: Bytes, begins: Indices, ends: Indices) -> Indices:
    """Return the positions of the zeros that begin runs of digits. The last digit of a run is never among them."""
    lengths = ends - begins - 1
    begins, lengths = begins[lengths > 0], lengths[lengths > 0]
    if not begins.size:
        return _NO_POSITIONS
    positions = ranges(begins, lengths)
    other_digits = np.where(folded.take(positions) == _ZERO, np.iinfo(np.int64).max, positions)
    stops = np.minimum(np.minimum.reduceat(other_digits, lengths.cumsum() - lengths), begins + lengths)
    return ranges(begins, stops - begins)
