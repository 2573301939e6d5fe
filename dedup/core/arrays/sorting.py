"""Values -> distinct values, positions of values, values that occur twice; flags -> positions of set flags."""

from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

_Integer = TypeVar("_Integer", bound=np.integer[Any])

Values = npt.NDArray[np.integer[Any]]
"""``(m,)`` whole numbers of any type."""

_CHUNK_BITS: Final = 16
"""Base-two logarithm of the values of a chunk. The results of a chunk stay in the second-level cache."""

_SPLIT_BITS: Final = 20
"""Base-two logarithm of the number of values from which on `repeats` splits values by their highest bits.

Each split reads all values once more.
"""

_SHORT: Final = 1 << 13
"""Number of flags or values up to which the calls cost most of the time."""

_NONE_SET: Final = np.array(0, np.uint64)
"""A word of eight flags that are not set."""

_DENSE: Final = 8
"""Numbers from the lowest to the highest value, for each value, up to which a flag for each number costs less than a
sort."""

_MAX_SPLIT_BITS: Final = 3
"""Largest number of highest bits by which `repeats` splits values."""


def first_of_equals(ordered: Values) -> npt.NDArray[np.bool_]:
    """Return ``(m,)`` flags: whether each ``ordered`` value differs from the value before. The first value does."""
    first = np.empty(ordered.size, np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def rising(values: npt.NDArray[_Integer]) -> npt.NDArray[_Integer]:
    """Return the distinct ``values`` in rising order.

    ``np.unique`` returns the same array. For few values this function takes a third of its time.
    """
    ordered = values.copy()
    ordered.sort()
    return ordered[first_of_equals(ordered)]


def counted(values: Values) -> tuple[Any, Indices]:
    """Return the distinct ``values`` in rising order, and how often each occurs."""
    ordered = values.copy()
    ordered.sort()
    starts = first_of_equals(ordered).nonzero()[0]
    return ordered[starts], np.diff(starts, append=ordered.size)


def distinct(values: Values) -> tuple[Any, Indices]:
    """Return the distinct ``values`` in rising order, and ``(m,)`` the position of each value among them.

    ``np.unique`` returns the same arrays. For few values this function takes half of its time, and for values that
    lie close together a tenth.
    """
    if values.size > _SHORT:
        lowest = values.min()
        if int(values.max()) - int(lowest) < _DENSE * values.size:
            return _distinct_dense(values, lowest)
        return np.unique(values, return_inverse=True)
    ordered = rising(values)
    return ordered, ordered.searchsorted(values)


def _distinct_dense(values: Values, lowest: np.integer[Any]) -> tuple[Any, Indices]:
    """Return what `distinct` returns, by a flag for each number from the ``lowest`` value to the highest."""
    offsets = (values - lowest).astype(np.int64, copy=False)
    present = np.zeros(int(offsets.max()) + 1, np.bool_)
    present[offsets] = True
    unique = present.nonzero()[0].astype(values.dtype) + lowest
    positions = present.cumsum()
    positions -= 1
    return unique, positions[offsets]


def number_rows(*columns: Values) -> Indices:
    """Return ``(m,)`` a number for each row of the ``columns`` ``(m,)``: equal rows alone have one number.

    The numbers count from 0, and rise with the first column.
    """
    order = columns[0].argsort()
    new = first_of_equals(columns[0][order])
    if any((first_of_equals(column[order]) & ~new).any() for column in columns[1:]):  # these follow no order yet
        order = np.lexsort(columns[::-1])
        new = np.logical_or.reduce([first_of_equals(column[order]) for column in columns])
    numbers = np.empty(order.size, np.int64)
    numbers[order] = new.cumsum() - 1
    return numbers


def firsts(values: Values) -> Indices:
    """Return ``(d,)``: the first position of each distinct value, in the order of the distinct values."""
    order = values.argsort(kind="stable")
    positions: Indices = order[first_of_equals(values[order])]
    return positions


def find(ordered: Values, values: Values) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """Return ``(m,)`` the position of each value in ``ordered``, and ``(m,)`` flags: whether ``ordered`` has the value.

    The position of a value that ``ordered`` does not have means nothing.
    """
    if not ordered.size:
        return np.zeros(values.size, np.int64), np.zeros(values.size, np.bool_)
    positions = np.minimum(ordered.searchsorted(values), ordered.size - 1)
    present: npt.NDArray[np.bool_] = ordered[positions] == values
    return positions, present


def repeats(values: Hashes, chosen: npt.NDArray[np.bool_] | None = None) -> tuple[Indices, Indices]:
    """Return the positions of all values that occur twice or more.

    Many values are split by their highest bits. Then the memory beside the result is some three bytes a value, if the
    values are hashes.

    Args:
        values: ``(n,)`` the values.
        chosen: ``(n,)`` the function reads only the values with a set flag; None: all values.

    Returns:
        ``(m,)`` positions, value after value, with the positions of one value in rising order. The order of the values
        is not defined. And ``(v + 1,)``: where each of the ``v`` values starts among the positions, and where the last
        value ends.
    """
    bits = min(_MAX_SPLIT_BITS, (values.size >> _SPLIT_BITS).bit_length())
    positions, starts, size = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for highest in range(1 << bits):
        new_positions, new_starts = _positions_of_equals(values, _tag_values(values, chosen, highest, bits))
        positions.append(new_positions)
        starts.append(new_starts + size)
        size += new_positions.size
    return np.concatenate(positions), np.append(np.concatenate(starts), size)


def _tag_values(values: Hashes, chosen: npt.NDArray[np.bool_] | None, highest: int, bits: int) -> Hashes:
    """Return ``(value << low) | position`` for the chosen values whose highest ``bits`` bits are ``highest``.

    ``low`` is `_position_bits`.
    """
    low, size = _position_bits(values), 0
    tagged = np.empty(values.size, np.uint64)  # Only the written items take memory.
    for first in range(0, values.size, 1 << _CHUNK_BITS):
        rows = slice(first, first + (1 << _CHUNK_BITS))
        chunk, positions = values[rows], np.arange(first, min(rows.stop, values.size))
        if bits or chosen is not None:
            keep = (chunk >> np.uint64(64 - bits)) == highest if bits else np.ones(chunk.size, np.bool_)
            inside = where_set(keep if chosen is None else keep & chosen[rows])
            chunk, positions = chunk[inside], inside + first
        np.bitwise_or(chunk << low, positions.view(np.uint64), out=tagged[size : size + chunk.size])
        size += chunk.size
    return tagged[:size]


def _position_bits(values: Hashes) -> np.uint64:
    """Return the number of bits of a position in ``values``."""
    return np.uint64(max(1, (values.size - 1).bit_length()))


def _positions_of_equals(values: Hashes, tagged: Hashes) -> tuple[Indices, Indices]:
    """Return the positions of all ``tagged`` values that occur twice or more, and where each value starts among them.

    Most hashes occur once. The function sorts (low bits of the value, position) and so finds values that may occur
    twice. numpy does this sort with vector instructions, five times as fast as an argsort. Then the function orders
    only these values by all of their bits.
    """
    low = _position_bits(values)
    positions = tagged_equals(tagged, low)
    # Only values that differ in their high bits alone are out of order here. A stable sort of such values is one pass.
    turned = values[positions]
    turned = (turned << low) | (turned >> (np.uint64(64) - low))
    order = turned.argsort(kind="stable")
    again = ~first_of_equals(turned[order])
    inside = again | np.append(again[1:], False)
    return positions[order[inside]], np.flatnonzero(~again[inside])


def tagged_equals(tagged: Hashes, low: np.uint64) -> Indices:
    """Return the tags of values that occur twice or more. ``tagged`` is sorted in place.

    Args:
        tagged: ``(n,)`` ``(value << low) | tag`` of each value.
        low: the number of bits of a tag.

    Returns:
        ``(m,)`` the tags, value after value.
    """
    tagged.sort()
    again = np.zeros(tagged.size + 1, np.bool_)  # Whether a value equals the value before. No value follows the last.
    for first in range(1, tagged.size, 1 << _CHUNK_BITS):
        values = tagged[first - 1 : first + (1 << _CHUNK_BITS)] >> low
        np.equal(values[1:], values[:-1], out=again[first : first + values.size - 1])
    tags: Indices = (tagged[again[:-1] | again[1:]] & ((np.uint64(1) << low) - np.uint64(1))).view(np.int64)
    return tags


def where_set(flags: npt.NDArray[np.bool_]) -> Indices:
    """Return the ``(m,)`` positions of set flags, for contiguous flags of which few are set.

    A set flag costs ``nonzero`` a wrong branch, unless more than one flag in ten is set. The function first finds words
    of eight flags that have a set flag, and then the set flags of these words. ``nonzero`` on all flags takes half as
    long again as these two steps, and two thirds of their time where one flag in eight is set.
    """
    if flags.size <= _SHORT:
        return flags.nonzero()[0]
    whole = flags.size & ~7
    words = flags[:whole].view(np.uint64)
    set_words = np.not_equal(words, _NONE_SET).nonzero()[0]
    inner = words.take(set_words).view(np.bool_).nonzero()[0]
    positions: Indices = set_words.take(inner >> 3)
    positions <<= 3
    positions += inner & 7
    return np.concatenate((positions, flags[whole:].nonzero()[0] + whole)) if whole < flags.size else positions
