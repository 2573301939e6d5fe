"""Postings and the lookup keys of new documents -> the documents of an index that may be their copies."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.candidates.postings import (
    BANDS,
    KEPT,
    KEY_BITS,
    NUMBER_MASK,
    Layout,
    PostingTable,
    keys_of,
    sample_lane,
)
from dedup.core.candidates.sampled import COMMON
from dedup.core.sketch.bands import NO_KEY

_TOGETHER: Final = 1 << 14
"""Largest number of words of buckets for which a comparison of all words takes no more time than a search."""

_NO_LOOKUPS: Final = np.zeros(0, np.int64)
"""No positions of look-ups."""

_NO_COUNTS: Final = np.zeros((0, 2), np.int64)
"""No counts of look-ups."""

_ONE: Final = np.uint64(1)
"""One, as a number of 64 bits without a sign."""


class Lookups(NamedTuple):
    """Look-ups of a batch of documents.

    - ``words`` ``(q,) uint64``: ``key << 32 | row``. The row is that of the document in the batch.
    - ``lanes`` ``(q,) int64``: the lane of each key.
    """

    words: Hashes
    lanes: Indices


class PostingHits(NamedTuple):
    """Postings that look-ups hit.

    - ``looks`` ``(m,) int64``: the position of the look-up of each posting, rising.
    - ``numbers`` ``(m,) int64``: the number of the document of each posting.
    - ``full`` ``(f,) int64``: positions of look-ups whose key has as many postings as the limit, or more.
    - ``further`` ``(g, 2) int64``: positions of look-ups, and how many more postings their keys have.
    """

    looks: Indices
    numbers: Indices
    full: Indices
    further: Indices = _NO_COUNTS

    def counts(self, size: int) -> Indices:
        """The postings of each of ``size`` look-ups, ``(size,)``."""
        counts = np.bincount(self.looks, minlength=size)
        np.add.at(counts, self.further[:, 0], self.further[:, 1])
        return counts

    def at(self, rows: Indices) -> "PostingHits":
        """The hits of look-ups that have the positions ``rows`` ``(q,)`` among more look-ups."""
        further = pair_up(rows[self.further[:, 0]], self.further[:, 1])
        return PostingHits(rows[self.looks], self.numbers, rows[self.full], further)


def make_lookups(keys: Keys, sampled: Ragged, tags: Sequence[tuple[int, Indices]] = ()) -> Lookups:
    """Return the look-ups of a batch of documents in the order of lanes and keys, which is the order of postings.

    Args:
        keys: ``(n, b)`` the band keys of the documents, and in the last column the keys of their whole texts.
        sampled: 32 bits of each sampled shingle of the ``n`` documents, rows without gaps.
        tags: other lanes, rising and before the lanes of bands, each with its keys ``(t,) int64``. The row of such a
            key is its position. The function does not sort these keys.
    """
    hashes = sample_lane(sampled, np.arange(len(sampled.bounds)))
    hashes.sort()
    hashes = hashes[first_of_equals(hashes)]  # A repeated shingle of a document counts once.
    words, lanes, counts = [hashes], np.array([KEPT, *(lane for lane, _ in tags)]), [hashes.size]
    for _, values in tags:
        words.append((values.view(np.uint64) << KEY_BITS) | np.arange(values.size, dtype=np.uint64))
        counts.append(values.size)
    keyed = keys.T != NO_KEY
    if keyed.any():
        bands = (keys.T.astype(np.uint64) << KEY_BITS) | np.arange(len(keys), dtype=np.uint64)
        bands.sort(axis=1)
        words.append(bands[(bands >> KEY_BITS) != NO_KEY])
        lanes = np.concatenate((lanes, np.arange(BANDS, BANDS + len(keyed))))
        counts += keyed.sum(axis=1).tolist()
    return Lookups(np.concatenate(words), lanes.repeat(counts))


def slots(layout: Layout, lanes: Indices, keys: Indices) -> Indices:
    """Return the ``(q,)`` positions in the directory of the buckets of keys.

    A key above all keys of its lane has the last position of the lane.

    Args:
        layout: the positions of lanes in the table.
        lanes: ``(q,)`` the lane of each key.
        keys: ``(q,) int64`` the keys.
    """
    positions: Indices = layout.slots[lanes] + (keys >> layout.shifts[lanes])
    return np.minimum(positions, layout.slots[lanes + 1] - 1, out=positions)


def spans(table: PostingTable, lanes: Indices, slots: Indices) -> tuple[Indices, Indices]:
    """Return where buckets begin and end in the words, both ``(q,)``.

    A bucket never leaves its lane and never ends before it begins, even if the directory is damaged. The bucket at the
    end of a lane is empty.

    Args:
        table: the table.
        lanes: ``(q,)`` the lane of each bucket.
        slots: ``(q,)`` the position of each bucket in the directory.
    """
    starts, ends = table.layout.starts[lanes], table.layout.starts[lanes + 1]
    begins = np.minimum(starts + table.directory[slots], ends)
    last = np.minimum(starts + table.directory.take(slots + 1, mode="clip"), ends)
    return begins, np.maximum(begins, last, out=last)


def find_postings(words: Hashes, begins: Indices, ends: Indices, keys: Indices, most: Indices | int) -> PostingHits:
    """Return the postings of keys, of each key at most ``most`` postings with the lowest numbers.

    If the buckets have few words together, the function compares all words. If they have many words, it searches each
    bucket: a search takes a tenth of the time for many words, and twice the time for few.

    Args:
        words: ``(p,)`` the words of a table.
        begins: ``(q,)`` where the bucket of each key begins.
        ends: ``(q,)`` where the bucket of each key ends.
        keys: ``(q,) int64`` the keys.
        most: ``(q,)`` the largest number of postings of each key, or one number for all keys.
    """
    sizes, most = ends - begins, np.broadcast_to(most, keys.shape)
    if int(sizes.sum()) <= _TOGETHER:
        return _compare_all(words, begins, sizes, keys, most)
    positions = _search_buckets(words, begins, ends, keys.view(np.uint64) << KEY_BITS)
    hit = (positions < ends).nonzero()[0]
    hit = hit[keys_of(words[positions[hit]]) == keys[hit]]
    begins, ends = positions[hit], np.minimum(ends[hit], positions[hit] + most[hit])
    sizes = _search_buckets(words, begins, ends, (keys[hit].view(np.uint64) << KEY_BITS) | NUMBER_MASK) - begins
    numbers = words[ranges(begins, sizes)] & NUMBER_MASK
    return PostingHits(hit.repeat(sizes), numbers.view(np.int64), hit[sizes == most[hit]])


def _compare_all(words: Hashes, begins: Indices, sizes: Indices, keys: Indices, most: Indices) -> PostingHits:
    """Return the postings of `find_postings` by a comparison of all words of the buckets, of ``sizes`` ``(q,)``."""
    looks = np.arange(keys.size).repeat(sizes)
    positions = (begins + sizes - sizes.cumsum()).take(looks)
    positions += np.arange(looks.size)
    words = words.take(positions)
    hit = (keys_of(words) == keys.take(looks)).nonzero()[0]
    looks, numbers = looks[hit], (words[hit] & NUMBER_MASK).view(np.int64)
    if hit.size < most.min(initial=hit.size + 1):
        return PostingHits(looks, numbers, _NO_LOOKUPS)
    counts = np.bincount(looks, minlength=keys.size)
    low = ranges(np.zeros_like(counts), counts) < most[looks]
    return PostingHits(looks[low], numbers[low], (counts >= most).nonzero()[0])


def _search_buckets(words: Hashes, begins: Indices, ends: Indices, least: Hashes) -> Indices:
    """Return ``(q,)``: the position in each bucket of the first word that is not below ``least``, or its end.

    The function searches all buckets at once by steps of powers of two. It takes a step in a bucket if all words before
    the step are too low.
    """
    before = begins - 1
    for bit in reversed(range(int((ends - begins).max(initial=0)).bit_length())):
        last = before + (1 << bit)
        low = words.take(last, mode="clip") < least
        low &= last < ends
        np.copyto(before, last, where=low)
    return before + 1


def limits_of_keys(lanes: Indices, max_bucket: int) -> Indices:
    """Return ``(q,)`` how many postings of a key in each of the ``lanes`` ``(q,)`` are all that is asked for.

    A band key of so many postings is oversized, and a sampled shingle is common.
    """
    return np.where(lanes >= BANDS, min(max_bucket, COMMON), COMMON) + 1


def drop_further(hits: PostingHits, most: Indices) -> PostingHits:
    """Return hits with `REPRESENTATIVES` postings of a key that is oversized, those with the lowest numbers.

    Args:
        hits: the hits of one table.
        most: ``(q,)`` a key with more postings is oversized.
    """
    most = np.maximum(most, REPRESENTATIVES)
    if hits.looks.size <= most.min(initial=hits.looks.size):
        return hits
    counts = np.bincount(hits.looks, minlength=most.size)
    oversized = (counts > most).nonzero()[0]
    if not oversized.size:
        return hits
    remaining = counts.copy()
    remaining[oversized] = REPRESENTATIVES
    listed = ranges(np.zeros_like(counts), counts) < remaining[hits.looks]
    further = pair_up(oversized, counts[oversized] - REPRESENTATIVES)
    return PostingHits(hits.looks[listed], hits.numbers[listed], hits.full, further)


def hits_within(lookups: Lookups, hits: PostingHits, numbers: Indices, max_bucket: int) -> tuple[PostingHits, Indices]:
    """Add to the hits of a batch the postings that its own documents have when they come one after another.

    A document is found by the documents after it.

    Args:
        lookups: the look-ups of the documents, in the order of lanes, keys and rows.
        hits: the postings of all tables.
        numbers: ``(n,)`` the number that each document gets, rising; 0 for a document that gets no postings, which
            neither finds the others nor is found.
        max_bucket: a key of more documents is oversized.

    Returns:
        The hits with the postings of the batch, and the look-ups whose key is oversized by the postings of the batch
        alone. Of such a key only postings of the lowest numbers are among the hits. A look-up is full too if its key
        has more than `COMMON` postings of both kinds.
    """
    rows = (lookups.words & NUMBER_MASK).view(np.int64)
    of_shingles = (lookups.lanes == KEPT) | (lookups.lanes >= BANDS)
    looks = (of_shingles & (numbers[rows] > 0)).nonzero()[0] if of_shingles.any() else _NO_LOOKUPS
    keys, lanes = lookups.words[looks] >> KEY_BITS, lookups.lanes[looks]
    begins = np.ones(looks.size, np.bool_)
    begins[1:] = (keys[1:] != keys[:-1]) | (lanes[1:] != lanes[:-1])
    starts = begins.nonzero()[0]
    rank = ranges(np.zeros_like(starts), np.diff(np.append(starts, looks.size)))
    later = rank.nonzero()[0]
    if not later.size:
        return hits, _NO_LOOKUPS
    is_oversized = rank[later] > max_bucket
    counts = np.where(is_oversized, np.minimum(rank[later], REPRESENTATIVES), rank[later])
    earlier = ranges(later - rank[later], counts)
    totals = hits.counts(lookups.lanes.size)[looks[later]] + rank[later]
    return PostingHits(
        np.concatenate((hits.looks, looks[later].repeat(counts))),
        np.concatenate((hits.numbers, numbers[rows[looks[earlier]]])),
        np.concatenate((hits.full, looks[later][totals > COMMON])),
        hits.further,
    ), looks[later][is_oversized]


def first_numbers(pairs: Pairs, most: int) -> Pairs:
    """Return the pairs of a position and a number with the ``most`` lowest numbers of each position, sorted.

    Args:
        pairs: ``(m, 2)`` distinct pairs.
        most: the pairs of one position, at most.
    """
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    counts = np.bincount(pairs[:, 0])
    return pairs[ranges(np.zeros_like(counts), counts) < most]


def lookup_candidates(
    lookups: Lookups, hits: PostingHits, max_bucket: int, oversized: Indices = _NO_LOOKUPS
) -> npt.NDArray[np.int64]:
    """Return the candidates of new documents: documents that share a band, or `core.sketch.sampling.SHARED` shingles.

    `core.candidates.buckets` and `core.candidates.sampled` have the same bounds. An oversized or full key makes
    candidates only of the `REPRESENTATIVES` with the lowest numbers. A common or full sampled shingle makes none. A new
    document without band keys is long (`core.sketch.lookup_keys`). Its common sampled shingles make candidates of
    representatives too, because the document may be one more copy of a story of a thousand documents. The last lane is
    no band. It holds the keys of whole texts, and long texts have such keys.

    Args:
        lookups: the look-ups of the new documents.
        hits: the postings of all tables, in any order, without documents that are gone.
        max_bucket: a key of more documents is oversized.
        oversized: further look-ups whose key is oversized, as `hits_within` returns them.

    Returns:
        ``(m, 2) int64``: the row of a new document, and the number of its candidate. The pairs are distinct and sorted.
    """
    if not hits.looks.size:
        return np.zeros((0, 2), np.int64)
    codes = (hits.looks << 32) | hits.numbers
    codes.sort()
    codes = codes[first_of_equals(codes)]
    look = codes >> 32
    listed = np.bincount(look, minlength=lookups.lanes.size)
    sizes = hits._replace(looks=look).counts(listed.size)
    limits = np.where(sizes > max_bucket, REPRESENTATIVES, sizes)
    limits[oversized] = limits[hits.full] = REPRESENTATIVES
    common = sizes > COMMON
    common[hits.full] = True
    rows = lookups.words & NUMBER_MASK
    banded = (lookups.lanes >= BANDS) & (lookups.lanes < lookups.lanes.max(initial=BANDS))
    has_bands = np.zeros(int(rows.max()) + 1, np.bool_)
    has_bands[rows[banded]] = True
    limits[common & (lookups.lanes == KEPT) & has_bands[rows]] = 0
    rank = ranges(np.zeros_like(listed), listed)
    inside = rank < limits[look]
    codes, look = codes[inside], look[inside]
    numbers = codes.view(np.uint64) & NUMBER_MASK
    return _pairs_that_share((((rows[look] << KEY_BITS) | numbers) << _ONE) | (lookups.lanes[look] != KEPT))


def _pairs_that_share(words: Hashes) -> npt.NDArray[np.int64]:
    """Return the distinct pairs that share a band, or two keys of any lanes (`core.sketch.sampling.SHARED`).

    ``words`` are ``(row << 32 | document) << 1 | band``, one for each shared key. The function sorts them in place.
    """
    words.sort()
    first = first_of_equals(words >> _ONE)
    single = first & np.concatenate((first[1:], [True]))
    pairs = words[first & ~(single & (words & _ONE == 0))] >> _ONE
    return pair_up((pairs >> KEY_BITS).view(np.int64), (pairs & NUMBER_MASK).view(np.int64))
