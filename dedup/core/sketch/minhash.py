"""Ragged shingle hashes -> MinHash signatures of k slots.

A round throws every shingle of a document into one of k bins and keeps the least value of each bin (one-permutation
hashing: Li, Owen, Zhang, NIPS 2012). A slot of the signature takes the value of its own bin. If the bin is empty, the
slot borrows from the first full bin of a few other bins (densification: Shrivastava, ICML 2017). If all of these bins
are empty, the slot waits for the next round, as in Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017).
After `ROUNDS` rounds the slot takes the least of all shingles under its own permutation.

The bins of a slot do not depend on the document. The shingle that wins a bin of a union also wins the bin in each set
that has the shingle. So two signatures agree in a slot with a probability equal to the resemblance. Rounds without
borrowing throw all shingles again for one or two slots: at 580 shingles and k = 512 they took three times as long.
Borrowing without rounds takes k * k steps for the shortest documents, and has 1.04 times the variance of k permutations
for sets of 5. Rounds with borrowing have .6 to 1 times this variance.
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
from dedup.core.arrays.sorting import rising
from dedup.core.arrays.workspace import Workspace

EMPTY: Final = 0xFFFFFFFF
"""The value of every slot of a document without shingles."""

BORROWED: Final = (5, 1)
"""Number of other bins from which an empty slot may borrow, in the first round and in each later round.

A larger number in the first round gives 1.04 times the variance of k permutations for 200 shingles and k = 512. A
larger number in later rounds gives 1.4 times the variance for 5 shingles, because a shingle then gets its slots in
clumps.
"""

ROUNDS: Final = 3
"""Number of rounds before a slot takes the least shingle under its own permutation."""

_STRIDES: Final = (5, 13, 29, 37, 45)
"""Factors of `lender`, one a turn.

Each is one above a multiple of four. `lender` adds an odd number, so no slot borrows from itself.
"""

_CHUNK: Final = 1 << 16
"""Shingles that go into their bins at a time. Their intermediate values stay in the second-level cache."""

_SLOTS: Final = 1 << 17
"""Largest number of slots that the code fills at a time."""

_CROSS: Final = 1 << 20
"""Values computed at a time for slots that no round filled."""

Slots = TypeVar("Slots", int, Indices)
"""One slot, or an array of slots."""

_LOW_HALF: Final = 0 if sys.byteorder == "little" else 1
"""Position of the lower half of a 64-bit number, as an array of 32-bit numbers."""

_EMPTY: Final = np.array(EMPTY, np.uint32)
"""`EMPTY` as an operand: numpy takes an array without dimensions faster than a scalar."""


class Waiting:
    """Documents that have empty slots after the first round, with their shingles.

    They wait until a call of `fill` is worth its cost.
    """

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[Indices] = []
        self._shingles: list[Ragged] = []

    def add(self, rows: Indices, shingles: Ragged) -> None:
        """Add documents.

        ``rows`` ``(n,)`` are their rows in the signatures, ``shingles`` ``n`` rows without gaps.
        """
        self.size += shingles.values.size + rows.size
        self._rows.append(rows)
        self._shingles.append(shingles)

    def pop(self) -> tuple[Indices, Ragged]:
        """Return all added documents, and forget them."""
        rows = np.concatenate([np.zeros(0, np.int64), *self._rows])
        lengths = np.concatenate([np.zeros(0, np.int64), *(ragged.lengths for ragged in self._shingles)])
        values = np.concatenate([np.zeros(0, np.uint64), *(ragged.values for ragged in self._shingles)])
        ends = np.cumsum(lengths)
        self.size, self._rows, self._shingles = 0, [], []
        return rows, Ragged(values, np.stack((ends - lengths, ends), axis=1))


def sketch(shingles: Ragged, k: int) -> Signatures:
    """Return ``(n, k)`` signatures of ``n`` rows of shingles. ``k`` is a power of two from 16 on.

    All slots of a document without shingles are `EMPTY`. The shingle hashes must be as well mixed as the hashes of
    `core.sketch.shingles.shingle`.
    """
    signatures = np.empty((len(shingles.bounds), k), np.uint32)
    waiting, workspace = Waiting(), Workspace()
    for first, last in _runs(shingles.bounds, k):
        start(Ragged(shingles.values, shingles.bounds[first:last]), signatures[first:last], first, waiting, workspace)
        if waiting.size > 1 << 18:
            fill(signatures, waiting)
    fill(signatures, waiting)
    return signatures


def _runs(bounds: npt.NDArray[np.int64], k: int) -> Iterator[tuple[int, int]]:
    """Yield runs ``(first, last)`` of rows. A run has a row, about `_CHUNK` shingles, and at most `_SLOTS` slots."""
    first = 0
    while first < len(bounds):
        last = int(np.searchsorted(bounds[:, 1], bounds[first, 0] + _CHUNK, "right"))
        last = max(first + 1, min(last, first + _SLOTS // k))
        yield first, last
        first = last


def start(shingles: Ragged, signatures: Signatures, first: int, waiting: Waiting, workspace: Workspace) -> None:
    """Do the first round for a batch of documents.

    Args:
        shingles: ``n`` rows of shingle hashes, the documents.
        signatures: ``(n, k)`` contiguous. The function writes the slots.
        first: the number of the first document.
        waiting: gets the documents that still have empty slots, numbered from ``first``.
        workspace: scratch memory.
    """
    k = signatures.shape[1]
    if not shingles.values.size:
        signatures.fill(EMPTY)
        return
    bins = _throw_round(shingles, k, 0, workspace)
    signatures[:] = bins.reshape(-1, k)
    empty_cells = _fill_from_bins(signatures.reshape(-1), bins, k, 0)
    if empty_cells.size:
        rows = _rows_of_slots(empty_cells, k)
        rows = rows[shingles.lengths[rows] > 0]
        waiting.add(rows + first, _copy_rows(shingles, rows, 8 * k))


def _throw_round(shingles: Ragged, k: int, number: int, workspace: Workspace) -> Signatures:
    """Return the ``(n * k,)`` bins of round ``number``: the least value that a shingle of a row throws into each bin.

    The bins lie in ``workspace``. The highest bits of a hash choose the bin. The lower half of the hash is the value. A
    later round multiplies the hash first.
    """
    rows = len(shingles.bounds)
    bins = workspace.array("bins", (rows + 1) * k, np.uint32)
    bins.fill(EMPTY)
    edges = shingles.bounds.reshape(-1)
    shift = np.array(65 - k.bit_length(), np.uint64)
    begin = int(edges[0])
    for start in range(begin, int(edges[-1]), _CHUNK) if rows else ():
        values = shingles.values[start : min(start + _CHUNK, int(edges[-1]))]
        if number:
            values = np.multiply(values, _factors("round", ROUNDS)[number], workspace.array("shift", values.size))
        within = edges if edges[-1] - begin <= _CHUNK else np.clip(edges, start, start + values.size)
        key = np.right_shift(values, shift, workspace.array("words", values.size)).view(np.int64)
        key += _bin_starts(k, 1 << rows.bit_length())[: 2 * rows - 1].repeat(within[1:] - within[:-1])
        np.minimum.at(bins, key, values.view(np.uint32)[_LOW_HALF::2])
    return bins[k:]


@functools.cache
def _bin_starts(k: int, rows: int) -> Indices:
    """Return ``(2 * rows,)``: by turns where the bins of a row begin, and 0 for the values behind the row.

    The first ``k`` bins belong to no row. Values between two rows go there, which is cheaper than a filter.
    """
    starts = np.zeros((rows, 2), np.int64)
    starts[:, 0] = np.arange(1, rows + 1) * k
    return starts.reshape(-1)


@functools.cache
def _factors(name: str, count: int) -> Hashes:
    """Return the ``(count,)`` multipliers of all rounds, or of all slots."""
    return np.array([multiplier(f"{name} {number}", 0) for number in range(count)])


def lender(slots: Slots, k: int, number: int, turn: int) -> Slots:
    """Return the bin from which each slot borrows: ``a * slot + b`` modulo ``k``.

    Neighbours borrow from distant bins. With ``slot ^ c`` whole bands of a signature were copies of other bands, and
    the recall of a contract of 99 % was 98 %.

    Args:
        slots: numbers of slots. The numbers run through all documents, ``k`` for each.
        k: the number of slots of a signature.
        number: the number of the round, from 0.
        turn: the number of the attempt within the round, from 0.
    """
    return (slots & -k) | ((slots * _STRIDES[turn] + k // 2 + 2 * (turn + number) + 1) & (k - 1))


def _fill_from_bins(slots: Signatures, bins: Signatures, k: int, number: int) -> Indices:
    """Fill the empty ``slots`` from the ``bins`` of round ``number``. Return the numbers of slots that stay empty."""
    empty_cells: Indices = np.equal(slots, _EMPTY).nonzero()[0]
    if number:
        empty_cells = _copy_bins(slots, bins, empty_cells, empty_cells)
    for turn in range(BORROWED[min(number, 1)]):
        if not empty_cells.size:
            break
        empty_cells = _copy_bins(slots, bins, empty_cells, lender(empty_cells, k, number, turn))
    return empty_cells


def _copy_bins(slots: Signatures, bins: Signatures, cells: Indices, sources: Indices) -> Indices:
    """Copy ``bins[sources]`` to ``slots[cells]``. Return the cells that stay empty."""
    values = bins.take(sources)
    slots[cells] = values
    empty_cells: Indices = cells[values == _EMPTY]
    return empty_cells


def _rows_of_slots(slots: Indices, k: int) -> Indices:
    """Return the distinct rows of rising ``slots``. (``np.unique`` took a third of the time of short documents.)"""
    rows = slots // k
    return rows[np.diff(rows, prepend=-1) > 0]


def _copy_rows(shingles: Ragged, rows: Indices, length: int) -> Ragged:
    """Return a copy of the ``rows`` without gaps. Rows longer than ``length`` lose their repeated values.

    A long row has empty slots only if it repeats most of its values. Later rounds need not throw repeated values.
    """
    if not (shingles.lengths[rows] > length).any():
        return take_rows(shingles, rows)
    copies = [shingles.values[begin:end] for begin, end in shingles.bounds[rows].tolist()]
    copies = [_distinct_values(row) if row.size > length else row for row in copies]
    ends = np.cumsum([row.size for row in copies])
    return Ragged(np.concatenate(copies), np.stack((np.append(0, ends[:-1]), ends), axis=1))


def _distinct_values(values: Hashes) -> Hashes:
    """Return the distinct values. Few values are distinct, so the memory is that of the result and of a chunk."""
    unique = np.zeros(0, np.uint64)
    for begin in range(0, values.size, _CHUNK):
        unique = rising(np.concatenate((unique, values[begin : begin + _CHUNK])))
    return unique


def fill(signatures: Signatures, waiting: Waiting) -> None:
    """Do the later rounds for all waiting documents. ``waiting`` is empty afterwards."""
    rows, shingles = waiting.pop()
    k = signatures.shape[1]
    workspace = Workspace()
    for first, last in _runs(shingles.bounds, k):
        slots = signatures[rows[first:last]]
        _fill_slots(slots, Ragged(shingles.values, shingles.bounds[first:last]), workspace)
        signatures[rows[first:last]] = slots


def _fill_slots(slots: Signatures, shingles: Ragged, workspace: Workspace) -> None:
    """Do the rounds from 1 on for ``(n, k)`` slots. No row of ``shingles`` is empty."""
    k = slots.shape[1]
    rows = np.arange(len(slots))
    for number in range(1, ROUNDS):
        subset = slots[rows].reshape(-1)
        bins = _throw_round(take_rows(shingles, rows), k, number, workspace)
        empty_cells = _fill_from_bins(subset, bins, k, number)
        slots[rows] = subset.reshape(-1, k)
        if not empty_cells.size:
            return
        rows = rows[_rows_of_slots(empty_cells, k)]
    _fill_by_permutations(slots.reshape(-1), shingles, k)


def _fill_by_permutations(slots: Signatures, shingles: Ragged, k: int) -> None:
    """Give each empty slot the least of the shingles of its document under the permutation of the slot."""
    cells = np.flatnonzero(slots == EMPTY)
    lengths = shingles.lengths[cells // k]
    ends = np.cumsum(lengths)
    done = 0
    while done < cells.size:
        upto = max(done + 1, int(np.searchsorted(ends, (ends[done - 1] if done else 0) + _CROSS)))
        batch, counts = cells[done:upto], lengths[done:upto]
        values = shingles.values[ranges(shingles.bounds[batch // k, 0], counts)]
        values *= np.repeat(_factors("slot", k)[batch % k], counts)
        values >>= np.uint64(32)
        slots[batch] = np.minimum.reduceat(values, np.cumsum(counts) - counts)
        done = upto


def estimate(signatures: Signatures, pairs: Pairs) -> Floats:
    """Estimate the resemblance of pairs of documents from their signatures.

    Args:
        signatures: ``(n, k)`` the signatures.
        pairs: ``(m, 2)`` rows of the signatures.

    Returns:
        ``(m,)`` shares of slots that agree, 0 if a document of the pair has no shingles.
    """
    left, right = signatures[pairs[:, 0]], signatures[pairs[:, 1]]
    shingled = (left != EMPTY).any(axis=1) & (right != EMPTY).any(axis=1)
    return np.where(shingled, (left == right).mean(axis=1), 0.0)
