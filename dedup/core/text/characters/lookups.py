"""The kinds and the folds of characters in bulk, and the characters whose text must be rewritten."""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Bytes, Indices
from dedup.core.text.characters.entries import (
    GONE,
    JOINS,
    OPENS,
    ORDERED,
    REWRITES,
    VANISHES,
    Points,
    load_entries,
    utf8,
)
from dedup.core.text.characters.folds import COMPATIBILITY, IDEOGRAPHS_END, LIMIT, MARK, SEPARATOR, SINGLE
from dedup.core.text.tables.letter_forms import IGNORED

KIND: Final = 3
"""The bits of a kind. The other bits are flags."""

_SETTLES: Final = JOINS | ORDERED
"""Flags of the characters that `unsettled` examines."""

LEAST_SETTLES: Final = ORDERED
"""The least value of a kind that has a flag of `_SETTLES`, or a higher flag."""


def kinds_at(points: Points) -> Bytes:
    """``(n,) uint8`` the kinds of ``(n,)`` code points beyond ASCII, with flags.

    The text of a character with `REWRITES` must be rewritten. Where kinds reach `LEAST_SETTLES`, `unsettled` finds the
    characters whose text must be rewritten too.
    """
    if not points.size:
        return np.zeros(0, np.uint8)
    kinds = load_entries().kinds.take(points, mode="clip")
    if int(points.max()) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        far = points[beyond]
        kinds[beyond] = np.where(far < IDEOGRAPHS_END, SINGLE, np.where(_ignored(far), VANISHES, SEPARATOR))
        low, high = COMPATIBILITY
        kinds[beyond] |= np.where((far >= low) & (far < high), REWRITES, 0).astype(np.uint8)
    return kinds


def clings(kinds: Bytes) -> npt.NDArray[np.bool_]:
    """``(n,)`` which characters, of ``(n,)`` kinds with flags, are folded together with the character before."""
    clinging: npt.NDArray[np.bool_] = (kinds & (_SETTLES | VANISHES) > 0) | (kinds & KIND == MARK)
    return clinging


def _ignored(points: Points) -> npt.NDArray[np.bool_]:
    """``(n,)`` which of the code points from `LIMIT` on no reader sees."""
    low, high = IGNORED[-1]
    return (points >= low) & (points < high)


def folds_at(points: Points) -> Points:
    """``(n,) uint32`` the folds of ``(n,)`` code points, as bytes that replace their UTF-8, first byte lowest.

    A fold has the length of its character: `GONE` fills up a shorter fold, and the fold of a separator is zero bytes.
    First bytes of characters have bit 0x20. Folds stay distinct, because the number of continuation bytes tells which
    first byte had the bit before.
    """
    folds = load_entries().folds.take(points, mode="clip")
    if int(points.max(initial=0)) >= LIMIT:
        beyond = np.flatnonzero(points >= LIMIT)
        far = points[beyond]
        folds[beyond] = np.where(far < IDEOGRAPHS_END, utf8(far, 4), np.where(_ignored(far), GONE * 0x01010101, 0))
    return folds


def unsettled(points: Points, kinds: Bytes, beside: npt.NDArray[np.bool_]) -> Indices:
    """Find the characters with a flag of `_SETTLES` that must be rewritten together with the characters before them.

    Args:
        points: ``(n,) uint32`` code points, in the order of the text.
        kinds: ``(n,) uint8`` their kinds, from `kinds_at`.
        beside: ``(n,) bool`` whether each character stands directly behind the character before it in ``points``.

    Returns:
        ``(a,) int64`` positions in ``points``. A character behind one that is not in ``points`` is always among them,
        even if it needs no rewriting.
    """
    flagged = np.flatnonzero(kinds & _SETTLES)
    before = np.maximum(flagged - 1, 0)
    kinds_before = kinds[before]
    is_known = beside[flagged] & (flagged > 0) & (kinds_before & VANISHES == 0)
    orders = load_entries().orders
    order, order_before = (orders.take(points[positions], mode="clip") for positions in (flagged, before))
    joins = (kinds[flagged] & JOINS > 0) & ((kinds_before & OPENS > 0) | (order_before > 0))
    moves = (order > 0) & (order_before > order)
    positions: Indices = flagged[~is_known | joins | moves]
    return positions
