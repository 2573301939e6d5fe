"""The rounds of a signature: which bin a shingle goes to, and from which bins an empty slot borrows.

`core.sketch.minhash` describes the scheme.
"""

import functools
import sys
from typing import Final, TypeVar

import numpy as np

from dedup.array_types import Hashes, Indices, Signatures
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, ranges
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

_CHUNK: Final = 1 << 17
"""Shingles that go into their bins at a time. A half of it takes a twentieth longer."""

_CROSS: Final = 1 << 20
"""Values computed at a time for slots that no round filled."""

Slots = TypeVar("Slots", int, Indices)
"""One slot, or an array of slots."""

LOW_HALF: Final = 0 if sys.byteorder == "little" else 1
"""Position of the lower half of a 64-bit number, as an array of 32-bit numbers."""

_EMPTY: Final = np.array(EMPTY, np.uint32)
"""`EMPTY` as an operand: numpy takes an array without dimensions faster than a scalar."""


def lender(slots: Slots, k: int, number: int, turn: int) -> Slots:
    """Return the bin from which each slot borrows: ``a * slot + b`` modulo ``k``.

    Neighbours borrow from distant bins. With ``slot ^ c`` whole bands of a signature were copies of other bands, and
    the recall of a contract of 99 % was 98 %.

    Args:
        slots: numbers of slots. The numbers run through all documents, ``k`` for each.
        k: the number of slots of a signature.
        number: the number of the round, from 0.
        turn: the number of the attempt within the round, from 0.

    Returns:
        The bin of each slot, of the same document.
    """
    return (slots & -k) | ((slots * _STRIDES[turn] + k // 2 + 2 * (turn + number) + 1) & (k - 1))


@functools.cache
def factors(name: str, count: int) -> Hashes:
    """Return the ``(count,)`` multipliers of all rounds, or of all slots."""
    return np.array([multiplier(f"{name} {number}", 0) for number in range(count)])


def throw(shingles: Ragged, k: int, number: int, workspace: Workspace) -> Signatures:
    """Throw the shingles of rows into their bins.

    The highest bits of a hash choose the bin. The lower half of the hash is the value. A later round multiplies the
    hash first.

    Args:
        shingles: ``n`` rows of shingle hashes.
        k: the number of bins of a row.
        number: the number of the round, from 0.
        workspace: scratch memory. The result lies in it, under the name ``bins``.

    Returns:
        ``(n * k,)`` the least value in each bin, `EMPTY` for a bin without a shingle.
    """
    rows = len(shingles.bounds)
    bins = workspace.array("bins", (rows + 1) * k, np.uint32)
    bins.fill(EMPTY)
    edges = shingles.bounds.reshape(-1)
    begin, end = (int(edges[0]), int(edges[-1])) if rows else (0, 0)
    shift = np.array(65 - k.bit_length(), np.uint64)
    starts = _bin_starts(k, 1 << rows.bit_length())
    for first in range(begin, end, _CHUNK):
        last = min(first + _CHUNK, end)
        low, high = int(edges.searchsorted(first, "right")) - 1, int(edges.searchsorted(last))
        within = edges[low : high + 1].copy()
        within[0], within[-1] = first, last
        values = shingles.values[first:last]
        if number:
            values = np.multiply(values, factors("round", ROUNDS)[number], workspace.array("shift", values.size))
        cells = np.right_shift(values, shift, workspace.array("words", values.size)).view(np.int64)
        cells += starts[low:high].repeat(within[1:] - within[:-1])
        np.minimum.at(bins, cells, values.view(np.uint32)[LOW_HALF::2])
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
def _distances(k: int, number: int) -> tuple[Indices, ...]:
    """Return the ``(k,)`` distances from each slot to the bin from which it borrows, one array for each turn."""
    slots = np.arange(k)
    return tuple(lender(slots, k, number, turn) - slots for turn in range(BORROWED[min(number, 1)]))


def fill_from_bins(slots: Signatures, bins: Signatures, k: int, number: int) -> Indices:
    """Fill empty slots from the bins of a round.

    Args:
        slots: ``(n * k,)``. The function fills those that are `EMPTY`.
        bins: ``(n * k,)`` the bins of round ``number``. In round 0 they equal the ``slots``.
        k: the number of slots of a signature.
        number: the number of the round, from 0.

    Returns:
        The numbers of slots that stay empty.
    """
    cells: Indices = np.equal(slots, _EMPTY).nonzero()[0]
    if number:
        cells = _copy_bins(slots, bins, cells, cells)
    for distances in _distances(k, number):
        if not cells.size:
            break
        sources = cells & (k - 1)
        sources = distances.take(sources, None, sources, "clip")
        sources += cells
        cells = _copy_bins(slots, bins, cells, sources)
    return cells


def _copy_bins(slots: Signatures, bins: Signatures, cells: Indices, sources: Indices) -> Indices:
    """Copy ``bins[sources]`` to ``slots[cells]``. Return the cells that stay empty."""
    values = bins.take(sources)
    slots[cells] = values
    empty_cells: Indices = cells.take((values == _EMPTY).nonzero()[0])
    return empty_cells


def fill_by_permutations(slots: Signatures, cells: Indices, shingles: Ragged, k: int) -> None:
    """Give each empty slot the least of the shingles of its document under the permutation of the slot.

    Args:
        slots: ``(n * k,)``.
        cells: the numbers of the empty slots, rising.
        shingles: ``n`` rows of shingle hashes. No row is empty.
        k: the number of slots of a signature.
    """
    lengths = shingles.lengths[cells // k]
    ends = np.cumsum(lengths)
    done = 0
    while done < cells.size:
        upto = max(done + 1, int(np.searchsorted(ends, (ends[done - 1] if done else 0) + _CROSS)))
        batch, counts = cells[done:upto], lengths[done:upto]
        values = shingles.values[ranges(shingles.bounds[batch // k, 0], counts)]
        values *= np.repeat(factors("slot", k)[batch % k], counts)
        values >>= np.uint64(32)
        slots[batch] = np.minimum.reduceat(values, np.cumsum(counts) - counts)
        done = upto
