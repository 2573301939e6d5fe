"""Candidate pairs -> resemblance and containment, counted exactly on the shingle sets.

Broder, "On the resemblance and containment of documents", 1997: the resemblance of A and B is
|A ∩ B| / (|A| + |B| - |A ∩ B|), the containment of A in B is |A ∩ B| / |A|; here it is that of the smaller set.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, take_rows
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.arrays.workspace import Workspace

_WIDTH: Final = 48
"""Bits of a hash that a set keeps."""

_REST: Final = np.uint64(64 - _WIDTH)

_SORTED: Final = 1 << 15
"""Hashes sorted at a time."""

_COUNTED: Final = 1 << 15
"""Elements counted at a time: what is made of them stays in the second-level cache."""

_ROWS: Final = 1 << 15
"""Rows handled at a time at most: their numbers fit beside 48 bits."""

_SPARSE: Final = 3
"""A table has from 2**3 to 2**4 slots an element: one element in twenty or so shares its slot."""

_NOBODY: Final = np.uint64(1 << 62)
"""What stands in an empty slot."""

_LOST: Final = np.uint64(1 << 63)
"""Flag beside the element of a slot: more elements belong here."""


def distinct_shingles(shingles: Ragged) -> Ragged:
    """Each row as a set of the upper 48 bits of its hashes, ``hash >> 16``: sorted, without repeats or gaps.

    48 bits are enough: two documents of 500 shingles falsely share one with a probability of 1e-9. Memory is at most
    that of the input beside a chunk's.
    """
    values, lengths = [], []
    for first, last in chunks(np.maximum(shingles.lengths, 1), _SORTED, _ROWS):
        part = take_rows(shingles, np.arange(first, last))
        tagged = part.values >> _REST
        # One sort of (row, hash) sorts every row: numpy sorts 64-bit numbers with vector instructions.
        tagged |= (np.arange(last - first, dtype=np.uint64) << np.uint64(_WIDTH)).repeat(part.lengths)
        tagged.sort()
        tagged = tagged[first_of_equals(tagged)]
        starts = tagged.searchsorted(np.arange(last - first + 1, dtype=np.uint64) << np.uint64(_WIDTH))
        values.append(tagged & np.uint64((1 << _WIDTH) - 1))
        lengths.append(starts[1:] - starts[:-1])
    if not values:
        return Ragged(np.zeros(0, np.uint64), np.zeros((0, 2), np.int64))
    if len(values) == 1:
        return Ragged(values[0], bounds_of(lengths[0]))
    return Ragged(np.concatenate(values), bounds_of(np.concatenate(lengths)))


def similarity(sets: Ragged, pairs: Pairs) -> tuple[Floats, Floats]:
    """``(m,)`` resemblance and ``(m,)`` containment of each pair (Broder 1997), 0.0 where a set is empty.

    ``distinct_shingles`` as from `distinct_shingles`, ``pairs`` ``(m, 2)`` in any order.
    """
    return ratios(count_shared(sets, pairs), sets.lengths[pairs])


def ratios(common: Indices, lengths: Indices) -> tuple[Floats, Floats]:
    """What `similarity` gives, of pairs that have so many elements in ``common`` ``(m,)``, the ``lengths`` ``(m, 2)`` of
    their sets being known."""
    one, other = lengths.T
    return common / np.maximum(one + other - common, 1), common / np.maximum(np.minimum(one, other), 1)


def count_shared(sets: Ragged, pairs: Pairs) -> Indices:
    """``(m,)`` |A ∩ B| of each pair ``(m, 2)``, exactly; ``distinct_shingles`` as from `distinct_shingles`, pairs in any order, even ``a == b``.

    The longer set of a pair lies in a hash table, one for all pairs of the set in a chunk, and the elements of the
    shorter one are looked up there. Time is proportional to the elements of the shorter set of each pair and, once a
    chunk, of the longer ones. Memory is some words a pair, and at most 40 words for each of `_COUNTED` elements and of
    those of the longest set.
    (scipy's ``X[a].multiply(X[b])`` walks both sets of each pair.)
    """
    counts = np.zeros(len(pairs), np.int64)
    order = _order(sets.lengths, pairs)
    # A chunk that begins inside the pairs of one table lays this table down again, beside the work that is its own.
    numbers = np.arange(_COUNTED + int(sets.lengths.max(initial=0)))
    work = Workspace()
    # The tables of a chunk are of one size, so that one shift makes a slot of every element.
    edges = np.flatnonzero(np.diff(order.bits, prepend=-1, append=-1))
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        for first, last in chunks(order.work[start:end], _COUNTED, _ROWS):
            part = slice(start + first, start + last)
            table, probe, bits = order.table[part], order.probe[part], int(order.bits[start])
            counts[order.pair[part]] = _count(sets, table, probe, bits, numbers, work)
    return counts


class _Order(NamedTuple):
    """Pairs in the order in which they are counted, those with an empty set left out; all arrays are ``(m,)``.

    ``pair`` is the place of each in the input, ``table`` its longer set, which goes into a table of ``2**bits`` slots,
    ``probe`` its shorter one, which is looked up there, ``work`` the elements to be moved for it.
    """

    pair: Indices
    table: Indices
    probe: Indices
    bits: Indices
    work: Indices


def _order(lengths: Indices, pairs: Pairs) -> _Order:
    swap = lengths[pairs[:, 1]] > lengths[pairs[:, 0]]
    table, probe = np.where(swap, pairs[:, ::-1].T, pairs.T)
    bits = np.frexp(lengths[table].astype(np.float64))[1].astype(np.int64) + _SPARSE
    order = np.lexsort((table, bits))
    order = order[lengths[probe[order]] > 0]
    table, probe = table[order], probe[order]
    work = lengths[probe] + np.where(first_of_equals(table), lengths[table], 0)
    return _Order(order, table, probe, bits[order], work)


class _Placed(NamedTuple):
    """Elements of some sets, set after set: ``values`` and their slots ``at``; both lie in the workspace."""

    values: Hashes
    at: Indices
    starts: Indices  # (sets,) where each begins


def _place(sets: Ragged, rows: Indices, tables: Indices, bits: int, numbers: Indices, work: Workspace) -> _Placed:
    """The elements of the sets ``rows``, with the slots they have in the table that is named for each row.

    ``numbers`` are 0, 1, 2 and so on: to make them again for each chunk takes a tenth of its time.
    """
    bounds = sets.bounds[rows]
    lengths = bounds[:, 1] - bounds[:, 0]
    ends = np.cumsum(lengths)
    size = int(ends[-1])
    at, values = work.array("at", size, np.int64), work.array("values", size)
    np.add(np.repeat(bounds[:, 0] - ends + lengths, lengths), numbers[:size], out=at)
    np.take(sets.values, at, out=values, mode="clip")  # all are in range: clip only spares a copy
    np.right_shift(values, np.uint64(_WIDTH - bits), out=at.view(np.uint64))
    at += np.repeat(tables << bits, lengths)
    return _Placed(values, at, ends - lengths)


def _count(sets: Ragged, table: Indices, probe: Indices, bits: int, numbers: Indices, work: Workspace) -> Indices:
    """How many elements of each set of ``probe`` are in the set beside it in ``table``, where equals are neighbours."""
    new = first_of_equals(table)
    which = np.cumsum(new) - 1
    tables = int(which[-1] + 1)
    slots = work.array("slots", tables << bits)
    slots.fill(_NOBODY)
    lost = _fill(slots, _place(sets, table[new], numbers[:tables], bits, numbers, work), bits)
    wanted = _place(sets, probe, which, bits, numbers, work)
    found = np.take(slots, wanted.at, out=work.array("found", wanted.at.size), mode="clip")
    found ^= wanted.values
    unsure = np.flatnonzero(found > _LOST) if lost.size else numbers[:0]
    found += found  # drops the flag
    hits = found == 0
    hits[unsure] = find(lost, _tag(wanted.values[unsure], wanted.at[unsure] >> bits))[1]
    return np.add.reduceat(hits, wanted.starts, dtype=np.int64)


def _fill(slots: Hashes, rows: _Placed, bits: int) -> Hashes:
    """Put elements into their slots; the tagged, sorted elements that lost theirs to another one.

    Elements of one slot are neighbours, for the rows are sorted: the last of them has it, with the flag `_LOST`.
    """
    slots[rows.at] = rows.values
    lost = np.flatnonzero(rows.at[1:] == rows.at[:-1])
    slots[rows.at[lost]] |= _LOST
    return _tag(rows.values[lost], rows.at[lost] >> bits)


def _tag(values: Hashes, rows: Indices) -> Hashes:
    """``(row << 48) | element``: one number for an element of one row."""
    return values | (rows.view(np.uint64) << np.uint64(_WIDTH))
