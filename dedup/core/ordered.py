"""Values in order: where a new one begins, whether one is there, which occur more than once; where flags are set."""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.types import Hashes, Indices

__all__ = ["find", "first_of_equals", "repeats", "where_set"]

Values = npt.NDArray[np.integer[Any]]


def first_of_equals(ordered: Values) -> npt.NDArray[np.bool_]:
    """``(m,)`` where a value differs from the one before it; the first one does."""
    first = np.ones(ordered.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def find(ordered: Values, values: Values) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """``(m,)`` the place of each value in ``ordered``, and whether it is there; the place says nothing if it is not."""
    if not ordered.size:
        return np.zeros(values.size, np.int64), np.zeros(values.size, np.bool_)
    places = np.minimum(np.searchsorted(ordered, values), ordered.size - 1)
    found: npt.NDArray[np.bool_] = ordered[places] == values
    return places, found


def repeats(values: Hashes) -> tuple[Indices, Indices]:
    """``(m,)`` the places of the values that occur twice or more, value after value, those of each rising; and where
    the values start among them, with the end of the last. Which value comes first is no matter.

    Most hashes occur once. One sort of (low bits of the value, place), which numpy does with vector instructions, five
    times as fast as an argsort, finds those that may not; only they are then ordered by their whole values.
    """
    low = np.uint64(max(1, (values.size - 1).bit_length()))
    turned = values << low
    tagged = turned | np.arange(values.size, dtype=np.uint64)
    tagged.sort()
    again = ~first_of_equals(tagged >> low)
    tagged &= (np.uint64(1) << low) - np.uint64(1)
    places = tagged.view(np.int64)[again | _next(again)]
    # The rest is in order but for values that differ in their high bits alone: a stable sort of that is one pass.
    turned = turned[places] | (values[places] >> (np.uint64(64) - low))
    order = np.argsort(turned, kind="stable")
    again = ~first_of_equals(turned[order])
    inside = again | _next(again)
    return places[order[inside]], np.append(np.flatnonzero(~again[inside]), inside.sum())


def _next(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The flag that follows each; none follows the last."""
    following = np.zeros_like(flags)
    following[:-1] = flags[1:]
    return following


def where_set(flags: npt.NDArray[np.bool_]) -> Indices:
    """``(m,)`` where flags are set, for flags without gaps of which few are.

    ``nonzero`` stumbles at each of them, and takes half as long again as twice on more of which an eighth is: the words
    of eight flags that have one set, and the flags of those words.
    """
    whole = flags.size & ~7
    words = flags[:whole].view(np.uint64)
    some = words.astype(np.bool_).nonzero()[0]
    inner = words.take(some).view(np.bool_).nonzero()[0]
    found: Indices = some.take(inner >> 3)
    found <<= 3
    found += inner & 7
    return np.concatenate((found, flags[whole:].nonzero()[0] + whole)) if whole < flags.size else found
