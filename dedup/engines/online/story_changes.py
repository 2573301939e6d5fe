"""A compared batch, or documents to remove -> the `Change` of the index: documents, stories and events."""

from collections.abc import Callable, Collection
from typing import Final

import numpy as np

from dedup.array_types import Fingerprints
from dedup.core.stories.story_ids import NONE, assign_story_ids, story_events
from dedup.engines.online.batch import Comparison
from dedup.engines.online.decisions import make_decisions, members_by_id, pack_decisions, story_name
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Change, Entry, Stored, StoryRow
from dedup.index.store import Store
from dedup.index_types import Decision, Event, EventKind
from dedup.types import Document

_CANDIDATES: Final = 64
"""Documents of a story from which a new canonical document is chosen at most: the first documents."""

ChooseCanonical = Callable[[list[Stored]], int]
"""Returns the number of the canonical document among documents of one story."""


class EventMaker:
    """Makes events with their numbers. ``events`` are the events so far."""

    def __init__(self, store: Store) -> None:
        self.events: list[Event] = []
        self._next = store.next_event

    def __call__(self, kind: EventKind, story: int, document: str = "", other: str = "") -> None:
        """Adds an event of a ``story``, of the document with the id ``document`` or of none."""
        self.events.append(Event(self._next + len(self.events), kind, story_name(story), document, other))


def decide(
    store: Store,
    documents: list[Document],
    comparison: Comparison,
    fingerprints: Fingerprints,
    replaced: dict[str, Stored],
    now: float,
    version: int,
    choose_canonical: ChooseCanonical,
) -> tuple[Change, list[Decision]]:
    """Decides how a batch changes the index.

    Args:
        store: the index.
        documents: the ``d`` new documents.
        comparison: their comparison.
        fingerprints: ``(d,)`` fingerprint of each text.
        replaced: documents of the index that new documents replace, by id.
        now: the time when the documents were seen, in seconds.
        version: the version of the site profiles.
        choose_canonical: chooses among documents of a story that has lost its canonical document.

    Returns:
        The change, without its postings, and the decision on each new document.
    """
    batch = _BatchStories(store, documents, comparison, replaced)
    placed, make_event = batch.placed, EventMaker(store)
    change = Change(removed=[old.number for old in replaced.values()])
    for younger, older in placed.merged.items():
        change.moved += [(number, older) for _, number in store.of_stories([younger]) if number not in batch.gone]
        change.stories.append(StoryRow(younger, 0, older))
    _add_story_events(batch, make_event)
    _change_canonicals(batch, change, make_event)
    _change_left_stories(batch, change, make_event, choose_canonical)
    packed = pack_decisions(documents, comparison, batch.members)
    columns = zip(batch.numbers, documents, fingerprints.tolist(), batch.stories, packed, strict=False)
    change.entries = [
        Entry(number, document, fingerprint, story, now, version, decision)
        for number, document, fingerprint, story, decision in columns
    ]
    for stored in comparison.neighbours:
        decision = StoredDecision.read(stored.decision).in_story(batch.members[stored.document.id]).packed()
        if decision != stored.decision:
            change.decided.append((stored.number, version, decision))
    change.events = make_event.events
    ids, stories = batch.ids[: len(documents)], batch.stories[: len(documents)]
    return change, make_decisions(ids, stories, comparison, batch.members, replaced, change.events)


class _BatchStories:
    """The stories of new documents and their neighbours, before and after a batch.

    - ``numbers`` and ``ids``: of all documents, new documents first.
    - ``gone``: the numbers of the ``replaced`` documents.
    - ``before``: ``(n,) int64`` story of each document before the batch, or `NONE`.
    - ``placed`` and ``stories``: the stories after the batch.
    - ``members``: the members of the stories of the comparison, by id.
    """

    def __init__(
        self, store: Store, documents: list[Document], comparison: Comparison, replaced: dict[str, Stored]
    ) -> None:
        neighbours = comparison.neighbours
        self.store, self.documents, self.comparison, self.replaced = store, documents, comparison, replaced
        self.gone = {old.number for old in replaced.values()}
        first = store.next_document
        self.numbers = [*range(first, first + len(documents)), *(stored.number for stored in neighbours)]
        self.ids = [document.id for document in (*documents, *(stored.document for stored in neighbours))]
        self._ids = {stored.number: stored.document.id for stored in (*replaced.values(), *neighbours)}
        continued = self._continued_stories()
        of_new = [continued.get(document.id, NONE) for document in documents]
        self.before = np.array([*of_new, *(stored.story for stored in neighbours)], np.int64)
        self.placed = assign_story_ids(self.before, comparison.labels, store.next_story, split=False)
        self.stories: list[int] = self.placed.stories.tolist()
        self.members = members_by_id(comparison)

    def _continued_stories(self) -> dict[str, int]:
        """The stories that would be empty without their replaced documents, by the id of one replaced document each.

        The new document of this id continues the story.
        """
        first_ids: dict[int, str] = {}
        for id, old in self.replaced.items():
            first_ids.setdefault(old.story, id)
        members = self.store.of_stories(list(first_ids))
        with_members = {story for story, number in members if number not in self.gone}
        return {id: story for story, id in first_ids.items() if story not in with_members}

    def has_moved(self, row: int) -> bool:
        """Whether the new document ``row``, which replaces another, is in another story than the replaced document."""
        old = self.replaced[self.ids[row]].story
        return self.placed.merged.get(old, old) != self.stories[row]

    def id_of(self, number: int) -> str:
        """The id of a document of the index, which may be a replaced document."""
        return self._ids.get(number) or "".join(head.id for head in self.store.heads([number]))


def _add_story_events(batch: _BatchStories, make_event: EventMaker) -> None:
    """Adds the events of merged stories and of documents that join or leave a story."""
    for kind, story, document, other in story_events(batch.before, batch.placed, np.arange(len(batch.documents))):
        if kind == "merged":
            make_event(kind, story, other=story_name(other))
            continue
        id = batch.ids[document]
        if id in batch.replaced:
            if not batch.has_moved(document):
                continue
            make_event("left", batch.replaced[id].story, id)
        make_event(kind, story, id)


def _change_canonicals(batch: _BatchStories, change: Change, make_event: EventMaker) -> None:
    """Changes the canonical documents of the compared stories."""
    rows = {id: row for row, id in enumerate(batch.ids)}
    new = set(batch.placed.new)
    canonical_rows: dict[int, int] = {}
    for row, (story, id) in enumerate(zip(batch.stories, batch.ids, strict=True)):
        # the first document of a new story, or a document that was compared with none
        if story not in canonical_rows and (story in new or id not in batch.members):
            canonical_rows[story] = row
    for story, compared in zip(batch.placed.names.tolist(), batch.comparison.stories, strict=False):
        canonical = rows.get(compared.canonical.id)
        if canonical is not None and batch.stories[canonical] == story:  # not if its story has become part of another
            canonical_rows[story] = canonical
    old_rows = batch.store.story_rows([story for story in canonical_rows if story not in new])
    for story, canonical in sorted(canonical_rows.items()):
        before = old_rows.get(story)
        if before is None or before.canonical != batch.numbers[canonical]:
            change.stories.append(StoryRow(story, batch.numbers[canonical]))
        if before is not None and (id := batch.id_of(before.canonical)) != batch.ids[canonical]:
            make_event("canonical_changed", story, batch.ids[canonical], id)


def _change_left_stories(
    batch: _BatchStories, change: Change, make_event: EventMaker, choose_canonical: ChooseCanonical
) -> None:
    """Changes the stories that replaced documents have left."""
    now = set(batch.placed.stories.tolist())
    left = {stored.story for stored in batch.replaced.values()} - now - batch.placed.merged.keys()
    story_without(batch.store, left, batch.gone, change, make_event, choose_canonical)


def story_without(
    store: Store,
    stories: Collection[int],
    gone: Collection[int],
    change: Change,
    make_event: EventMaker,
    choose_canonical: ChooseCanonical,
) -> None:
    """Adds to ``change`` what the loss of documents does to ``stories``.

    A story without documents ends. A story without its canonical document gets a new one.

    Args:
        store: the index.
        stories: the numbers of the stories.
        gone: the numbers of the lost documents.
        change: gets the new rows of stories.
        make_event: makes the events.
        choose_canonical: chooses the new canonical document.
    """
    members: dict[int, list[int]] = {story: [] for story in sorted(stories)}
    for story, number in store.of_stories(list(members)):
        if number not in gone:
            members[story].append(number)
    for story, numbers in members.items():
        row = store.story(story)
        if not numbers:
            change.stories.append(StoryRow(story, 0))
        elif row is None or row.canonical in gone:
            candidates = store.documents(numbers[:_CANDIDATES])
            canonical = choose_canonical(candidates)
            change.stories.append(StoryRow(story, canonical))
            (id,) = (stored.document.id for stored in candidates if stored.number == canonical)
            make_event("canonical_changed", story, id)


def removal(store: Store, removed: list[Stored], choose_canonical: ChooseCanonical) -> Change:
    """The change that removes documents from their stories and from the index.

    Args:
        store: the index.
        removed: the documents.
        choose_canonical: chooses among documents of a story that has lost its canonical document.
    """
    make_event, gone = EventMaker(store), {stored.number for stored in removed}
    change = Change(removed=sorted(gone))
    for stored in removed:
        make_event("left", stored.story, stored.document.id)
    story_without(store, {stored.story for stored in removed}, gone, change, make_event, choose_canonical)
    change.events = make_event.events
    return change
