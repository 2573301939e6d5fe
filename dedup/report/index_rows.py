"""Decisions, events and counts of an index to rows of JSON, and the counts to lines for people.

Keys are only added, at the end of a row. Measures have four digits. An unknown text is ``""``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from dedup.core.thresholds import fingerprint
from dedup.index_types import EventKind, Reason
from dedup.json_rows import encode
from dedup.report.terminal import count, harmless, size
from dedup.types import Relation
from dedup.version import version

if TYPE_CHECKING:
    from dedup.index.records import IndexCounts
    from dedup.index_types import Decision, Event


SCHEMA: Final = "dedup.index/1"


class MatchRow(msgspec.Struct, frozen=True):
    """A document of the index that matches, with the measures of the pair."""

    id: str
    containment: float
    resemblance: float


class EventRow(msgspec.Struct, frozen=True):
    """A change of a story. The keys are those of `dedup.index_types.Event`."""

    number: int
    kind: EventKind
    story: str
    document: str
    other: str


class DecisionRow(msgspec.Struct, frozen=True):
    """The decision on a document. The keys are those of `dedup.index_types.Decision`."""

    id: str
    story: str
    relation: Relation
    canonical: str
    known: bool
    matches: list[MatchRow]
    events: list[EventRow]
    is_new: bool
    duplicate_of: str
    first_seen: datetime.datetime | None
    seen: int
    reason: Reason
    cold: bool
    replaced: str
    no_article: str
    stale: bool


class SegmentInfo(msgspec.Struct, frozen=True):
    """A file of postings: its name, how many documents it names, and its bytes."""

    name: str
    documents: int
    bytes: int


class IndexInfo(msgspec.Struct, frozen=True):
    """The counts of an index. ``format`` is the version of its files, ``version`` the version of dedup.

    ``thresholds`` is the hash of the numbers that decided (`core.thresholds`).
    """

    schema: Literal["dedup.index/1"]
    version: str
    format: int
    documents: int
    stories: int
    events: int
    bytes: int
    segments: list[SegmentInfo]
    settings: dict[str, Any]
    thresholds: str


def decisions(batch: Iterable[Decision]) -> Iterator[bytes]:
    """Yield each decision as a line of JSON."""
    for decision in batch:
        row = DecisionRow(
            id=decision.id,
            story=decision.story,
            relation=decision.relation,
            canonical=decision.canonical,
            known=decision.known,
            matches=[
                MatchRow(match.id, round(match.containment, 4), round(match.resemblance, 4))
                for match in decision.matches
            ],
            events=list(map(_event_row, decision.events)),
            is_new=decision.is_new,
            duplicate_of=decision.duplicate_of,
            first_seen=decision.first_seen,
            seen=decision.seen,
            reason=decision.reason,
            cold=decision.cold,
            replaced=decision.replaced,
            no_article=decision.no_article,
            stale=decision.stale,
        )
        yield encode(row) + b"\n"


def events(batch: Iterable[Event]) -> Iterator[bytes]:
    """Yield each event as a line of JSON."""
    for event in batch:
        yield encode(_event_row(event)) + b"\n"


def _event_row(event: Event) -> EventRow:
    return EventRow(event.number, event.kind, event.story, event.document, event.other)


def info(counts: IndexCounts) -> bytes:
    """Return the counts as one line with an object of JSON."""
    row = IndexInfo(
        schema=SCHEMA,
        version=version(),
        format=counts.format,
        documents=counts.documents,
        stories=counts.stories,
        events=counts.events,
        bytes=counts.stored,
        segments=[SegmentInfo(*segment) for segment in counts.segments],
        settings=dict(counts.settings),
        thresholds=counts.thresholds,
    )
    return encode(row) + b"\n"


def table(path: str, counts: IndexCounts) -> Iterator[str]:
    """Yield the counts of the index at ``path`` in lines for people."""
    documents = count(counts.documents, "document", "documents")
    stories = count(counts.stories, "story", "stories")
    yield f"{harmless(path)}: {documents} in {stories}, {count(counts.events, 'event', 'events')}"
    segments = count(len(counts.segments), "segment", "segments")
    yield f"format {counts.format}, {size(counts.stored)}, {segments}"
    yield from (f"  {name}: {number} documents, {size(stored)}" for name, number, stored in counts.segments)
    review = "" if counts.thresholds == fingerprint() else ": run 'dedup index review' to judge all documents anew"
    yield f"thresholds {counts.thresholds or 'of an older rule'}{review}"
    yield "settings"
    yield from (f"  {name} = {value!r}" for name, value in counts.settings.items())
