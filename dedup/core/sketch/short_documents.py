"""Signatures of many short documents, whose slots are mostly empty after a round.

Each slot gets the least of all that it may take: the turn in the upper half of 64 bits, the value in the lower half. So
the first turn wins, and no step looks for empty slots. The values are those of `core.sketch.minhash`.
"""

import functools
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Signatures
from dedup.core.arrays.hashing import _HALF, _word
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.sketch.rounds import BORROWED, LOW_HALF, ROUNDS, factors, lender

SHARE: Final = 4
"""A document of at most ``k / SHARE`` shingles is short: it has so many empty slots that they are not worth a list."""

LEAST: Final = 64
"""Number of short documents from which on they are sketched here. Fewer take less time in lists of slots."""

_VALUES: Final = 1 << 15
"""Shingles whose permutations are computed at a time. They stay in the second-level cache."""

_MOST: Final = 2048
"""Documents whose permutations are computed at a time at most."""

_SLOTS: Final = 1 << 20
"""Slots whose permutations are computed at a time at most."""

_BLOCK: Final = 1 << 16
"""Slots that take shingles of the rounds at a time: half of the second-level cache."""

_LOWER: Final = _word(2**32 - 1)
_TURN: Final = _word(1 << 32)
_LAST_TURN: Final = _word(2**63)
"""The turn of permutations. It is larger than every other turn."""


def sketch_short(shingles: Ragged, rows: Indices, signatures: Signatures, workspace: Workspace) -> None:
    """Write the signatures of short documents.

    Args:
        shingles: ``n`` rows of shingle hashes. No row is empty.
        rows: ``(n,)`` the rows of the documents in ``signatures``.
        signatures: ``(m, k)``.
        workspace: scratch memory.
    """
    order = shingles.lengths.argsort(kind="stable")
    bounds, rows = shingles.bounds[order], rows[order]
    most = max(1, min(_MOST, _SLOTS // signatures.shape[1]))
    for first, last in _runs(bounds[:, 1] - bounds[:, 0], most):
        matrix = _pad(Ragged(shingles.values, bounds[first:last]))
        _sketch_matrix(matrix, rows[first:last], signatures, workspace)


def _runs(lengths: Indices, most: int) -> Iterator[tuple[int, int]]:
    """Yield runs ``(first, last)`` of at most ``most`` documents of rising ``lengths`` ``(n,)``."""
    first = 0
    while first < lengths.size:
        costs = lengths[first : first + most] * np.arange(1, min(most, lengths.size - first) + 1)
        last = first + max(1, int(costs.searchsorted(_VALUES, "right")))
        yield first, last
        first = last


def _pad(shingles: Ragged) -> npt.NDArray[np.uint64]:
    """Return ``(longest, n)`` the shingles of each row in a column. The last shingle of a shorter row is repeated."""
    lengths = shingles.lengths
    places = np.minimum(np.arange(lengths.max())[:, None], lengths - 1)
    places += shingles.bounds[:, 0]
    return shingles.values.take(places)


def _sketch_matrix(matrix: npt.NDArray[np.uint64], rows: Indices, signatures: Signatures, workspace: Workspace) -> None:
    """Write signatures to ``rows`` ``(n,)``. The columns of ``matrix`` ``(m, n)`` are the shingles of the documents."""
    k = signatures.shape[1]
    permuted = _permute(matrix, k, workspace)
    step = max(1, _BLOCK // k)
    for first in range(0, rows.size, step):
        part = matrix[:, first : first + step]
        slots = workspace.array("slots", part.shape[1] * k)
        np.right_shift(permuted[:, first : first + step].T, _HALF, slots.reshape(-1, k))
        slots |= _LAST_TURN
        _throw_rounds(part, slots, k)
        signatures[rows[first : first + step]] = slots.view(np.uint32)[LOW_HALF::2].reshape(-1, k)


def _permute(matrix: npt.NDArray[np.uint64], k: int, workspace: Workspace) -> npt.NDArray[np.uint64]:
    """Return ``(k, n)`` the least shingle of each document under the permutation of each slot, in the upper half."""
    count = matrix.shape[1]
    # Rows whose distance is no power of two do not share lines of the cache when they become columns.
    rows = workspace.array("permuted", k * (count + 8 + -count % 16)).reshape(k, -1)[:, :count]
    products = workspace.array("shift", matrix.size).reshape(matrix.shape)
    for row, factor in zip(rows, _slot_factors(k), strict=True):
        np.multiply(matrix, factor, products)
        np.minimum.reduce(products, 0, out=row)
    return rows


@functools.cache
def _slot_factors(k: int) -> tuple[npt.NDArray[np.uint64], ...]:
    """Return the factor of each slot as an operand."""
    return tuple(map(np.array, factors("slot", k)))


def _throw_rounds(matrix: npt.NDArray[np.uint64], slots: Hashes, k: int) -> None:
    """Let the slots ``(n * k,)`` take the least of all that the rounds offer, from ``(m, n)`` shingles."""
    owners = (np.arange(matrix.shape[1]) * k).repeat(len(matrix))
    shingles = matrix.T.reshape(-1)  # Document by document, so that the slots in use stay in cache.
    shift = _word(65 - k.bit_length())
    turn = _word(0)
    for number, takers in enumerate(_takers(k)):
        values = shingles * factors("round", ROUNDS)[number] if number else shingles
        bins = (values >> shift).view(np.int64)
        offers = values & _LOWER
        worthless = (offers == _LOWER).nonzero()[0]  # `EMPTY`
        offers += turn
        offers[worthless] |= _LAST_TURN
        for slots_of_bin in takers:
            cells = slots_of_bin.take(bins, mode="clip")
            cells += owners
            np.minimum.at(slots, cells, offers)
            offers += _TURN
            turn = turn + _TURN


@functools.cache
def _takers(k: int) -> tuple[tuple[Indices, ...], ...]:
    """Return the ``(k,)`` slots that take from each bin: of each round, of each turn."""
    slots = np.arange(k)
    return tuple(
        (slots, *(lender(slots, k, number, turn).argsort() for turn in range(BORROWED[min(number, 1)])))
        for number in range(ROUNDS)
    )
