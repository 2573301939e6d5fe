"""The methods of `Index` that change nothing: queries, documents, stories, events and counts."""

import threading
from collections.abc import Iterator
from os import PathLike, fspath
from typing import Final, Literal

from dedup.comparison_types import Comparison, HandPair
from dedup.core.thresholds import fingerprint
from dedup.engines.online.batches import to_document
from dedup.engines.online.ingest import Ingest
from dedup.engines.online.stored_documents import load_stories, order_stories
from dedup.engines.online.stored_pairs import compare_stored
from dedup.engines.online.stories.decisions import repeat_decision, story_name, story_number
from dedup.errors import InputError
from dedup.formats.places import ReadOptions
from dedup.formats.program.documents import Given
from dedup.index.records import IndexCounts
from dedup.index.store import Store
from dedup.index_types import Decision, Event, IdRule, IndexedStory
from dedup.settings import Settings
from dedup.types import Document

_STORIES: Final = 256
"""Stories that are read together."""

_SHORTEST_WAIT: Final = 0.05
"""Seconds after which a follower of events first looks again. Each wait is as long as all waits before it."""

_LONGEST_WAIT: Final = 1.0
"""Seconds after which a follower of events looks again, at most."""


class IndexReader:
    """The reading half of `Index`. Any thread may call any method, and one method at a time does its work."""

    def __init__(self, store: Store, ingest: Ingest) -> None:
        self._store, self._ingest = store, ingest
        self._lock = threading.RLock()
        self._closing = threading.Event()

    @property
    def settings(self) -> Settings:
        """The settings of the index, from when it was made."""
        return self._store.settings

    @property
    def ids(self) -> IdRule:
        """How the index names documents of inputs without an id of their own."""
        with self._lock:
            return self._store.ids

    @property
    def outdated(self) -> bool:
        """Whether the documents were decided with other numbers than the numbers of this version.

        A `review` decides the documents again. Until then the index finds few copies of them.
        """
        with self._lock:
            return not self._store.has_present_hashes or self._store.thresholds != fingerprint()

    @property
    def pairs(self) -> tuple[HandPair, ...]:
        """The word of a person on pairs of documents, as `Index.rule` keeps it. The documents may have left."""
        with self._lock:
            return self._store.hand_words.pairs

    def query(self, document: Given) -> Decision:
        """Returns the decision that `add` would make, and changes nothing.

        The document needs no id. The story of the decision is empty if the document would begin a story.

        Raises:
            ReadError: the text cannot be used.
        """
        new_document = to_document(document, "the document", ReadOptions().with_settings(self.settings), needs_id=False)
        with self._lock:
            self._ingest.see_to_hashes()
            with self._store.moment():
                return self._ingest.preview(new_document)

    def get(self, id: str) -> Document | None:
        """Returns the document of an id, or None."""
        with self._lock:
            number = self._store.number(id)
            stored = [] if number is None else self._store.documents([number])
            return stored[0].document if stored else None

    def show(self, id: str) -> Decision | None:
        """Returns the decision on the document of an id, as adding the document again does. None says there is none."""
        with self._lock:
            number = self._store.number(id)
            heads = [] if number is None else self._store.heads([number])
            return repeat_decision(self._store, heads[0]) if heads else None

    def compare(self, a: str, b: str) -> Comparison:
        """Returns the comparison of two documents of the index, by what it knows of their sites and stories now.

        Nothing changes. A document that came before its site was known may have been decided with its menus: the next
        `review` decides it as this comparison does.

        Args:
            a: the id of a document.
            b: the id of the other document.

        Raises:
            InputError: the index has no document of an id.
        """
        with self._lock:
            self._ingest.see_to_hashes()
            with self._store.moment(), self._ingest.trial() as learning:
                return compare_stored(self._store, (a, b), learning)

    def story_of(self, id: str) -> str | None:
        """Returns the name of the story of the document of an id, which may be remembered only.

        None says that there is no such document, or that its text is no article.
        """
        if decision := self.show(id):
            return decision.story or None
        with self._lock:
            remembered = self._store.remembered_as(id)
            return story_name(remembered[-1].story) if remembered else None

    def story(self, story: str) -> IndexedStory | None:
        """Returns the story of a name, which may be an older name of the story. None says that there is no story."""
        with self._lock:
            number = story_number(story)
            row = None if number is None else self._store.resolve(number)
            return None if row is None else next(load_stories(self._store, [row]), None)

    def stories(self, *, canonical: Literal["first", "rule"] = "first") -> Iterator[IndexedStory]:
        """Yields all stories, the oldest first, stories of one document included.

        Args:
            canonical: who leads a story and in which order its copies come: ``"first"`` for the document that leads it
                in the index, ``"rule"`` for the order of `cluster`, which compares the documents of each story again.
        """
        if canonical not in ("first", "rule"):
            raise InputError(f"canonical = {canonical!r}: give 'first' or 'rule'")
        with self._lock:
            rows = [row for row in self._store.all_stories() if not row.alias]
        for first in range(0, len(rows), _STORIES):
            with self._lock:
                chosen = rows[first : first + _STORIES]
                if canonical == "first":
                    stories = list(load_stories(self._store, chosen))
                else:
                    with self._ingest.trial() as learning:
                        stories = order_stories(self._store, chosen, learning)
            yield from stories

    @property
    def last_event(self) -> int:
        """The number of the last event, 0 for none."""
        with self._lock:
            return self._store.last_event

    def events(self, *, since: int = 0, follow: bool = False, timeout: float | None = None) -> Iterator[Event]:
        """Returns an iterator over the events of stories, in order.

        An index with a window forgets its oldest events, except for ten thousand and four for each document. If the
        numbers do not continue after ``since``, begin again with `stories`.

        Args:
            since: the number of an event. Only later events are returned.
            follow: whether to wait for further events. Closing the index in another thread ends the wait.
            timeout: seconds without an event after which the wait ends; None for no end.

        Raises:
            InputError: ``since`` is after the last event.
        """
        if since > (last := self.last_event):
            raise InputError(
                f"since = {since}: the last event of this index has the number {last}: begin anew with the stories, "
                f"and go on after {last}"
            )
        return self._events_after(since, follow, timeout)

    def _events_after(self, since: int, follow: bool, timeout: float | None) -> Iterator[Event]:
        """Yields the events after the number ``since``."""
        waited = 0.0
        while True:
            with self._lock:
                events = list(self._store.events(since)) if self._store.last_event > since else []
            yield from events
            if events:
                since, waited = events[-1].number, 0.0
            elif not follow or (timeout is not None and waited >= timeout):
                return
            else:
                pause = min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT)
                pause = pause if timeout is None else min(pause, timeout - waited)
                if self._closing.wait(pause):
                    return
                waited += pause

    def stats(self) -> IndexCounts:
        """Returns the counts and the sizes of the index."""
        with self._lock:
            return self._store.counts()

    def check(self, *, fix: bool = False) -> list[str]:
        """Returns all problems of the index.

        Args:
            fix: whether to repair the problems that can be repaired.
        """
        with self._lock:
            return self._store.check(fix, self._ingest.postings)

    def export(self, file: str | PathLike[str]) -> None:
        """Writes the index to one file, from which `Index.restore` makes it again."""
        with self._lock:
            self._store.export(fspath(file))

    def __len__(self) -> int:
        with self._lock:
            return len(self._store)

    def __contains__(self, id: object) -> bool:
        with self._lock:
            return isinstance(id, str) and self._store.number(id) is not None
