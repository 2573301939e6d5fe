"""Band keys -> candidates and oversized buckets, in bounded time and memory."""

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
"""Number of representatives of an oversized bucket. All members of the bucket are paired with the representatives.

The representatives have the lowest numbers. So the same bucket in another band makes the same pairs and no new ones.
"""

_PAIRS: Final = 1 << 20
"""Pairs made at a time."""

_CODES: Final = 1 << 22
"""Least number of new pairs that `merge_candidates` collects before it merges them with the pairs so far."""

Oversized = npt.NDArray[np.int64]
"""``(h, 3) int64``: a row for each oversized bucket: its band, its size, and its lowest document."""

_NO_BUCKETS: Final = np.zeros((0, 3), np.int64)
"""No oversized bucket."""


class Buckets(NamedTuple):
    """Documents that share values.

    - ``members`` ``(m,) int64``: the documents, bucket after bucket, rising within a bucket.
    - ``sizes`` ``(b,) int64``: the sizes of the buckets, two or more.
    """

    members: Indices
    sizes: Indices


class Candidates(NamedTuple):
    """Pairs of documents that may be copies.

    - ``codes`` ``(m,) int64``: the codes (`core.arrays.pair_codes`) of pairs ``a < b``, distinct and sorted.
    - ``oversized`` ``(h, 3) int64``: the oversized buckets (`Oversized`).
    """

    codes: Indices
    oversized: Oversized

    @property
    def pairs(self) -> Pairs:
        """The ``(m, 2)`` pairs, as in `dedup.array_types.Pairs`."""
        return decode(self.codes)


def candidate_pairs(keys: Keys, max_bucket: int, documents: Indices | None = None, first: int = 0) -> Candidates:
    """Pair all documents that share a key in at least one band.

    Bounds: a band makes at most ``n * max(max_bucket / 2, REPRESENTATIVES)`` pairs and costs a sort of n keys. So time
    is linear in ``n * b * max_bucket``, except for the logarithms of the sorts. Memory is about ``6 n + 3 m`` words of
    8 bytes and 100 MB for m distinct pairs. The number of bands and of repeated pairs does not change it.

    Args:
        keys: ``(n, b)`` as from `core.sketch.bands.band_keys`, or a few columns of these keys. A column need not be
            contiguous. A document with `NO_KEY` in a band is in no bucket of the band.
        max_bucket: a bucket of more documents is oversized. Its members are paired only with its `REPRESENTATIVES`.
        documents: ``(n,) int64`` the numbers of the documents, below 2**31; None: 0 to n - 1.
        first: the band of the first column.

    Returns:
        The pairs, and the oversized buckets.
    """
    numbers = (np.arange(len(keys)) if documents is None else documents).view(np.uint64)
    return merge_candidates(_pair_by_bands(keys, numbers, max_bucket, first))


def _pair_by_bands(keys: Keys, numbers: Hashes, max_bucket: int, first: int) -> Iterator[Candidates]:
    """Yield the candidates of each band, about `_PAIRS` at a time. The pairs are neither distinct nor sorted."""
    for band in range(keys.shape[1]):
        column = keys[:, band]
        keyed = np.flatnonzero(column != NO_KEY)
        if keyed.size < 2:
            continue
        words = column[keyed].astype(np.uint64)
        words <<= np.uint64(BITS)
        words |= numbers[keyed]
        band_buckets = buckets(words, BITS)
        members, sizes = band_buckets
        yield Candidates(np.zeros(0, np.int64), oversized(band_buckets, max_bucket, first + band))
        after = partner_counts(sizes, max_bucket)
        for begin, end in chunks(after, _PAIRS, members.size):
            yield Candidates(pair_codes(members, np.arange(begin, end), after[begin:end]), _NO_BUCKETS)


def buckets(words: Hashes, low: int) -> Buckets:
    """Return the documents of each value that two or more documents have, value after value.

    ``words`` ``(w,)`` are ``value << low | document``, in any order. The function sorts them in place. A word that
    occurs several times counts once. numpy sorts numbers of 64 bits with vector instructions, five times as fast as an
    argsort.
    """
    words.sort()
    again = ~first_of_equals(words >> np.uint64(low))
    again[:-1] |= again[1:]  # Most values occur once.
    repeated = words[again]
    repeated = repeated[first_of_equals(repeated)]
    sizes = np.diff(np.flatnonzero(first_of_equals(repeated >> np.uint64(low))), append=repeated.size)
    repeated &= np.uint64((1 << low) - 1)
    return Buckets(repeated.view(np.int64)[np.repeat(sizes > 1, sizes)], sizes[sizes > 1])


def oversized(all_buckets: Buckets, max_bucket: int, band: int) -> Oversized:
    """Return the oversized buckets of a band, sorted.

    Args:
        all_buckets: the buckets of the band.
        max_bucket: a bucket of more members is oversized.
        band: the number of the band.
    """
    members, sizes = all_buckets
    large = np.flatnonzero(sizes > max_bucket)
    lowest = members[(np.cumsum(sizes) - sizes)[large]]
    rows = np.stack((np.full(large.size, band), sizes[large], lowest), axis=1)
    return sort_oversized(rows)


def sort_oversized(rows: Oversized) -> Oversized:
    """Return oversized buckets by their band, their size, and their lowest document."""
    return rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]


def partner_counts(sizes: Indices, max_bucket: int) -> Indices:
    """Return ``(m,)``: the number of later members that each member of buckets of these ``sizes`` is paired with.

    A member is paired with all later members of its bucket. In a bucket of more than ``max_bucket`` members only the
    first members, the representatives, are.
    """
    size = np.repeat(sizes, sizes)
    rank = ranges(np.zeros_like(sizes), sizes)
    return np.where((size > max_bucket) & (rank >= REPRESENTATIVES), 0, size - 1 - rank)


def pair_codes(members: Indices, positions: Indices, after: Indices) -> Indices:
    """Return the codes of pairs.

    Args:
        members: ``(m,)`` the members of buckets.
        positions: ``(p,)`` positions of members that are paired.
        after: ``(p,)`` the number of members after each position that its member is paired with.
    """
    return encode(np.repeat(members[positions], after), members[ranges(positions + 1, after)])


def merge_candidates(candidates: Iterable[Candidates]) -> Candidates:
    """Return all ``candidates`` with each pair once, and the oversized buckets in the order of the input.

    The pairs of the input need be neither distinct nor sorted. The function merges new pairs when they are as many as
    the pairs so far. So it sorts each pair a logarithmic number of times, and repeated pairs never take more room than
    the distinct pairs.
    """
    merged, new, size, rows = np.zeros(0, np.int64), [np.zeros(0, np.int64)], 0, [_NO_BUCKETS]
    for batch in candidates:
        new.append(batch.codes)
        rows.append(batch.oversized)
        size += batch.codes.size
        if size > max(_CODES, merged.size):
            merged, new, size = _merge_codes(merged, new), [], 0
    return Candidates(_merge_codes(merged, new), np.concatenate(rows))


def _merge_codes(codes: Indices, new: list[Indices]) -> Indices:
    """Return the distinct ``codes`` and ``new`` codes, sorted."""
    merged = np.concatenate((codes, *new))
    merged.sort()
    return merged[first_of_equals(merged)]
