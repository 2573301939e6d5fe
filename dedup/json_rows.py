"""Stories, decisions and events to rows, and rows to lines of JSON, for reports, the command line and the service.

Keys are only added, at the end of a row. Measures have four digits. An unknown text is ``""``.
"""

import datetime
import json
import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from dedup.index_types import Decision, Event, EventKind, Reason
from dedup.types import Member, Relation

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_UNSEEN: Final = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
"""Characters, in UTF-8, that a terminal obeys or that reorder a line, and that JSON may have as they are: DEL, the C1
controls, the bidirectional marks, the separators of lines."""


class MemberRow(msgspec.Struct, frozen=True):
    """One document of a story. ``relation`` and the two measures compare it with the canonical document.

    ``credit`` is the origin that its text names: ``an unnamed source`` for an origin without a name, empty for none.
    ``no_article`` is the reason why its text is no article, empty for an article.
    """

    id: str
    relation: Relation
    containment: float
    resemblance: float
    source: str
    published: str | None
    title: str
    path: str
    credit: str
    no_article: str


class StoryRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One story. ``members`` begins with the canonical document.

    ``story`` is the name of the story: in an index a name that stays, else the id of the canonical document.
    ``opening`` is the first line of the canonical document that is no boilerplate, if no document has a title.
    ``related`` has the canonical documents of the other stories of its coverage. It is not written if there are none.
    """

    type: Literal["story"]
    story: str
    canonical: str
    size: int
    weakest: float
    members: list[MemberRow]
    opening: str
    related: list[str] = []


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


def encode(row: Any) -> bytes:
    """Return ``row`` as one line of JSON, without a line end. A terminal can show it: `_UNSEEN` characters are escapes.

    A lone surrogate, as in a file name that is not UTF-8, becomes the six characters ``\\udc80``. JSON can spell it as
    an escape, but strict parsers refuse such a row.
    """
    try:
        line = msgspec.json.encode(row)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(row), ensure_ascii=False, separators=(",", ":"))
        line = _LONE_SURROGATE.sub(lambda match: f"\\\\u{ord(match[0]):04x}", text).encode()
    return line if line.isascii() and b"\x7f" not in line else _UNSEEN.sub(_escape, line)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def decision_row(decision: Decision) -> DecisionRow:
    """Return a decision as a row."""
    return DecisionRow(
        id=decision.id,
        story=decision.story,
        relation=decision.relation,
        canonical=decision.canonical,
        known=decision.known,
        matches=[
            MatchRow(match.id, round(match.containment, 4), round(match.resemblance, 4)) for match in decision.matches
        ],
        events=list(map(event_row, decision.events)),
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


def event_row(event: Event) -> EventRow:
    """Return an event as a row."""
    return EventRow(event.number, event.kind, event.story, event.document, event.other)


def story_record(
    name: str, members: tuple[Member, ...], weakest: float, opening: str = "", related: Sequence[str] = ()
) -> StoryRecord:
    """Return a story as a row.

    Args:
        name: the name of the story.
        members: its members, the canonical document first.
        weakest: as in `dedup.types.Story`.
        opening: as in `dedup.types.Story`.
        related: the canonical documents of the other stories of its coverage.
    """
    rows = list(map(_member_row, members))
    return StoryRecord("story", name, members[0].id, len(members), round(weakest, 4), rows, opening, list(related))


def _member_row(member: Member) -> MemberRow:
    return MemberRow(
        id=member.id,
        relation=member.relation,
        containment=round(member.containment, 4),
        resemblance=round(member.resemblance, 4),
        source=member.source,
        published=None if member.published is None else _format_time(member.published),
        title=member.title,
        path=member.path,
        credit=member.credit,
        no_article=member.no_article,
    )


def _format_time(time: datetime.datetime) -> str:
    # A time without a zone is taken as UTC. The zone is written, so that no reader needs to know that.
    return (time if time.tzinfo else time.replace(tzinfo=datetime.UTC)).isoformat()
