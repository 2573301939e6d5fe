"""Figures in a folded text: marks inside figures go, decimal points come back, and figures are tokens of their own.

`core.text.folding.fold` asks for it where texts are read. A figure is what stands in digits: ``70 000``, ``70'000``, ``70,000``
and ``70.000`` are ``70000``, ``3,5`` is ``3.5``, ``007`` is ``7``, and ``5km`` is ``5`` and ``km``.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import find, where_set

GROUP: Final = 3
"""Digits that stand together between marks of thousands."""

_ZERO: Final = ord("0")
_DIGITS: Final = np.uint8(10)
_SPACE, _POINT = 1, 2
"""Kinds of marks; 0 is none."""

_NONE: Final = np.zeros(0, np.int64)

SPACES: Final = " '’\u00a0\u2007\u2009\u202f"
"""Marks of thousands that are no points."""

POINTS: Final = ",.，．٫٬"
"""Marks of thousands that are decimal points too."""

_WIDEST: Final = 3
"""Bytes of the longest mark."""


def _codes(marks: str) -> npt.NDArray[np.uint32]:
    """The UTF-8 of marks as numbers, each with its number of bytes in the highest byte."""
    data = map(str.encode, marks)
    return np.sort(np.array([int.from_bytes(mark, "little") | len(mark) << 24 for mark in data], np.uint32))


_SPACE_CODES: Final = _codes(SPACES)
_POINT_CODES: Final = _codes(POINTS)


class Edits(NamedTuple):
    """What has to be changed in a folded text, as places in it, each rising.

    ``gone`` are bytes to take out, ``points`` bytes that become a decimal point, ``edges`` places before which a token
    begins, or ends, though no byte separates.
    """

    gone: Indices
    points: Indices
    edges: Indices


def figure_edits(text: Bytes, folded: Bytes, size: int, taken: Indices) -> Edits:
    """What makes figures of the digits in ``folded[:size]``.

    A mark of thousands stands between a group of one to three digits, which is no zero alone, and one of exactly three;
    a space or an apostrophe is none behind a decimal point. Any other point or comma between digits is a decimal point.

    Args:
        text: the UTF-8 that was folded.
        folded: as in `core.text.folding.Folded`, with a zero byte at ``size`` and one at the end.
        size: bytes of folded text.
        taken: ``(t,) int64`` places in ``text`` of the bytes that ``folded`` has not, rising.

    Returns:
        The edits.
    """
    starts, stops = _runs(folded, size)
    gaps = starts[1:] - stops[:-1]
    near = (gaps <= _WIDEST).nonzero()[0]
    kinds = np.zeros(starts.size, np.uint8)  # of the mark behind each run of digits
    kinds[near] = _kinds(text, stops[near], gaps[near], taken)
    near = near[kinds[near] > 0]
    thousands, points = _judged(folded, starts, stops, kinds, near)
    gone = ranges(stops[thousands], gaps[thousands])
    wide = points[gaps[points] > 1]
    rest = ranges(stops[wide] + 1, gaps[wide] - 1)
    zero = folded.take(starts) == _ZERO
    zero[thousands + 1] = zero[points + 1] = False
    zeros = zero.nonzero()[0]
    if zeros.size or rest.size:
        gone = np.concatenate((gone, rest, _zeros(folded, starts[zeros], stops[zeros])))
        gone.sort()
    edges = np.concatenate((starts[folded.take(starts - 1) > 0], stops[folded.take(stops) > 0]))
    edges.sort()
    return Edits(gone, stops[points], edges)


def _runs(folded: Bytes, size: int) -> tuple[Indices, Indices]:
    """Where each run of digits begins and ends."""
    digit = folded[: size + 1] - np.uint8(_ZERO) < _DIGITS
    turns = where_set(digit[1:] != digit[:-1])
    turns += 1
    if digit[0]:
        turns = np.concatenate((np.zeros(1, np.int64), turns))
    return turns[0::2], turns[1::2]


def _judged(
    folded: Bytes, starts: Indices, stops: Indices, kinds: npt.NDArray[np.uint8], marked: Indices
) -> tuple[Indices, Indices]:
    """Of the runs of digits ``marked``, which have a mark behind: those whose mark is one of thousands, and those whose
    mark is a decimal point; each rising."""
    lengths = stops[marked] - starts[marked]
    grouped = (lengths <= GROUP) & ((lengths > 1) | (folded.take(starts[marked]) != _ZERO))
    grouped &= stops[marked + 1] - starts[marked + 1] == GROUP
    point = kinds[marked] == _POINT
    grouped &= point | (kinds[marked - 1] != _POINT)  # of the first run the last one, which has no mark behind
    return marked[grouped], marked[point & ~grouped]


def _kinds(text: Bytes, places: Indices, widths: Indices, taken: Indices) -> npt.NDArray[np.uint8]:
    """Whether the bytes at ``places`` in the folded text, so many, are one of `SPACES`, of `POINTS`, or neither."""
    codes = widths.astype(np.uint32) << 24
    shifted = taken - np.arange(taken.size)
    for byte in range(_WIDEST):
        origins = places + byte
        if taken.size:
            origins += shifted.searchsorted(origins, "right")
        codes |= text.take(origins, mode="clip").astype(np.uint32) * (widths > byte) << 8 * byte
    kinds = np.zeros(places.size, np.uint8)
    for kind, known in ((_SPACE, _SPACE_CODES), (_POINT, _POINT_CODES)):
        kinds[find(known, codes)[1]] = kind
    return kinds


def _zeros(folded: Bytes, begins: Indices, ends: Indices) -> Indices:
    """The zeros with which runs of digits begin, all but a last digit of a run."""
    lengths = ends - begins - 1
    begins, lengths = begins[lengths > 0], lengths[lengths > 0]
    if not begins.size:
        return _NONE
    places = ranges(begins, lengths)
    others = np.where(folded.take(places) == _ZERO, np.iinfo(np.int64).max, places)
    stops = np.minimum(np.minimum.reduceat(others, lengths.cumsum() - lengths), begins + lengths)
    return ranges(begins, stops - begins)
