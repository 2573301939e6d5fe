"""One batch of documents, step by step: this happens on `Index.add`.

1. Prepare: read the documents and make their lookup keys (`engines.online.arrivals`, or a worker ahead of time).
2. Look up: find ids, texts and candidates in the index (`index.store`).
3. Compare: the new documents with their candidates and the stories of the candidates (`engines.online.arrivals`).
4. Decide: make the change of the index and the decisions (`engines.online.story_changes`).
5. Commit: write the change in one transaction (`index.store`, which calls `index.commit`).

Then documents outside the window are forgotten, and the index is reviewed if half of its documents are new.
"""

import sys
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec
import numpy as np

from dedup.core.stories.arrivals.versions import are_stale
from dedup.core.thresholds import fingerprint
from dedup.engines.online.arrivals import ArrivalJudge
from dedup.engines.online.batch import ArrivingBatch
from dedup.engines.online.decisions import repeat_decision, story_number
from dedup.engines.online.rehash import rehash
from dedup.engines.online.review import review
from dedup.engines.online.story_changes import decide, removal
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.tasks.profiles import NO_PROFILES, LearnedProfiles, unpack_profiles
from dedup.errors import IndexMismatch
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Hits, Postings, Stored
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
        self._swept, self._has_present_hashes = 0.0, False

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
        """Adds a ``batch`` of documents in one transaction, and returns their decisions."""
        now = self._clock()
        self.see_to_hashes()
        version, profiles = self.read_profiles()
        if batch.profiles is not profiles:  # a review has made new profiles since the batch was prepared
            batch = self.judge.read(batch.documents, profiles)
        with self._store.moment():
            hits = self.judge.look_up(batch, self._store)
            stored_by_id = self._stored_by_id(hits)
            repeated = _find_repeated(batch, stored_by_id)
            if not repeated:
                change, decisions = self._decide(batch, hits, stored_by_id, now, version)
                numbers = np.array([entry.number for entry in change.entries], np.int64)
                change.packed, change.postings = batch.packed, self.judge.postings(batch, numbers)
        if repeated:
            return self._add_changed(batch, repeated, now)
        self._store.commit(change)
        self._tidy_up(now)
        return decisions

    def _decide(
        self, batch: ArrivingBatch, hits: Hits, stored_by_id: dict[str, Stored], now: float, version: int
    ) -> tuple[Change, list[Decision]]:
        """Compares a ``batch`` with its ``hits``, and decides it."""
        comparison = self.judge.compare(batch, hits, self._store, _numbers_of(stored_by_id))
        return decide(self._store, batch, comparison, stored_by_id, now, version, self.judge.choose_canonical)

    def _add_changed(self, batch: ArrivingBatch, repeated: dict[str, Repeated], now: float) -> list[Decision]:
        """Adds the documents of a ``batch`` that are not ``repeated``. Documents with the same text are seen again."""
        seen = [(stored.number, now) for stored, is_stale in repeated.values() if not is_stale]
        if seen:
            self._store.commit(Change(seen=seen))
        changed = [document for document in batch.documents if document.id not in repeated]
        added = self.add(self.judge.read(changed, batch.profiles)) if changed else []
        decisions = {decision.id: decision for decision in added}
        ids = [document.id for document in batch.documents]
        return [decisions.get(id) or self._repeat(repeated[id]) for id in ids]

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
        stored_by_id = self._stored_by_id(hits)
        repeated = _find_repeated(batch, stored_by_id)
        if document.id in repeated:
            return self._repeat(repeated[document.id])
        next_story = self._store.next_story
        _, (decision,) = self._decide(batch, hits, stored_by_id, self._clock(), version)
        is_there = decision.story and (story_number(decision.story) or 0) < next_story
        return msgspec.structs.replace(decision, story=decision.story if is_there else "", events=())

    def see_to_hashes(self) -> None:
        """Makes all hashes anew if another version has made those of the index.

        Raises:
            IndexMismatch: the index is open to read.
        """
        if self._has_present_hashes or self._store.has_present_hashes:
            self._has_present_hashes = True
        elif self._store.is_writer:
            rehash(self._store, self.judge)
        else:
            raise IndexMismatch(
                f"{self._store.path} has the hashes of another version of dedup: add a document, and they are made anew"
            )

    def _stored_by_id(self, hits: Hits) -> dict[str, Stored]:
        """The documents of the index whose ids were looked up."""
        if not hits.numbers:
            return {}
        return {stored.document.id: stored for stored in self._store.documents(sorted(hits.numbers.values()))}

    def _tidy_up(self, now: float) -> None:
        """Forgets documents and events outside the window, and reviews an index with enough new documents."""
        if self._window is not None and now - self._swept >= self._window / _SWEEPS:
            self._swept = now
            self.expire(now - self._window)
            last = self._store.next_event - 1 - _EVENTS - 4 * len(self._store)
            if last > 0:
                self._store.commit(Change(forgotten=last))
        if self.room() <= 0:
            self.review(no_progress)

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


def _numbers_of(stored_by_id: dict[str, Stored]) -> frozenset[int]:
    """The numbers of documents of the index."""
    return frozenset(stored.number for stored in stored_by_id.values())
