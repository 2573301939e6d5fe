"""The rows of schema ``dedup.report/1`` as types, a report as such rows, and a row as JSON. Writes nothing.

Keys are only ever added, at the end of a row. Rules that hold for every row: a text that is not known is ``""``, never
null, so that a column has one type; a time that is not known is null, otherwise ISO 8601 with its zone; measures and
seconds have four digits.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from dedup.types import IndexedStory
from dedup.version import version

if TYPE_CHECKING:
    from dedup.types import Member, Note, Report, Skip


SCHEMA = "dedup.report/1"

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Header(msgspec.Struct, frozen=True):
    """The first row: what wrote the report, with which settings, from which inputs; ``thresholds`` is the hash of the
    numbers that decided (`core.thresholds`)."""

    schema: str
    type: str
    version: str
    settings: dict[str, Any]
    inputs: list[str]
    thresholds: str


class MemberRow(msgspec.Struct, frozen=True):
    """One document in a story; ``relation`` and the measures are those to the canonical document.

    ``credit`` is whom its text names as the origin, or that there is one. ``no_article`` says why its text is no
    article; empty for an article.
    """

    id: str
    relation: str
    containment: float
    resemblance: float
    source: str
    published: str | None
    title: str
    path: str
    credit: str
    no_article: str


class StoryRecord(msgspec.Struct, frozen=True):
    """One story: its name, which is the id of its canonical document, in an index that of the story itself; and its
    members, the canonical document first."""

    type: str
    story: str
    canonical: str
    size: int
    weakest: float
    members: list[MemberRow]


class SkipRow(msgspec.Struct, frozen=True):
    """An input that could not be read; ``line`` counts from 1 and is null where it is not known."""

    path: str
    line: int | None
    reason: str


class NoteRow(msgspec.Struct, frozen=True):
    """Something the reader should know though nothing was lost."""

    about: str
    reason: str


class Footer(msgspec.Struct, frozen=True):
    """The last row; without it the run was cut short. ``documents`` is ``stories + copies + singletons``.

    ``stories`` counts those of two documents or more, whether or not the stories of one were written; ``no_articles``
    the singletons whose text is no article.
    """

    type: str
    documents: int
    stories: int
    copies: int
    singletons: int
    skipped: list[SkipRow]
    notes: list[NoteRow]
    seconds: float
    complete: bool
    no_articles: int


def header(report: Report) -> Header:
    """The header of ``report``."""
    return Header(SCHEMA, "header", version(), dict(report.settings), list(report.inputs), report.thresholds)


def footer(report: Report) -> Footer:
    """The footer of ``report``."""
    several = sum(story.size > 1 for story in report.stories)
    return Footer(
        type="footer",
        documents=report.documents,
        stories=several,
        copies=report.copies,
        singletons=len(report.singletons) + len(report.stories) - several,
        skipped=skips(report.skipped),
        notes=remarks(report.notes),
        seconds=round(report.seconds, 4),
        complete=True,
        no_articles=len(report.no_articles),
    )


def skips(skipped: Iterable[Skip]) -> list[SkipRow]:
    """Skipped inputs as rows."""
    return [SkipRow(skip.path, skip.line, skip.reason) for skip in skipped]


def remarks(notes: Iterable[Note]) -> list[NoteRow]:
    """Notes as rows."""
    return [NoteRow(note.about, note.reason) for note in notes]


def stories(report: Report, singletons: bool) -> Iterator[StoryRecord]:
    """The stories of ``report``, one row at a time, then its singletons as stories of one if asked."""
    for story in report.stories:
        name = story.story if isinstance(story, IndexedStory) else story.id
        yield _story(name, story.members, story.weakest)
    if singletons:
        for member in report.singletons:
            yield _story(member.id, (member,), 1.0)


def _story(name: str, members: tuple[Member, ...], weakest: float) -> StoryRecord:
    return StoryRecord(
        "story", name, members[0].id, len(members), round(weakest, 4), [_member(each) for each in members]
    )


def _member(member: Member) -> MemberRow:
    return MemberRow(
        id=member.id,
        relation=member.relation,
        containment=round(member.containment, 4),
        resemblance=round(member.resemblance, 4),
        source=member.source,
        published=None if member.published is None else _time(member.published),
        title=member.title,
        path=member.path,
        credit=member.credit,
        no_article=member.no_article,
    )


def _time(time: datetime.datetime) -> str:
    # A time without a zone is taken as UTC; written out, so that no reader needs to know that.
    return (time if time.tzinfo else time.replace(tzinfo=datetime.UTC)).isoformat()


def encode(row: msgspec.Struct | dict[str, Any]) -> bytes:
    """``row`` as one line of JSON, without a line end.

    A lone surrogate, as in a file name that is not UTF-8, is written as the six characters ``\\udc80``: JSON could
    spell it as an escape, but strict parsers refuse the whole row then.
    """
    try:
        return msgspec.json.encode(row)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(row), ensure_ascii=False, separators=(",", ":"))
        return _LONE_SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text).encode()
