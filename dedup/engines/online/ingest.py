"""One batch of documents, step by step: this happens on `Index.add`.

1. Prepare: read the documents and make their lookup keys (`engines.online.arrivals`, or a worker ahead of time).
2. Look up: find ids, texts and candidates in the index (`index.store`).
3. Compare: the new documents with their candidates and the stories of the candidates (`engines.online.arrivals`).
4. Decide: make the change of the index and the decisions (`engines.online.story_changes`).
5. Commit: write the change in one transaction (`index.store`, which calls `index.commit`).

Documents outside the window are forgotten before. The index is reviewed after, if half of its documents are new.
"""

import sys
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.core.stories.arrivals.versions import are_stale
from dedup.core.thresholds import fingerprint
from dedup.engines.online.arrivals import ArrivalJudge
from dedup.engines.online.batch import ArrivingBatch
from dedup.engines.online.decisions import repeat_decision, story_number
from dedup.engines.online.nearby import Nearby, end_of_part
from dedup.engines.online.review import review
from dedup.engines.online.story_changes import decide, removal
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.tasks.profiles import NO_PROFILES, LearnedProfiles, unpack_profiles
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Postings, Stored
from dedup.index.store import Store
from dedup.index_types import Decision
from dedup.members import pack_times
from dedup.types import Document

_FIRST_REVIEW: Final = 32
"""Documents from which on an index reviews itself, each time its documents have doubled since the last review."""

_EXPIRED: Final = 1024
"""Documents that expire in one transaction at most."""

_SWEEPS: Final = 64
"""Searches for expired documents during one window."""

_EVENTS: Final = 10_000
"""Events that an index with a window keeps, and four for each document besides."""


class Repeated(NamedTuple):
    """A document of the index that comes again, and whether its text is an older version."""

    stored: Stored
    is_stale: bool


class Ingest:
    """Adds documents to the index in ``store``, forgets them, and reviews the index.

    Its caller holds the lock of the index during every call, except to read `latest_profiles`.

    Args:
        store: the index.
        window: seconds after which a document that was not seen is forgotten, or None.
        reviews: the most documents of an index that reviews itself, 0 for none.
        workers: processes of a review.
        clock: returns the time in seconds.
    """

    def __init__(
        self, store: Store, window: float | None, reviews: int, workers: int, clock: Callable[[], float]
    ) -> None:
        self.judge = ArrivalJudge(store.settings)
        self._store, self._window, self._clock = store, window, clock
        self._reviews, self._workers = reviews, workers
        self._profiles: tuple[int, LearnedProfiles] = (0, NO_PROFILES)
        self._swept = 0.0

    @property
    def latest_profiles(self) -> LearnedProfiles:
        """The site profiles as they were last read. Any thread may ask for them."""
        return self._profiles[1]

    def read_profiles(self) -> tuple[int, LearnedProfiles]:
        """The version of the site profiles of the index, and the profiles."""
        version = self._store.version
        if version != self._profiles[0]:
            version, data = self._store.profiles()
            # Profiles that another rule has made are of no use for this rule.
            self._profiles = version, NO_PROFILES if self._store.thresholds != fingerprint() else unpack_profiles(data)
        return self._profiles

    def add(self, batch: ArrivingBatch) -> list[Decision]:
        """Adds a ``batch`` of documents, and returns the decisions that the documents get one by one.

        The batch is one transaction, or several if the index reviews itself meanwhile.
        """
        now, documents = self._clock(), batch.documents
        self._sweep(now)
        decisions: list[Decision] = []
        while len(decisions) < len(documents):
            version, profiles = self.read_profiles()
            remaining = documents[len(decisions) :]
            if batch.profiles is not profiles or len(remaining) < len(
                batch.documents
            ):  # a review has made new profiles
                batch = self.judge.read(remaining, profiles)
            with self._store.moment(), self._store.transaction():
                decisions += self._add_until_review(batch, now, version)
            if self.room() <= 0:
                self.review(no_progress)
        return decisions

    def _add_until_review(self, batch: ArrivingBatch, now: float, version: int) -> list[Decision]:
        """Adds documents of a ``batch`` until the index is to review itself, part by part, and returns their
        decisions."""
        hits = self.judge.look_up(batch, self._store)
        repeated = _find_repeated(batch, self._stored_by_id(hits.numbers.values()))
        ids = [document.id for document in batch.documents]
        is_new = np.array([id not in repeated for id in ids])
        numbers = np.where(is_new, self._store.next_document - 1 + is_new.cumsum(), 0)
        with_id = np.array([(row, hits.numbers[id]) for row, id in enumerate(ids) if id in hits.numbers], np.int64)
        nearby = self.judge.find_nearby(batch, hits, numbers, self._store)
        decided_with = np.concatenate((nearby.all(), with_id.reshape(-1, 2)))
        decisions: list[Decision] = []
        while len(decisions) < len(ids) and (self.room() > 0 or not decisions):
            first = len(decisions)
            last = end_of_part(first, decided_with, numbers, self.room(), self._store)
            part = batch.select(np.arange(first, last))
            decisions += self._add_part(part, nearby.part(first, last, self._store), repeated, now, version)
        return decisions

    def _add_part(
        self, part: ArrivingBatch, nearby: Nearby, repeated: dict[str, Repeated], now: float, version: int
    ) -> list[Decision]:
        """Adds documents that have nothing to do with each other, and returns their decisions.

        Args:
            part: the documents.
            nearby: the documents of the index near to them.
            repeated: the documents that change nothing, by id. Documents with the same text are seen again.
            now: the time in seconds.
            version: the version of the site profiles.
        """
        ids = [document.id for document in part.documents]
        positions = np.array([row for row, id in enumerate(ids) if id not in repeated], np.int64)
        change, made = Change(), list[Decision]()
        if positions.size:
            new = part.select(positions)
            change, made = self._decide(new, nearby.select(positions), now, version)
            numbers = np.array([entry.number for entry in change.entries], np.int64)
            change.packed, change.postings = new.packed, self.judge.postings(new, numbers)
        decisions = {decision.id: decision for decision in made}
        again = [repeated[id] for id in ids if id in repeated]
        change.seen = [(stored.number, now) for stored, is_stale in again if not is_stale]
        decisions |= {old.stored.document.id: self._repeat(old) for old in again}
        if positions.size or change.seen:
            self._store.commit(change)
        return [decisions[id] for id in ids]

    def _decide(self, batch: ArrivingBatch, nearby: Nearby, now: float, version: int) -> tuple[Change, list[Decision]]:
        """Compares a ``batch`` with what is ``nearby`` to it, and decides it."""
        replaced = self._stored_by_id(self._store.numbers([document.id for document in batch.documents]).values())
        gone = frozenset(stored.number for stored in replaced.values())
        comparison = self.judge.compare(batch, nearby, self._store, gone)
        return decide(self._store, batch, comparison, replaced, now, version, self.judge.choose_canonical)

    def _repeat(self, repeated: Repeated) -> Decision:
        """The decision on a document that comes again."""
        (head,) = self._store.heads([repeated.stored.number])
        return repeat_decision(self._store, head, repeated.is_stale)

    def preview(self, document: Document) -> Decision:
        """The decision that adding a ``document`` would make. Nothing changes.

        The caller is within `Store.moment`.
        """
        version, profiles = self.read_profiles()
        batch = self.judge.read([document], profiles)
        hits = self.judge.look_up(batch, self._store)
        repeated = _find_repeated(batch, self._stored_by_id(hits.numbers.values()))
        if document.id in repeated:
            return self._repeat(repeated[document.id])
        next_story = self._store.next_story
        nearby = self.judge.find_nearby(batch, hits, np.zeros(1, np.int64), self._store)
        _, (decision,) = self._decide(batch, nearby, self._clock(), version)
        is_there = decision.story and (story_number(decision.story) or 0) < next_story
        return msgspec.structs.replace(decision, story=decision.story if is_there else "", events=())

    def _stored_by_id(self, numbers: Collection[int]) -> dict[str, Stored]:
        """The documents of the index of these ``numbers``, by id."""
        documents = self._store.documents(sorted(numbers)) if numbers else []
        return {stored.document.id: stored for stored in documents}

    def _sweep(self, now: float) -> None:
        """Forgets documents and events outside the window, from time to time."""
        if self._window is None or now - self._swept < self._window / _SWEEPS:
            return
        self._swept = now
        self.expire(now - self._window)
        last = self._store.next_event - 1 - _EVENTS - 4 * len(self._store)
        if last > 0:
            self._store.commit(Change(forgotten=last))

    def room(self) -> int:
        """How many documents may come before the index reviews itself. Without reviews the number is very large."""
        if not self._reviews or len(self._store) > self._reviews:
            return sys.maxsize
        profiles = self.read_profiles()[1]
        return max(_FIRST_REVIEW, profiles.documents) - (self._store.next_document - 1 - profiles.last)

    def remove(self, numbers: list[int]) -> None:
        """Removes the documents with these ``numbers``."""
        self._store.commit(removal(self._store, self._store.documents(numbers), self.judge.choose_canonical))

    def expire(self, before: float) -> int:
        """Removes the documents last seen before a time in seconds, and returns their number."""
        numbers = self._store.before(before)
        for first in range(0, len(numbers), _EXPIRED):
            self.remove(numbers[first : first + _EXPIRED])
        return len(numbers)

    def review(self, on_progress: Progress) -> int:
        """Reviews all documents (`engines.online.review`), and returns the number of new events."""
        version, _ = self.read_profiles()
        first = self._store.next_event
        review(self._store, version + 1, self._workers, on_progress)
        return self._store.next_event - first

    def postings(self, stored: list[Stored]) -> Postings:
        """The postings of documents that are in the index."""
        batch = self.judge.read([entry.document for entry in stored], self.read_profiles()[1])
        return self.judge.postings(batch, np.array([entry.number for entry in stored], np.int64))


def _find_repeated(batch: ArrivingBatch, stored_by_id: dict[str, Stored]) -> dict[str, Repeated]:
    """The documents of a ``batch`` that change nothing, by id: the index has their texts, or later texts.

    ``stored_by_id`` are the documents of the index with the ids of the batch.
    """
    if not stored_by_id:
        return {}
    read, ids = batch.read, [document.id for document in batch.documents]
    rows = [row for row, id in enumerate(ids) if id in stored_by_id]
    stored = [stored_by_id[ids[row]] for row in rows]
    prints = read.fingerprints[rows].tolist()
    is_former = [StoredDecision.read(old.decision).had(new) for old, new in zip(stored, prints, strict=True)]
    before = pack_times([old.document.published for old in stored]).nanoseconds
    stale = are_stale(read.members.times.nanoseconds[rows], before, np.array(is_former)).tolist()
    return {
        old.document.id: Repeated(old, old.fingerprint != fingerprint)
        for old, fingerprint, is_stale in zip(stored, prints, stale, strict=True)
        if is_stale or old.fingerprint == fingerprint
    }
