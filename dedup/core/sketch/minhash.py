"""Ragged shingle hashes -> MinHash signatures of k slots.

A round throws every shingle of a document into one of k bins and keeps the least value of each (one-permutation
hashing: Li, Owen, Zhang, NIPS 2012). A slot of the signature takes what its own bin has; if that is empty, the first
that is not of a few others (densification: Shrivastava, ICML 2017); if they are empty too, it asks the next
round, as in Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017); and after `ROUNDS` rounds it takes the
least of all shingles under a permutation of its own.

Where a slot looks does not depend on the document, and what wins a bin of a union wins it in each of the sets that have
it: so two signatures agree in a slot with a probability equal to the resemblance. Rounds alone throw all shingles again
for one or two slots: at 580 shingles and k = 512 they took three times as long. Borrowing alone takes k * k steps for
the shortest documents, and has 1.04 times the variance of k permutations for sets of 5; the two together have .6 to 1.
"""

import functools
import sys
from collections.abc import Iterator
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.array_types import Floats, Hashes, Indices, Pairs, Signatures
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, ranges, take_rows
from dedup.core.arrays.workspace import Workspace

EMPTY: Final = 0xFFFFFFFF
"""The value of every slot of a document without shingles."""

BORROWED: Final = (5, 1)
"""Other bins that an empty slot looks into in the first round, and in a later one.

More in the first round have 1.04 times the variance of k permutations for 200 shingles and k = 512; more in later ones
1.4 times for 5 shingles, which then come by their slots in clumps.
"""

ROUNDS: Final = 3
"""Rounds before a slot takes the least of a permutation of its own."""

_STRIDES: Final = (5, 13, 29, 37, 45)
"""One above a multiple of four, so that with an odd number added no slot borrows from itself."""

_CHUNK: Final = 1 << 16
"""Shingles that go into their bins at a time: what is made of them stays in the second-level cache."""

_SLOTS: Final = 1 << 17
"""Slots filled at a time."""

_CROSS: Final = 1 << 20
"""Values computed at a time for the slots that no round has filled."""

Slots = TypeVar("Slots", int, Indices)

_LOW_HALF: Final = 0 if sys.byteorder == "little" else 1
_EMPTY: Final = np.array(EMPTY, np.uint32)


class Waiting:
    """Documents that have empty slots after the first round, and their shingles, until `fill` is worth a call."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[Indices] = []
        self._shingles: list[Ragged] = []

    def add(self, rows: Indices, shingles: Ragged) -> None:
        """Keep the given shingles, a row each for the documents ``rows``, without gaps."""
        self.size += shingles.values.size + rows.size
        self._rows.append(rows)
        self._shingles.append(shingles)

    def pop(self) -> tuple[Indices, Ragged]:
        """All that was added, which is then forgotten."""
        rows = np.concatenate([np.zeros(0, np.int64), *self._rows])
        lengths = np.concatenate([np.zeros(0, np.int64), *(part.lengths for part in self._shingles)])
        values = np.concatenate([np.zeros(0, np.uint64), *(part.values for part in self._shingles)])
        ends = np.cumsum(lengths)
        self.size, self._rows, self._shingles = 0, [], []
        return rows, Ragged(values, np.stack((ends - lengths, ends), axis=1))


def sketch(shingles: Ragged, k: int) -> Signatures:
    """``(n, k)`` signatures, ``k`` a power of two from 16 on; all slots of a document without shingles are `EMPTY`.

    The shingle hashes must be as well mixed as those of `core.sketch.shingles.shingle` are.
    """
    signatures = np.empty((len(shingles.bounds), k), np.uint32)
    waiting, work = Waiting(), Workspace()
    for first, last in _runs(shingles.bounds, k):
        start(Ragged(shingles.values, shingles.bounds[first:last]), signatures[first:last], first, waiting, work)
        if waiting.size > 1 << 18:
            fill(signatures, waiting)
    fill(signatures, waiting)
    return signatures


def _runs(bounds: npt.NDArray[np.int64], k: int) -> Iterator[tuple[int, int]]:
    """Runs ``(first, last)`` of rows of about `_CHUNK` shingles and at most `_SLOTS` slots, at least one row."""
    first = 0
    while first < len(bounds):
        last = int(np.searchsorted(bounds[:, 1], bounds[first, 0] + _CHUNK, "right"))
        last = max(first + 1, min(last, first + _SLOTS // k))
        yield first, last
        first = last


def start(shingles: Ragged, signatures: Signatures, first: int, waiting: Waiting, work: Workspace) -> None:
    """The first round of a batch of documents, into ``signatures`` ``(n, k)``, rows of one array without gaps.

    Documents that still have empty slots go to ``waiting``, numbered from ``first``.
    """
    k = signatures.shape[1]
    if not shingles.values.size:
        signatures.fill(EMPTY)
        return
    bins = _throw(shingles, k, 0, work)
    signatures[:] = bins.reshape(-1, k)
    left = _settle(signatures.reshape(-1), bins, k, 0)
    if left.size:
        rows = _rows_of(left, k)
        rows = rows[shingles.lengths[rows] > 0]
        waiting.add(rows + first, _kept(shingles, rows, 8 * k))


def _throw(shingles: Ragged, k: int, number: int, work: Workspace) -> Signatures:
    """``(n * k,)`` bins of round ``number``: the least value that any shingle of a row throws into each. In ``work``.

    The highest bits of a hash choose the bin, its lower half is the value; a later round multiplies the hash first.
    """
    rows = len(shingles.bounds)
    bins = work.array("bins", (rows + 1) * k, np.uint32)
    bins.fill(EMPTY)
    edges = shingles.bounds.reshape(-1)
    shift = np.array(65 - k.bit_length(), np.uint64)
    begin = int(edges[0])
    for start in range(begin, int(edges[-1]), _CHUNK) if rows else ():
        values = shingles.values[start : min(start + _CHUNK, int(edges[-1]))]
        if number:
            values = np.multiply(values, _factors("round", ROUNDS)[number], work.array("shift", values.size))
        within = edges if edges[-1] - begin <= _CHUNK else np.clip(edges, start, start + values.size)
        key = np.right_shift(values, shift, work.array("words", values.size)).view(np.int64)
        key += _owners(k, 1 << rows.bit_length())[: 2 * rows - 1].repeat(within[1:] - within[:-1])
        np.minimum.at(bins, key, values.view(np.uint32)[_LOW_HALF::2])
    return bins[k:]


@functools.cache
def _owners(k: int, rows: int) -> Indices:
    """Where the bins of each row begin, after those that belong to none; and by turns with that, 0 for these.

    Shingles between two rows go there: cheaper than sorting them out.
    """
    owners = np.zeros((rows, 2), np.int64)
    owners[:, 0] = np.arange(1, rows + 1) * k
    return owners.reshape(-1)


@functools.cache
def _factors(name: str, count: int) -> Hashes:
    """``(count,)`` multipliers that a round, or a slot, has for its own."""
    return np.array([multiplier(f"{name} {number}", 0) for number in range(count)])


def lender(slots: Slots, k: int, number: int, turn: int) -> Slots:
    """The bin that each slot borrows from in its given ``turn`` of round ``number``: ``a * slot + b`` modulo ``k``.

    ``slots`` are numbered through all documents, ``k`` for each. Neighbours borrow far apart. With ``slot ^ c``, whole
    bands of a signature were copies of other ones, and of pairs at 99 % recall only 98 % became candidates.
    """
    return (slots & -k) | ((slots * _STRIDES[turn] + k // 2 + 2 * (turn + number) + 1) & (k - 1))


def _settle(slots: Signatures, bins: Signatures, k: int, number: int) -> Indices:
    """Fill the empty ``slots`` from the ``bins`` of round ``number``; returns those left empty."""
    left: Indices = np.equal(slots, _EMPTY).nonzero()[0]
    if number:
        left = _copy(slots, bins, left, left)
    for turn in range(BORROWED[min(number, 1)]):
        if not left.size:
            break
        left = _copy(slots, bins, left, lender(left, k, number, turn))
    return left


def _copy(slots: Signatures, bins: Signatures, cells: Indices, sources: Indices) -> Indices:
    """Copy ``bins[sources]`` to ``slots[cells]``; returns the cells that are empty still."""
    found = bins.take(sources)
    slots[cells] = found
    empty: Indices = cells[found == _EMPTY]
    return empty


def _rows_of(slots: Indices, k: int) -> Indices:
    """The rows of ``slots``, which rise, each once. (``np.unique`` took a third of the time of short documents.)"""
    rows = slots // k
    return rows[np.diff(rows, prepend=-1) > 0]


def _kept(shingles: Ragged, rows: Indices, length: int) -> Ragged:
    """The given rows without gaps, those longer than ``length`` without repeats.

    Such a row fills its slots unless it repeats itself a great deal, and then that need not be thrown again and again.
    """
    if not (shingles.lengths[rows] > length).any():
        return take_rows(shingles, rows)
    parts = [shingles.values[begin:end] for begin, end in shingles.bounds[rows].tolist()]
    parts = [_unique(part) if part.size > length else part for part in parts]
    ends = np.cumsum([part.size for part in parts])
    return Ragged(np.concatenate(parts), np.stack((np.append(0, ends[:-1]), ends), axis=1))


def _unique(values: Hashes) -> Hashes:
    """The distinct values, of which there are few, in the memory that those take."""
    found = np.zeros(0, np.uint64)
    for begin in range(0, values.size, _CHUNK):
        found = np.unique(np.concatenate((found, values[begin : begin + _CHUNK])))
    return found


def fill(signatures: Signatures, waiting: Waiting) -> None:
    """The later rounds for the documents that wait; none waits afterwards."""
    rows, shingles = waiting.pop()
    k = signatures.shape[1]
    work = Workspace()
    for first, last in _runs(shingles.bounds, k):
        slots = signatures[rows[first:last]]
        _fill(slots, Ragged(shingles.values, shingles.bounds[first:last]), work)
        signatures[rows[first:last]] = slots


def _fill(slots: Signatures, shingles: Ragged, work: Workspace) -> None:
    """Rounds 1 and later for ``(n, k)`` slots; every row of ``shingles`` has some."""
    k = slots.shape[1]
    rows = np.arange(len(slots))
    for number in range(1, ROUNDS):
        part = take_rows(shingles, rows)
        some = slots[rows].reshape(-1)
        left = _settle(some, _throw(part, k, number, work), k, number)
        slots[rows] = some.reshape(-1, k)
        if not left.size:
            return
        rows = rows[_rows_of(left, k)]
    _draw(slots.reshape(-1), shingles, k)


def _draw(slots: Signatures, shingles: Ragged, k: int) -> None:
    """Fill what is left: each empty slot takes the least of the document's shingles under the slot's permutation."""
    cells = np.flatnonzero(slots == EMPTY)
    lengths = shingles.lengths[cells // k]
    ends = np.cumsum(lengths)
    done = 0
    while done < cells.size:
        upto = max(done + 1, int(np.searchsorted(ends, (ends[done - 1] if done else 0) + _CROSS)))
        part, count = cells[done:upto], lengths[done:upto]
        drawn = shingles.values[ranges(shingles.bounds[part // k, 0], count)]
        drawn *= np.repeat(_factors("slot", k)[part % k], count)
        drawn >>= np.uint64(32)
        slots[part] = np.minimum.reduceat(drawn, np.cumsum(count) - count)
        done = upto


def estimate(signatures: Signatures, pairs: Pairs) -> Floats:
    """The resemblance of pairs of documents as their signatures see it.

    It is the share of slots that agree, 0 where a document has no shingles.
    """
    left, right = signatures[pairs[:, 0]], signatures[pairs[:, 1]]
    known = (left != EMPTY).any(axis=1) & (right != EMPTY).any(axis=1)
    return np.where(known, (left == right).mean(axis=1), 0.0)
