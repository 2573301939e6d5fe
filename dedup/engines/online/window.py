"""The window of an index: documents leave it by time, are remembered for some time, and are forgotten then."""

import math
from collections.abc import Callable, Collection
from typing import Final

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.sorting import rising
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ArrivingBatch
from dedup.engines.online.stories.remembered import find_remembered, forgetting, remember
from dedup.engines.online.stories.story_changes import removal
from dedup.index.disk.rows import DocumentHead
from dedup.index.records import Change, Postings, RememberedRow, Stored
from dedup.index.store import Store

_EXPIRED: Final = 1024
"""Documents that leave the window, or that are remembered no more, in one transaction at most."""

_SWEEPS: Final = 64
"""Searches for expired documents during one window."""

_EVENTS: Final = 10_000
"""Events that an index with a window keeps, and four for each document besides."""


class Window:
    """Forgets documents of the index in ``store``, and remembers some of them.

    Args:
        store: the index.
        seconds: seconds after which a document that was not seen is forgotten, or None.
        remembered: seconds for which forgotten documents are remembered, or None.
        judge: chooses canonical documents.
        postings: makes the postings of documents of the index.
    """

    def __init__(
        self,
        store: Store,
        seconds: float | None,
        remembered: float | None,
        judge: ArrivalJudge,
        postings: Callable[[list[Stored]], Postings],
    ) -> None:
        self._store, self._seconds, self._remembered = store, seconds, remembered
        self._judge, self._postings, self._swept = judge, postings, 0.0

    def sweep(self, now: float) -> None:
        """Forgets documents and events outside the window, and what is not remembered any more, from time to time."""
        spans = [span for span in (self._seconds, self._remembered) if span is not None]
        if not spans or now - self._swept < min(spans) / _SWEEPS:
            return
        self._swept = now
        self.leave(now)
        if self._remembered is not None:
            while numbers := self._store.remembered_before(now - self._remembered, _EXPIRED):
                self.forget(self._store.remembered(numbers))
        last = self._store.next_event - 1 - _EVENTS - 4 * len(self._store)
        if self._seconds is not None and last > 0:
            self._store.commit(Change(forgotten=last))

    def leave(self, now: float) -> None:
        """Forgets all documents outside the window."""
        if self._seconds is not None:
            self.expire(now - self._seconds, now)

    def expire(self, before: float, now: float) -> int:
        """Forgets the documents last seen before a time in seconds, and returns their number."""
        numbers = self._store.before(before)
        for first in range(0, len(numbers), _EXPIRED):
            stored = self._store.documents(numbers[first : first + _EXPIRED])
            self.remove(stored, self._to_remembered(stored, now))
        return len(numbers)

    def remove(self, stored: list[Stored], remembered: list[RememberedRow]) -> None:
        """Removes documents, of which some are ``remembered``."""
        self._judge.forget()
        self._store.commit(removal(self._store, stored, remembered, self._judge.choose_canonical))

    def forget(self, remembered: list[RememberedRow]) -> None:
        """Remembers these documents no more."""
        self._store.commit(forgetting(self._store, remembered))

    def _to_remembered(self, stored: list[Stored], now: float) -> list[RememberedRow]:
        """The rows by which documents that leave the window are remembered."""
        if self._remembered is None or not stored:
            return []
        seconds = math.inf if self._seconds is None else self._seconds
        since = [min(now, entry.seen + seconds) for entry in stored]
        return remember(self._store, stored, self._postings(stored).sampled, since)

    def find_remembered(self, batch: ArrivingBatch, now: float, past: Collection[int] = ()) -> dict[int, RememberedRow]:
        """Finds the remembered document that each document of a ``batch`` repeats, by position.

        Args:
            batch: the documents.
            now: the time in seconds.
            past: documents of the index outside the window, which count as remembered.
        """
        if self._remembered is None:
            return {}
        more = self._to_remembered(self._store.documents(sorted(past)), now)
        return find_remembered(self._store, batch, now - self._remembered, more)

    def is_past(self, document: Stored | DocumentHead, now: float) -> bool:
        """Whether a document of the index is outside the window."""
        return self._seconds is not None and document.seen < now - self._seconds

    def past_of_stories(self, numbers: Indices, now: float) -> dict[int, int]:
        """The documents outside the window in the stories of documents of these ``numbers``, with their stories."""
        if self._seconds is None or not numbers.size or not self._store.has_before(now - self._seconds):
            return {}
        stories = self._store.stories_of(rising(numbers).tolist())
        members = [number for _, number in self._store.of_stories(sorted({*stories.values()}))]
        return {head.number: head.story for head in self._store.heads(members) if self.is_past(head, now)}

    def first_near_to_past(self, decided_with: Pairs, count: int, now: float) -> int:
        """The first of ``count`` documents that is near to a story with documents outside the window, else ``count``.

        Args:
            decided_with: ``(m, 2)`` pairs of a position and the number of a document near to it.
            count: the number of documents.
            now: the time in seconds.
        """
        past = set(self.past_of_stories(decided_with[:, 1], now).values())
        if not past:
            return count
        stories = self._store.stories_of(decided_with[:, 1].tolist())
        return min((row for row, number in decided_with.tolist() if stories.get(number) in past), default=count)
