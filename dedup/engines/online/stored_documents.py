"""Documents of an index -> tasks that read them again, for a review; and the stories of an index -> public records."""

import datetime
from collections.abc import Iterator
from typing import Final

import numpy as np
from msgspec.structs import replace

from dedup.array_types import Hashes
from dedup.core.arrays.sorting import distinct, first_of_equals
from dedup.core.stories.document_credits import home_of
from dedup.engines.online.comparison.batch import distinct_pairs
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.online.comparison.in_memory import InMemoryTexts
from dedup.engines.online.learning.sites import Learning
from dedup.engines.online.stories.decisions import story_name
from dedup.engines.stages.canonical import lead_stories
from dedup.engines.stages.stories import document_lengths
from dedup.engines.tasks.read import AROUND
from dedup.engines.tasks.results import ReadResult
from dedup.engines.tasks.tasks import ReadStored
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.error_mapping import raise_corrupt
from dedup.index.records import Stored, StoryRow
from dedup.index.store import Store
from dedup.index_types import IndexedStory
from dedup.strings import StringColumn
from dedup.types import Member

_CHUNK_BYTES: Final = 1 << 20
"""Packed bytes of a task, at least, or the last documents. The texts have about twice as many characters."""


class StoredDocuments:
    """All documents of a ``store`` as the input of a job, in the order of their numbers.

    ``stories``, ``decisions``, ``fingerprints`` and ``seen`` are those of the documents so far.
    """

    def __init__(self, store: Store) -> None:
        self.stories: list[int] = []
        self.decisions: list[bytes] = []
        self.fingerprints: list[int] = []
        self.seen: list[float] = []
        self._store = store

    def requests(self, store: Store) -> Iterator[ReadStored]:
        """Yields tasks that read the documents in order. Workers unpack the documents."""
        chunk, size = ReadStored([], [], {}), 0
        decisions: dict[bytes, bytes] = {}  # most decisions are equal, and equal decisions share memory
        for head, packed, number in store.all_packed():
            self.stories.append(head.story)
            self.fingerprints.append(head.fingerprint)
            self.seen.append(head.seen)
            self.decisions.append(decisions.setdefault(head.decision, head.decision))
            chunk.ids.append(head.id)
            chunk.packed.append(packed)
            if number and number not in chunk.dictionaries:
                chunk.dictionaries[number] = store.dictionary(number)
            size += len(packed) + AROUND
            if size >= _CHUNK_BYTES:
                yield chunk
                chunk, size = ReadStored([], [], {}), 0
        yield chunk

    def taken(self, result: ReadResult) -> dict[int, datetime.datetime]:
        """Checks the next result. All times are in it.

        Raises:
            IndexCorrupt: a document could not be read.
        """
        for skip in result.skips:
            raise_corrupt(self._store.path, f"the text of document {skip.path!r} is damaged ({skip.reason})")
        return {}

    def end(self, _ids: StringColumn, _hashes: Hashes) -> dict[int, str]:
        """Renames no document: all ids of an index differ."""
        return {}


def load_stories(store: Store, rows: list[StoryRow]) -> Iterator[IndexedStory]:
    """Yields the stories of ``rows``, except for stories that have ended since the rows were read."""
    numbers: dict[int, list[int]] = {}
    for story, number in store.of_stories([row.number for row in rows]):
        numbers.setdefault(story, []).append(number)
    all_numbers = sorted(number for of_story in numbers.values() for number in of_story)
    members = {stored.number: _make_member(stored) for stored in store.documents(all_numbers)}
    for row in rows:
        copies = {number: members[number] for number in sorted(numbers.get(row.number, ())) if number in members}
        canonical = copies.pop(row.canonical, None)
        if canonical is not None:
            weakest = min((copy.containment for copy in copies.values()), default=1.0)
            canonical = replace(canonical, relation="original", containment=1.0, resemblance=1.0)  # it may lead anew
            yield IndexedStory(canonical, tuple(copies.values()), weakest, story_name(row.number))


def order_stories(store: Store, rows: list[StoryRow], learning: Learning) -> list[IndexedStory]:
    """The stories of ``rows`` in the order of the canonical rule, as `cluster` orders them.

    Args:
        store: the index.
        rows: the stories. A story that has ended since its row was read is left out.
        learning: the sites of the index, which say what is boilerplate, and learn from the comparison.
    """
    numbered = store.of_stories([row.number for row in rows])
    homes = {number: story for story, number in numbered}
    stored = store.documents(sorted(homes))
    if not stored:
        return []
    in_memory = InMemoryTexts(store.settings)
    in_memory.read([entry.document for entry in stored])
    texts, story = in_memory.texts(), np.array([homes[entry.number] for entry in stored], np.int64)
    first: dict[int, int] = {}
    stars = [(first.setdefault(number, row), row) for row, number in enumerate(story.tolist())]
    pairs, nothing = distinct_pairs(texts.text[np.array(stars, np.int64)]), np.zeros(len(texts.rows), np.int64)
    verified = in_memory.compare(texts, pairs, nothing.astype(np.bool_), nothing, learning)
    compared = ComparedDocuments(texts, verified, None, store.settings)
    words = compared.grouped.words
    lengths = document_lengths(texts, verified)
    position = distinct(story)[1]
    order = lead_stories(texts, position, lengths, words, store.settings).order
    starts = first_of_equals(position[order])
    leaders = order[starts][starts.cumsum() - 1]
    members = compared.members(order, leaders, story)
    ends = [*np.flatnonzero(starts).tolist()[1:], len(members)]
    stories = []
    for begin, end in zip(np.flatnonzero(starts).tolist(), ends, strict=True):
        canonical, *copies = members[begin:end]
        weakest = min((copy.containment for copy in copies), default=1.0)
        name = story_name(int(story[order[begin]]))
        stories.append(IndexedStory(canonical, tuple(copies), weakest, name))
    return stories


def _make_member(stored: Stored) -> Member:
    """The member of a story that a document of the index is."""
    document, decision = stored.document, StoredDecision.read(stored.decision)
    return Member(
        document.id,
        decision.relation,
        decision.containment,
        decision.resemblance,
        document.source,
        document.published,
        document.title,
        document.path,
        decision.credit,
        decision.no_article,
        home_of(document.source, document.url, document.path),
    )
