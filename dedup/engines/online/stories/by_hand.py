"""The word of a person on two documents of an index -> the pairs of the index, and its stories with the pairs held.

The stories of the two documents are compared as a whole, and decided as `cluster` decides them.
"""

from typing import Final

import numpy as np

from dedup.array_types import Indices
from dedup.comparison_types import HandPair
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.stories.by_hand.words import HandWords
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ArrivingBatch, ComparedBatch, distinct_pairs
from dedup.engines.online.comparison.by_hand import named_members
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.online.comparison.in_memory import InMemoryTexts
from dedup.engines.online.comparison.items import joining_headlines
from dedup.engines.online.comparison.keyed import KeyedDocuments
from dedup.engines.online.learning.sites import Learning
from dedup.engines.online.stories.story_changes import decide_again
from dedup.errors import InputError
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Stored
from dedup.index.store import Store

_COMPARED: Final = 128
"""Documents of a story that are compared for a word, at most: the first ones, the leader, and those that pairs name."""


def give_word(store: Store, judge: ArrivalJudge, learning: Learning, ids: tuple[str, str], same: bool | None) -> None:
    """Keep the word of a person on two documents, or take it back, and change the stories of the two.

    Args:
        store: the index, within a transaction.
        judge: reads documents.
        learning: the sites of the index. They learn from the comparison, and the caller takes that back.
        ids: the ids of the documents.
        same: whether the two are one story; None to take the word back.

    Raises:
        InputError: a document is not there, the word contradicts others, or there is no word to take back.
    """
    words = store.hand_words
    earlier = [pair for pair in words.pairs if {pair.a, pair.b} == {*ids}]
    if same is None:
        if not earlier:
            raise InputError(f"there is no word on {ids[0]!r} and {ids[1]!r} to take back")
    else:
        _check_ids(store, ids)
        if any(pair.same is same for pair in earlier):
            return
    others = [pair for pair in words.pairs if pair not in earlier]
    new_words = HandWords(others if same is None else [*others, HandPair(*ids, same)])
    store.commit(Change(hand=new_words.pairs))
    ids_near = {*ids, *(other for id in ids for all_words in (words, new_words) for other in all_words.same_as(id))}
    stories = sorted({*store.stories_of(store.numbers(sorted(ids_near)).values()).values()})
    if stories:
        store.commit(_change_stories(store, judge, learning, stories))


def _check_ids(store: Store, ids: tuple[str, str]) -> None:
    """Raise `InputError` if the index has not two documents of these ids."""
    if ids[0] == ids[1]:
        raise InputError(f"{ids[0]!r} is one document: give two ids")
    present = store.numbers(list(ids))
    for id in ids:
        if id not in present:
            raise InputError(f"the index has no document with the id {id!r}")


def _change_stories(store: Store, judge: ArrivalJudge, learning: Learning, stories: list[int]) -> Change:
    """Decide stories again, and return the change."""
    stored = _read_members(store, stories)
    nothing = KeyedDocuments(judge, judge.read([]), learning).take(0, 0)
    compared = _compare(store, nothing, stored, learning)
    labels = _join_remembered(store, compared.labels(), stored)
    comparison = ComparedBatch(stored, compared, labels, [], {}, {}, frozenset(stories))
    return decide_again(store, nothing, comparison, store.version, judge.choose_canonical)


def _read_members(store: Store, stories: list[int]) -> list[Stored]:
    """Return the documents of stories that are compared."""
    counts = dict.fromkeys(stories, 0)
    chosen = {row.canonical for row in store.story_rows(stories).values()}
    chosen.update(number for numbers in named_members(store, stories).values() for number in numbers)
    for story, number in store.of_stories(stories, _COMPARED):
        counts[story] += 1
        if counts[story] <= _COMPARED:
            chosen.add(number)
    return store.documents(sorted(number for number in chosen if number > 0))


def _compare(store: Store, nothing: ArrivingBatch, stored: list[Stored], learning: Learning) -> ComparedDocuments:
    """Compare each of some documents of the index with each, with the pairs of a person held."""
    settings = store.settings
    in_memory = InMemoryTexts(settings)
    in_memory.read([entry.document for entry in stored])
    texts = in_memory.texts()
    joining = joining_headlines(texts.item_headlines, nothing, store, frozenset(), settings.max_bucket)
    texts = texts.under_headlines(joining)
    pairs = distinct_pairs(texts.text[pair_up(*np.triu_indices(len(stored), 1))])
    digests, one_group = np.zeros(len(texts.rows), np.bool_), np.zeros(len(texts.rows), np.int64)
    are_digests = [StoredDecision.read(entry.decision).is_digest for entry in stored]
    digests[texts.text[are_digests]] = True
    verified = in_memory.compare(texts, pairs, digests, one_group, learning)
    hand = store.hand_words.among({entry.document.id: row for row, entry in enumerate(stored)}, len(stored))
    return ComparedDocuments(texts, verified, None, settings, hand)


def _join_remembered(store: Store, labels: Indices, stored: list[Stored]) -> Indices:
    """Return the story of each document, with copies of forgotten documents where the leader of their story is.

    Nothing else has joined such a copy. A person may say otherwise.
    """
    labels, leads = labels.copy(), {}
    rows = store.story_rows(sorted({entry.story for entry in stored}))
    for row, entry in enumerate(stored):
        if entry.story not in leads or entry.number == rows[entry.story].canonical:
            leads[entry.story] = row
    for row, entry in enumerate(stored):
        is_remembered = StoredDecision.read(entry.decision).answer.reason == "remembered"
        if is_remembered and not store.hand_words.names(entry.document.id):
            labels[row] = labels[leads[entry.story]]
    return labels
