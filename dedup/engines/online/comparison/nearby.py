"""Documents of an index that are near to the documents of a batch, and the parts of a batch that are decided together.

The decisions on a batch are those of its documents one by one. Documents that have nothing to do with each other are
decided together. A document that is near to a document before it, or to the same story, begins the next part of the
batch, and is decided when the part before it is in the index. Two documents that are near to each other and to nothing
else are twins. They are decided together too: the second one finds what it would find in the index.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import first_of_equals, rising
from dedup.core.candidates.lookup import first_numbers, hits_within, lookup_candidates
from dedup.engines.tasks.results import ReadResult
from dedup.index.records import Hits
from dedup.index.store import Store

_PART: Final = 512
"""Documents of one part, at most: each part asks for the stories of all that is near to its documents."""


NO_TWINS: Final = np.zeros((0, 2), np.int64)
"""No twins."""


class Nearby(NamedTuple):
    """Documents of an index that are near to the documents of a batch.

    ``candidates`` and ``versions`` are pairs ``(m, 2) int64`` of a position in the batch and the number of a document.
    Candidates have equal texts or share keys. Versions have the same address, or are items under one headline.
    ``twins`` ``(t, 2) int64`` are two positions each, the first one first.
    """

    candidates: Pairs
    versions: Pairs
    twins: Pairs

    @property
    def is_empty(self) -> bool:
        """Whether there is no pair, as for most documents that come alone."""
        return not len(self.candidates) and not len(self.versions) and not len(self.twins)

    def all(self) -> Pairs:
        """All pairs of a document of the batch and a document of the index."""
        return np.concatenate((self.candidates, self.versions))

    def without_twins(self) -> Pairs:
        """All pairs but those of twins."""
        pairs = self.all()
        return pairs[~np.isin(pairs[:, 0], self.twins[:, 1])]

    def positions(self) -> Indices:
        """The positions that have a pair, rising."""
        if self.is_empty:
            return np.zeros(0, np.int64)
        positions: Indices = rising(np.concatenate((self.all()[:, 0], self.twins.reshape(-1))))
        return positions

    def with_versions(self, more: Pairs) -> "Nearby":
        """The pairs with ``more`` versions: items under one headline."""
        return self._replace(versions=np.concatenate((self.versions, more))) if len(more) else self

    def without(self, gone: Collection[int]) -> "Nearby":
        """The pairs without documents that are ``gone``."""
        if not gone or self.is_empty:
            return self
        candidates, versions = (pairs[~np.isin(pairs[:, 1], list(gone))] for pairs in self[:2])
        return Nearby(candidates, versions, self.twins)

    def part(self, first: int, last: int, store: Store) -> "Nearby":
        """The pairs of the positions from ``first`` to before ``last``, counted from ``first``, with documents that
        are in the index."""
        if self.is_empty:
            return self
        parts = (pairs[(pairs[:, 0] >= first) & (pairs[:, 0] < last)] - (first, 0) for pairs in self[:2])
        candidates, versions = (pairs[store.in_use(pairs[:, 1])] for pairs in parts)
        twins = self.twins[(self.twins[:, 0] >= first) & (self.twins[:, 1] < last)] - first
        return Nearby(candidates, versions, twins)

    def select(self, positions: Indices) -> "Nearby":
        """The pairs of the batch of the documents at ``positions``, rising."""
        last = max(int(pairs.max(initial=-1)) for pairs in (self.candidates[:, 0], self.versions[:, 0], self.twins))
        if self.is_empty or (last < positions.size and positions[-1] == positions.size - 1):  # all, in their order
            return self
        parts = (pairs[np.isin(pairs[:, 0], positions)] for pairs in self[:2])
        candidates, versions = (pair_up(positions.searchsorted(pairs[:, 0]), pairs[:, 1]) for pairs in parts)
        return Nearby(candidates, versions, positions.searchsorted(self.twins))


def find_nearby(hits: Hits, read: ReadResult, numbers: Indices, max_bucket: int, store: Store) -> Nearby:
    """Finds what is near to each document of a batch when the documents before it are in the index.

    Args:
        hits: the result of the look-up of the batch.
        read: the result of reading the documents.
        numbers: ``(d,)`` the number that each document gets, rising; 0 for a document that does not change the index.
        max_bucket: the most documents of a bucket that is not oversized.
        store: the index.
    """
    most = max_bucket + 1
    candidates, same, versions = hits.candidates, hits.same, store.of_urls(read.urls, most)
    if numbers.size > 1:
        postings, oversized = hits_within(hits.lookups, hits.postings, numbers, max_bucket)
        if postings is not hits.postings:
            candidates = lookup_candidates(hits.lookups, postings, max_bucket, oversized)
        texts = np.where(read.lengths > 0, read.text_numbers + 1, 0).astype(np.uint64)
        same = first_numbers(np.concatenate((same, earlier_equals(texts, numbers, most))), most)
        versions = first_numbers(np.concatenate((versions, earlier_equals(read.urls, numbers, most))), most)
    return Nearby(np.concatenate((candidates, same)), versions, NO_TWINS)


def find_twins(nearby: Nearby, others: Pairs, texts: Indices, numbers: Indices) -> Pairs:
    """Finds the twins of a batch: two documents with different texts that are near to each other and to nothing else.

    Args:
        nearby: what is near to the documents of the batch.
        others: ``(m, 2)`` further pairs of a position and the number of a document with which the decision has to do.
        texts: ``(d,)`` a number of each text.
        numbers: ``(d,)`` the number that each document gets, rising by 1; 0 for a document that does not change the
            index.

    Returns:
        ``(t, 2)`` positions, the first one first.
    """
    positions = numbers.nonzero()[0]
    if positions.size < 2:
        return NO_TWINS
    all_pairs, first = np.concatenate((nearby.all(), others)), numbers[positions[0]]
    partners = positions[all_pairs[all_pairs[:, 1] >= first, 1] - first]
    is_near_once = (
        np.bincount(all_pairs[:, 0], minlength=numbers.size) + np.bincount(partners, minlength=numbers.size) == 1
    )
    later, number = nearby.candidates[nearby.candidates[:, 1] >= first].T
    pairs = pair_up(positions[number - first], later)
    twins: Pairs = pairs[is_near_once[pairs].all(axis=1) & (texts[pairs[:, 0]] != texts[pairs[:, 1]])]
    return twins


def earlier_equals(hashes: Hashes, numbers: Indices, most: int) -> Pairs:
    """Pairs each document with earlier documents of the same hash.

    Args:
        hashes: ``(d,)`` the hash of each document. The hash 0 is of no document.
        numbers: ``(d,)`` the number that each document gets, 0 for none.
        most: the earlier documents of each document, at most: the first ones.

    Returns:
        ``(m, 2)`` pairs of a position and the number of an earlier document.
    """
    positions = ((hashes > 0) & (numbers > 0)).nonzero()[0]
    order = positions[hashes[positions].argsort(kind="stable")]
    starts = first_of_equals(hashes[order]).nonzero()[0]
    rank = ranges(np.zeros_like(starts), np.diff(np.append(starts, order.size)))
    later = rank.nonzero()[0]
    counts = np.minimum(rank[later], most)
    earlier = order[ranges(later - rank[later], counts)]
    return pair_up(order[later].repeat(counts), numbers[earlier])


def end_of_part(first: int, nearby: Pairs, numbers: Indices, room: int, store: Store) -> int:
    """The position after the documents from ``first`` on that are decided together.

    Args:
        first: the first position of the part.
        nearby: ``(m, 2)`` pairs of a position and the number of a document with which the decision has to do.
        numbers: ``(d,)`` the number that each document of the batch gets, 0 for none.
        room: how many documents may come before the index reviews itself.
        store: the index, with the documents before ``first``.

    Returns:
        The end of the part, above ``first``.
    """
    if numbers.size == 1:
        return 1
    last = min(first + _PART, numbers.size)
    added: Flags = numbers[first:last] > 0
    new = numbers[first:last][added]
    last = min(last, first + int(added.cumsum().searchsorted(max(1, room))) + 1)
    nearby = nearby[(nearby[:, 0] >= first) & (nearby[:, 0] < last)]
    if new.size:
        in_part = nearby[nearby[:, 1] >= new[0], 0]
        last = min(last, int(in_part.min(initial=last)))
        nearby = nearby[nearby[:, 0] < last]
    story_of = store.stories_of(rising(nearby[:, 1]).tolist())
    owners: dict[int, int] = {}
    pairs: list[tuple[int, int]] = nearby[nearby[:, 0].argsort(kind="stable")].tolist()
    for position, number in pairs:
        if number in story_of and owners.setdefault(story_of[number], position) != position:
            return position
    return last
