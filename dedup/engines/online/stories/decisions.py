"""Answers and events -> the decisions that a user gets, and those that an index stores."""

import datetime
from collections.abc import Sequence
from typing import Final

import msgspec

from dedup.core.pairs.decision import NOTHING, REASONS
from dedup.engines.online.stories.answers import BatchAnswers
from dedup.engines.online.stories.placed import PlacedBatch
from dedup.index.disk.decision_codec import NEW, Answer, StoredDecision
from dedup.index.disk.rows import DocumentHead
from dedup.index.store import Store
from dedup.index_types import Decision, Event, Match

_ALONE: Final = {answer: StoredDecision(answer=answer).packed() for answer in (NEW, NEW._replace(cold=True))}
"""The stored decisions of most documents: no match and no credit."""


def story_name(story: int) -> str:
    """The public name of a story."""
    return f"s{story}"


def story_number(name: str) -> int | None:
    """The number in the public name of a story, or None for a text that is no such name."""
    return int(name[1:]) if name[:1] == "s" and name[1:].isascii() and name[1:].isdecimal() else None


def pack_decisions(batch: PlacedBatch, answers: BatchAnswers) -> list[bytes]:
    """Packs the stored part of the decision on each new document."""
    packed = []
    for row, (document, answer) in enumerate(zip(batch.documents, answers.answers, strict=True)):
        member, old = answers.members.get(document.id), batch.replaced.get(document.id)
        credit, no_article = batch.comparison.alone.get(row, ("", ""))
        if member is None and old is None and not credit and answer in _ALONE:
            packed.append(_ALONE[answer])
            continue
        decision = StoredDecision(credit=credit, no_article=no_article, answer=answer)
        if member is not None:
            decision = decision.in_story(*answers.place_of(document.id)).with_matches(batch.comparison.matches[row])
        if old is not None:
            decision = decision.after(StoredDecision.read(old.decision), old.fingerprint)
        packed.append(decision.packed())
    return packed


def make_decisions(batch: PlacedBatch, answers: BatchAnswers, events: Sequence[Sequence[Event]]) -> list[Decision]:
    """Makes the decision on each new document.

    Args:
        batch: the new documents.
        answers: their answers.
        events: the events that each document causes.

    Returns:
        The decisions, in the order of the documents.
    """
    ids = [document.id for document in batch.documents]
    names = list(map(story_name, batch.stories[: len(ids)]))
    columns = zip(ids, names, batch.comparison.matches, answers.answers, answers.arrivals, events, strict=True)
    again = map(batch.is_itself, range(len(ids)))
    firsts = [answers.first[story] for story in batch.stories[: len(ids)]]
    return [
        _decision(id, name, arrival.canonical, matches, tuple(caused), answer, first, arrival.no_article, is_itself)
        for (id, name, matches, answer, arrival, caused), first, is_itself in zip(columns, firsts, again, strict=True)
    ]


def _decision(
    id: str,
    story: str,
    canonical: str,
    matches: tuple[Match, ...],
    events: tuple[Event, ...],
    answer: Answer,
    first: float,
    no_article: str,
    is_known: bool,
) -> Decision:
    """The decision with an ``answer``. The decision on a text that is no article has no story."""
    return Decision(
        id,
        story if answer.is_told else "",
        answer.relation,
        canonical,
        matches,
        events,
        is_known,
        is_new=answer.is_new,
        duplicate_of=answer.duplicate_of,
        first_seen=datetime.datetime.fromtimestamp(first, datetime.UTC) if answer.is_told else None,
        seen=answer.seen,
        reason=answer.reason,
        cold=answer.cold,
        replaced=answer.replaced,
        no_article=no_article,
    )


def repeat_decision(store: Store, head: DocumentHead, is_stale: bool = False) -> Decision:
    """Repeats the decision on a document. The story and who leads it are as they are now.

    Args:
        store: the index.
        head: the document.
        is_stale: whether an older version of the document came.
    """
    decision = StoredDecision.read(head.decision)
    answer, row = decision.answer, store.story_rows([head.story]).get(head.story)
    leaders = store.heads([row.canonical]) if row else []
    canonical = leaders[0].id if leaders and answer.is_told else head.id
    no_article = "" if answer.is_told else decision.no_article or REASONS[NOTHING]
    first = row.first if row else head.seen
    name = story_name(head.story)
    repeated = _decision(head.id, name, canonical, decision.named, (), answer, first, no_article, True)
    return msgspec.structs.replace(repeated, stale=is_stale)
