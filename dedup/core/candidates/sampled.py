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

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.arrays.sorting import where_set
from dedup.core.candidates import buckets
from dedup.core.candidates.buckets import Buckets, Candidates, Oversized
from dedup.core.sketch.sampling import EVERY, SHARED

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

SLICES: Final = 1 << _SLICE
"""Number of slices of the range of hashes. A task can pair the documents of a slice without the other slices."""

_PAIRS: Final = 1 << 20
"""Pairs made at a time, unless one document alone makes more."""


class Sharing(NamedTuple):
    """Documents that share hashes, and their partners. The arrays have 64 bits or 32 bits.

    - ``members`` ``(m,)``: the members of buckets, as in `core.candidates.buckets.Buckets`.
    - ``places`` ``(p,)``: positions in ``members`` of documents that have partners, in the order of the documents.
    - ``after`` ``(p,)``: for each place, the number of members after it that its document is paired with.
    """

    members: Indices
    places: Indices
    after: Indices


def pairs_by_sample(
    sampled: Ragged, bound: np.uint64, max_bucket: int, shared: int = SHARED, common: int = COMMON
) -> Candidates:
    """Pair all documents that share sampled shingles.

    Bounds: time is that of some sorts of the hashes, and of ``max_bucket / 2`` pairs for each hash of two documents or
    more. Memory is about 3 words for each such pair of one document and for each hash. Pairs that share a single hash
    take no more memory, because the code counts the pairs of one document, that of the lower number, together.

    A job with many documents takes the same steps in tasks: `sort_sample`, `sample_buckets`, `without_common`,
    `pair_sampled`, `pairs_sharing`.

    Args:
        sampled: ``n`` rows of sampled hashes without gaps.
        bound: all hashes are below the bound.
        max_bucket: a hash of more documents is oversized: it has a row, of band -1, in the oversized buckets. Its
            documents are paired only with its `core.candidates.buckets.REPRESENTATIVES`.
        shared: the least number of different hashes that a pair shares, 1 or 2.
        common: a hash of more documents makes no pair.

    Returns:
        The pairs, and the oversized buckets.
    """
    low = max(1, (len(sampled.bounds) - 1).bit_length())
    hash_buckets = buckets.buckets(_tag_rows(sampled, bound, low), low)
    codes = pairs_sharing([pair_sampled(without_common(hash_buckets, common), max_bucket)], shared)
    return Candidates(np.concatenate([np.zeros(0, np.int64), *codes]), oversized_rows(hash_buckets, max_bucket))


def _tag_rows(sampled: Ragged, bound: np.uint64, low: int) -> Hashes:
    """Return the hashes with their rows in the ``low`` lowest bits.

    The function first shifts the hashes to the left as far as ``bound`` allows. Vector instructions sort one word of
    hash and row. The bits that remain of a hash, some forty, are enough to distinguish hashes.
    """
    words = sampled.values << np.uint64(64 - int(bound).bit_length())
    words >>= np.uint64(low)
    words <<= np.uint64(low)
    words |= np.repeat(np.arange(len(sampled.bounds)), sampled.lengths).view(np.uint64)
    return words


def sort_sample(sampled: Ragged) -> tuple[Hashes, Indices]:
    """Sort the sampled shingles of a batch of up to `BATCH_DOCUMENTS` documents.

    Spill files hold the result until all documents are read.

    Returns:
        Sorted words ``(m,)`` that end with the row of the document, and the number of words in each of the `SLICES`
        slices of the range of hashes.
    """
    words = _tag_rows(sampled, EVERY, _ROW)
    words.sort()
    edges = np.arange(1, SLICES, dtype=np.uint64) << np.uint64(64 - _SLICE)
    return words, np.diff(np.searchsorted(words, edges), prepend=0, append=words.size)


def rows_of(words: Hashes) -> Indices:
    """Return the ``(m,)`` rows with which ``words`` ``(m,)`` of `sort_sample` end."""
    rows: Indices = (words & np.uint64(BATCH_DOCUMENTS - 1)).view(np.int64)
    return rows


def sample_buckets(words: Hashes, documents: Indices, first: int, last: int) -> Buckets:
    """Return the documents of each hash that two or more documents have.

    Args:
        words: ``(m,)`` words of `sort_sample` in a range of slices.
        documents: ``(m,)`` the document of each word, or a negative number if the document is gone.
        first: the first slice.
        last: the slice after the last slice.
    """
    free = _SLICE - (last - first - 1).bit_length()
    low = max(_ROW + free, int(documents.max(initial=0)).bit_length())
    tagged = words - (np.uint64(first) << np.uint64(64 - _SLICE))
    tagged <<= np.uint64(free)
    tagged >>= np.uint64(low)
    tagged <<= np.uint64(low)
    tagged |= documents.view(np.uint64)
    gone = where_set(documents < 0)
    if gone.size == tagged.size:
        tagged = tagged[:0]
    elif gone.size:
        tagged[gone] = tagged[np.argmax(documents >= 0)]  # A repeated word counts once. A copy takes longer.
    return buckets.buckets(tagged, low)


def without_common(hash_buckets: Buckets, common: int = COMMON) -> Buckets:
    """Return the buckets of up to ``common`` documents."""
    members, sizes = hash_buckets
    keep = sizes <= common
    return Buckets(members[np.repeat(keep, sizes)], sizes[keep])


def texts_with_common(hash_buckets: Buckets, common: int = COMMON) -> Indices:
    """Return the documents of buckets of more than ``common`` documents, rising. Their hashes make no pair."""
    members, sizes = hash_buckets
    return np.unique(members[np.repeat(sizes > common, sizes)])


def oversized_rows(hash_buckets: Buckets, max_bucket: int) -> Oversized:
    """Return the rows of `core.candidates.buckets.Oversized` for hashes of more than ``max_bucket`` documents."""
    return buckets.oversized(hash_buckets, max_bucket, _BAND)


def pair_sampled(hash_buckets: Buckets, max_bucket: int) -> Sharing:
    """Return the partners of each document. Documents of an oversized bucket have only representatives as partners."""
    members, sizes = hash_buckets
    after = buckets.partner_counts(sizes, max_bucket)
    positions = np.flatnonzero(after)
    width = np.uint64(max(1, members.size.bit_length()))
    tagged = members[positions].view(np.uint64) << width
    tagged |= positions.view(np.uint64)
    tagged.sort()
    tagged &= (np.uint64(1) << width) - np.uint64(1)
    positions = tagged.view(np.int64)
    return Sharing(members, positions, after[positions])


def pairs_sharing(sharings: Sequence[Sharing], shared: int = SHARED) -> Iterator[Indices]:
    """Yield the pairs that share at least ``shared`` hashes, 1 or 2, of all ``sharings`` together.

    The pairs come as codes (`core.arrays.pair_codes`), each once, sorted, in batches.
    """
    owners = [sharing.members[sharing.places] for sharing in sharings]
    count = max((int(documents[-1]) + 1 for documents in owners if documents.size), default=0)
    pairs = np.zeros(count, np.int64)
    for sharing, documents in zip(sharings, owners, strict=True):
        pairs += np.bincount(documents, sharing.after, count).astype(np.int64)
    bounds = [0, *(last for _, last in chunks(pairs, _PAIRS, count))]
    cuts = np.array([np.searchsorted(documents, bounds) for documents in owners])
    cuts_of_sharings = cuts.reshape(len(sharings), len(bounds)).tolist()
    del owners
    for run in range(len(bounds) - 1):
        codes = [np.zeros(0, np.int64)]
        for sharing, cut in zip(sharings, cuts_of_sharings, strict=True):
            rows = slice(cut[run], cut[run + 1])
            codes.append(buckets.pair_codes(sharing.members, sharing.places[rows], sharing.after[rows]))
        yield _repeated_codes(np.concatenate(codes), shared)


def _repeated_codes(codes: Indices, least: int) -> Indices:
    """Return the codes that occur ``least`` times, 1 or 2, or more often, distinct and sorted."""
    codes.sort()
    keep = np.ones(codes.size, np.bool_)  # Exactly ``least`` - 1 codes before are equal.
    for back in range(1, least):
        keep[:back] = False
        keep[back:] &= codes[back:] == codes[:-back]
    keep[least:] &= codes[least:] != codes[:-least]
    repeated: Indices = codes[keep]
    return repeated
