"""Postings in order -> the documents that have a key, and the candidates of a new document among those of an index.

A posting is one word, ``key << 32 | document``. Postings lie in lanes, each of a sort of key; the words of a lane are
in order, and a directory by the high bits of the key says where to look. So all look-ups of a document, in all lanes,
are a dozen calls; nothing is searched but a handful of words that lie side by side.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.bands import NO_KEY
from dedup.core.candidates import REPRESENTATIVES
from dedup.core.ordered import first_of_equals
from dedup.core.overlaps import COMMON, SHARED
from dedup.core.ragged import Ragged, ranges
from dedup.types import Hashes, Indices, Keys

__all__ = [
    "BANDS",
    "FINGERPRINT",
    "KEPT",
    "NAME",
    "STORY",
    "Found",
    "Layout",
    "Looks",
    "Table",
    "band_lanes",
    "candidates",
    "directory",
    "found",
    "kept_lane",
    "laid",
    "layout",
    "looks",
    "merged",
    "pieces",
    "slots",
    "spans",
]

KEPT: Final = 0
"""The lane of kept shingles."""

FINGERPRINT: Final = 1
"""The lane of whole texts."""

NAME: Final = 2
"""The lane of external ids."""

STORY: Final = 3
"""The lane of stories."""

BANDS: Final = 4
"""The lane of the first band; the others follow."""

_KEY: Final = np.uint64(32)
"""Bits of a word below its key."""

_NUMBER: Final = np.uint64(2**32 - 1)
"""Bits of a word that are its document."""

_BUCKET: Final = 8
"""Words in a bucket of the directory on average: so many, up to twice as many."""

_FEW: Final = 64
"""Words in a bucket up to which all are looked at; a larger one is searched."""


class Layout(NamedTuple):
    """Where lanes lie: ``starts`` ``(l + 1,) int64`` in the words, ``slots`` ``(l + 1,) int64`` in the directory;
    ``shifts`` ``(l,) int64`` take a key to its bucket."""

    starts: Indices
    slots: Indices
    shifts: Indices


class Table(NamedTuple):
    """Postings that can be looked up: ``words`` ``(p,)``, lane after lane, in each rising and distinct; ``directory``
    ``(s,) uint32``: of each bucket of a lane where it begins, counted from the start of the lane, and at last its end.
    """

    words: Hashes
    directory: npt.NDArray[np.uint32]
    layout: Layout


class Looks(NamedTuple):
    """What is looked up: ``words`` ``(q,)`` as ``key << 32 | row``, rows being those of a batch of documents, and the
    ``lanes`` ``(q,) int64`` of each."""

    words: Hashes
    lanes: Indices


class Found(NamedTuple):
    """Postings that were looked up: ``looks`` ``(m,) int64``, the place of each look-up, rising; ``numbers`` ``(m,)
    int64`` of documents; ``full`` ``(f,) int64``, the look-ups of keys that have more postings than were asked for."""

    looks: Indices
    numbers: Indices
    full: Indices


def band_lanes(keys: Keys, numbers: Indices) -> Iterator[Hashes]:
    """Of each band of ``keys`` ``(n, b)`` the words of the documents that have one, in any order."""
    for column in keys.T:
        there = column != NO_KEY
        yield (column[there].astype(np.uint64) << _KEY) | numbers[there].astype(np.uint64)


def kept_lane(kept: Ragged, numbers: Indices) -> Hashes:
    """The words of kept shingles, of rows without gaps, in any order."""
    words: Hashes = kept.values.astype(np.uint64) << _KEY
    words |= np.repeat(numbers.astype(np.uint64), kept.lengths)
    return words


def looks(keys: Keys, kept: Ragged) -> Looks:
    """What a batch of documents is looked up by, in the order of lanes and keys: postings are met as they lie."""
    rows = np.arange(len(keys))
    lanes = [kept_lane(kept, np.arange(len(kept.bounds))), *band_lanes(keys, rows)]
    for words in lanes:
        words.sort()
    lanes[0] = lanes[0][first_of_equals(lanes[0])]  # a hash that a document has twice counts once
    places = np.array([KEPT, *range(BANDS, BANDS + keys.shape[1])])
    return Looks(np.concatenate(lanes), np.repeat(places, [words.size for words in lanes]))


def layout(sizes: Indices, highest: Indices) -> Layout:
    """Where lanes of ``sizes`` ``(l,)`` words lie, the keys of each being ``highest`` ``(l,) int64`` at most."""
    # As many bits are cut off a key as leave one bucket for each `_BUCKET` words: frexp tells the length of a number.
    shifts = np.frexp((highest // np.maximum(1, sizes // _BUCKET)).astype(np.float64))[1].astype(np.int64)
    buckets = (highest >> shifts) + 2
    return Layout(np.append(0, np.cumsum(sizes)), np.append(0, np.cumsum(buckets)), shifts)


def directory(words: Hashes, count: int, shift: int) -> npt.NDArray[np.uint32]:
    """``(count,)`` where each bucket of one lane begins, and its end."""
    buckets = (words >> np.uint64(32 + shift)).view(np.int64)
    ends = np.zeros(count, np.uint32)
    np.cumsum(np.bincount(buckets, minlength=count - 1), out=ends[1:])
    return ends


def laid(lanes: Sequence[Hashes]) -> Table:
    """Words of lanes, in any order and not distinct, as a table."""
    ordered = []
    for words in lanes:
        words = np.sort(words)
        ordered.append(words[first_of_equals(words)])
    sizes = np.array([words.size for words in ordered], np.int64)
    highest = np.array([int(words[-1]) >> 32 if words.size else 0 for words in ordered], np.int64)
    where = layout(sizes, highest)
    counts = np.diff(where.slots).tolist()
    parts = [directory(*each) for each in zip(ordered, counts, where.shifts.tolist(), strict=True)]
    return Table(
        np.concatenate([np.zeros(0, np.uint64), *ordered]), np.concatenate([np.zeros(0, np.uint32), *parts]), where
    )


def merged(tables: Sequence[Table]) -> Table:
    """One table of all, in memory."""
    lanes = max((table.layout.shifts.size for table in tables), default=0)
    return laid([np.concatenate([np.zeros(0, np.uint64), *_of_lane(tables, lane)]) for lane in range(lanes)])


def _of_lane(tables: Sequence[Table], lane: int) -> list[Hashes]:
    """The words of one lane, of each table that has it."""
    there = [table for table in tables if lane < table.layout.shifts.size]
    return [table.words[table.layout.starts[lane] : table.layout.starts[lane + 1]] for table in there]


def pieces(tables: Sequence[Table], lane: int, most: int) -> Iterator[Hashes]:
    """The words of one lane of all tables together, in order and distinct, about ``most`` at a time."""
    parts = _of_lane(tables, lane)
    count = 1 + sum(part.size for part in parts) // most
    highest = max((int(part[-1]) >> 32 for part in parts if part.size), default=0)
    edges = np.array([highest * piece // count + 1 for piece in range(1, count)], np.uint64) << _KEY
    cuts = [[0, *np.searchsorted(part, edges).tolist(), part.size] for part in parts]
    for piece in range(count):
        words = [part[cut[piece] : cut[piece + 1]] for part, cut in zip(parts, cuts, strict=True)]
        merged = np.concatenate([np.zeros(0, np.uint64), *words])
        merged.sort()
        yield merged[first_of_equals(merged)]


def slots(where: Layout, lanes: Indices, keys: Indices) -> tuple[Indices, Indices]:
    """``(q,)`` the places in the directory of the beginning and of the end of the bucket of each key."""
    last = where.slots[lanes + 1] - 1
    first = np.minimum(where.slots[lanes] + (keys >> where.shifts[lanes]), last)
    return first, np.minimum(first + 1, last)


def spans(table: Table, lanes: Indices, first: Indices, last: Indices) -> tuple[Indices, Indices]:
    """``(q,)`` where the buckets begin and end in the words, from the places that `slots` gives; within the lane, and
    not backward, whatever the directory says."""
    starts, ends = table.layout.starts[lanes], table.layout.starts[lanes + 1]
    begins = np.minimum(starts + table.directory[first], ends)
    return begins, np.maximum(begins, np.minimum(starts + table.directory[last], ends))


def found(words: Hashes, begins: Indices, ends: Indices, keys: Indices, most: int = COMMON + 1) -> Found:
    """The postings with these ``keys`` ``(q,) int64`` in the buckets from ``begins`` to ``ends`` ``(q,)``; of each key
    the ``most`` of the lowest numbers, `_FEW` or more."""
    full: list[int] = []
    large = np.flatnonzero(ends - begins > _FEW)
    if large.size:
        begins, ends = begins.copy(), ends.copy()
    for place in large.tolist():
        bucket, key = words[begins[place] : ends[place]], np.uint64(int(keys[place]) << 32)
        first, last = np.searchsorted(bucket, key), np.searchsorted(bucket, key | _NUMBER, "right")
        if last - first >= most:
            full.append(place)
        begins[place], ends[place] = begins[place] + first, begins[place] + min(last, first + most)
    sizes = ends - begins
    look = np.repeat(np.arange(sizes.size), sizes)
    some = words[ranges(begins, sizes)]
    same = np.flatnonzero((some >> _KEY).view(np.int64) == keys[look])
    return Found(look[same], (some[same] & _NUMBER).view(np.int64), np.array(full, np.int64))


def candidates(asked: Looks, hits: Found, max_bucket: int) -> npt.NDArray[np.int64]:
    """``(m, 2) int64`` the rows that were looked up with the documents found for them, distinct and sorted: those that
    share a band, or at least `SHARED` kept shingles.

    ``hits`` are those of all tables together, in any order, without documents that have gone. A key of more than
    ``max_bucket`` documents, or a full one, brings the `REPRESENTATIVES` of the lowest numbers; a kept shingle of more
    than `COMMON`, or a full one, none: the same bounds as in `core.candidates` and `core.overlaps`.
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
    limits[common & (asked.lanes == KEPT)] = 0
    rank = ranges(np.zeros_like(sizes), sizes)
    inside = rank < limits[look]
    codes, look = codes[inside], look[inside]
    rows = (asked.words[look] & _NUMBER).view(np.int64)
    times = np.where(asked.lanes[look] == KEPT, 1, SHARED)
    return _often((rows << 32) | (codes & int(_NUMBER)), times)


def _often(pairs: Indices, times: Indices) -> npt.NDArray[np.int64]:
    """The pairs whose ``times`` are `SHARED` or more together."""
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    first = np.flatnonzero(first_of_equals(pairs))
    if first.size:
        first = first[np.add.reduceat(times[order], first) >= SHARED]
    return np.stack((pairs[first] >> 32, pairs[first] & int(_NUMBER)), axis=1)
