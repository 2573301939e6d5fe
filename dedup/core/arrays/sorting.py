"""Values in order: where a new one begins, whether one is there, which occur more than once; where flags are set."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices

Values = npt.NDArray[np.integer[Any]]

_CHUNK_BITS: Final = 16
"""Values looked at one chunk after another, as a power of two: what is made of them stays in the second-level cache."""

_PARTED_BITS: Final = 23
"""Values from which on they are parted, as a power of two: each part is one more look at all of them."""

_SHORT: Final = 1 << 13
"""Flags and values up to which it is the calls that cost."""

_PART_BITS: Final = 2
"""Highest bits by which values are parted at most."""


def first_of_equals(ordered: Values) -> npt.NDArray[np.bool_]:
    """``(m,)`` where a value differs from the one before it; the first one does."""
    first = np.empty(ordered.size, np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def distinct(values: Values) -> tuple[Any, Indices]:
    """The distinct ``values`` ``(m,)``, rising, and ``(m,)`` the place of each of the values among them: what
    ``np.unique`` says, in half the time where there are few."""
    if values.size > _SHORT:
        return np.unique(values, return_inverse=True)
    ordered = values.copy()
    ordered.sort()
    ordered = ordered[first_of_equals(ordered)]
    return ordered, ordered.searchsorted(values)


def firsts(values: Values) -> Indices:
    """``(d,)`` the place of the first of each of the distinct ``values`` ``(m,)``, in the order of these."""
    order = values.argsort(kind="stable")
    found: Indices = order[first_of_equals(values[order])]
    return found


def find(ordered: Values, values: Values) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """``(m,)`` the place of each value in ``ordered``, and whether it is there; the place says nothing if it is not."""
    if not ordered.size:
        return np.zeros(values.size, np.int64), np.zeros(values.size, np.bool_)
    places = np.minimum(ordered.searchsorted(values), ordered.size - 1)
    found: npt.NDArray[np.bool_] = ordered[places] == values
    return places, found


def repeats(values: Hashes, chosen: npt.NDArray[np.bool_] | None = None) -> tuple[Indices, Indices]:
    """``(m,)`` the places of the values that occur twice or more, value after value, those of each rising; and where
    the values start among them, with the end of the last. Which value comes first is no matter.

    Only those ``chosen`` ``(n,)`` are looked at, if that is given. Of many values, those with the same highest bits are
    looked at together: what is needed beside the places that are found is some three bytes a value, if they are hashes.
    """
    bits = min(_PART_BITS, (values.size >> _PARTED_BITS).bit_length())
    places, starts, found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for part in range(1 << bits):
        some, begun = _equals(values, _tagged(values, chosen, part, bits))
        places.append(some)
        starts.append(begun + found)
        found += some.size
    return np.concatenate(places), np.append(np.concatenate(starts), found)


def _tagged(values: Hashes, chosen: npt.NDArray[np.bool_] | None, part: int, bits: int) -> Hashes:
    """``(value << low) | place``, ``low`` as from `_low`, of the chosen values whose highest ``bits`` are ``part``."""
    low, size = _low(values), 0
    tagged = np.empty(values.size, np.uint64)  # of which only what is written takes memory
    for first in range(0, values.size, 1 << _CHUNK_BITS):
        some = slice(first, first + (1 << _CHUNK_BITS))
        found, places = values[some], np.arange(first, min(some.stop, values.size))
        if bits or chosen is not None:
            mine = (found >> np.uint64(64 - bits)) == part if bits else np.ones(found.size, np.bool_)
            inside = where_set(mine if chosen is None else mine & chosen[some])
            found, places = found[inside], inside + first
        np.bitwise_or(found << low, places.view(np.uint64), out=tagged[size : size + found.size])
        size += found.size
    return tagged[:size]


def _low(values: Hashes) -> np.uint64:
    """Bits that hold a place."""
    return np.uint64(max(1, (values.size - 1).bit_length()))


def _equals(values: Hashes, tagged: Hashes) -> tuple[Indices, Indices]:
    """The places of those of the ``tagged`` values that occur twice or more, as from `repeats`, and where each starts.

    Most hashes occur once. One sort of (low bits of the value, place), which numpy does with vector instructions, five
    times as fast as an argsort, finds those that may not; only they are then ordered by their whole values.
    """
    low = _low(values)
    tagged.sort()
    again = np.zeros(tagged.size + 1, np.bool_)  # whether one equals the one before; none follows the last
    for first in range(1, tagged.size, 1 << _CHUNK_BITS):
        kept = tagged[first - 1 : first + (1 << _CHUNK_BITS)] >> low
        np.equal(kept[1:], kept[:-1], out=again[first : first + kept.size - 1])
    places = (tagged[again[:-1] | again[1:]] & ((np.uint64(1) << low) - np.uint64(1))).view(np.int64)
    # The rest is in order but for values that differ in their high bits alone: a stable sort of that is one pass.
    turned = values[places]
    turned = (turned << low) | (turned >> (np.uint64(64) - low))
    order = np.argsort(turned, kind="stable")
    again = ~first_of_equals(turned[order])
    inside = again | np.append(again[1:], False)
    return places[order[inside]], np.flatnonzero(~again[inside])


def where_set(flags: npt.NDArray[np.bool_]) -> Indices:
    """``(m,)`` where flags are set, for flags without gaps of which few are.

    ``nonzero`` stumbles at each of them, and takes half as long again as twice on more of which an eighth is: the words
    of eight flags that have one set, and the flags of those words.
    """
    if flags.size <= _SHORT:  # it is the calls that cost
        return flags.nonzero()[0]
    whole = flags.size & ~7
    words = flags[:whole].view(np.uint64)
    some = words.astype(np.bool_).nonzero()[0]
    inner = words.take(some).view(np.bool_).nonzero()[0]
    found: Indices = some.take(inner >> 3)
    found <<= 3
    found += inner & 7
    return np.concatenate((found, flags[whole:].nonzero()[0] + whole)) if whole < flags.size else found
