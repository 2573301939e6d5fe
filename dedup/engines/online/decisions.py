"""What was found of documents -> the change that it makes to an index, and the decisions that its user gets."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec
import numpy as np

from dedup.array_types import Hashes
from dedup.core.stories.story_ids import NONE, assign_story_ids, story_events
from dedup.engines.online.arrivals import Comparison
from dedup.index.records import Change, Entry, Stored, StoryRow
from dedup.index.store import Store
from dedup.types import Decision, Document, Event, EventKind, Match, Member, Relation

_CANDIDATES: Final = 64
"""Documents of a story that has lost the one that led it, of which one is chosen: the first ones."""


class StoredDecision(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a decision: what a document is to the canonical one, and its matches when it came."""

    relation: Relation = "original"
    containment: float = 1.0
    resemblance: float = 1.0
    credit: str = ""
    matches: tuple[tuple[str, float, float], ...] = ()
    no_article: str = ""

    @classmethod
    def of(cls, member: Member, matches: Iterable[Match] = ()) -> "StoredDecision":
        """What is kept of what a document is to its story."""
        pairs = tuple((match.id, match.containment, match.resemblance) for match in matches)
        return cls(member.relation, member.containment, member.resemblance, member.credit, pairs, member.no_article)

    @classmethod
    def read(cls, data: bytes) -> "StoredDecision":
        """What `packed` gave."""
        return msgspec.msgpack.decode(data, type=cls)

    def packed(self) -> bytes:
        """It as bytes."""
        return msgspec.msgpack.encode(self)

    @property
    def named(self) -> tuple[Match, ...]:
        """The matches."""
        return tuple(Match(*match) for match in self.matches)


_ALONE: Final = StoredDecision().packed()
"""What is kept of the decision on most documents: nothing is near, and nobody is credited."""


def story_name(story: int) -> str:
    """What a story is called."""
    return f"s{story}"


class EventMaker:
    """Events as they happen, with their numbers."""

    def __init__(self, store: Store) -> None:
        self.found: list[Event] = []
        self._next = store.next_event

    def __call__(self, kind: EventKind, story: int, document: str = "", other: str = "") -> None:
        """One more."""
        self.found.append(Event(self._next + len(self.found), kind, story_name(story), document, other))


Leader = Callable[[list[Stored]], int]
"""Which of some documents, of one story, leads it: its number."""


def decide(
    store: Store,
    documents: list[Document],
    arrived: Comparison,
    fingerprints: Hashes,
    replaced: dict[str, Stored],
    now: float,
    judged: int,
    leader: Leader,
) -> tuple[Change, list[Decision]]:
    """What adding the ``documents``, whose texts have these ``fingerprints`` ``(d,)``, does but for what they are found
    by, and the decision on each.

    Those that were there with another text are ``replaced``, by id. ``now`` is when they were seen, in seconds;
    ``judged`` the version of what was known.
    """
    lot = _Lot(store, documents, arrived, replaced)
    placed, events = lot.placed, EventMaker(store)
    change = Change(removed=[old.number for old in replaced.values()])
    for younger, older in placed.merged.items():
        change.moved += [(number, older) for _, number in store.of_stories([younger]) if number not in lot.gone]
        change.stories.append(StoryRow(younger, 0, older))
    _tell(lot, events)
    _lead(lot, change, events)
    _left_behind(lot, change, events, leader)
    change.entries = [
        Entry(number, document, fingerprint, story, now, judged, said)
        for number, document, fingerprint, story, said in zip(
            lot.numbers, documents, fingerprints.tolist(), lot.stories, lot.said(), strict=False
        )
    ]
    for stored in arrived.near:
        said = StoredDecision.of(lot.members[stored.document.id], StoredDecision.read(stored.decision).named)
        if (packed := said.packed()) != stored.decision:
            change.decided.append((stored.number, judged, packed))
    change.events = events.found
    return change, lot.decisions(events.found)


class _Lot:
    """New documents with those near, their stories before and now."""

    def __init__(
        self, store: Store, documents: list[Document], arrived: Comparison, replaced: dict[str, Stored]
    ) -> None:
        self.store, self.documents, self.arrived, self.replaced = store, documents, arrived, replaced
        self.gone = {old.number for old in replaced.values()}
        first = store.next_document
        self.numbers = [*range(first, first + len(documents)), *(stored.number for stored in arrived.near)]
        self.ids = [document.id for document in (*documents, *(stored.document for stored in arrived.near))]
        self._ids = {stored.number: stored.document.id for stored in (*replaced.values(), *arrived.near)}
        self.lone = self._lone()
        news = [self.lone.get(document.id, NONE) for document in documents]
        self.before = np.array([*news, *(stored.story for stored in arrived.near)], np.int64)
        self.placed = assign_story_ids(self.before, arrived.labels, store.next_story, split=False)
        self.stories: list[int] = self.placed.stories.tolist()
        self.members = {member.id: member for story in arrived.stories for member in story.members}

    def _lone(self) -> dict[str, int]:
        """Replaced documents without which their stories would be empty: of each story one, which stays what it is."""
        stories: dict[int, str] = {}
        for id, old in self.replaced.items():
            stories.setdefault(old.story, id)
        kept = {story for story, number in self.store.of_stories(list(stories)) if number not in self.gone}
        return {id: story for story, id in stories.items() if story not in kept}

    def moved(self, row: int) -> bool:
        """Whether a replaced document has left its story."""
        old = self.replaced[self.ids[row]].story
        return self.placed.merged.get(old, old) != self.stories[row]

    def id_of(self, number: int) -> str:
        """The id of a document that is in the index, and may be replaced."""
        return self._ids.get(number) or "".join(head.id for head in self.store.heads([number]))

    def said(self) -> list[bytes]:
        """What is kept of the decision on each new document."""
        said = [_ALONE] * len(self.documents)
        for row, (credit, no_article) in self.arrived.alone.items():
            said[row] = StoredDecision(credit=credit, no_article=no_article).packed()
        for row, document in enumerate(self.documents):
            if member := self.members.get(document.id):
                said[row] = StoredDecision.of(member, self.arrived.matches[row]).packed()
        return said

    def decisions(self, events: list[Event]) -> list[Decision]:
        """What is said of each new document; an event that is of no new one is told with the first of its story."""
        ids = self.ids[: len(self.documents)]
        names = list(map(story_name, self.stories[: len(ids)]))
        told: dict[str, tuple[Event, ...]] = dict.fromkeys(ids, ())
        owners = dict(zip(reversed(names), reversed(ids), strict=True))  # of each story the first
        for event in events:
            owner = event.document if event.kind != "canonical_changed" else ""
            if owner not in told:
                owner = owners.get(event.story) or owners.get(event.other, "")
            if owner:
                told[owner] = (*told[owner], event)
        relations = {id: member.relation for id, member in self.members.items()}
        leaders = {id: story.canonical.id for story in self.arrived.stories for id in (one.id for one in story.members)}
        return [
            Decision(
                id,
                story,
                "revision" if id in self.replaced else relations.get(id, "original"),
                leaders.get(id, id),
                matches,
                events,
            )
            for (id, events), story, matches in zip(told.items(), names, self.arrived.matches, strict=True)
        ]


def _tell(lot: _Lot, events: EventMaker) -> None:
    """Which stories became one, and which documents came and went."""
    for kind, story, document, other in story_events(lot.before, lot.placed, np.arange(len(lot.documents))):
        if kind == "merged":
            events(kind, story, other=story_name(other))
            continue
        id = lot.ids[document]
        if id in lot.replaced:
            if not lot.moved(document):
                continue
            events("left", lot.replaced[id].story, id)
        events(kind, story, id)


def _lead(lot: _Lot, change: Change, events: EventMaker) -> None:
    """Who leads the stories that were looked at."""
    rows = {id: row for row, id in enumerate(lot.ids)}
    new = set(lot.placed.new)
    leading: dict[int, int] = {}
    for row, (story, id) in enumerate(zip(lot.stories, lot.ids, strict=True)):
        if story not in leading and (story in new or id not in lot.members):  # the first of a new one, or one alone
            leading[story] = row
    for story, found in zip(lot.placed.names.tolist(), lot.arrived.stories, strict=False):
        canonical = rows.get(found.canonical.id)
        if canonical is not None and lot.stories[canonical] == story:  # not of one that has gone into another
            leading[story] = canonical
    known = lot.store.story_rows([story for story in leading if story not in new])
    for story, canonical in sorted(leading.items()):
        before = known.get(story)
        if before is None or before.canonical != lot.numbers[canonical]:
            change.stories.append(StoryRow(story, lot.numbers[canonical]))
        if before is not None and (id := lot.id_of(before.canonical)) != lot.ids[canonical]:
            events("canonical_changed", story, lot.ids[canonical], id)


def _left_behind(lot: _Lot, change: Change, events: EventMaker, leader: Leader) -> None:
    """Who leads the stories that replaced documents have left, if one led them; a story that is empty ends."""
    now = set(lot.placed.stories.tolist())
    old = {stored.story for stored in lot.replaced.values()} - now - lot.placed.merged.keys()
    story_without(lot.store, old, lot.gone, change, events, leader)


def story_without(
    store: Store, stories: Collection[int], gone: Collection[int], change: Change, events: EventMaker, leader: Leader
) -> None:
    """Stories without the documents that are ``gone``: who leads them now; one that is empty ends."""
    left: dict[int, list[int]] = {story: [] for story in sorted(stories)}
    for story, number in store.of_stories(list(left)):
        if number not in gone:
            left[story].append(number)
    for story, numbers in left.items():
        row = store.story(story)
        if not numbers:
            change.stories.append(StoryRow(story, 0))
        elif row is None or row.canonical in gone:
            those = store.documents(numbers[:_CANDIDATES])
            leads = leader(those)
            change.stories.append(StoryRow(story, leads))
            (id,) = (stored.document.id for stored in those if stored.number == leads)
            events("canonical_changed", story, id)


def removal(store: Store, those: list[Stored], leader: Leader) -> Change:
    """What it does that some documents go: they leave their stories."""
    events, gone = EventMaker(store), {stored.number for stored in those}
    change = Change(removed=sorted(gone))
    for stored in those:
        events("left", stored.story, stored.document.id)
    story_without(store, {stored.story for stored in those}, gone, change, events, leader)
    change.events = events.found
    return change


def repeat_decision(store: Store, stored: Stored) -> Decision:
    """The decision on a document that is there with the same text."""
    said = StoredDecision.read(stored.decision)
    row = store.story(stored.story)
    leads = [head.id for head in store.heads([row.canonical])] if row else []
    canonical = leads[0] if leads else stored.document.id
    return Decision(stored.document.id, story_name(stored.story), said.relation, canonical, said.named, (), True)


def preview_decision(document: Document, arrived: Comparison) -> Decision:
    """What would be decided of a document, as far as that is known before it is added."""
    if not arrived.near:
        return Decision(document.id, "", "original", document.id)
    before = np.array([NONE, *(stored.story for stored in arrived.near)], np.int64)
    story = int(assign_story_ids(before, arrived.labels, -1, split=False).stories[0])
    (found,) = (each for each in arrived.stories if any(member.id == document.id for member in each.members))
    (member,) = (member for member in found.members if member.id == document.id)
    called = story_name(story) if story in before.tolist() and story != NONE else ""
    return Decision(document.id, called, member.relation, found.canonical.id, arrived.matches[0])
