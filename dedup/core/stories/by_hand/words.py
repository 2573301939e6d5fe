"""The word of a person on pairs of documents, by ids: what follows from it, and where it contradicts itself."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np

from dedup.comparison_types import HandPair
from dedup.core.arrays.graph import components
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.errors import InputError


class HandWords:
    """The word of a person on any number of pairs of documents.

    Documents that are one story with a third document are one story, also where the third is not there.

    Args:
        pairs: the pairs.

    Raises:
        InputError: pairs contradict each other.
    """

    def __init__(self, pairs: Iterable[HandPair] = ()) -> None:
        self.pairs = tuple(pairs)
        numbers: dict[str, int] = {}
        rows = [tuple(numbers.setdefault(id, len(numbers)) for id in (pair.a, pair.b)) for pair in self.pairs]
        ends = np.array(rows, np.int64).reshape(-1, 2)
        same = np.array([pair.same for pair in self.pairs], np.bool_)
        groups = components(len(numbers), ends[same]).tolist()
        self._group = {id: groups[number] for id, number in numbers.items()}
        self._members: dict[int, list[str]] = {}
        for id, group in self._group.items():
            self._members.setdefault(group, []).append(id)
        self._apart: dict[int, set[int]] = {}
        for pair in self.pairs:
            a, b = self._group[pair.a], self._group[pair.b]
            if pair.same:
                continue
            if a == b:
                raise InputError(self._contradiction(pair))
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def __bool__(self) -> bool:
        """Whether there is any pair."""
        return bool(self.pairs)

    def same_as(self, id: str) -> Iterator[str]:
        """Yield the ids of other documents that are one story with a document."""
        return (other for other in self._members.get(self._group.get(id, -1), ()) if other != id)

    def apart_from(self, id: str) -> Iterator[str]:
        """Yield the ids of the documents that are in another story than a document."""
        groups = self._apart.get(self._group.get(id, -1), ())
        return (other for group in groups for other in self._members[group])

    def ids(self) -> Iterator[str]:
        """Yield the ids of all documents of pairs."""
        return iter(self._group)

    def names(self, id: str) -> bool:
        """Whether a pair has a document."""
        return id in self._group

    def among(self, numbers: Mapping[str, int], count: int) -> HandPairs | None:
        """Return what the pairs say of some documents, None if they say nothing.

        Args:
            numbers: the documents by their ids, counted from 0.
            count: the number of documents.
        """
        present: dict[int, list[int]] = {}
        for id in numbers.keys() & self._group.keys():
            present.setdefault(self._group[id], []).append(numbers[id])
        first = {group: min(documents) for group, documents in present.items()}
        apart = {
            (first[a], first[b]) for a in first for b in self._apart.get(a, ()) if b in first and first[a] < first[b]
        }
        if not apart and all(len(documents) < 2 for documents in present.values()):
            return None
        groups = np.arange(count)
        for group, documents in present.items():
            groups[documents] = first[group]
        return HandPairs(groups, np.array(sorted(apart), np.int64).reshape(-1, 2))

    def _contradiction(self, apart: HandPair) -> str:
        """Return the message on a pair that is apart, and that other pairs make one story."""
        neighbours: dict[str, list[str]] = {}
        for pair in self.pairs:
            if pair.same:
                neighbours.setdefault(pair.a, []).append(pair.b)
                neighbours.setdefault(pair.b, []).append(pair.a)
        came_from, waiting = {apart.a: apart.a}, [apart.a]
        for id in waiting:
            new = [other for other in neighbours.get(id, ()) if other not in came_from]
            came_from |= dict.fromkeys(new, id)
            waiting += new
        way = [apart.b]
        while way[-1] != apart.a:
            way.append(came_from[way[-1]])
        links = ", ".join(f"{a!r} and {b!r}" for a, b in pairwise(reversed(way)))
        return (
            f"pairs contradict each other: {apart.a!r} and {apart.b!r} are not the same, but {links} are; take one of "
            "these pairs out"
        )
