"""Postings in order -> the documents that have a key, and the candidates of a new document among those of an index.

A posting is one word, ``key << 32 | document``. Postings lie in lanes, each of a sort of key; the words of a lane are
in order, and a directory by the high bits of the key says where to look. So all look-ups of a document, in all lanes,
are a dozen calls; nothing is searched but a handful of words that lie side by side.
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

_ONE: Final = np.uint64(1)

_LAID: Final = 1 << 18
"""Words whose directory is made at a time, or those of one lane."""

_TOGETHER: Final = 1 << 14
"""Words of buckets that are all looked at, up to which that takes no more time than a search."""

_NOBODY: Final = np.zeros(0, np.int64)


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


def band_lane(keys: npt.NDArray[np.uint32], numbers: Indices) -> Hashes:
    """The words of one band, of the documents that have a key ``(n,) uint32`` in it, in any order."""
    there = keys != NO_KEY
    if not there.all():
        keys, numbers = keys[there], numbers[there]
    return (keys.astype(np.uint64) << _KEY) | numbers.astype(np.uint64)


def sample_lane(kept: Ragged, numbers: Indices) -> Hashes:
    """The words of kept shingles, of rows without gaps, in any order."""
    words: Hashes = kept.values.astype(np.uint64)
    words <<= _KEY
    words |= numbers.astype(np.uint64).repeat(kept.lengths)
    return words


def layout(sizes: Indices, highest: Indices) -> Layout:
    """Where lanes of ``sizes`` ``(l,)`` words lie, the keys of each being ``highest`` ``(l,) int64`` at most."""
    # As many bits are cut off a key as leave one bucket for each `_BUCKET` words: frexp tells the length of a number.
    shifts = np.frexp((highest // np.maximum(1, sizes // _BUCKET)).astype(np.float64))[1].astype(np.int64)
    buckets = (highest >> shifts) + 2
    return Layout(np.append(0, np.cumsum(sizes)), np.append(0, np.cumsum(buckets)), shifts)


def merge_tables(tables: Sequence[Table]) -> Table:
    """One table of all, in memory. What is in order is merged by a stable sort, in half the time of another."""
    lanes = max((table.layout.shifts.size for table in tables), default=0)
    parts = (_of_lane(tables, lane) for lane in range(lanes))
    return make_table(parts, sum(table.words.size for table in tables), "stable")


def make_table(lanes: Iterable[Sequence[Hashes]], size: int, kind: Literal["stable"] | None = None) -> Table:
    """Lanes, ``size`` words in all at most, each in some parts, in any order and not distinct, as a table. They are put
    in order by a sort of that ``kind``. There is never more than one lane twice."""
    words, ends = np.empty(size, np.uint64), [0]
    for parts in lanes:
        some = words[ends[-1] : ends[-1] + sum(part.size for part in parts)]
        if some.size:
            np.concatenate(parts, out=some)
            some.sort(kind=kind)
        ends.append(ends[-1] + some.size)
    words, starts = words[: ends[-1]], np.array(ends)
    kept = first_of_equals(words)
    kept[starts[:-1][starts[:-1] < words.size]] = True  # of another lane
    if not kept.all():
        starts = np.append(0, np.cumsum(kept))[starts]
        words = words[kept]
    sizes = np.diff(starts)
    highest = np.zeros(sizes.size, np.int64)
    highest[sizes > 0] = _keys(words[starts[1:][sizes > 0] - 1])
    where = layout(sizes, highest)
    directory = [np.zeros(0, np.uint32)]
    for first, last in chunks(sizes, _LAID, sizes.size):
        one = words[where.starts[first] : where.starts[last]]
        directory.append(_directories(one, where, first, last) if last - first > 1 else _directory(one, where, first))
    return Table(words, np.concatenate(directory), where)


def _directory(words: Hashes, where: Layout, lane: int) -> npt.NDArray[np.uint32]:
    """The directory of one lane, which has these words: where each bucket begins, and at last its end."""
    ends = np.full(int(where.slots[lane + 1] - where.slots[lane]), words.size, np.uint32)
    edges = np.arange(ends.size - 1, dtype=np.uint64) << np.uint64(32 + int(where.shifts[lane]))
    ends[:-1] = words.searchsorted(edges)
    return ends


def _directories(words: Hashes, where: Layout, first: int, last: int) -> npt.NDArray[np.uint32]:
    """The same of short lanes from ``first`` to before ``last``, all at once: of each bucket, how many of the words of
    its lane lie before it."""
    starts, slots = where.starts[first : last + 1], where.slots[first : last + 1]
    sizes, buckets = np.diff(starts), np.diff(slots)
    bucket = _keys(words) >> where.shifts[first:last].repeat(sizes)
    bucket += (slots[:-1] - slots[0]).repeat(sizes)
    counts = np.bincount(bucket, minlength=int(buckets.sum()))
    before = counts.cumsum() - counts
    before -= (starts[:-1] - starts[0]).repeat(buckets)
    return before.astype(np.uint32)


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
        some = [part[cut[piece] : cut[piece + 1]] for part, cut in zip(parts, cuts, strict=True)]
        words = np.concatenate([np.zeros(0, np.uint64), *some])
        words.sort(kind="stable")
        yield words[first_of_equals(words)]


def _keys(words: Hashes) -> Indices:
    """The keys of words."""
    return (words >> _KEY).view(np.int64)
