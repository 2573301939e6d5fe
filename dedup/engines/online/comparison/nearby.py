"""Documents of an index that are near to the documents of a batch, and the parts of a batch that are decided together.

The decisions on a batch are those of its documents one by one. Documents that have nothing to do with each other are
decided together. A document that is near to a document before it, or to the same story, begins the next part of the
batch, and is decided when the part before it is in the index. Documents of one group are decided together too, for the
later ones find what they would find in the index: copies of one text from one source, and two documents that are near
to each other and to nothing else.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import distinct, first_of_equals, firsts, rising
from dedup.core.candidates.lookup import first_numbers, hits_within, lookup_candidates
from dedup.engines.tasks.results import ReadResult
from dedup.index.records import Hits
from dedup.index.store import Store

_PART: Final = 512
"""Documents of one part, at most: each part asks for the stories of all that is near to its documents."""


class Nearby(NamedTuple):
    """Documents of an index that are near to the documents of a batch.

    ``candidates``, ``same`` and ``versions`` are pairs ``(m, 2) int64`` of a position in the batch and the number of a
    document, by position. Candidates share keys, ``same`` have equal texts. Versions have the same address, or are
    items under one headline. ``groups`` ``(d,) int64`` is the first position of the group of each document.
    """

    candidates: Pairs
    same: Pairs
    versions: Pairs
    groups: Indices

    @property
    def is_empty(self) -> bool:
        """Whether there is no pair, as for most documents that come alone."""
        return not any(map(len, self[:3]))

    def all(self) -> Pairs:
        """All pairs of a document of the batch and a document of the index, by position."""
        return by_position(np.concatenate((self.candidates, self.same, self.versions)))

    def positions(self) -> Indices:
        """The positions that have a pair, rising."""
        positions: Indices = rising(np.concatenate((self.all()[:, 0], self.grouped().reshape(-1))))
        return positions

    def grouped(self) -> Pairs:
        """``(g, 2)`` pairs of positions: the first document of a group, and another one."""
        others = (self.groups != np.arange(self.groups.size)).nonzero()[0]
        return pair_up(self.groups[others], others)

    def with_versions(self, more: Pairs) -> "Nearby":
        """The pairs with ``more`` versions: items under one headline."""
        return self._replace(versions=by_position(np.concatenate((self.versions, more)))) if len(more) else self

    def without(self, gone: Collection[int]) -> "Nearby":
        """The pairs without documents that are ``gone``."""
        if not gone or self.is_empty:
            return self
        candidates, same, versions = (pairs[~np.isin(pairs[:, 1], list(gone))] for pairs in self[:3])
        return self._replace(candidates=candidates, same=same, versions=versions)

    def part(self, first: int, last: int, store: Store) -> "Nearby":
        """The pairs of the positions from ``first`` to before ``last``, counted from ``first``, with documents that
        are in the index."""
        groups = _number_groups(self.groups[first:last])
        if self.is_empty:
            return self._replace(groups=groups)
        parts = (_between(pairs, first, last) - (first, 0) for pairs in self[:3])
        candidates, same, versions = (pairs[store.in_use(pairs[:, 1])] for pairs in parts)
        return Nearby(candidates, same, versions, groups)

    def select(self, positions: Indices) -> "Nearby":
        """The pairs of the batch of the documents at ``positions``, rising."""
        if positions.size == self.groups.size:
            return self
        parts = (pairs[np.isin(pairs[:, 0], positions)] for pairs in self[:3])
        candidates, same, versions = (pair_up(positions.searchsorted(pairs[:, 0]), pairs[:, 1]) for pairs in parts)
        return Nearby(candidates, same, versions, _number_groups(self.groups[positions]))


def _number_groups(groups: Indices) -> Indices:
    """Numbers ``groups`` ``(d,)`` by the first position of each."""
    if groups.size == 1:
        return np.zeros(1, np.int64)
    first, group = firsts(groups), distinct(groups)[1]
    numbered: Indices = first[group]
    return numbered


def by_position(pairs: Pairs) -> Pairs:
    """Sorts ``pairs`` ``(m, 2)`` by the position, the pairs of one position in their order."""
    return pairs[pairs[:, 0].argsort(kind="stable")]


def _between(pairs: Pairs, first: int, last: int) -> Pairs:
    """The pairs, which are sorted by position, of the positions from ``first`` to before ``last``."""
    start, end = pairs[:, 0].searchsorted((first, last))
    between: Pairs = pairs[start:end]
    return between


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
    same, versions = hits.same, store.of_urls(read.urls, most)
    if numbers.size == 1:
        candidates = lookup_candidates(hits.lookups, hits.postings, max_bucket)
    else:
        postings, oversized = hits_within(hits.lookups, hits.postings, numbers, max_bucket)
        candidates = lookup_candidates(hits.lookups, postings, max_bucket, oversized)
        texts = np.where(read.lengths > 0, read.text_numbers + 1, 0).astype(np.uint64)
        same = first_numbers(np.concatenate((same, earlier_equals(texts, numbers, most))), most)
        versions = first_numbers(np.concatenate((versions, earlier_equals(read.urls, numbers, most))), most)
    return Nearby(candidates, same, versions, np.arange(numbers.size))


def with_groups(nearby: Nearby, others: Pairs, texts: Indices, numbers: Indices) -> Nearby:
    """Finds the groups of a batch.

    Copies of one text are a group if the decisions on them have to do with nothing but their candidates. Two documents
    with different texts are a group if they are near to each other and to nothing else.

    Args:
        nearby: what is near to the documents of the batch.
        others: ``(m, 2)`` further pairs of a position and the number of a document with which the decision has to do.
        texts: ``(d,)`` a number of each text of a source, -1 for a document without words.
        numbers: ``(d,)`` the number that each document gets, rising by 1; 0 for a document that does not change the
            index.

    Returns:
        What is near, with the groups.
    """
    groups, positions = np.arange(numbers.size), numbers.nonzero()[0]
    if positions.size < 2:
        return nearby
    all_pairs, first = np.concatenate((nearby.all(), others)), numbers[positions[0]]
    partners = positions[all_pairs[all_pairs[:, 1] >= first, 1] - first]
    count = np.bincount(all_pairs[:, 0], minlength=numbers.size) + np.bincount(partners, minlength=numbers.size)
    later, number = nearby.candidates[nearby.candidates[:, 1] >= first].T
    pairs = pair_up(positions[number - first], later)
    pairs = pairs[(count == 1)[pairs].all(axis=1) & (texts[pairs[:, 0]] != texts[pairs[:, 1]])]
    groups[pairs[:, 1]] = pairs[:, 0]
    is_copy = (texts >= 0) & (numbers > 0)
    is_copy[nearby.versions[:, 0]] = is_copy[others[:, 0]] = False
    copies = is_copy.nonzero()[0]
    first_copy, text = firsts(texts[copies]), distinct(texts[copies])[1]
    is_several = np.bincount(text, minlength=1)[text] > 1
    groups[copies[is_several]] = copies[first_copy[text[is_several]]]
    return nearby._replace(groups=groups)


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


def end_of_part(first: int, nearby: Pairs, groups: Indices, numbers: Indices, room: int, store: Store) -> int:
    """The position after the documents from ``first`` on that are decided together.

    Args:
        first: the first position of the part.
        nearby: ``(m, 2)`` pairs of a position and the number of a document with which the decision has to do, by
            position.
        groups: ``(d,)`` the group of each document.
        numbers: ``(e,)`` the number that each document gets, 0 for none. The part ends with these documents at most.
        room: how many documents may come before the index reviews itself.
        store: the index, with the documents before ``first``.

    Returns:
        The end of the part, above ``first``.
    """
    if numbers.size == 1:
        return 1
    last = min(first + _PART, numbers.size)
    added = first + numbers[first:last].nonzero()[0]
    last = min(last, first + int((numbers[first:last] > 0).cumsum().searchsorted(max(1, room))) + 1)
    nearby = _between(nearby, first, last)
    if added.size:
        in_part = nearby[nearby[:, 1] >= numbers[added[0]]]
        is_near_to_other = groups[in_part[:, 0]] != groups[added[in_part[:, 1] - numbers[added[0]]]]
        last = min(last, int(in_part[is_near_to_other, 0].min(initial=last)))
        nearby = _between(nearby, first, last)
    story_of = store.stories_of(rising(nearby[:, 1]).tolist())
    owners: dict[int, int] = {}
    for position, number in nearby.tolist():
        if number in story_of and owners.setdefault(story_of[number], groups[position]) != groups[position]:
            return int(position)
    return last
