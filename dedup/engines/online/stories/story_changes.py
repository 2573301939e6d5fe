"""A compared batch, or documents to remove -> the `Change` of the index: documents, stories and events."""

from collections.abc import Callable, Collection
from typing import Final

import msgspec
import numpy as np

from dedup.core.stories.story_ids import NONE, story_events
from dedup.engines.online.comparison.batch import ArrivingBatch, ComparedBatch
from dedup.engines.online.stories.answers import BatchAnswers
from dedup.engines.online.stories.decisions import make_decisions, pack_decisions, story_name
from dedup.engines.online.stories.placed import PlacedBatch
from dedup.engines.online.stories.remembered import move_remembered, remembered_stories
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import FORGOTTEN, Change, Entry, RememberedRow, Stored, StoryRow
from dedup.index.store import Store
from dedup.index_types import Decision, Event, EventKind

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
    arriving: ArrivingBatch,
    comparison: ComparedBatch,
    replaced: dict[str, Stored],
    remembered: dict[int, RememberedRow],
    now: float,
    version: int,
    choose_canonical: ChooseCanonical,
) -> tuple[Change, list[Decision]]:
    """Decides how a batch changes the index.

    Args:
        store: the index.
        arriving: the ``d`` new documents.
        comparison: their comparison.
        replaced: documents of the index that new documents replace, by id.
        remembered: the remembered documents that new documents repeat, by position.
        now: the time when the documents were seen, in seconds.
        version: the version of the site profiles.
        choose_canonical: chooses among documents of a story that has lost its canonical document.

    Returns:
        The change, without its postings, and the decision on each new document.
    """
    batch = PlacedBatch(store, arriving, comparison, replaced, remembered)
    answers = BatchAnswers(batch, now)
    change = _change_stories(batch, answers, version, choose_canonical)
    packed, fingerprints = pack_decisions(batch, answers), arriving.read.fingerprints.tolist()
    columns = zip(batch.numbers, batch.documents, fingerprints, batch.stories, packed, strict=False)
    change.entries = [
        Entry(number, document, fingerprint, story, now, version, decision)
        for number, document, fingerprint, story, decision in columns
    ]
    events = _deal_events(change.events, batch)
    change.events = [event for of_one in events for event in of_one]
    return change, make_decisions(batch, answers, events)


def decide_again(
    store: Store, arriving: ArrivingBatch, comparison: ComparedBatch, version: int, choose_canonical: ChooseCanonical
) -> Change:
    """Decides how a comparison of documents of the index changes their stories.

    Args:
        store: the index.
        arriving: a batch of no documents.
        comparison: the comparison.
        version: the version of the site profiles.
        choose_canonical: as for `decide`.
    """
    batch = PlacedBatch(store, arriving, comparison, {}, {})
    return _change_stories(batch, BatchAnswers(batch, 0.0), version, choose_canonical)


def _change_stories(
    batch: PlacedBatch, answers: BatchAnswers, version: int, choose_canonical: ChooseCanonical
) -> Change:
    """Makes the change of stories and of the documents of the index, with its events in order."""
    store, make_event = batch.store, EventMaker(batch.store)
    change = Change(removed=[old.number for old in batch.replaced.values()])
    change.moved = [(batch.numbers[row], batch.stories[row]) for row in batch.leaving]
    moved = batch.gone.union(number for number, _ in change.moved)
    for younger, older in batch.placed.merged.items():
        change.moved += [(number, older) for _, number in store.of_stories([younger]) if number not in moved]
        change.stories.append(StoryRow(younger, 0, older))
    change.remembered = move_remembered(store, batch.placed.merged)
    _add_story_events(batch, make_event)
    _change_compared_stories(batch, answers, change, make_event)
    _change_left_stories(batch, change, make_event, choose_canonical)
    for stored in batch.comparison.neighbours:
        decision = StoredDecision.read(stored.decision).in_story(*answers.place_of(stored.document.id)).packed()
        if decision != stored.decision:
            change.decided.append((stored.number, version, decision))
    change.events = make_event.events
    return change


def _add_story_events(batch: PlacedBatch, make_event: EventMaker) -> None:
    """Adds the events of merged stories and of documents that join or leave a story."""
    changed = np.array([*batch.leaving, *range(len(batch.documents))], np.int64)
    for kind, story, document, other in story_events(batch.before, batch.placed, changed):
        id, other_name = batch.ids[document] if document != NONE else "", story_name(other) if other != NONE else ""
        if other_name:
            make_event(kind, story, id, other_name)
            continue
        if id in batch.replaced:
            if not batch.has_moved(document):
                continue
            old = batch.replaced[id].story
            make_event("left", batch.placed.merged.get(old, old), id)
        make_event(kind, story, id)


def _deal_events(events: list[Event], batch: PlacedBatch) -> list[list[Event]]:
    """The ``events`` that each new document causes, with numbers as if the documents had come one by one."""
    count, owners = len(batch.documents), {story_name(story): row for story, row in batch.owners().items()}
    dealt: list[list[Event]] = [[] for _ in range(count)]
    for event in events:
        row = batch.row_of.get(event.document, count)
        dealt[row if row < count else owners[event.story]].append(event)
    numbers = iter([event.number for event in events])
    return [[msgspec.structs.replace(event, number=next(numbers)) for event in of_one] for of_one in dealt]


def _change_compared_stories(batch: PlacedBatch, answers: BatchAnswers, change: Change, make_event: EventMaker) -> None:
    """Changes the rows of the stories of the batch, and adds the events of documents that lead now."""
    begun = {batch.stories[row]: batch.ids[row] for row in reversed(batch.leaving)}  # with the first document that left
    for story in sorted(answers.leaders):
        before = batch.story_rows.get(story)
        leader = batch.number_of(story, answers.leaders[story])
        row = StoryRow(story, leader, 0, answers.first[story], answers.seen[story])
        if row != before:
            change.stories.append(row)
        first_leader = answers.first_leaders[story]
        led_by = begun.get(story, "") if before is None else batch.replaced_id(before.canonical)
        is_forgotten = before is not None and before.canonical == FORGOTTEN
        if is_forgotten or led_by not in ("", first_leader):
            make_event("canonical_changed", story, first_leader)
    for id, story, answer in zip(batch.ids, batch.stories, answers.answers, strict=False):
        if answer.replaced:
            make_event("replaced", story, id, answer.replaced)


def _change_left_stories(
    batch: PlacedBatch, change: Change, make_event: EventMaker, choose_canonical: ChooseCanonical
) -> None:
    """Changes the stories that replaced documents have left."""
    if not batch.replaced:
        return
    now = set(batch.stories)
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

    A story without documents ends, unless documents of it are remembered. A story without its canonical document gets a
    new one.

    Args:
        store: the index.
        stories: the numbers of the stories.
        gone: the numbers of the lost documents.
        change: gets the new rows of stories.
        make_event: makes the events.
        choose_canonical: chooses the new canonical document.
    """
    members: dict[int, list[int]] = {story: [] for story in sorted(stories)}
    for story, number in store.of_stories(list(members), _CANDIDATES + len(gone)):
        if number not in gone:
            members[story].append(number)
    remembered, rows = remembered_stories(store, members, change), store.story_rows(list(members))
    for story, numbers in members.items():
        row = rows.get(story)
        if not numbers:
            stays = row is not None and story in remembered
            change.stories.append((row or StoryRow(story, 0))._replace(canonical=FORGOTTEN if stays else 0))
        elif row is None or row.canonical in gone:
            candidates = store.documents(numbers[:_CANDIDATES])
            canonical = choose_canonical(candidates)
            change.stories.append((row or StoryRow(story, 0))._replace(canonical=canonical))
            (id,) = (stored.document.id for stored in candidates if stored.number == canonical)
            make_event("canonical_changed", story, id)


def removal(
    store: Store, removed: list[Stored], remembered: list[RememberedRow], choose_canonical: ChooseCanonical
) -> Change:
    """The change that removes documents from their stories and from the index.

    Args:
        store: the index.
        removed: the documents.
        remembered: the rows of those that are remembered.
        choose_canonical: chooses among documents of a story that has lost its canonical document.
    """
    make_event, gone = EventMaker(store), {stored.number for stored in removed}
    change = Change(removed=sorted(gone), remembered=remembered)
    for stored in removed:
        make_event("left", stored.story, stored.document.id)
    story_without(store, {stored.story for stored in removed}, gone, change, make_event, choose_canonical)
    change.events = make_event.events
    return change
