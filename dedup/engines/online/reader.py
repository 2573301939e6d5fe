"""The methods of `Index` that change nothing: queries, documents, stories, events and counts."""

import threading
from collections.abc import Iterator
from os import PathLike, fspath
from typing import Final

from dedup.core.thresholds import fingerprint
from dedup.engines.online.batches import to_document
from dedup.engines.online.decisions import story_number
from dedup.engines.online.ingest import Ingest
from dedup.engines.online.stored_documents import load_stories
from dedup.formats.program.documents import Given
from dedup.index.records import IndexCounts
from dedup.index.store import Store
from dedup.index_types import Decision, Event, IdRule, IndexedStory
from dedup.settings import Settings
from dedup.types import Document

_STORIES: Final = 256
"""Stories that are read together."""


class IndexReader:
    """The reading half of `Index`. Any thread may call any method, and one method at a time does its work."""

    def __init__(self, store: Store, ingest: Ingest) -> None:
        self._store, self._ingest = store, ingest
        self._lock = threading.RLock()

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

    def query(self, document: Given) -> Decision:
        """Returns the decision that `add` would make, and changes nothing.

        The document needs no id. The story of the decision is empty if the document would begin a story.

        Raises:
            ReadError: the text cannot be used.
        """
        new_document = to_document(document, "the document", self.settings.extractor, needs_id=False)
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

    def story(self, story: str) -> IndexedStory | None:
        """Returns the story of a name, which may be an older name of the story. None says that there is no story."""
        with self._lock:
            number = story_number(story)
            row = None if number is None else self._store.resolve(number)
            return None if row is None else next(load_stories(self._store, [row]), None)

    def stories(self) -> Iterator[IndexedStory]:
        """Yields all stories, the oldest first, stories of one document included."""
        with self._lock:
            rows = [row for row in self._store.all_stories() if not row.alias]
        for first in range(0, len(rows), _STORIES):
            with self._lock:
                stories = list(load_stories(self._store, rows[first : first + _STORIES]))
            yield from stories

    def events(self, *, since: int = 0) -> Iterator[Event]:
        """Yields the events of stories, in order.

        An index with a window forgets its oldest events, except for ten thousand and four for each document. If the
        numbers do not continue after ``since``, begin again with `stories`.

        Args:
            since: the number of an event. Only later events are returned.
        """
        with self._lock:
            yield from list(self._store.events(since))

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
