"""Postings to the candidates of new documents."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Keys
from dedup.core.arrays.ragged import Ragged, ranges
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.candidates.postings import (
    _KEY,
    _NOBODY,
    _NUMBER,
    _ONE,
    _TOGETHER,
    BANDS,
    KEPT,
    Layout,
    Table,
    _keys,
    sample_lane,
)
from dedup.core.candidates.sampled import COMMON
from dedup.core.sketch.bands import NO_KEY


class Lookups(NamedTuple):
    """What is looked up: ``words`` ``(q,)`` as ``key << 32 | row``, rows being those of a batch of documents, and the
    ``lanes`` ``(q,) int64`` of each."""

    words: Hashes
    lanes: Indices


class PostingHits(NamedTuple):
    """Postings that were looked up: ``make_lookups`` ``(m,) int64``, the place of each look-up, rising; ``numbers`` ``(m,)
    int64`` of documents; ``full`` ``(f,) int64``, the look-ups of keys that have more postings than were asked for."""

    looks: Indices
    numbers: Indices
    full: Indices


def make_lookups(keys: Keys, kept: Ragged, tags: Sequence[tuple[int, Indices]] = ()) -> Lookups:
    """What a batch of documents is looked up by, in the order of lanes and keys: postings are met as they lie.

    ``tags`` are other lanes, rising and before those of bands, each with its keys ``(t,) int64``, whose rows are places
    in them and which come as they are."""
    hashes = sample_lane(kept, np.arange(len(kept.bounds)))
    hashes.sort()
    hashes = hashes[first_of_equals(hashes)]  # one that a document has twice counts once
    parts, lanes = [hashes], [(KEPT, hashes.size)]
    for lane, values in tags:
        parts.append((values.view(np.uint64) << _KEY) | np.arange(values.size, dtype=np.uint64))
        lanes.append((lane, values.size))
    there = keys.T != NO_KEY
    if there.any():
        bands = (keys.T.astype(np.uint64) << _KEY) | np.arange(len(keys), dtype=np.uint64)
        bands.sort(axis=1)
        parts.append(bands[(bands >> _KEY) != NO_KEY])
        lanes += enumerate(there.sum(axis=1).tolist(), BANDS)
    numbers, counts = np.array(lanes).T
    return Lookups(np.concatenate(parts), numbers.repeat(counts))


def slots(where: Layout, lanes: Indices, keys: Indices) -> Indices:
    """``(q,)`` the places in the directory of the bucket of each key, behind all others if no key is so high."""
    found: Indices = where.slots[lanes] + (keys >> where.shifts[lanes])
    return np.minimum(found, where.slots[lanes + 1] - 1, out=found)


def spans(table: Table, lanes: Indices, slots: Indices) -> tuple[Indices, Indices]:
    """``(q,)`` where the buckets at these ``slots`` begin and end in the words; within the lane, and not backward,
    whatever the directory says: a bucket at the end of its lane is empty, though another lane follows."""
    starts, ends = table.layout.starts[lanes], table.layout.starts[lanes + 1]
    begins = np.minimum(starts + table.directory[slots], ends)
    last = np.minimum(starts + table.directory.take(slots + 1, mode="clip"), ends)
    return begins, np.maximum(begins, last, out=last)


def find_postings(words: Hashes, begins: Indices, ends: Indices, keys: Indices, most: int) -> PostingHits:
    """The postings with these ``keys`` ``(q,) int64`` in the buckets from ``begins`` to ``ends`` ``(q,)``; of each key
    the ``most`` of the lowest numbers. Few words are looked at all together; of many, those of a key are searched for:
    at that a look-up takes a tenth of the time if there are many, and twice as long if there are few."""
    sizes = ends - begins
    if int(sizes.sum()) <= _TOGETHER:
        return _among(words, begins, sizes, keys, most)
    places = _lower(words, begins, ends, keys.view(np.uint64) << _KEY)
    hit = np.flatnonzero(places < ends)
    hit = hit[_keys(words[places[hit]]) == keys[hit]]
    begins, ends = places[hit], np.minimum(ends[hit], places[hit] + most)
    sizes = _lower(words, begins, ends, (keys[hit].view(np.uint64) << _KEY) | _NUMBER) - begins
    numbers = words[ranges(begins, sizes)] & _NUMBER
    return PostingHits(np.repeat(hit, sizes), numbers.view(np.int64), hit[sizes == most])


def _among(words: Hashes, begins: Indices, sizes: Indices, keys: Indices, most: int) -> PostingHits:
    """The same: those of all words of the buckets, of ``sizes`` ``(q,)``, that have the key."""
    looks = np.arange(keys.size).repeat(sizes)
    places = (begins + sizes - sizes.cumsum()).take(looks)
    places += np.arange(looks.size)
    words = words.take(places)
    hit = (_keys(words) == keys.take(looks)).nonzero()[0]
    looks, numbers = looks[hit], (words[hit] & _NUMBER).view(np.int64)
    if hit.size < most:
        return PostingHits(looks, numbers, _NOBODY)
    counts = np.bincount(looks, minlength=keys.size)
    low = ranges(np.zeros_like(counts), counts) < most
    return PostingHits(looks[low], numbers[low], np.flatnonzero(counts >= most))


def _lower(words: Hashes, begins: Indices, ends: Indices, least: Hashes) -> Indices:
    """``(q,)`` the places from ``begins`` to ``ends`` of the first word that is not below ``least``, in all buckets at
    once: by steps of powers of two, each taken where the words before it are all too low."""
    before = begins - 1
    for bit in reversed(range(int((ends - begins).max(initial=0)).bit_length())):
        last = before + (1 << bit)
        low = words.take(last, mode="clip") < least
        low &= last < ends
        np.copyto(before, last, where=low)
    return before + 1


def lookup_candidates(asked: Lookups, hits: PostingHits, max_bucket: int) -> npt.NDArray[np.int64]:
    """``(m, 2) int64`` the rows that were looked up with the documents found for them, distinct and sorted: those that
    share a band, or at least `core.sketch.sampling.SHARED` kept shingles.

    ``hits`` are those of all tables together, in any order, without documents that have gone. A key of more than
    ``max_bucket`` documents, or a full one, brings the `REPRESENTATIVES` of the lowest numbers; a kept shingle of more
    than `COMMON`, or a full one, none: the same bounds as in `core.candidates.buckets` and `core.candidates.sampled`. A document that is
    looked up without bands, for it is long (`core.sketch.lookup_keys`), is brought representatives by its kept shingles as well: it
    may be one copy more of a story of a thousand. The last lane is no band: it holds the keys of whole texts, which
    long ones have too.
    """
    codes = (hits.looks << 32) | hits.numbers
    codes.sort()
    codes = codes[first_of_equals(codes)]
    look = codes >> 32
    sizes = np.bincount(look, minlength=asked.lanes.size)
    limits = np.where(sizes > max_bucket, REPRESENTATIVES, sizes)
    limits[hits.full] = REPRESENTATIVES
    common = sizes > COMMON
    common[hits.full] = True
    rows = asked.words & _NUMBER
    banded = (asked.lanes >= BANDS) & (asked.lanes < asked.lanes.max(initial=BANDS))
    limits[common & (asked.lanes == KEPT) & np.isin(rows, rows[banded])] = 0
    rank = ranges(np.zeros_like(sizes), sizes)
    inside = rank < limits[look]
    codes, look = codes[inside], look[inside]
    pairs = (((rows[look] << _KEY) | (codes.view(np.uint64) & _NUMBER)) << _ONE) | (asked.lanes[look] != KEPT)
    return _often(pairs)


def _often(pairs: Hashes) -> npt.NDArray[np.int64]:
    """The pairs, ``(row << 32 | document) << 1 | band``, that share a band, or two of
    anything: `core.sketch.sampling.SHARED`."""
    pairs.sort()
    first = first_of_equals(pairs >> _ONE)
    alone = first & np.append(first[1:], True)
    chosen = pairs[first & ~(alone & (pairs & _ONE == 0))] >> _ONE
    return np.stack(((chosen >> _KEY).view(np.int64), (chosen & _NUMBER).view(np.int64)), axis=1)
