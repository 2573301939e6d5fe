"""One batch of documents, step by step: this happens on `Index.add`.

1. Learn: each document teaches the sites of the index (`engines.online.learning`).
   Prepare: make the lookup keys of documents (`engines.online.comparison.keyed`, or a worker ahead of time).
2. Look up: find ids, texts and candidates in the index (`index.store`).
3. Compare: the new documents with their candidates and the stories of the candidates
   (`engines.online.comparison.arrivals`).
4. Decide: make the change of the index and the decisions (`engines.online.stories.story_changes`).
5. Commit: write the change in one transaction (`index.store`, which calls `index.commit`).

Documents outside the window are forgotten before, or when a new document is near to one of them
(`engines.online.window`). The index is reviewed after, if half of its documents are new.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Collection, Iterator
from typing import Final

import msgspec
import numpy as np

from dedup.core.thresholds import fingerprint
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ArrivingBatch, ComparedBatch, ReadBatch, number_copies
from dedup.engines.online.comparison.by_hand import find_partners
from dedup.engines.online.comparison.keyed import KeyedDocuments
from dedup.engines.online.comparison.nearby import Nearby, by_position, end_of_part, with_groups
from dedup.engines.online.comparison.part import Part
from dedup.engines.online.comparison.repeated import Repeated, find_repeated
from dedup.engines.online.learning.sites import Learning
from dedup.engines.online.rehash import see_to_hashes
from dedup.engines.online.review import review
from dedup.engines.online.stories.decisions import repeat_decision, story_number
from dedup.engines.online.stories.story_changes import decide
from dedup.engines.online.window import Window
from dedup.engines.stages.meter import Progress, no_progress
from dedup.engines.tasks.profiles import NO_PROFILES, NO_REVIEW, LearnedProfiles, unpack_review
from dedup.index.records import Change, Postings, RememberedRow, Stored
from dedup.index.store import Store
from dedup.index_types import Decision
from dedup.types import Document

_FIRST_REVIEW: Final = 32
"""Documents from which on an index reviews itself, each time its documents have doubled since the last review."""

_SNAPSHOT: Final = 64
"""Changes of what is known of sites after which workers that read ahead get a new snapshot."""

_WINDOW: Final = 512
"""Documents that are looked up together at first. There are more the longer they teach nothing new."""


class Ingest:
    """Adds documents to the index in ``store``, forgets them, and reviews the index.

    Its caller holds the lock of the index during every call.

    Args:
        store: the index.
        window: seconds after which a document that was not seen is forgotten, or None.
        remember: seconds for which forgotten documents are remembered, or None.
        reviews: the most documents of an index that reviews itself, 0 for none.
        workers: processes of a review.
        clock: returns the time in seconds.
    """

    def __init__(
        self,
        store: Store,
        window: float | None,
        remember: float | None,
        reviews: int,
        workers: int,
        clock: Callable[[], float],
    ) -> None:
        self.judge = ArrivalJudge(store.settings)
        self._store = store
        self._clock: Callable[[], float] = lambda: float(clock())  # SQLite reads a whole number as a fraction
        self._window = Window(store, window, remember, self.judge, self.postings)
        self._reviews, self._workers = reviews, workers
        self._version, self._learning, self._reviewed = -1, Learning(), NO_REVIEW
        self._snapshot: tuple[int, LearnedProfiles] = (-1, NO_PROFILES)
        self._has_present_hashes = False
        self.on_review: Callable[[float], object] = lambda seconds: None
        """Is called with the seconds of each review that ends."""

    def snapshot(self) -> LearnedProfiles:
        """The boilerplate of all sites for workers that read ahead. It may be some documents old."""
        learning = self._load()
        if self._snapshot[0] < 0 or learning.version - self._snapshot[0] >= _SNAPSHOT:
            self._snapshot = learning.version, learning.snapshot()
        return self._snapshot[1]

    def _load(self) -> Learning:
        """The sites of the index, with the changes that other processes have made."""
        version = self._store.version
        if version != self._version:
            version, data = self._store.profiles()
            self._version, self._learning, self._reviewed = version, Learning(), unpack_review(data)
            self._snapshot = -1, NO_PROFILES
        if self._store.thresholds == fingerprint():  # what another rule has learned is of no use for this rule
            self._learning.load(self._store.sites(self._learning.mark))
        return self._learning

    @contextlib.contextmanager
    def trial(self) -> Iterator[Learning]:
        """Gives the sites of the index, and takes back what they learn in this context."""
        learning = self._load()
        try:
            yield learning
        finally:
            learning.undo()

    def add(self, read: ReadBatch) -> list[Decision]:
        """Adds a batch of documents that were ``read``, and returns the decisions that the documents get one by one.

        The batch is one transaction, or several if the index reviews itself meanwhile.
        """
        now = self._clock()
        self.see_to_hashes()
        self._window.sweep(now)
        decisions: list[Decision] = []
        while len(decisions) < len(read.documents):
            try:
                with self._store.moment(), self._store.transaction():
                    self._add_until_review(read, now, decisions)
            except BaseException:
                self._version = -1  # what was learned is not in the index, so it is read again
                raise
            if self.room() <= 0:
                self.review(no_progress)
        return decisions

    def _add_until_review(self, read: ReadBatch, now: float, decisions: list[Decision]) -> None:
        """Adds documents that have no decision yet until the index is to review itself.

        Each document is decided with what the documents before it have taught, and itself.
        """
        documents = KeyedDocuments(self.judge, read, self._load())
        ids = [document.id for document in read.documents]
        repeated = find_repeated(ids, read.read, self._stored_by_id(self._store.numbers(ids).values()))
        size, before = _WINDOW, len(decisions)
        while len(decisions) < len(ids) and (self.room() > 0 or len(decisions) == before):
            first = len(decisions)
            window = range(first, min(first + size, len(ids)))
            self._add_window(documents, window, repeated, now, decisions)
            size = 2 * size if len(decisions) == window.stop else max(1, 2 * (len(decisions) - first))

    def _add_window(
        self,
        documents: KeyedDocuments,
        window: range,
        repeated: dict[str, Repeated],
        now: float,
        decisions: list[Decision],
    ) -> None:
        """Adds the documents of a ``window``, part by part, until comparing one of them teaches anything.

        Args:
            documents: the documents of the batch.
            window: the positions of documents without a decision.
            repeated: the documents that change nothing, by id.
            now: the time in seconds.
            decisions: gets the decisions.
        """
        before, taught = len(decisions), documents.teach(window, repeated)
        batch, learning = documents.take(window.start, window.start + taught.changed.size), self._learning
        learning.move_to(taught.marks[0])
        ids = [document.id for document in batch.documents]
        is_new = np.array([id not in repeated for id in ids])
        numbers = np.where(is_new, self._store.next_document - 1 + is_new.cumsum(), 0)
        hits = self.judge.look_up(batch, self._store, is_new)
        with_id = np.array([(row, hits.numbers[id]) for row, id in enumerate(ids) if id in hits.numbers], np.int64)
        nearby = self.judge.find_nearby(batch, hits, numbers, self._store)
        items = self.judge.find_items(batch, numbers, self._store)
        remembered = self._window.find_remembered(batch, now)
        of_then = np.array([(row, old.number) for row, old in remembered.items()], np.int64).reshape(-1, 2)
        by_hand = find_partners(self._store, ids, numbers)
        others = np.concatenate((items, with_id.reshape(-1, 2), of_then, by_hand))
        nearby = with_groups(nearby, others, number_copies(batch.read), numbers)
        decided_with = by_position(np.concatenate((nearby.all(), others)))
        first, version, end = 0, learning.version, self._window.first_near_to_past(decided_with, len(ids), now)
        if not end:
            self._window.leave(now)
            for id in [id for id, (stored, _) in repeated.items() if self._window.is_past(stored, now)]:
                del repeated[id]
        size = end
        while first < end and learning.version == version and (self.room() > 0 or not first):
            next_numbers = numbers[: min(first + size, end)]
            last = end_of_part(first, decided_with, nearby.groups, next_numbers, self.room(), self._store)
            decisions += self._add_part(Part(batch, nearby, taught, remembered, first, last), repeated, now)
            decided = len(decisions) - before - first
            size = 2 * size if first + decided == last else max(1, 2 * decided)
            first += decided
        learning.undo()

    def _add_part(self, part: Part, repeated: dict[str, Repeated], now: float) -> list[Decision]:
        """Adds documents that have nothing to do with each other, and returns their decisions.

        Fewer documents are added if a page that is compared is of a site of which a later document has taught more, and
        one document if comparing several of them together teaches anything, for it alone may teach less, or if a
        headline of theirs begins to recur.

        Args:
            part: the documents.
            repeated: the documents that change nothing, by id. Documents with the same text are seen again.
            now: the time in seconds.
        """
        learning, last = self._learning, part.taught.before_new_labels(part.first, part.last)
        while True:
            part, change, made = part._replace(last=last), Change(), list[Decision]()
            learning.move_to(part.taught.marks[last])
            ids = [document.id for document in part.documents]
            positions = np.array([row for row, id in enumerate(ids) if id not in repeated], np.int64)
            if not positions.size:
                break
            new, nearby = part.select(positions, self._store)
            version = learning.version
            remembered = part.remembered_at(positions)
            change, made, comparison = self._decide(new, nearby, remembered, now, learning)
            parting = [comparison.owners[story] for story in comparison.parting]
            if len(ids) > 1 and (learning.version != version or parting):
                last = part.first + 1 if learning.version != version else part.first + max(1, positions[min(parting)])
            elif (conflict := part.first_conflict(comparison, nearby.groups, positions)) < last:
                last = conflict
            else:
                numbers = np.array([entry.number for entry in change.entries], np.int64)
                change.packed, change.postings = new.packed, self.judge.postings(new, numbers)
                change.items, change.sites = new.item_rows(numbers), learning.take_rows()
                break
        decisions = {decision.id: decision for decision in made}
        again = [repeated[id] for id in ids if id in repeated]
        change.seen = [(stored.number, now) for stored, is_stale in again if not is_stale]
        decisions |= {old.stored.document.id: self._repeat(old) for old in again}
        if positions.size or change.seen:
            self._store.commit(change)
        return [decisions[id] for id in ids]

    def _decide(
        self,
        batch: ArrivingBatch,
        nearby: Nearby,
        remembered: dict[int, RememberedRow],
        now: float,
        learning: Learning,
        past: Collection[int] = (),
    ) -> tuple[Change, list[Decision], ComparedBatch]:
        """Compares a ``batch`` with what is ``nearby``, and decides it. Documents that are ``past`` do not count."""
        numbers = self._store.numbers([document.id for document in batch.documents]).values()
        replaced = self._stored_by_id(set(numbers).difference(past))
        gone = frozenset((*past, *(stored.number for stored in replaced.values())))
        comparison = self.judge.compare(batch, nearby, self._store, gone, learning)
        change, decisions = decide(
            self._store, batch, comparison, replaced, remembered, now, self._version, self.judge.choose_canonical
        )
        return change, decisions, comparison

    def _repeat(self, repeated: Repeated) -> Decision:
        """The decision on a document that comes again."""
        (head,) = self._store.heads([repeated.stored.number])
        return repeat_decision(self._store, head, repeated.is_stale)

    def preview(self, document: Document) -> Decision:
        """The decision that adding a ``document`` would make. Nothing changes.

        The caller is within `Store.moment`.
        """
        read = self.judge.read([document])
        stored_by_id = self._stored_by_id(self._store.numbers([document.id]).values())
        stored_by_id = {
            id: stored for id, stored in stored_by_id.items() if not self._window.is_past(stored, self._clock())
        }
        repeated = find_repeated([document.id], read.read, stored_by_id)
        if document.id in repeated:
            return self._repeat(repeated[document.id])
        with self.trial() as learning:
            return self._preview(read, learning)

    def _preview(self, read: ReadBatch, learning: Learning) -> Decision:
        """The decision that adding one document would make. The caller takes back what ``learning`` learns."""
        documents = KeyedDocuments(self.judge, read, learning)
        documents.teach(range(1), ())
        batch = documents.take(0, 1)
        hits = self.judge.look_up(batch, self._store, np.ones(1, np.bool_))
        next_story, now = self._store.next_story, self._clock()
        nearby = self.judge.find_nearby(batch, hits, np.zeros(1, np.int64), self._store)
        items = self.judge.find_items(batch, np.zeros(1, np.int64), self._store)
        with_id = np.array([(0, number) for number in hits.numbers.values()], np.int64).reshape(-1, 2)
        by_hand = find_partners(self._store, [document.id for document in read.documents], np.zeros(1, np.int64))
        past = self._window.past_of_stories(np.concatenate((nearby.all(), items, with_id, by_hand))[:, 1], now)
        remembered = self._window.find_remembered(batch, now, past)
        _, (decision,), _ = self._decide(batch, nearby, remembered, now, learning, past)
        is_there = decision.story and (story_number(decision.story) or 0) < next_story
        return msgspec.structs.replace(decision, story=decision.story if is_there else "", events=())

    def see_to_hashes(self) -> None:
        """Makes all hashes anew if another version has made those of the index (`engines.online.rehash`)."""
        if not self._has_present_hashes:
            see_to_hashes(self._store, self.judge)
            self._has_present_hashes = True

    def _stored_by_id(self, numbers: Collection[int]) -> dict[str, Stored]:
        """The documents of the index of these ``numbers``, by id."""
        documents = self._store.documents(sorted(numbers)) if numbers else []
        return {stored.document.id: stored for stored in documents}

    def room(self) -> int:
        """How many documents may come before the index reviews itself. Without reviews the number is very large."""
        if not self._reviews or len(self._store) > self._reviews:
            return sys.maxsize
        self._load()
        reviewed = self._reviewed
        return max(_FIRST_REVIEW, reviewed.documents) - (self._store.next_document - 1 - reviewed.last)

    def remove(self, numbers: list[int], remembered: list[RememberedRow]) -> None:
        """Removes the documents with these ``numbers``, and forgets ``remembered`` ones."""
        if numbers:
            self._window.remove(self._store.documents(numbers), [])
        if remembered:
            self._window.forget(remembered)

    def expire(self, before: float) -> int:
        """Removes the documents last seen before a time in seconds, and returns their number."""
        return self._window.expire(before, self._clock())

    def review(self, on_progress: Progress) -> int:
        """Reviews all documents (`engines.online.review`), and returns the number of new events."""
        start = time.monotonic()
        self.see_to_hashes()
        self._load()
        first = self._store.next_event
        review(self._store, self._version + 1, self._workers, on_progress)
        self.on_review(time.monotonic() - start)
        return self._store.next_event - first

    def postings(self, stored: list[Stored]) -> Postings:
        """The postings of documents that are in the index."""
        documents = KeyedDocuments(self.judge, self.judge.read([entry.document for entry in stored]), self._load())
        return self.judge.postings(
            documents.take(0, len(stored)), np.array([entry.number for entry in stored], np.int64)
        )
