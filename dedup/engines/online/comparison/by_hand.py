"""The word of a person on documents of an index and of a batch -> what is compared with a batch, and where it is held.

A batch does not see whole stories. So a story of the index stays in one part where a pair names a document of it: a new
document that is apart from a document joins no document of its story, and one that is the same joins the story.
"""

from collections.abc import Container, Iterable, Sequence

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.sorting import rising
from dedup.core.stories.by_hand.pairs import HandPairs
from dedup.core.stories.by_hand.words import HandWords
from dedup.index.records import Stored
from dedup.index.store import Store


def find_partners(store: Store, ids: Sequence[str], numbers: Indices) -> Pairs:
    """Find the documents that are in one pair with each document of a batch.

    Args:
        store: the index.
        ids: the ids of the batch.
        numbers: ``(d,)`` the number that each document gets, 0 for a document that does not change the index.

    Returns:
        ``(m, 2)`` pairs of a position in the batch and the number of a document in the index, or before it in
        the batch.
    """
    words = store.hand_words
    partners = {row: {*words.same_as(id), *words.apart_from(id)} for row, id in enumerate(ids) if words.names(id)}
    stored = store.numbers(sorted(set().union(*partners.values()))) if partners else {}
    places = {id: row for row, id in enumerate(ids)}
    pairs = []
    for row, others in partners.items():
        pairs += [(row, stored[id]) for id in others if id in stored]
        pairs += [(row, numbers[places[id]]) for id in others if places.get(id, row) < row and numbers[places[id]]]
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def find_same(store: Store, ids: Sequence[str]) -> Pairs:
    """Return ``(m, 2)`` pairs of a position and the number of a document of the index that is one story with it."""
    words = store.hand_words
    same = {row: sorted(words.same_as(id)) for row, id in enumerate(ids) if words.names(id)}
    stored = store.numbers([id for others in same.values() for id in others]) if same else {}
    pairs = [(row, stored[id]) for row, others in same.items() for id in others if id in stored]
    return np.array(pairs, np.int64).reshape(-1, 2)


def named_members(store: Store, stories: Iterable[int]) -> dict[int, list[int]]:
    """Return the documents of each story that pairs name, without stories that have none."""
    members: dict[int, list[int]] = {}
    chosen, words = set(stories), store.hand_words
    if chosen and words:
        numbers = store.numbers(list(words.ids()))
        for number, story in store.stories_of(numbers.values()).items():
            if story in chosen:
                members.setdefault(story, []).append(number)
    return members


def hold_pairs(words: HandWords, ids: Sequence[str], neighbours: Sequence[Stored]) -> HandPairs | None:
    """Return what a person says of compared documents, None for nothing.

    Args:
        words: the word of a person.
        ids: the ids of all compared documents, the neighbours last.
        neighbours: documents of the index.

    Returns:
        The pairs. Two documents of one story are never apart, and all documents of two stories are, if two of them are.
    """
    hand = words.among({id: row for row, id in enumerate(ids)}, len(ids)) if words else None
    if hand is None or not len(hand.apart):
        return hand
    story_of = np.full(len(ids), -1)
    story_of[len(ids) - len(neighbours) :] = [stored.story for stored in neighbours]
    apart = [np.zeros((0, 2), np.int64)]
    for group, other in hand.apart.tolist():
        first, second = (_with_stories(hand.groups, story_of, side) for side in (group, other))
        pairs = pair_up(first.repeat(second.size), np.tile(second, first.size))
        in_story = (story_of[pairs[:, 0]] == story_of[pairs[:, 1]]) & (story_of[pairs[:, 0]] >= 0)
        apart.append(hand.groups[pairs[~in_story]])
    pairs = np.sort(np.concatenate(apart), axis=1)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return hand._replace(apart=pair_codes.decode(rising(pair_codes.encode(*pairs.T))))


def _with_stories(groups: Indices, story_of: Indices, group: int) -> Indices:
    """Return the documents of a group, and of the stories that these are in."""
    in_group = groups == group
    stories = story_of[in_group]
    documents: Indices = (in_group | np.isin(story_of, stories[stories >= 0])).nonzero()[0]
    return documents


def hold_stories(labels: Indices, hand: HandPairs, neighbours: Sequence[Stored], parting: Container[int]) -> Indices:
    """Return the story of each compared document, with new documents in the stories that a person puts them in.

    Args:
        labels: ``(d + n,)`` the story of each document in the comparison, the neighbours last.
        hand: the word of a person.
        neighbours: the documents of the index.
        parting: the stories that may part. A document of such a story goes where its part goes.
    """
    labels, new = labels.copy(), labels.size - len(neighbours)
    story_of = np.array([stored.story for stored in neighbours], np.int64)
    for row in range(new):
        together = (hand.groups[new:] == hand.groups[row]).nonzero()[0]
        story = int(story_of[together[0]]) if together.size else -1
        if together.size and story not in parting:
            labels[row] = np.bincount(labels[new:][story_of == story]).argmax()
    return labels
