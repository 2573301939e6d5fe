"""What an index says, as rows of JSON and in lines for people: decisions, events, and how much there is in it.

Keys are only ever added, at the end of a row; measures have four digits, and a text that is not known is ``""``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from dedup.core.thresholds import fingerprint
from dedup.report.schema import encode
from dedup.report.terminal import count, harmless, size
from dedup.version import version

if TYPE_CHECKING:
    from dedup.index.records import IndexCounts
    from dedup.types import Decision, Event


SCHEMA = "dedup.index/1"


class _MatchRow(msgspec.Struct, frozen=True):
    """A document of the index that was found to match, with the measures of the pair."""

    id: str
    containment: float
    resemblance: float


class _EventRow(msgspec.Struct, frozen=True):
    """What happened to a story; the keys are those of `dedup.types.Event`."""

    number: int
    kind: str
    story: str
    document: str
    other: str


class _DecisionRow(msgspec.Struct, frozen=True):
    """What a document is; the keys are those of `dedup.types.Decision`."""

    id: str
    story: str
    relation: str
    canonical: str
    known: bool
    matches: list[_MatchRow]
    events: list[_EventRow]


class _SegmentRow(msgspec.Struct, frozen=True):
    """A file of postings: how many documents it names, and its bytes."""

    name: str
    documents: int
    bytes: int


class _Info(msgspec.Struct, frozen=True):
    """How much there is in an index, of the files' version ``format``; ``version`` is that of who looked."""

    schema: str
    version: str
    format: int
    documents: int
    stories: int
    events: int
    bytes: int
    segments: list[_SegmentRow]
    settings: dict[str, Any]
    thresholds: str


def decisions(found: Iterable[Decision]) -> Iterator[bytes]:
    """Each decision as a line of JSON."""
    for each in found:
        matches = [_MatchRow(it.id, round(it.containment, 4), round(it.resemblance, 4)) for it in each.matches]
        happened = [_event(event) for event in each.events]
        row = _DecisionRow(each.id, each.story, each.relation, each.canonical, each.known, matches, happened)
        yield encode(row) + b"\n"


def events(found: Iterable[Event]) -> Iterator[bytes]:
    """Each event as a line of JSON."""
    for event in found:
        yield encode(_event(event)) + b"\n"


def _event(event: Event) -> _EventRow:
    return _EventRow(event.number, event.kind, event.story, event.document, event.other)


def info(counts: IndexCounts) -> bytes:
    """How much there is, as one object of JSON."""
    row = _Info(
        schema=SCHEMA,
        version=version(),
        format=counts.format,
        documents=counts.documents,
        stories=counts.stories,
        events=counts.events,
        bytes=counts.stored,
        segments=[_SegmentRow(*segment) for segment in counts.segments],
        settings=dict(counts.settings),
        thresholds=counts.thresholds,
    )
    return encode(row) + b"\n"


def table(path: str, counts: IndexCounts) -> Iterator[str]:
    """How much there is in the index at ``path``, in lines for people."""
    documents = count(counts.documents, "document", "documents")
    stories = count(counts.stories, "story", "stories")
    yield f"{harmless(path)}: {documents} in {stories}, {count(counts.events, 'event', 'events')}"
    segments = count(len(counts.segments), "segment", "segments")
    yield f"format {counts.format}, {size(counts.stored)}, {segments}"
    yield from (f"  {name}: {many} documents, {size(stored)}" for name, many, stored in counts.segments)
    review = "" if counts.thresholds == fingerprint() else ": run 'dedup index review' to judge all documents anew"
    yield f"thresholds {counts.thresholds or 'of an older rule'}{review}"
    yield "settings"
    yield from (f"  {name} = {value!r}" for name, value in counts.settings.items())
