"""Pairs of texts -> resemblance and containment of each pair, counted exactly on the shingle sets.

Broder, "On the resemblance and containment of documents", 1997: the resemblance of A and B is
|A ∩ B| / (|A| + |B| - |A ∩ B|). The containment of A in B is |A ∩ B| / |A|; here it is the containment of the smaller
set.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Floats, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, take_rows
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.arrays.workspace import Workspace

_WIDTH: Final = 48
"""Bits of a hash that a set holds."""

_DROPPED: Final = np.uint64(64 - _WIDTH)
"""Bits of a hash that a set drops."""

_SORTED: Final = 1 << 15
"""Hashes sorted at a time."""

_LONG: Final = 200
"""Hashes of a row, on average, from which on the rows are sorted one by one."""

_COUNTED: Final = 1 << 15
"""Elements counted at a time, so that the arrays of a chunk stay in the second-level cache; or as many as a longer
table has, so that its table is not filled again for a few pairs."""

_ROWS: Final = 1 << 15
"""Rows handled at a time at most, so that the number of a row fits beside 48 bits."""

_SPARSE: Final = 3
"""A table has from 2**3 to 2**4 slots for each element, so that about one element in twenty shares its slot."""

_EMPTY: Final = np.uint64(1 << 62)
"""The value of an empty slot."""

_CROWDED: Final = np.uint64(1 << 63)
"""The flag of a slot to which more than one element belongs."""


def distinct_shingles(shingles: Ragged) -> Ragged:
    """Returns each row as a set of the upper 48 bits of its hashes, ``hash >> 16``: sorted, without repeats or gaps.

    48 bits are enough: two documents of 500 shingles falsely share one shingle with a probability of 1e-9. Memory is at
    most the memory of the input and of a chunk.
    """
    values, lengths = [], []
    for first, last in chunks(np.maximum(shingles.lengths, 1), _SORTED, _ROWS):
        chunk = take_rows(shingles, np.arange(first, last))
        hashes = chunk.values >> _DROPPED
        _sort_rows(hashes, chunk.bounds)
        new = first_of_equals(hashes)
        new[chunk.bounds[chunk.lengths > 0, 0]] = True
        positions = new.nonzero()[0]
        bounds = positions.searchsorted(chunk.bounds)
        values.append(hashes.take(positions))
        lengths.append(bounds[:, 1] - bounds[:, 0])
    if not values:
        return Ragged(np.zeros(0, np.uint64), np.zeros((0, 2), np.int64))
    if len(values) == 1:
        return Ragged(values[0], bounds_of(lengths[0]))
    return Ragged(np.concatenate(values), bounds_of(np.concatenate(lengths)))


def _sort_rows(hashes: Hashes, bounds: Pairs) -> None:
    """Sorts each of the rows ``hashes[bounds[i, 0]:bounds[i, 1]]`` of `_WIDTH` bits, in place. There are no gaps."""
    if hashes.size >= _LONG * len(bounds):
        for begin, end in bounds.tolist():
            hashes[begin:end].sort()
        return
    # One sort of (row, hash) sorts every row: numpy sorts 64-bit numbers with vector instructions.
    hashes |= (np.arange(len(bounds), dtype=np.uint64) << np.uint64(_WIDTH)).repeat(bounds[:, 1] - bounds[:, 0])
    hashes.sort()
    hashes &= np.uint64((1 << _WIDTH) - 1)


def similarity(sets: Ragged, pairs: Pairs) -> tuple[Floats, Floats]:
    """``(m,)`` resemblance and ``(m,)`` containment of each pair (Broder 1997), 0.0 where a set is empty.

    ``sets`` are as from `distinct_shingles`. ``pairs`` are ``(m, 2)`` rows of ``sets``, in any order.
    """
    return ratios(count_shared(sets, pairs), sets.lengths[pairs])


def ratios(common: Indices, lengths: Indices) -> tuple[Floats, Floats]:
    """Returns resemblance and containment of pairs whose shared elements are counted already.

    ``common`` ``(m,)`` is the number of shared elements of each pair, ``lengths`` ``(m, 2)`` the sizes of its two sets.
    """
    left, right = lengths.T
    return common / np.maximum(left + right - common, 1), common / np.maximum(np.minimum(left, right), 1)


def count_shared(sets: Ragged, pairs: Pairs) -> Indices:
    """``(m,)`` |A ∩ B| of each pair ``(m, 2)``, exactly. Pairs are in any order, and a pair may be ``(a, a)``.

    ``sets`` are as from `distinct_shingles`. The longer set of a pair lies in a hash table, one table for all pairs of
    the set in a chunk. The elements of the shorter set are looked up there. Time is proportional to the elements of the
    shorter set of each pair and, once a chunk, to the elements of the longer sets. Memory is some words a pair, and at
    most 40 words for each of `_COUNTED` elements and for each element of the longest set.
    (scipy's ``X[a].multiply(X[b])`` walks both sets of each pair.)
    """
    counts = np.zeros(len(pairs), np.int64)
    order = _order_pairs(sets.lengths, pairs)
    # A chunk that begins inside the pairs of one table fills this table again, beyond the cost of the chunk.
    longest = int(sets.lengths.max(initial=0))
    numbers = np.arange(min(max(_COUNTED, longest), int(order.cost.sum())) + longest)
    workspace = Workspace()
    # All tables of a chunk have one size, so that one shift makes a slot of every element.
    edges = np.concatenate((first_of_equals(order.bits).nonzero()[0], [order.bits.size]))
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        counted = max(_COUNTED, int(sets.lengths[order.table[start]]))
        for first, last in chunks(order.cost[start:end], counted, _ROWS):
            chunk = slice(start + first, start + last)
            table, probe, bits = order.table[chunk], order.probe[chunk], int(order.bits[start])
            counts[order.pair[chunk]] = _count_chunk(sets, table, probe, bits, numbers, workspace)
    return counts


class _CountOrder(NamedTuple):
    """Pairs in the order in which they are counted, without pairs that have an empty set; all arrays are ``(m,)``.

    - ``pair``: the position of each pair in the input.
    - ``table``: its longer set, which goes into a table of ``2**bits`` slots.
    - ``probe``: its shorter set, which is looked up in the table.
    - ``cost``: elements that are moved for the pair.
    """

    pair: Indices
    table: Indices
    probe: Indices
    bits: Indices
    cost: Indices


def _order_pairs(lengths: Indices, pairs: Pairs) -> _CountOrder:
    """Orders pairs by the size of their table, then by their table."""
    swap = lengths[pairs[:, 1]] > lengths[pairs[:, 0]]
    table, probe = np.where(swap, pairs[:, ::-1].T, pairs.T)
    bits = np.frexp(lengths[table].astype(np.float64))[1].astype(np.int64) + _SPARSE
    order = np.lexsort((table, bits))
    order = order[lengths[probe[order]] > 0]
    table, probe = table[order], probe[order]
    cost = lengths[probe] + np.where(first_of_equals(table), lengths[table], 0)
    return _CountOrder(order, table, probe, bits[order], cost)


class _SlottedElements(NamedTuple):
    """Elements of several sets, set after set: ``values`` and their ``slots``; both arrays lie in the workspace.

    ``starts`` ``(sets,)`` is the position of the first element of each set.
    """

    values: Hashes
    slots: Indices
    starts: Indices


def _slot_elements(
    sets: Ragged, rows: Indices, tables: Indices, bits: int, numbers: Indices, workspace: Workspace
) -> _SlottedElements:
    """Returns the elements of the sets ``rows``, with their slots in the ``tables``, one table a row.

    ``numbers`` are 0, 1, 2 and so on. To make them again for each chunk takes a tenth of its time.
    """
    bounds = sets.bounds[rows]
    lengths = bounds[:, 1] - bounds[:, 0]
    ends = lengths.cumsum()
    size = int(ends[-1])
    slots, values = workspace.array("element_slots", size, np.int64), workspace.array("values", size)
    np.add((bounds[:, 0] - ends + lengths).repeat(lengths), numbers[:size], out=slots)  # positions first
    sets.values.take(slots, out=values, mode="clip")  # all positions are in range: clip only avoids a copy
    np.right_shift(values, np.uint64(_WIDTH - bits), out=slots.view(np.uint64))
    slots += (tables << bits).repeat(lengths)
    return _SlottedElements(values, slots, ends - lengths)


def _count_chunk(
    sets: Ragged, table: Indices, probe: Indices, bits: int, numbers: Indices, workspace: Workspace
) -> Indices:
    """Counts the elements of each set of ``probe`` that are in the set beside it in ``table``.

    Equal sets of ``table`` are neighbours.
    """
    new = first_of_equals(table)
    which = new.cumsum() - 1
    tables = int(which[-1] + 1)
    slots = workspace.array("slots", tables << bits)
    slots.fill(_EMPTY)
    lost = _fill_slots(slots, _slot_elements(sets, table[new], numbers[:tables], bits, numbers, workspace), bits)
    probed = _slot_elements(sets, probe, which, bits, numbers, workspace)
    differences = slots.take(probed.slots, out=workspace.array("differences", probed.slots.size), mode="clip")
    differences ^= probed.values
    unsure = (differences > _CROWDED).nonzero()[0] if lost.size else numbers[:0]
    differences += differences  # drops the flag
    hits = differences == 0
    hits[unsure] = find(lost, _tag(probed.values[unsure], probed.slots[unsure] >> bits))[1]
    return np.add.reduceat(hits, probed.starts, dtype=np.int64)


def _fill_slots(slots: Hashes, elements: _SlottedElements, bits: int) -> Hashes:
    """Puts elements into their slots. Returns the elements that lost their slot to another element, tagged and sorted.

    Elements of one slot are neighbours, for the sets are sorted. The last of them has the slot, with the flag
    `_CROWDED`.
    """
    slots[elements.slots] = elements.values
    lost = (elements.slots[1:] == elements.slots[:-1]).nonzero()[0]
    slots[elements.slots[lost]] |= _CROWDED
    return _tag(elements.values[lost], elements.slots[lost] >> bits)


def _tag(values: Hashes, rows: Indices) -> Hashes:
    """Returns ``(row << 48) | element``: one number for an element of one row."""
    return values | (rows.view(np.uint64) << np.uint64(_WIDTH))
