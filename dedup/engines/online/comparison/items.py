"""Items of an index under the headlines of a batch -> what the headlines join, and the stories that may part.

A headline is evidence until one site prints it at two addresses. Then it joins nobody (`core.items.headlines`), and
what it joined before parts. Documents stay together by what else joins them: texts, addresses, and other headlines.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import ranges
from dedup.core.arrays.sorting import rising
from dedup.core.items.headlines import Items, find_recurring
from dedup.engines.online.comparison.batch import ArrivingBatch
from dedup.index.store import Store

_MOST: Final = 256
"""Documents of a story that may part, at most: each is compared with each. A larger story waits for a review."""


class UnderHeadlines(NamedTuple):
    """Items of an index under the headlines of a batch.

    ``items`` and ``recurring`` are pairs ``(m, 2) int64`` of a position in the batch and the number of an item.

    - ``joining``: the keys of the headlines of the batch that are not recurring, rising.
    - ``items``: the items under these headlines.
    - ``recurring``: items of stories that may part: their headline recurs from the document at the position on.
    - ``parting``: the documents of each of these stories, by story.
    """

    joining: Hashes
    items: Pairs
    recurring: Pairs
    parting: dict[int, list[int]]

    def near(self) -> Pairs:
        """All pairs."""
        return np.concatenate((self.items, self.recurring))


def find_items(batch: ArrivingBatch, store: Store, gone: frozenset[int], most: int) -> UnderHeadlines:
    """Finds the items of the index under the headlines of a ``batch``.

    Args:
        batch: the new documents.
        store: the index.
        gone: documents of the index that do not count.
        most: the most items of one headline that joins any.
    """
    if not batch.read.item_headlines.any():
        no_pairs = np.zeros((0, 2), np.int64)
        return UnderHeadlines(np.zeros(0, np.uint64), no_pairs, no_pairs, {})
    new = batch.items()
    old, numbers = _items_under(new.headlines, store, gone, most)
    recurs = find_recurring(_together(new, old), most)
    joining = rising(new.headlines[~recurs[: new.headlines.size] & (new.headlines != 0)])
    order, recurs = new.headlines.argsort(kind="stable"), recurs[new.headlines.size :]
    first, last = (new.headlines[order].searchsorted(old.headlines, side) for side in ("left", "right"))
    counts = last - first
    pairs = pair_up(order[ranges(first, counts)], numbers.repeat(counts))
    begins = recurs & ~find_recurring(old, most) if recurs.any() else recurs
    recurring, parting = _find_parting(pairs[begins.repeat(counts)], store, gone)
    return UnderHeadlines(joining, pairs[~recurs.repeat(counts)], recurring, parting)


def _find_parting(recurring: Pairs, store: Store, gone: frozenset[int]) -> tuple[Pairs, dict[int, list[int]]]:
    """The ``recurring`` items in stories of two documents or more, and the documents of these stories."""
    members: dict[int, list[int]] = {}
    if not len(recurring):
        return recurring, members
    story_of = store.stories_of(recurring[:, 1].tolist())
    for story, number in store.of_stories(sorted(set(story_of.values())), _MOST + 1 + len(gone)):
        if number not in gone:
            members.setdefault(story, []).append(number)
    members = {story: numbers for story, numbers in members.items() if 1 < len(numbers) <= _MOST}
    return recurring[[story_of.get(number) in members for number in recurring[:, 1].tolist()]], members


def joining_headlines(headlines: Hashes, batch: ArrivingBatch, store: Store, gone: frozenset[int], most: int) -> Hashes:
    """Finds which headlines join items, as the index is with a ``batch``.

    Args:
        headlines: the keys of headlines, 0 for none.
        batch: as for `find_items`, like the arguments after it.
        store: the index.
        gone: documents of the index that do not count.
        most: the most items of one headline that joins any.

    Returns:
        The keys of the headlines of these and of the batch that are not recurring, rising.
    """
    items = _together(batch.items(), _items_under(headlines, store, gone, most)[0])
    joining: Hashes = rising(items.headlines[~find_recurring(items, most) & (items.headlines != 0)])
    return joining


def _items_under(headlines: Hashes, store: Store, gone: frozenset[int], most: int) -> tuple[Items, Indices]:
    """The items of the index under ``headlines``, and the numbers of these items."""
    rows = store.items_under(rising(headlines[headlines != 0]), most + 1 + len(gone))
    numbers, keys, sites, urls = np.array([row for row in rows if row.number not in gone], np.uint64).reshape(-1, 4).T
    nothing = np.zeros(numbers.size, np.int64)  # texts and times do not say what recurs
    return Items(keys, sites, urls, nothing, nothing, np.ones(numbers.size, np.bool_)), numbers.astype(np.int64)


def _together(first: Items, second: Items) -> Items:
    """The ``first`` items, then the ``second``."""
    return Items(*(np.concatenate(pair) for pair in zip(first, second, strict=True)))
