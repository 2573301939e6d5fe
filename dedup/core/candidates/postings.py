"""Postings -> tables in which a key has its documents.

A posting is one word, ``key << 32 | document``. Each lane has the postings of one sort of key. The words of a lane are
sorted. A directory by the high bits of the key has the position of each bucket of words. So all look-ups of a document,
in all lanes, take a dozen calls, and a look-up searches a handful of words that lie side by side
(`core.candidates.lookup`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.ragged import Ragged, chunks
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.sketch.bands import NO_KEY

KEPT: Final = 0
"""The lane of sampled shingles."""

FINGERPRINT: Final = 1
"""The lane of hashes of whole texts."""

NAME: Final = 2
"""The lane of external ids."""

STORY: Final = 3
"""The lane of stories."""

BANDS: Final = 4
"""The lane of the first band. The lanes of the other bands follow."""

KEY_BITS: Final = np.uint64(32)
"""Bits of a word below its key."""

NUMBER_MASK: Final = np.uint64(2**32 - 1)
"""Bits of a word that hold its document."""

_BUCKET: Final = 8
"""A bucket of the directory has this number of words on average, or up to twice as many."""

_CHUNK: Final = 1 << 18
"""Words whose directory is computed at a time, unless a lane alone has more."""


class Layout(NamedTuple):
    """Positions of ``l`` lanes in a table.

    - ``starts`` ``(l + 1,) int64``: where the words of each lane start, and where the last lane ends.
    - ``slots`` ``(l + 1,) int64``: where the directory of each lane starts, and where the last directory ends.
    - ``shifts`` ``(l,) int64``: a key, shifted to the right by this number, is the number of its bucket.
    """

    starts: Indices
    slots: Indices
    shifts: Indices


class PostingTable(NamedTuple):
    """Postings in which keys are looked up.

    - ``words`` ``(p,) uint64``: the postings, lane after lane, rising and distinct within a lane.
    - ``directory`` ``(s,) uint32``: where each bucket of a lane begins, counted from the start of the lane, and at last
      where the lane ends.
    - ``layout``: the positions of the lanes.
    """

    words: Hashes
    directory: npt.NDArray[np.uint32]
    layout: Layout


def band_lane(keys: npt.NDArray[np.uint32], numbers: Indices) -> Hashes:
    """Return the words of one band, in the order of the input. A document with `NO_KEY` has no word.

    ``keys`` ``(n,) uint32`` are the keys of documents in this band, ``numbers`` ``(n,)`` the numbers of the documents.
    """
    keyed = keys != NO_KEY
    if not keyed.all():
        keys, numbers = keys[keyed], numbers[keyed]
    return (keys.astype(np.uint64) << KEY_BITS) | numbers.astype(np.uint64)


def sample_lane(sampled: Ragged, numbers: Indices) -> Hashes:
    """Return the words of sampled shingles, in the order of the input.

    ``sampled`` are 32 bits of each sampled shingle, ``n`` rows without gaps. ``numbers`` ``(n,)`` are the numbers of
    the documents.
    """
    words: Hashes = sampled.values.astype(np.uint64)
    words <<= KEY_BITS
    words |= numbers.astype(np.uint64).repeat(sampled.lengths)
    return words


def layout(sizes: Indices, highest: Indices) -> Layout:
    """Return the layout of lanes of ``sizes`` ``(l,)`` words, whose highest keys are ``highest`` ``(l,) int64``."""
    # A shift leaves so many bits of a key that a bucket has `_BUCKET` words. frexp returns the length of a number.
    shifts = np.frexp((highest // np.maximum(1, sizes // _BUCKET)).astype(np.float64))[1].astype(np.int64)
    buckets = (highest >> shifts) + 2
    return Layout(np.append(0, sizes.cumsum()), np.append(0, buckets.cumsum()), shifts)


def merge_tables(tables: Sequence[PostingTable]) -> PostingTable:
    """Merge ``tables`` into one table in memory. A stable sort merges sorted words in half the time of another sort."""
    lanes = max((table.layout.shifts.size for table in tables), default=0)
    words = (_words_of_lane(tables, lane) for lane in range(lanes))
    return make_table(words, sum(table.words.size for table in tables), "stable")


def make_table(lanes: Iterable[Sequence[Hashes]], size: int, kind: Literal["stable"] | None = None) -> PostingTable:
    """Make a table of lanes. At any time the memory has at most one lane twice.

    Args:
        lanes: the words of each lane, in a few arrays. The words may be in any order and may repeat.
        size: the number of words of all lanes at most.
        kind: the kind of the sort of a lane, as for ``numpy.sort``.
    """
    words, ends = np.empty(size, np.uint64), [0]
    for arrays in lanes:
        lane_words = words[ends[-1] : ends[-1] + sum(array.size for array in arrays)]
        if lane_words.size:
            np.concatenate(arrays, out=lane_words)
            lane_words.sort(kind=kind)
        ends.append(ends[-1] + lane_words.size)
    words, starts = words[: ends[-1]], np.array(ends)
    keep = first_of_equals(words)
    keep[starts[:-1][starts[:-1] < words.size]] = True  # The word before is of another lane.
    if not keep.all():
        starts = np.append(0, keep.cumsum())[starts]
        words = words[keep]
    sizes = np.diff(starts)
    highest = np.zeros(sizes.size, np.int64)
    highest[sizes > 0] = keys_of(words[starts[1:][sizes > 0] - 1])
    positions = layout(sizes, highest)
    directories = [np.zeros(0, np.uint32)]
    for first, last in chunks(sizes, _CHUNK, sizes.size):
        chunk = words[positions.starts[first] : positions.starts[last]]
        if last - first > 1:
            directories.append(_directory_of_short_lanes(chunk, positions, first, last))
        else:
            directories.append(_directory_of_lane(chunk, positions, first))
    return PostingTable(words, np.concatenate(directories), positions)


def _directory_of_lane(words: Hashes, positions: Layout, lane: int) -> npt.NDArray[np.uint32]:
    """Return the directory of the lane of these ``words``: where each bucket begins, and where the lane ends."""
    ends = np.full(int(positions.slots[lane + 1] - positions.slots[lane]), words.size, np.uint32)
    edges = np.arange(ends.size - 1, dtype=np.uint64) << np.uint64(32 + int(positions.shifts[lane]))
    ends[:-1] = words.searchsorted(edges)
    return ends


def _directory_of_short_lanes(words: Hashes, positions: Layout, first: int, last: int) -> npt.NDArray[np.uint32]:
    """Return the directories of short lanes from ``first`` to before ``last``, all at once.

    An item is the number of words of its lane before its bucket.
    """
    starts, slots = positions.starts[first : last + 1], positions.slots[first : last + 1]
    sizes, buckets = np.diff(starts), np.diff(slots)
    bucket = keys_of(words) >> positions.shifts[first:last].repeat(sizes)
    bucket += (slots[:-1] - slots[0]).repeat(sizes)
    counts = np.bincount(bucket, minlength=int(buckets.sum()))
    before = counts.cumsum() - counts
    before -= (starts[:-1] - starts[0]).repeat(buckets)
    return before.astype(np.uint32)


def _words_of_lane(tables: Sequence[PostingTable], lane: int) -> list[Hashes]:
    """Return the words of one lane, an array for each table that has the lane."""
    with_lane = [table for table in tables if lane < table.layout.shifts.size]
    return [table.words[table.layout.starts[lane] : table.layout.starts[lane + 1]] for table in with_lane]


def pieces(tables: Sequence[PostingTable], lane: int, most: int) -> Iterator[Hashes]:
    """Yield the words of one lane of all tables in chunks, sorted and distinct.

    Args:
        tables: the tables.
        lane: the number of the lane.
        most: the approximate number of words of a chunk.
    """
    sources = _words_of_lane(tables, lane)
    count = 1 + sum(source.size for source in sources) // most
    highest = max((int(source[-1]) >> 32 for source in sources if source.size), default=0)
    edges = np.array([highest * piece // count + 1 for piece in range(1, count)], np.uint64) << KEY_BITS
    cuts = [[0, *source.searchsorted(edges).tolist(), source.size] for source in sources]
    for piece in range(count):
        chunks_of_sources = [source[cut[piece] : cut[piece + 1]] for source, cut in zip(sources, cuts, strict=True)]
        words = np.concatenate([np.zeros(0, np.uint64), *chunks_of_sources])
        words.sort(kind="stable")
        yield words[first_of_equals(words)]


def keys_of(words: Hashes) -> Indices:
    """Return the ``(p,) int64`` keys of ``words`` ``(p,)``."""
    return (words >> KEY_BITS).view(np.int64)
