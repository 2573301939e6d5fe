"""Sampled shingles -> candidates: pairs of documents that share some of these shingles, whatever their lengths.

Bands find pairs by resemblance. The resemblance of an excerpt and its page is low. Therefore a sample of each document
has the shingles whose hash falls below a fixed bound, one in eight or so, and all shingles of its first words.
Documents that share at least two sampled shingles are a candidate (FracMinHash: Irber et al. 2022, "Lightweight
compositional analysis of metagenomes with FracMinHash and minimum metagenome covers". Its ``scaled`` is one over the
sampled share).

Measured with `benches/candidates.py` on five labelled sets with 2,446 true pairs, of which 2,434 share a shingle: 64
bands of 2 rows find .976 of the pairs with .65 candidates a text, 128 bands .984 (.76), 256 bands .986 (1.09). Sampled
shingles alone find .989 (.72), and with 64 bands .990 (1.03). A sort of one hash in eight costs less than signatures of
k = 512.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.arrays.sorting import first_of_equals, rising, where_set
from dedup.core.candidates import buckets
from dedup.core.candidates.buckets import Buckets, Candidates, Oversized, sort_oversized
from dedup.core.sketch.sampling import SHARED

COMMON: Final = 1 << 10
"""A sampled shingle of more documents than this number is common: a phrase of many texts. It makes no pair."""

_BAND: Final = -1
"""Stands in the column of the band for a sampled shingle."""

_ROW: Final = 10
"""Bits of the row of a document in its batch."""

BATCH_DOCUMENTS: Final = 1 << _ROW
"""Largest number of documents of a batch, whose sampled shingles `sort_sample` sorts together."""

_SLICE: Final = 8
"""Bits of the number of a slice."""

_SLICE_SHIFT: Final = np.uint64(64 - _SLICE)
"""Bits of a hash below the number of its slice."""

SLICES: Final = 1 << _SLICE
"""Number of slices of the range of hashes. A task can pair the documents of a slice without the other slices."""

_MOST_BITS: Final = 31
"""Bits of the number of a document (`core.arrays.pair_codes`)."""

HASH_BITS: Final = 40
"""Highest bits of a sampled shingle that are compared. They are the same in any number of documents, slices and parts.

Two texts of s sampled shingles seem to share one by chance with a probability of ``s * s / 2**40``: 5e-9 for s = 75.
Two texts that share nothing seem to share two with 1e-17, so 10**7 texts have fewer than 10**-3 such pairs. A candidate
by chance is compared and is no match, so it costs time and changes no story.
"""

_PAIRS: Final = 1 << 20
"""Pairs made at a time, unless one document alone makes more."""


def pairs_by_sample(
    sampled: Ragged, bound: np.uint64, max_bucket: int, shared: int = SHARED, common: int = COMMON
) -> Candidates:
    """Pair all documents that share sampled shingles.

    Bounds: time is that of some sorts of the hashes, and of ``max_bucket / 2`` pairs for each hash of two documents or
    more. Memory is about 3 words for each hash, and ``shared`` words for each pair that shares a hash.

    A job with many documents takes the same steps in tasks: `sort_sample`, `sample_buckets`, `without_common`,
    `pair_sampled`, `repeated_codes`.

    Args:
        sampled: ``n`` rows of sampled hashes without gaps.
        bound: all hashes are below the bound. The function compares the highest `HASH_BITS` of as many bits as the
            bound has.
        max_bucket: a hash of more documents is oversized: it has a row, of band -1, in the oversized buckets. Its
            documents are paired only with its `core.candidates.buckets.REPRESENTATIVES`.
        shared: the least number of different hashes that a pair shares, 1 or 2.
        common: a hash of more documents makes no pair.

    Returns:
        The pairs, and the oversized buckets.
    """
    words = sampled.values << np.uint64(64 - int(bound).bit_length())
    documents, count = np.repeat(np.arange(len(sampled.bounds)), sampled.lengths), len(sampled.bounds)
    codes, oversized = [np.zeros(0, np.int64)], [np.zeros((0, 3), np.int64)]
    step = slices_together(count)
    for first in range(0, SLICES, step):
        inside = slice(None) if step == SLICES else np.flatnonzero(words >> _SLICE_SHIFT == np.uint64(first))
        hash_buckets = sample_buckets(words[inside], documents[inside], first, first + step)
        codes += pair_sampled(without_common(hash_buckets, common), max_bucket, shared)
        oversized.append(oversized_rows(hash_buckets, max_bucket))
    return Candidates(repeated_codes(np.concatenate(codes), shared), sort_oversized(np.concatenate(oversized)))


def slices_together(count: int) -> int:
    """Return how many slices of ``count`` documents a task can pair together: all of them, or one.

    A word of 64 bits holds the hash and the number of the document. With many documents, the bits that all hashes of a
    slice have in common have no room in it.

    Raises:
        ValueError: there are more documents than pairs can name.
    """
    if count > 1 << _MOST_BITS:
        raise ValueError(f"{count:,} texts are more than the {1 << _MOST_BITS:,} that can be paired: cut the input")
    return SLICES if count <= 1 << (64 - HASH_BITS) else 1


def sort_sample(sampled: Ragged) -> tuple[Hashes, Indices]:
    """Sort the sampled shingles of a batch of up to `BATCH_DOCUMENTS` documents by their slices.

    Spill files hold the result until all documents are read. To sort the words of a slice too would take twice the
    time, and `sample_buckets` sorts them anyway.

    Returns:
        Words ``(m,)`` that end with the row of the document, slice after slice, and the number of words in each of the
        `SLICES` slices of the range of hashes.
    """
    words = sampled.values >> np.uint64(_ROW)
    words <<= np.uint64(_ROW)
    words |= np.repeat(np.arange(len(sampled.bounds)), sampled.lengths).view(np.uint64)
    slices = (words >> _SLICE_SHIFT).astype(np.uint8)
    return words.take(slices.argsort(kind="stable")), np.bincount(slices, minlength=SLICES)


def rows_of(words: Hashes) -> Indices:
    """Return the ``(m,)`` rows with which ``words`` ``(m,)`` of `sort_sample` end."""
    rows: Indices = (words & np.uint64(BATCH_DOCUMENTS - 1)).view(np.int64)
    return rows


def sample_buckets(words: Hashes, documents: Indices, first: int, last: int) -> Buckets:
    """Return the documents of each hash that two or more documents have. Two hashes are equal by their `HASH_BITS`.

    Args:
        words: ``(m,)`` hashes in a range of slices. Their bits below `HASH_BITS` do not count.
        documents: ``(m,)`` the document of each word, or a negative number if the document is gone.
        first: the first slice.
        last: the slice after the last slice, at most `slices_together` slices later.
    """
    low = np.uint64(64 - HASH_BITS if last - first > 1 else _MOST_BITS)
    tagged = words >> np.uint64(64 - HASH_BITS)
    tagged -= np.uint64(first << (HASH_BITS - _SLICE))
    tagged <<= low
    tagged |= documents.view(np.uint64)
    gone = where_set(documents < 0)
    if gone.size == tagged.size:
        tagged = tagged[:0]
    elif gone.size:
        tagged[gone] = tagged[np.argmax(documents >= 0)]  # A repeated word counts once. A copy takes longer.
    return buckets.buckets(tagged, int(low))


def without_common(hash_buckets: Buckets, common: int = COMMON) -> Buckets:
    """Return the buckets of up to ``common`` documents."""
    members, sizes = hash_buckets
    keep = sizes <= common
    return Buckets(members[np.repeat(keep, sizes)], sizes[keep])


def texts_with_common(hash_buckets: Buckets, common: int = COMMON) -> Indices:
    """Return the documents of buckets of more than ``common`` documents, rising. Their hashes make no pair."""
    members, sizes = hash_buckets
    return rising(members[np.repeat(sizes > common, sizes)])


def oversized_rows(hash_buckets: Buckets, max_bucket: int) -> Oversized:
    """Return the rows of `core.candidates.buckets.Oversized` for hashes of more than ``max_bucket`` documents."""
    return buckets.oversized(hash_buckets, max_bucket, _BAND)


def pair_sampled(hash_buckets: Buckets, max_bucket: int, shared: int = SHARED) -> Iterator[Indices]:
    """Yield the pairs of documents that share a hash, as codes (`core.arrays.pair_codes`), sorted, in batches.

    A pair that shares several hashes comes several times, but at most ``shared`` times. So the codes of several parts
    of all hashes say together which pairs share ``shared`` hashes (`repeated_codes`).

    Args:
        hash_buckets: the documents of each hash.
        max_bucket: documents of a bucket of more documents have only representatives as partners.
        shared: the least number of different hashes that a pair shares, 1 or 2.
    """
    members, sizes = hash_buckets
    after = buckets.partner_counts(sizes, max_bucket)
    positions = np.flatnonzero(after)
    width = np.uint64(max(1, members.size.bit_length()))
    tagged = members[positions].view(np.uint64) << width
    tagged |= positions.view(np.uint64)
    tagged.sort()
    starts = np.flatnonzero(first_of_equals(tagged >> width))
    tagged &= (np.uint64(1) << width) - np.uint64(1)
    positions = tagged.view(np.int64)
    after = after[positions]
    edges = np.append(starts, positions.size)
    costs = np.add.reduceat(after, starts) if starts.size else starts
    for first, last in chunks(costs, _PAIRS, costs.size):
        span = slice(edges[first], edges[last])
        codes = buckets.pair_codes(members, positions[span], after[span])
        codes.sort()
        keep = np.ones(codes.size, np.bool_)
        keep[shared:] = codes[shared:] != codes[:-shared]
        yield codes[keep]


def repeated_codes(codes: Indices, shared: int = SHARED) -> Indices:
    """Return the codes that occur ``shared`` times, 1 or 2, or more often, distinct and sorted.

    Args:
        codes: ``(m,)`` codes of all parts, as from `pair_sampled`. They are sorted in place.
        shared: the least number of different hashes that a pair shares.
    """
    codes.sort()
    keep = np.ones(codes.size, np.bool_)  # Exactly ``shared`` - 1 codes before are equal.
    for back in range(1, shared):
        keep[:back] = False
        keep[back:] &= codes[back:] == codes[:-back]
    keep[shared:] &= codes[shared:] != codes[:-shared]
    repeated: Indices = codes[keep]
    return repeated
