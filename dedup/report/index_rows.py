"""Decisions, events and counts of an index to lines of JSON, and the counts to lines for people.

Keys are only added, at the end of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from dedup.core.thresholds import fingerprint
from dedup.json_rows import decision_row, encode, event_row
from dedup.report.terminal import count, harmless, size
from dedup.version import version

if TYPE_CHECKING:
    from dedup.index.records import IndexCounts
    from dedup.index_types import Decision, Event


SCHEMA: Final = "dedup.index/1"


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
    return (encode(decision_row(decision)) + b"\n" for decision in batch)


def events(batch: Iterable[Event]) -> Iterator[bytes]:
    """Yield each event as a line of JSON."""
    return (encode(event_row(event)) + b"\n" for event in batch)


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
