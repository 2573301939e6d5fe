"""Band keys -> candidate pairs, in bounded time and memory, with the buckets that were too large to compare in full."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.pair_codes import BITS, decode, encode
from dedup.core.arrays.ragged import chunks, ranges
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.sketch.bands import NO_KEY

REPRESENTATIVES: Final = 8
"""Documents of a hot bucket that all of its members are paired with: those of the lowest numbers, so that the same
bucket in another band brings the same pairs and not new ones."""

_PAIRS: Final = 1 << 20
"""Pairs made at a time."""

_CODES: Final = 1 << 22
"""Pairs that are gathered before they are merged with those known, at least."""

Oversized = npt.NDArray[np.int64]
"""``(h, 3)``, as `Candidates` has it."""

_COLD: Final = np.zeros((0, 3), np.int64)
"""No hot bucket."""


class Buckets(NamedTuple):
    """Documents that have something in common: ``members`` ``(m,) int64``, bucket after bucket, in each rising;
    ``sizes`` ``(b,) int64`` of the buckets, two or more."""

    members: Indices
    sizes: Indices


class Candidates(NamedTuple):
    """``pair_codes`` ``(m,) int64``: pairs of documents ``a < b`` as ``a << 32 | b``, distinct and sorted; ``hot``
    ``(h, 3) int64``, a row for each bucket over the cap: its band, its size, and its lowest document."""

    codes: Indices
    hot: Oversized

    @property
    def pairs(self) -> Pairs:
        """The pairs ``(m, 2)``, as in `dedup.array_types.Pairs`."""
        return decode(self.codes)


def candidate_pairs(keys: Keys, max_bucket: int, documents: Indices | None = None, first: int = 0) -> Candidates:
    """Pairs of documents that share a key in at least one band.

    ``keys`` is ``(n, b)`` as from `core.sketch.bands.band_keys`, or some of its columns from the band ``first`` on; a column
    need not be contiguous. ``documents`` ``(n,) int64``, below 2**31, are the numbers of the documents if those are not
    0 to n - 1. A document is in no bucket of a band where it has `NO_KEY`. A bucket of more than ``max_bucket``
    documents is hot: its members are paired with the `REPRESENTATIVES` of the lowest numbers only.

    Bounds: a band makes at most ``n * max(max_bucket / 2, REPRESENTATIVES)`` pairs and costs a sort of n keys, so time
    is linear in ``n * b * max_bucket``, but for the logarithms of the sorts. Memory is about ``6 n + 3 m`` words of 8
    bytes and 100 MB for m distinct pairs, whatever the number of bands and of repeats.
    """
    numbers = (np.arange(len(keys)) if documents is None else documents).view(np.uint64)
    return merge_candidates(_of_bands(keys, numbers, max_bucket, first))


def _of_bands(keys: Keys, numbers: Hashes, max_bucket: int, first: int) -> Iterator[Candidates]:
    """What each band brings, `_PAIRS` at a time; neither distinct nor sorted."""
    for band in range(keys.shape[1]):
        column = keys[:, band]
        keyed = np.flatnonzero(column != NO_KEY)
        if keyed.size < 2:
            continue
        words = column[keyed].astype(np.uint64)
        words <<= np.uint64(BITS)
        words |= numbers[keyed]
        found = buckets(words, BITS)
        yield Candidates(np.zeros(0, np.int64), oversized(found, max_bucket, first + band))
        after = partner_counts(found.sizes, max_bucket)
        for begin, end in chunks(after, _PAIRS, found.members.size):
            yield Candidates(pair_codes(found.members, np.arange(begin, end), after[begin:end]), _COLD)


def buckets(words: Hashes, low: int) -> Buckets:
    """The documents that have the same value in a word, of the values that two or more have; value after value.

    ``words`` ``(w,)`` are ``value << low | document``, in any order; they are put in order in place, and a word that
    occurs several times counts once. numpy sorts numbers of 64 bits with vector instructions, five times as fast as an
    argsort.
    """
    words.sort()
    again = ~first_of_equals(words >> np.uint64(low))
    again[:-1] |= again[1:]  # most values occur once
    some = words[again]
    some = some[first_of_equals(some)]
    sizes = np.diff(np.flatnonzero(first_of_equals(some >> np.uint64(low))), append=some.size)
    some &= np.uint64((1 << low) - 1)
    return Buckets(some.view(np.int64)[np.repeat(sizes > 1, sizes)], sizes[sizes > 1])


def oversized(found: Buckets, max_bucket: int, band: int) -> Oversized:
    """The rows of ``hot`` for those of the buckets that have more than ``max_bucket`` members, sorted."""
    large = np.flatnonzero(found.sizes > max_bucket)
    lowest = found.members[(np.cumsum(found.sizes) - found.sizes)[large]]
    hot = np.stack((np.full(large.size, band), found.sizes[large], lowest), axis=1)
    return hot[np.lexsort((hot[:, 2], hot[:, 1]))]


def partner_counts(sizes: Indices, max_bucket: int) -> Indices:
    """``(m,)`` how many of those after it each member of buckets of these ``sizes`` is paired with: all, but in a hot
    bucket only the representatives, its first, are."""
    size = np.repeat(sizes, sizes)
    rank = ranges(np.zeros_like(sizes), sizes)
    return np.where((size > max_bucket) & (rank >= REPRESENTATIVES), 0, size - 1 - rank)


def pair_codes(members: Indices, places: Indices, after: Indices) -> Indices:
    """Pairs of the members at ``places`` ``(p,)``, each with so many ``after`` it, as `Candidates` has them."""
    return encode(np.repeat(members[places], after), members[ranges(places + 1, after)])


def merge_candidates(found: Iterable[Candidates]) -> Candidates:
    """All candidates, each pair once; they need be neither distinct nor sorted. ``hot`` is as it came.

    New pairs are merged when there are as many as there are old ones: each is sorted a logarithmic number of times, and
    repeats never take more room than the distinct pairs do.
    """
    known, new, size, hot = np.zeros(0, np.int64), [np.zeros(0, np.int64)], 0, [_COLD]
    for some in found:
        new.append(some.codes)
        hot.append(some.hot)
        size += some.codes.size
        if size > max(_CODES, known.size):
            known, new, size = _merged(known, new), [], 0
    return Candidates(_merged(known, new), np.concatenate(hot))


def _merged(known: Indices, new: list[Indices]) -> Indices:
    merged = np.concatenate((known, *new))
    merged.sort()
    return merged[first_of_equals(merged)]
