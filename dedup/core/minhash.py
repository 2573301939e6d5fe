"""Ragged shingle hashes -> MinHash signatures of k slots.

Round 0 is one-permutation hashing (Li, Owen, Zhang, NIPS 2012): the low bits of a shingle hash choose the slot, the
high half is the value, the least value of a slot stays. Slots that are still empty are filled as in Fast Similarity
Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017): each further round hashes every shingle of the document to a new slot
and value, and a slot keeps what the earliest round brought. A slot that `ROUNDS` rounds leave empty takes the least of
all shingles under a permutation of its own. So every slot is a fair draw from the set, and two signatures agree in a
slot with a probability equal to the resemblance of the sets.
"""

import functools
import sys
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.core.ragged import Ragged, ranges, take
from dedup.core.shingles import multiplier
from dedup.core.workspace import Workspace
from dedup.types import Floats, Hashes, Indices, Pairs, Signatures

__all__ = ["EMPTY", "ROUNDS", "Waiting", "estimate", "fill", "sketch", "start"]

EMPTY: Final = 0xFFFFFFFF
"""The value of every slot of a document without shingles."""

ROUNDS: Final = 16
"""Rounds before a slot takes the least of a permutation of its own."""

_BLOCKS: Final = (range(2, 3), range(3, 7), range(7, ROUNDS))
"""Rounds that are thrown at once: the documents that need many are short."""

_CHUNK: Final = 1 << 15
"""Shingles that go into their slots at a time: what is made of them stays in the second-level cache."""

_CROSS: Final = 1 << 20
"""Values computed at a time for the slots that no round has filled."""

_HIGH_HALF: Final = 1 if sys.byteorder == "little" else 0
_UNFILLED: Final = np.uint64(2**64 - 1)


class Waiting:
    """Documents that have empty slots after two rounds: their rows and their shingles, until `fill` is worth a call."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[Indices] = []
        self._values: list[Hashes] = []
        self._lengths: list[Indices] = []

    def add(self, rows: Indices, shingles: Ragged) -> None:
        """Keep the given shingles, a row each for the documents ``rows``."""
        self.size += shingles.values.size
        self._rows.append(rows)
        self._values.append(shingles.values)
        self._lengths.append(shingles.lengths)

    def pop(self) -> tuple[Indices, Ragged]:
        """All that was added, which is then forgotten."""
        ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *self._lengths]))
        rows = np.concatenate([np.zeros(0, np.int64), *self._rows])
        values = np.concatenate([np.zeros(0, np.uint64), *self._values])
        self.__init__()  # type: ignore[misc]
        return rows, Ragged(values, np.stack((ends[:-1], ends[1:]), axis=1))


def sketch(shingles: Ragged, k: int) -> Signatures:
    """``(n, k)`` signatures, ``k`` a power of two; all slots of a document without shingles are `EMPTY`.

    The shingle hashes must be well mixed in all of their bits, as those of `core.shingles.shingle` are.
    """
    signatures = np.empty((len(shingles.bounds), k), np.uint32)
    waiting, work = Waiting(), Workspace()
    for first, last in _chunks(shingles.bounds):
        begin, end = shingles.bounds[first, 0], shingles.bounds[last - 1, 1]
        part = Ragged(shingles.values[begin:end], shingles.bounds[first:last] - begin)
        start(part, signatures[first:last], first, waiting, work)
    fill(signatures, waiting)
    return signatures


def _chunks(bounds: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(bounds):
        last = max(first + 1, int(np.searchsorted(bounds[:, 1], bounds[first, 0] + _CHUNK, "right")))
        yield first, last
        first = last


def start(shingles: Ragged, signatures: Signatures, first: int, waiting: Waiting, work: Workspace) -> None:
    """Rounds 0 and 1 of a batch of documents, into ``signatures`` ``(n, k)``.

    Documents that still have empty slots go to ``waiting``, numbered from ``first``. Rows of ``shingles`` start at its
    first value and end at its last.
    """
    count, k = signatures.shape
    values = shingles.values
    # Shingles between two rows go to one more row that is thrown away: cheaper than sorting them out.
    owners = np.full(2 * count, count * k)
    owners[::2] = np.arange(count) * k
    owner = np.repeat(owners[:-1], np.diff(shingles.bounds.reshape(-1)))
    slots = np.full((count + 1) * k, EMPTY, np.uint32)
    key = np.bitwise_and(values, np.uint64(k - 1), out=work.array("spare", values.size)).view(np.int64)
    key += owner
    np.minimum.at(slots, key, values.view(np.uint32)[_HIGH_HALF::2])
    slots[count * k :] = 0
    empty = slots == EMPTY
    thrown = np.multiply(values, multiplier("round 1", 0), out=work.array("bytes", values.size))
    key = np.right_shift(thrown, np.uint64(65 - k.bit_length()), out=work.array("spare", values.size)).view(np.int64)
    key += owner
    hits = np.flatnonzero(empty.take(key, mode="clip"))  # all keys are in range: clip only spares a second look
    np.minimum.at(slots, key[hits], _below_slot(thrown[hits], k).astype(np.uint32))
    signatures[:] = slots[: count * k].reshape(count, k)
    rows = np.flatnonzero((signatures == EMPTY).any(axis=1) & (shingles.lengths > 0))
    if rows.size:
        waiting.add(rows + first, _distinct(take(shingles, rows), 8 * k))


def _distinct(shingles: Ragged, length: int) -> Ragged:
    """The same rows, those longer than ``length`` without repeats: such a row fills its slots unless it repeats itself
    a great deal, and then what it repeats need not be thrown again and again."""
    if not (shingles.lengths > length).any():
        return shingles
    rows = [shingles.values[begin:end] for begin, end in shingles.bounds.tolist()]
    rows = [np.unique(row) if row.size > length else row for row in rows]
    ends = np.cumsum([row.size for row in rows])
    return Ragged(np.concatenate(rows), np.stack((np.append(0, ends[:-1]), ends), axis=1))


def fill(signatures: Signatures, waiting: Waiting) -> None:
    """Rounds 2 and later for the documents that wait; none waits afterwards."""
    rows, shingles = waiting.pop()
    k = signatures.shape[1]
    slots = signatures[rows].reshape(-1)
    for rounds in _BLOCKS:
        left = np.flatnonzero((slots == EMPTY).reshape(-1, k).any(axis=1))
        if not left.size:
            break
        _throw(slots, take(shingles, left), left * k, rounds, k)
    _draw(slots, shingles, k)
    signatures[rows] = slots.reshape(-1, k)


def _below_slot(thrown: Hashes, k: int) -> Hashes:
    """The 32 bits below the topmost ones, which choose the slot."""
    return (thrown << np.uint64(k.bit_length() - 1)) >> np.uint64(32)


def _throw(slots: Signatures, shingles: Ragged, bases: Indices, rounds: range, k: int) -> None:
    """Fill empty slots with the least value of the earliest of ``rounds`` that has any for them.

    ``bases`` is the first slot of each row of ``shingles``.
    """
    empty = slots == EMPTY
    thrown = shingles.values * _factors("round", ROUNDS)[rounds.start : rounds.stop, np.newaxis]
    key = (thrown >> np.uint64(65 - k.bit_length())).view(np.int64)
    key += np.repeat(bases, shingles.lengths)
    hits = np.flatnonzero(empty.take(key))
    value = _below_slot(thrown.reshape(-1)[hits], k)
    value |= (hits // shingles.values.size).astype(np.uint64) << np.uint64(32)  # an earlier round comes first
    least = np.full(slots.size, _UNFILLED)
    np.minimum.at(least, key.reshape(-1)[hits], value)
    filled = np.flatnonzero(least != _UNFILLED)
    slots[filled] = least[filled] & np.uint64(EMPTY)


@functools.cache
def _factors(name: str, count: int) -> Hashes:
    return np.array([multiplier(f"{name} {number}", 0) for number in range(count)])


def _draw(slots: Signatures, shingles: Ragged, k: int) -> None:
    """Fill what is left: each empty slot takes the least of the document's shingles under the slot's permutation."""
    cells = np.flatnonzero(slots == EMPTY)
    lengths = shingles.lengths[cells // k]
    factors = _factors("slot", k)
    done = 0
    while done < cells.size:
        upto = done + max(1, int(np.searchsorted(np.cumsum(lengths[done:]), _CROSS)))
        part, count = cells[done:upto], lengths[done:upto]
        drawn = shingles.values[ranges(shingles.bounds[part // k, 0], count)]
        drawn *= np.repeat(factors[part % k], count)
        drawn >>= np.uint64(32)
        slots[part] = np.minimum.reduceat(drawn, np.cumsum(count) - count)
        done = upto


def estimate(signatures: Signatures, pairs: Pairs) -> Floats:
    """The resemblance of pairs of documents as their signatures see it: the share of slots that agree, 0 where a
    document has no shingles."""
    left, right = signatures[pairs[:, 0]], signatures[pairs[:, 1]]
    known = (left != EMPTY).any(axis=1) & (right != EMPTY).any(axis=1)
    return np.where(known, (left == right).mean(axis=1), 0.0)
