"""Documents that leave the window of an index -> the rows by which they are remembered, and new documents -> the
remembered documents that they repeat."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.ragged import Ragged, bounds_of, ranges
from dedup.core.arrays.sorting import find, rising
from dedup.core.candidates.postings import FINGERPRINT, KEPT
from dedup.core.collection import words_of
from dedup.core.stories.arrivals.remembered import (
    LOOKED_UP,
    choose_remembered,
    distinct_rows,
    shared_shingles,
)
from dedup.engines.online.comparison.batch import ArrivingBatch
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.disk.remembered import name_of, words_key
from dedup.index.records import FORGOTTEN, Change, RememberedRow, Stored, StoryRow
from dedup.index.store import Store


def remember(store: Store, stored: Sequence[Stored], sampled: Ragged, since: Sequence[float]) -> list[RememberedRow]:
    """Makes the rows of documents that leave the window. A text that is no article is not remembered.

    Args:
        store: the index, which has the documents still.
        stored: ``n`` documents.
        sampled: their sampled shingles, in 32 bits.
        since: the time in seconds when each leaves the window.
    """
    shingles, seed = distinct_rows(sampled), store.settings.seed
    story_rows = store.story_rows(sorted({entry.story for entry in stored}))
    ids = {head.number: head.id for head in store.heads(sorted({row.canonical for row in story_rows.values()}))}
    return [
        RememberedRow(
            entry.number,
            name_of(entry.document.id, seed),
            entry.fingerprint,
            entry.story,
            ids[story_rows[entry.story].canonical],
            time,
            shingles.values[first:last].astype(np.uint32).tobytes(),
        )
        for entry, time, (first, last) in zip(stored, since, shingles.bounds.tolist(), strict=True)
        if StoredDecision.read(entry.decision).answer.is_told
    ]


def find_remembered(
    store: Store, batch: ArrivingBatch, after: float, more: Sequence[RememberedRow] = ()
) -> dict[int, RememberedRow]:
    """Finds the remembered document that each document of a ``batch`` repeats, by position.

    A document repeats itself, if its words are those that are remembered of its id.

    Args:
        store: the index.
        batch: the documents.
        after: a document that left the window before this time does not count.
        more: further remembered documents, which the index does not have.
    """
    more = [row for row in more if row.since >= after]
    if not store.remembers_any and not more:
        return {}
    sampled = distinct_rows(batch.document_keys()[1])
    prints = batch.read.fingerprints.tolist()
    worded = batch.read.lengths.nonzero()[0]
    pairs = np.concatenate((_with_shingles(store, sampled), _with_words(store, worded, prints)))
    rows = [row for row in store.remembered(rising(pairs[:, 1]).tolist()) if row.since >= after]
    pairs = pairs[np.isin(pairs[:, 1], [row.number for row in rows])]
    if more:
        numbers = np.array([row.number for row in more], np.int64)
        further = np.stack((np.repeat(np.arange(len(prints)), numbers.size), np.tile(numbers, len(prints))), axis=1)
        rows, pairs = sorted([*rows, *more]), np.concatenate((pairs, further))
    if not len(pairs):
        return {}
    pairs = np.unique(pairs, axis=0)
    positions, (new, _) = find(np.array([row.number for row in rows]), pairs[:, 1])[0], pairs.T
    pieces = [np.frombuffer(row.shingles, np.uint32) for row in rows]
    old = Ragged(np.concatenate(pieces), bounds_of(np.array([piece.size for piece in pieces])))
    texts = list(zip(new.tolist(), positions.tolist(), strict=True))
    is_same = np.array([words_of(prints[text]) == words_of(rows[row].fingerprint) for text, row in texts])
    names = [name_of(document.id, store.settings.seed) for document in batch.documents]
    is_itself = is_same & [rows[row].name == names[text] for text, row in texts]
    is_same = np.where(np.isin(new, new[is_itself]), is_itself, is_same)
    shared = shared_shingles(sampled, old, np.stack((new, positions), axis=1))
    smaller = np.minimum(sampled.lengths[new], old.lengths[positions])
    by_number = {row.number: row for row in rows}
    chosen: list[tuple[int, int]] = choose_remembered(pairs, is_same, shared, smaller).tolist()
    return {position: by_number[number] for position, number in chosen}


def _with_shingles(store: Store, sampled: Ragged) -> Pairs:
    """Pairs each document with the remembered documents that share one of its lowest shingles."""
    counts = np.minimum(sampled.lengths, LOOKED_UP)
    keys = sampled.values[ranges(sampled.bounds[:, 0], counts)].astype(np.int64)
    return _pair(store, KEPT, np.arange(counts.size).repeat(counts), keys)


def _with_words(store: Store, positions: Indices, fingerprints: list[int]) -> Pairs:
    """Pairs the documents at ``positions`` with the remembered documents that have the keys of their words."""
    keys = np.array([words_key(fingerprints[position]) for position in positions.tolist()], np.int64)
    return _pair(store, FINGERPRINT, positions, keys)


def _pair(store: Store, lane: int, positions: Indices, keys: Indices) -> Pairs:
    """Pairs the document at each of the ``positions`` with the remembered documents that have its key in a lane."""
    order = keys.argsort(kind="stable")
    positions, keys = positions[order], keys[order]
    with_key = store.remembered_with(lane, rising(keys))
    first, last = (keys.searchsorted(with_key[:, 0], side) for side in ("left", "right"))
    return np.stack((positions[ranges(first, last - first)], with_key[:, 1].repeat(last - first)), axis=1)


def move_remembered(store: Store, merged: Mapping[int, int]) -> list[RememberedRow]:
    """The rows of the remembered documents of stories that become part of others.

    Args:
        store: the index.
        merged: each story that becomes part of another -> the other.
    """
    return [row._replace(story=merged[row.story]) for row in store.remembered_of(merged)] if merged else []


def forgetting(store: Store, remembered: list[RememberedRow]) -> Change:
    """The change that forgets remembered documents. A story of which nothing is left ends.

    Args:
        store: the index.
        remembered: the documents.
    """
    numbers, stories = {row.number for row in remembered}, sorted({row.story for row in remembered})
    left = {row.story for row in store.remembered_of(stories) if row.number not in numbers}
    rows = store.story_rows([story for story in stories if story not in left])
    ended = [StoryRow(row.number, 0) for row in rows.values() if row.canonical == FORGOTTEN]
    return Change(unremembered=sorted(numbers), stories=ended)


def remembered_stories(store: Store, stories: Collection[int], change: Change) -> set[int]:
    """Finds the ``stories`` that have a remembered document.

    Args:
        store: the index.
        stories: the numbers of stories.
        change: a change that brings further remembered documents.
    """
    return {row.story for row in (*store.remembered_of(stories), *change.remembered)}
