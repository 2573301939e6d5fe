"""Comparisons and events -> the decisions that a user gets, and those that an index stores."""

from collections.abc import Collection
from typing import Final

import numpy as np

from dedup.core.stories.story_ids import NONE, assign_story_ids
from dedup.engines.online.batch import Comparison
from dedup.index.disk.decision_codec import StoredDecision
from dedup.index.records import Stored
from dedup.index.store import Store
from dedup.index_types import Decision, Event
from dedup.types import Document, Member

_ALONE: Final = StoredDecision().packed()
"""The stored decision of most documents: no match and no credit."""


def story_name(story: int) -> str:
    """The public name of a story."""
    return f"s{story}"


def story_number(name: str) -> int | None:
    """The number in the public name of a story, or None for a text that is no such name."""
    return int(name[1:]) if name[:1] == "s" and name[1:].isascii() and name[1:].isdecimal() else None


def members_by_id(comparison: Comparison) -> dict[str, Member]:
    """The members of all stories of a comparison, by id."""
    return {member.id: member for story in comparison.stories for member in story.members}


def pack_decisions(documents: list[Document], comparison: Comparison, members: dict[str, Member]) -> list[bytes]:
    """Packs the stored part of the decision on each new document.

    Args:
        documents: the new documents.
        comparison: their comparison.
        members: as from `members_by_id`.

    Returns:
        The bytes of each document.
    """
    packed = [_ALONE] * len(documents)
    for row, (credit, no_article) in comparison.alone.items():
        packed[row] = StoredDecision(credit=credit, no_article=no_article).packed()
    for row, document in enumerate(documents):
        if member := members.get(document.id):
            packed[row] = StoredDecision.of(member, comparison.matches[row]).packed()
    return packed


def make_decisions(
    ids: list[str],
    stories: list[int],
    comparison: Comparison,
    members: dict[str, Member],
    replaced: Collection[str],
    events: list[Event],
) -> list[Decision]:
    """Makes the decision on each new document.

    Args:
        ids: the id of each new document.
        stories: the story of each new document.
        comparison: the comparison of the documents.
        members: as from `members_by_id`.
        replaced: ids of documents that were in the index with other texts.
        events: the events of the change. An event without a new document goes to the first new document of its story.

    Returns:
        The decisions, in the order of the documents.
    """
    names = list(map(story_name, stories))
    events_by_id: dict[str, tuple[Event, ...]] = dict.fromkeys(ids, ())
    owners = dict(zip(reversed(names), reversed(ids), strict=True))  # the first document of each story
    for event in events:
        owner = event.document if event.kind != "canonical_changed" else ""
        if owner not in events_by_id:
            owner = owners.get(event.story) or owners.get(event.other, "")
        if owner:
            events_by_id[owner] = (*events_by_id[owner], event)
    relations = {id: member.relation for id, member in members.items()}
    canonical = {member.id: story.canonical.id for story in comparison.stories for member in story.members}
    return [
        Decision(
            id,
            story,
            "revision" if id in replaced else relations.get(id, "original"),
            canonical.get(id, id),
            matches,
            of_document,
        )
        for (id, of_document), story, matches in zip(events_by_id.items(), names, comparison.matches, strict=True)
    ]


def repeat_decision(store: Store, stored: Stored) -> Decision:
    """Repeats the decision on a document that is in the ``store`` with the same text."""
    decision = StoredDecision.read(stored.decision)
    row = store.story(stored.story)
    heads = store.heads([row.canonical]) if row else []
    canonical = heads[0].id if heads else stored.document.id
    return Decision(
        stored.document.id, story_name(stored.story), decision.relation, canonical, decision.named, (), True
    )


def preview_decision(document: Document, comparison: Comparison) -> Decision:
    """The decision that adding a document would make, as far as it is known before the document is added."""
    if not comparison.neighbours:
        return Decision(document.id, "", "original", document.id)
    before = np.array([NONE, *(stored.story for stored in comparison.neighbours)], np.int64)
    number = int(assign_story_ids(before, comparison.labels, -1, split=False).stories[0])
    (story,) = (story for story in comparison.stories if any(member.id == document.id for member in story.members))
    (member,) = (member for member in story.members if member.id == document.id)
    name = story_name(number) if number in before.tolist() and number != NONE else ""
    return Decision(document.id, name, member.relation, story.canonical.id, comparison.matches[0])
