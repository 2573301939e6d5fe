"""Ids of documents in the order of input -> ids that all differ: the second ``a`` becomes ``a#2``.

`DistinctIds` takes ids as they come. `rename_doubles` takes all ids at once as a column, and gives the same ids. It
compares only ids whose hashes are equal as strings. Most ids occur once, and no string is made of them.
"""

import heapq
import itertools

import numpy as np
import xxhash

from dedup.array_types import Hashes, Indices
from dedup.core.arrays.sorting import first_of_equals
from dedup.strings import StringColumn


class DistinctIds:
    """Puts a number behind each id that an earlier document has, from 2 on: the first number that makes a free id."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}

    def make(self, ids: list[str]) -> list[str]:
        """Return the ids of the next documents, with a number behind each id that is taken. Most ids occur once."""
        fresh = dict.fromkeys(ids, 1)
        if len(fresh) < len(ids) or not self._uses.keys().isdisjoint(fresh):
            return list(map(self._make_distinct, ids))
        self._uses |= fresh
        return ids

    def _make_distinct(self, id: str) -> str:
        """Return the id, with a number behind it if it is taken."""
        free_id = id
        while free_id in self._uses:
            self._uses[id] += 1
            free_id = f"{id}#{self._uses[id]}"
        self._uses[free_id] = 1
        return free_id


def hash_ids(ids: StringColumn) -> Hashes:
    """Return ``(n,) uint64`` a hash of each id, for `rename_doubles`."""
    data, ends = ids.buffer.data, ids.offsets.tolist()
    return np.array([_hash(data[first:last]) for first, last in itertools.pairwise(ends)], np.uint64)


def _hash(id: bytes | memoryview) -> int:
    return xxhash.xxh3_64_intdigest(id)


def rename_doubles(ids: StringColumn, hashes: Hashes) -> dict[int, str]:
    """Find a new id for each document whose id an earlier document has, as `DistinctIds` makes it.

    Args:
        ids: the ids of ``n`` documents, in the order of input.
        hashes: ``(n,)`` their hashes, as from `hash_ids`.

    Returns:
        The new ids by document, in the order of input.
    """
    order = hashes.argsort(kind="stable")
    ordered = hashes[order]
    again = ~first_of_equals(ordered)
    if not again.any():
        return {}
    lookup = _IdLookup(ids, ordered, order)
    doubles = np.sort(order[again | np.append(again[1:], False)])
    first: dict[str, int] = {}
    id_of = dict(zip(doubles.tolist(), ids.decoded(doubles), strict=True))
    waiting = [document for document, id in id_of.items() if first.setdefault(id, document) != document]  # a heap
    new_ids: dict[int, str] = {}
    taken: set[str] = set()
    uses: dict[str, int] = {}
    while waiting:
        document = heapq.heappop(waiting)
        id = id_of.get(document) or ids.decoded(np.array([document]))[0]
        new_id, owner = "", -1
        while owner < document or new_id in taken:
            uses[id] = uses.get(id, 1) + 1
            new_id = f"{id}#{uses[id]}"
            owner = lookup.first(new_id)
        new_ids[document] = new_id
        taken.add(new_id)
        if owner < ids.size:  # a later document has this id, and gets another
            heapq.heappush(waiting, owner)
    return new_ids


class _IdLookup:
    """Finds the first document of an id.

    Args:
        ids: the ids of ``n`` documents.
        hashes: ``(n,)`` their hashes, sorted.
        order: ``(n,)`` the document of each of the sorted hashes; of equal hashes the first document comes first.
    """

    def __init__(self, ids: StringColumn, hashes: Hashes, order: Indices) -> None:
        self._ids, self._hashes, self._order = ids, hashes, order

    def first(self, id: str) -> int:
        """Return the first document of an id, or the number of documents if no document has it."""
        value = np.uint64(_hash(id.encode("utf-8", "surrogatepass")))
        first = last = int(self._hashes.searchsorted(value))
        while last < self._hashes.size and self._hashes[last] == value:
            last += 1
        documents = self._order[first:last]
        owners = [row for row, text in zip(documents.tolist(), self._ids.decoded(documents), strict=True) if text == id]
        return owners[0] if owners else self._ids.size
