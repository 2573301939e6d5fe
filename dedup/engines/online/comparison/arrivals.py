"""A batch of new documents and an index -> what each document is, by the rule with which `cluster` decides a job.

A job learns the boilerplate of sites from all its documents; here the site profiles are given
(`engines.tasks.profiles`). The candidates come from the index. Then the new documents and the stories that they may
belong to are compared like the texts of a job.
"""

import functools
import threading
from collections.abc import Container
from typing import Final

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.sorting import find, rising
from dedup.core.arrays.workspace import Workspace
from dedup.core.candidates.lookup import first_numbers
from dedup.core.sketch import bands
from dedup.core.stories.arrivals.leads import Leads
from dedup.core.stories.by_hand.words import HandWords
from dedup.core.stories.canonical import find_origins
from dedup.engines.online.comparison.batch import NO_COMPARISON, ArrivingBatch, ComparedBatch, ReadBatch, distinct_pairs
from dedup.engines.online.comparison.by_hand import find_same, hold_pairs, hold_stories, named_members
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.online.comparison.in_memory import InMemoryTexts
from dedup.engines.online.comparison.items import UnderHeadlines, find_items, joining_headlines
from dedup.engines.online.comparison.kept_pairs import KeptPairs
from dedup.engines.online.comparison.matches import MATCHES, nearest_matches
from dedup.engines.online.comparison.nearby import Nearby, earlier_equals, find_nearby
from dedup.engines.online.comparison.ready import ReadDocument, ReadyTexts
from dedup.engines.online.learning.sites import Learning
from dedup.engines.tasks.arrivals import ArrivalReader
from dedup.engines.tasks.results import ArrivalResult
from dedup.formats import ReadOutcome, columns_of_documents
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Hits, Postings, Stored
from dedup.index.store import Store
from dedup.settings import Settings
from dedup.types import Document

_MOST_APART: Final = 32
"""Documents of a story that may part, at most: each is compared with each. A larger story waits for a review."""

_MEMBERS: Final = 64
"""Documents of a story that new documents are compared with at most: the canonical document and the first documents."""

_FEW: Final = 9
"""Members of stories for each candidate, up to which all members are compared at once. The eight representatives of a
large story suffice."""

_KEPT: Final = 1 << 17
"""Characters of texts up to which a thread keeps its scratch memory for the next texts."""


class _ThreadWorkspace(threading.local):
    """Scratch memory of each thread, made when the thread first needs it.

    A `Workspace` makes the process keep freed memory. So a workspace made before an index is opened would keep the
    memory that opening the index frees.
    """

    @functools.cached_property
    def workspace(self) -> Workspace:
        """The memory of this thread."""
        return Workspace()


class ArrivalJudge:
    """Decides what documents are that arrive at an index with these ``settings``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = ArrivalReader(settings)
        self._own = _ThreadWorkspace()
        self._ready, self._kept = ReadyTexts(), KeptPairs(settings.containment)

    def forget(self) -> None:
        """Drops what is kept of the last documents in memory, so that nothing stays of removed documents."""
        self._ready.clear()
        self._kept.clear()

    def read(self, documents: list[Document]) -> ReadBatch:
        """Reads ``documents``, each with its own id."""
        outcome = ReadOutcome([columns_of_documents(documents)])
        return ReadBatch(documents, *self._reader.read(outcome, self._workspace_of(documents)), None)

    def key(self, batch: ReadBatch, left_out: Flags, walls: Hashes) -> ArrivalResult:
        """Makes the lookup keys of documents.

        Args:
            batch: the documents.
            left_out: ``(m,)`` which blocks are left out.
            walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.
        """
        return self._reader.key(batch.read, batch.tokens, left_out, walls, self._workspace_of(batch.documents))

    def key_again(self, keyed: ArrivalResult, left_out: Flags, walls: Hashes, more: Indices) -> ArrivalResult:
        """Makes the lookup keys again of the texts that leave out other blocks now.

        Args:
            keyed: the documents with their lookup keys.
            left_out: ``(m,)`` which blocks are left out.
            walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.
            more: ``(q,)`` other texts whose keys are made again.
        """
        return self._reader.key_again(keyed, left_out, walls, more, Workspace())

    def _workspace_of(self, documents: list[Document]) -> Workspace:
        """The workspace for a batch: that of this thread for one document, or else a new one."""
        return self._choose_workspace(documents) if len(documents) == 1 else Workspace()

    def _choose_workspace(self, documents: list[Document]) -> Workspace:
        """The workspace of this thread, or a new one for texts that would make it large."""
        size = sum(len(document.text) for document in documents)
        return self._own.workspace if size <= _KEPT else Workspace()

    def look_up(self, batch: ArrivingBatch, store: Store, is_new: Flags) -> Hits:
        """Looks up a ``batch`` in the ``store``: all ids, and the texts and candidates of documents.

        Args:
            batch: the documents.
            store: the index.
            is_new: ``(d,)`` whether the text and the candidates of each document are looked up.
        """
        ids = [document.id for document in batch.documents]
        worded = (is_new & (batch.read.lengths > 0)).nonzero()[0]
        return store.look_up(ids, batch.read.fingerprints, *batch.document_keys(is_new), worded)

    def find_nearby(self, batch: ArrivingBatch, hits: Hits, numbers: Indices, store: Store) -> Nearby:
        """Finds what is near to each document of a ``batch`` when the documents before it are in the ``store``.

        Args:
            batch: the new documents.
            hits: the result of `look_up`.
            numbers: ``(d,)`` the number that each document gets, 0 for a document that does not change the index.
            store: the index.
        """
        return find_nearby(hits, batch.read, numbers, self._settings.max_bucket, store)

    def find_items(self, batch: ArrivingBatch, numbers: Indices, store: Store) -> Pairs:
        """Finds the items that have the headline of each document of a ``batch``.

        Args:
            batch: the new documents.
            numbers: as for `find_nearby`.
            store: the index.

        Returns:
            ``(m, 2)`` pairs of a position in the batch and the number of an item in the index, or before it in the
            batch.
        """
        headlines, most = batch.read.item_headlines, self._settings.max_bucket + 1
        if not headlines.any():
            return np.zeros((0, 2), np.int64)
        rows = store.items_under(rising(headlines[headlines != 0]), most)
        position, row = np.nonzero(headlines[:, None] == np.array([row.headline for row in rows], np.uint64))
        stored = np.array([row.number for row in rows], np.int64)[row]
        return np.concatenate((pair_up(position, stored), earlier_equals(headlines, numbers, most)))

    def compare(
        self, batch: ArrivingBatch, nearby: Nearby, store: Store, gone: frozenset[int], learning: Learning
    ) -> ComparedBatch:
        """Compares a ``batch`` with documents of the ``store``.

        A document of the batch is near to no other one outside its group (`engines.online.comparison.nearby`).

        If a new document joins a story with further members, it is compared with these members too: every member of a
        story is a match of the whole story.

        Args:
            batch: the new documents.
            nearby: the documents of the index that are near to them.
            store: the index.
            gone: documents of the index that count as removed.
            learning: the sites of the index, which learn from the comparison.

        Returns:
            `ComparedBatch` of the batch.
        """
        if len(batch.documents) == 1:
            self._ready.put(ReadDocument(batch.documents[0], batch.read, batch.tokens))
        items = find_items(batch, store, gone, self._settings.max_bucket)
        same = find_same(store, [document.id for document in batch.documents])
        nearby = nearby.with_versions(np.concatenate((items.near(), same))).without(gone)
        positions = nearby.positions()
        if not positions.size:
            return NO_COMPARISON.spread(positions, batch.read, batch.reasons)
        subset, of_subset = batch.select(positions), nearby.select(positions)
        comparison = self._compare_stories(subset, of_subset, items, store, gone, learning)
        return comparison.spread(positions, batch.read, batch.reasons)

    def _compare_stories(
        self,
        batch: ArrivingBatch,
        nearby: Nearby,
        items: UnderHeadlines,
        store: Store,
        gone: frozenset[int],
        learning: Learning,
    ) -> ComparedBatch:
        """Compares documents with documents near to them, then with the further members of the stories that they
        join, and each member of a story that looks apart with each.

        If several documents are compared, stories that look apart are only told: their documents come alone.
        """
        candidates = nearby.all()
        story_of = store.stories_of(rising(candidates[:, 1]).tolist())
        owners = {story_of[number]: position for position, number in candidates[::-1].tolist() if number in story_of}
        members = _members_of_stories(store, sorted(set(story_of.values())), gone) | items.parting
        more = _choose_neighbours(nearby, story_of, members, items.parting)
        in_memory = InMemoryTexts(self._settings, self._choose_workspace(batch.documents), self._ready, self._kept)
        in_memory.take(batch.read, batch.tokens)
        neighbours, parting, is_settled = list[Stored](), set(items.parting), False
        while not is_settled:
            further = store.documents(more)
            in_memory.read([stored.document for stored in further])
            neighbours += further
            if parting:  # all that joins their members counts, also other headlines
                headlines, most = in_memory.texts().item_headlines, self._settings.max_bucket
                items = items._replace(joining=joining_headlines(headlines, batch, store, gone, most))
            positions = [owners[stored.story] for stored in neighbours]
            groups = np.append(nearby.groups, nearby.groups[positions])
            comparison = self._compare_texts(
                batch, in_memory, nearby, items, neighbours, parting, groups, store.hand_words, learning
            )
            apart = comparison.stories_apart()
            unsettled = {story for story in apart - parting if len(members[story]) <= _MOST_APART}
            parting |= unsettled
            if parting and len(batch.documents) > 1:
                return comparison._replace(owners=owners, parting=frozenset(parting))
            compared = {stored.number for stored in neighbours}
            of_stories = {number for story in comparison.matched_stories() | parting for number in members[story]}
            more = sorted(of_stories - compared)
            is_settled = not (more or unsettled)
        changing = comparison.matched_stories() | parting | comparison.stories_of_digests()
        return comparison.drop_neighbours(changing)._replace(owners=owners, parting=frozenset(apart & parting))

    def _compare_texts(
        self,
        batch: ArrivingBatch,
        in_memory: InMemoryTexts,
        nearby: Nearby,
        items: UnderHeadlines,
        neighbours: list[Stored],
        parting: Container[int],
        groups: Indices,
        words: HandWords,
        learning: Learning,
    ) -> ComparedBatch:
        """Compares the new documents with the ``neighbours``; ``in_memory`` has read both, of these ``groups``.

        Of the other headlines of the neighbours, not all items are among the neighbours: those headlines say nothing.
        """
        texts = in_memory.texts().under_headlines(items.joining).in_groups(groups)
        pairs = _pairs_to_compare(len(batch.documents), nearby.candidates, neighbours, parting)
        pairs = distinct_pairs(texts.text[np.concatenate((pairs, nearby.grouped()))])
        digests = np.zeros(len(texts.rows), np.bool_)
        are_digests = [StoredDecision.read(stored.decision).is_digest for stored in neighbours]
        digests[texts.text[len(batch.documents) :][are_digests]] = True
        verified = in_memory.compare(texts, pairs, digests, groups[texts.first], learning)
        sources = texts.members.columns.source_names(texts.first)
        pages = learning.known_pages(texts.pages, verified.decider.sites, sources)
        hand = hold_pairs(words, texts.members.ids, neighbours)
        compared = ComparedDocuments(texts, verified, pages, self._settings, hand)
        labels = compared.labels() if hand is None else hold_stories(compared.labels(), hand, neighbours, parting)
        numbers = [stored.number for stored in neighbours]
        matches = nearest_matches(texts, verified, numbers, self._settings.containment)
        return ComparedBatch(neighbours, compared, labels, matches, {}, {})

    def postings(self, batch: ArrivingBatch, numbers: Indices) -> Postings:
        """The postings of a ``batch`` whose documents have the ``numbers`` ``(d,)`` in the index."""
        keys, sampled = batch.document_keys()
        return Postings(numbers, keys if (keys != bands.NO_KEY).any() else keys[:, :0], sampled)

    def choose_canonical(self, stored: list[Stored]) -> int:
        """The number of the canonical document among documents of one story, which came in this order."""
        in_memory = InMemoryTexts(self._settings)
        in_memory.read([entry.document for entry in stored])
        texts = in_memory.texts()
        columns = texts.members.columns
        origins = find_origins(columns.home, columns.names, texts.credits, self._settings.prefer)
        answers = [StoredDecision.read(entry.decision).answer for entry in stored]
        leads = Leads(origins, [row for row, answer in enumerate(answers) if not answer.is_told])
        for row in range(len(stored)):
            leads.add(row, 0)
        return stored[leads.leaders[0]].number


def _pairs_to_compare(count: int, candidates: Pairs, neighbours: list[Stored], parting: Container[int]) -> Pairs:
    """``(p, 2)`` pairs of documents that may match, the ``count`` new documents first.

    The pairs are the ``candidates`` among the ``neighbours``, and each neighbour with the first neighbour of its
    story, or with each neighbour before it in a story that may be ``parting``.
    """
    numbers = np.array([stored.number for stored in neighbours], np.int64)
    order = numbers.argsort()
    positions, is_neighbour = find(numbers[order], candidates[:, 1])
    outer = np.empty((np.count_nonzero(is_neighbour), 2), np.int64)
    outer[:, 0] = candidates[is_neighbour, 0]
    outer[:, 1] = count + order[positions[is_neighbour]]
    earlier: dict[int, list[int]] = {}
    inner: list[tuple[int, int]] = []
    for row, stored in enumerate(neighbours, count):
        before = earlier.setdefault(stored.story, [])
        inner += [(other, row) for other in before]
        if not before or stored.story in parting:
            before.append(row)
    return np.concatenate((outer, np.array(inner, np.int64).reshape(-1, 2)))


def _choose_neighbours(
    nearby: Nearby, story_of: dict[int, int], members: dict[int, list[int]], parting: Container[int]
) -> list[int]:
    """Chooses the documents of the index that each new document is compared with first.

    These are all ``members`` of the stories of the documents near to it if the members are few, or else the documents
    near to it; the first documents of its text; and all members of stories that may be ``parting``. ``story_of`` has
    the stories of these documents.
    """
    near_to: dict[int, set[int]] = {}
    for position, number in nearby.all().tolist():
        near_to.setdefault(position, set()).add(number)
    chosen: set[int] = set()
    for numbers in near_to.values():
        stories = {story_of[number] for number in numbers if number in story_of}
        all_members = {number for story in stories for number in members[story]}
        chosen.update(all_members if len(all_members) <= _FEW * len(numbers) else numbers)
        chosen.update(number for story in stories if story in parting for number in members[story])
    chosen.update(first_numbers(nearby.same, MATCHES)[:, 1].tolist())
    return sorted(chosen)


def _members_of_stories(store: Store, stories: list[int], gone: frozenset[int]) -> dict[int, list[int]]:
    """The canonical document and the first `_MEMBERS` documents of ``stories``, by story, without documents that are
    ``gone``."""
    members: dict[int, list[int]] = {story: [] for story in stories}
    for story, number in store.of_stories(stories, _MEMBERS + 1 + len(gone)):
        if number not in gone:
            members[story].append(number)
    large = [story for story, of_story in members.items() if len(of_story) > _MEMBERS]
    for story, row in store.story_rows(large).items():
        del members[story][_MEMBERS:]
        if row.canonical not in gone and row.canonical not in members[story]:
            members[story].append(row.canonical)
    for story, named in named_members(store, large).items():
        members[story] += [number for number in named if number not in gone and number not in members[story]]
    return members
