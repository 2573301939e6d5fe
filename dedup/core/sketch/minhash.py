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

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Floats, Hashes, Indices, Pairs, Signatures
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import first_of_equals, rising
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch.rounds import EMPTY, ROUNDS, fill_by_permutations, fill_from_bins, throw
from dedup.core.sketch.short_documents import LEAST, SHARE, sketch_short

_CHUNK: Final = 1 << 18
"""Shingles of documents whose slots are filled at a time."""

_SLOTS: Final = 1 << 17
"""Largest number of slots that the code fills at a time."""

_PATIENCE: Final = 1 << 19
"""Shingles of waiting documents from which on their slots are filled."""


class _Waiting:
    """Documents with empty slots, and their shingles. They wait until filling the slots is worth its cost."""

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
        self.size, self._rows, self._shingles = 0, [], []
        return rows, Ragged(values, bounds_of(lengths))


class Sketcher:
    """Makes the signatures of documents that come batch by batch.

    All slots of a document without shingles are `EMPTY`. The shingle hashes must be as well mixed as the hashes of
    `core.sketch.shingles.shingle`.
    """

    def __init__(self, count: int, k: int, workspace: Workspace) -> None:
        """Prepare for documents.

        Args:
            count: the number of documents of all batches.
            k: the number of slots of a signature, a power of two from 16 on.
            workspace: scratch memory.
        """
        self._signatures = np.empty((count, k), np.uint32)
        self._workspace = workspace
        self._added = 0
        self._started, self._short = _Waiting(), _Waiting()

    def add(self, shingles: Ragged) -> None:
        """Add a batch of documents.

        Args:
            shingles: ``n`` rows of shingle hashes, the documents. Their memory may change after the call.
        """
        k, lengths = self._signatures.shape[1], shingles.lengths
        rows = np.arange(self._added, self._added + lengths.size)
        signatures = self._signatures[self._added : self._added + lengths.size]
        self._added += lengths.size
        is_short = lengths <= k // SHARE
        if np.count_nonzero(is_short) < LEAST:
            self._start(rows, shingles, signatures)
            self._fill(_PATIENCE)
            return
        signatures[lengths == 0] = EMPTY
        short, long = (is_short & (lengths > 0)).nonzero()[0], (~is_short).nonzero()[0]
        self._short.add(rows[short], take_rows(shingles, short))
        if long.size:
            slots = np.empty((long.size, k), np.uint32)
            self._start(rows[long], Ragged(shingles.values, shingles.bounds[long]), slots)
            signatures[long] = slots
        self._fill(_PATIENCE)

    def finish(self) -> Signatures:
        """Return the ``(count, k)`` signatures of all documents, in the order in which they were added."""
        self._fill(0)
        return self._signatures

    def _start(self, rows: Indices, shingles: Ragged, slots: Signatures) -> None:
        """Do the first round for documents.

        Args:
            rows: ``(n,)`` the rows of the documents in the signatures.
            shingles: ``n`` rows of shingle hashes.
            slots: ``(n, k)`` contiguous. The function writes the slots.
        """
        k = slots.shape[1]
        bins = throw(shingles, k, 0, self._workspace)
        slots[:] = bins.reshape(-1, k)
        empty_cells = fill_from_bins(slots.reshape(-1), bins, k, 0)
        if empty_cells.size:
            with_empty = _rows_of_slots(empty_cells, k)
            with_empty = with_empty[shingles.lengths[with_empty] > 0]
            self._started.add(rows[with_empty], _copy_rows(shingles, with_empty, 8 * k))

    def _fill(self, patience: int) -> None:
        """Fill the slots of the documents that wait, if they have more shingles than ``patience``."""
        k = self._signatures.shape[1]
        if self._short.size > patience:
            rows, shingles = self._short.pop()
            sketch_short(shingles, rows, self._signatures, self._workspace)
        if self._started.size > patience:
            rows, shingles = self._started.pop()
            for first, last in _runs(shingles.bounds, k):
                slots = self._signatures[rows[first:last]]
                _fill_slots(slots, Ragged(shingles.values, shingles.bounds[first:last]), 1, self._workspace)
                self._signatures[rows[first:last]] = slots


def sketch(shingles: Ragged, k: int) -> Signatures:
    """Sketch documents.

    Args:
        shingles: ``n`` rows of shingle hashes, the documents.
        k: the number of slots of a signature, a power of two from 16 on.

    Returns:
        ``(n, k)`` signatures, as from `Sketcher`.
    """
    sketcher = Sketcher(len(shingles.bounds), k, Workspace())
    for first, last in _runs(shingles.bounds, k):
        sketcher.add(Ragged(shingles.values, shingles.bounds[first:last]))
    return sketcher.finish()


def _runs(bounds: npt.NDArray[np.int64], k: int) -> Iterator[tuple[int, int]]:
    """Yield runs ``(first, last)`` of rows. A run has a row, about `_CHUNK` shingles, and at most `_SLOTS` slots."""
    first = 0
    while first < len(bounds):
        last = int(np.searchsorted(bounds[:, 1], bounds[first, 0] + _CHUNK, "right"))
        last = max(first + 1, min(last, first + _SLOTS // k))
        yield first, last
        first = last


def _rows_of_slots(slots: Indices, k: int) -> Indices:
    """Return the distinct rows of rising ``slots``. (``np.unique`` and a division take several times as long.)"""
    rows = slots >> (k.bit_length() - 1)
    return rows[first_of_equals(rows)]


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


def _fill_slots(slots: Signatures, shingles: Ragged, number: int, workspace: Workspace) -> None:
    """Do the rounds from ``number`` on for ``(n, k)`` contiguous slots. No row of ``shingles`` is empty."""
    k = slots.shape[1]
    bins = throw(shingles, k, number, workspace)
    empty_cells = fill_from_bins(slots.reshape(-1), bins, k, number)
    if not empty_cells.size:
        return
    if number + 1 == ROUNDS:
        fill_by_permutations(slots.reshape(-1), empty_cells, shingles, k)
        return
    rows = _rows_of_slots(empty_cells, k)
    remaining = slots[rows]
    _fill_slots(remaining, take_rows(shingles, rows), number + 1, workspace)
    slots[rows] = remaining


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
