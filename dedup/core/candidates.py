"""Band keys -> candidate pairs, in bounded time and memory, with the buckets that were too large to compare in full."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.bands import NO_KEY
from dedup.core.ordered import first_of_equals, repeats
from dedup.core.ragged import chunks, ranges
from dedup.types import Hashes, Indices, Pairs

__all__ = ["REPRESENTATIVES", "Candidates", "candidates", "codes", "either", "paired"]

REPRESENTATIVES: Final = 8
"""Documents of a hot bucket that all of its members are paired with: those of the lowest numbers, so that the same
bucket in another band brings the same pairs and not new ones."""

_PAIRS: Final = 1 << 20
"""Pairs made at a time."""

_CODES: Final = 1 << 22
"""Pairs that are gathered before they are merged with those known, at least."""


class Candidates(NamedTuple):
    """``pairs`` ``(m, 2)`` as in `dedup.types.Pairs`; ``hot`` ``(h, 3) int64``, a row for each bucket over the cap: its
    band, its size, and its lowest document, sorted."""

    pairs: Pairs
    hot: npt.NDArray[np.int64]


def candidates(keys: Hashes, max_bucket: int) -> Candidates:
    """Pairs of documents that share a key in at least one band, distinct and sorted.

    ``keys`` is ``(n, b)`` as from `core.bands.band_keys`, n below 2**31; a column need not be contiguous. Documents
    with `NO_KEY` are in no bucket. A bucket of more than ``max_bucket`` documents is hot: its members are paired with
    the `REPRESENTATIVES` of the lowest numbers only.

    Bounds: a band makes at most ``n * max(max_bucket / 2, REPRESENTATIVES)`` pairs and costs a sort of n keys, so time
    is linear in ``n * b * max_bucket``, but for the logarithms of the sorts. Memory is about ``6 n + 5 m`` words of 8
    bytes and 100 MB for m distinct pairs, whatever the number of bands and of repeats.
    """
    count = len(keys)
    seen = _Seen()
    hot = [np.zeros((0, 3), np.int64)]
    for band in range(keys.shape[1]):
        members, starts = _buckets(np.ascontiguousarray(keys[:, band]))
        sizes = np.diff(starts)
        over = np.flatnonzero(sizes > max_bucket)
        found = np.stack((np.full(over.size, band), sizes[over], members[starts[over]]), axis=1)
        hot.append(found[np.lexsort((found[:, 2], found[:, 1]))])
        for some in _codes(members, starts, max_bucket, count):
            seen.add(some)
    return Candidates(np.stack(np.divmod(seen.merge(), max(count, 1)), axis=1), np.concatenate(hot))


def either(one: Candidates, other: Candidates) -> Candidates:
    """The candidates of two lanes, each pair once."""
    pairs = np.concatenate((one.pairs, other.pairs))
    count = int(pairs.max(initial=0)) + 1
    codes = np.unique(pairs[:, 0] * count + pairs[:, 1])
    return Candidates(np.stack(np.divmod(codes, count), axis=1), np.concatenate((one.hot, other.hot)))


def _buckets(keys: Hashes) -> tuple[Indices, Indices]:
    """Documents of the buckets of two or more, bucket after bucket, in each by number; and where buckets start, with
    the end of the last."""
    keyed = np.flatnonzero(keys != NO_KEY)
    members, starts = repeats(keys[keyed])
    return keyed[members], starts


def _codes(members: Indices, starts: Indices, max_bucket: int, count: int) -> Iterator[Indices]:
    """Pairs of the members of each bucket, as ``a * count + b``, some `_PAIRS` at a time."""
    after = paired(np.diff(starts), max_bucket)
    for first, last in chunks(after, _PAIRS, members.size):
        yield codes(members, np.arange(first, last), after[first:last], count)


def paired(sizes: Indices, max_bucket: int) -> Indices:
    """``(m,)`` how many of those after it each member of buckets of these ``sizes`` is paired with: all, but in a hot
    bucket only the representatives, its first, are."""
    size = np.repeat(sizes, sizes)
    rank = ranges(np.zeros_like(sizes), sizes)
    return np.where((size > max_bucket) & (rank >= REPRESENTATIVES), 0, size - 1 - rank)


def codes(members: Indices, places: Indices, after: Indices, count: int) -> Indices:
    """Pairs of the members at ``places`` ``(p,)``, each with so many ``after`` it, as ``a * count + b``."""
    pairs = np.repeat(members[places] * count, after)
    pairs += members[ranges(places + 1, after)]
    return pairs


class _Seen:
    """Distinct codes of pairs.

    New ones are merged when there are as many as there are old ones: each is sorted a logarithmic number of times, and
    repeats never take more room than the distinct codes do.
    """

    def __init__(self) -> None:
        self._known = np.zeros(0, np.int64)
        self._new: list[Indices] = []
        self._size = 0

    def add(self, codes: Indices) -> None:
        self._new.append(codes)
        self._size += codes.size
        if self._size > max(_CODES, self._known.size):
            self.merge()

    def merge(self) -> Indices:
        """All distinct codes so far, sorted."""
        codes = np.concatenate((self._known, *self._new))
        self._new, self._size = [], 0
        codes.sort()
        self._known = codes[first_of_equals(codes)]
        return self._known
