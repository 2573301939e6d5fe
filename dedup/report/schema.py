"""A report to the rows of schema ``dedup.report/1``. This module writes nothing.

Keys are only added, at the end of a row. Three rules hold for every row. An unknown text is ``""``, never null, so that
a column has one type. An unknown time is null; a known time is ISO 8601 with its zone. Measures and seconds have four
digits. `schemas` makes a JSON Schema of the types; their docstrings are its descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from dedup.index_types import IndexedStory
from dedup.json_rows import StoryRecord, story_record
from dedup.version import version

if TYPE_CHECKING:
    from dedup.results import Report
    from dedup.types import Note, Skip


SCHEMA: Final = "dedup.report/1"


class ReportHeader(msgspec.Struct, frozen=True):
    """The first row: the version of dedup, the settings and the inputs.

    ``thresholds`` is the hash of the numbers that decide (`core.thresholds`).
    """

    schema: Literal["dedup.report/1"]
    type: Literal["header"]
    version: str
    settings: dict[str, Any]
    inputs: list[str]
    thresholds: str


class SkipRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Inputs that cannot be read for one reason: their ``count``, and the path and line of the first.

    ``line`` counts from 1 and is null where it is unknown. A ``count`` of 1 is not written.
    """

    path: str
    line: int | None
    reason: str
    count: int = 1


class NoteRow(msgspec.Struct, frozen=True):
    """A fact that the reader should know though nothing is lost."""

    about: str
    reason: str


class ReportFooter(msgspec.Struct, frozen=True):
    """The last row. A file without it comes from a run that was cut short.

    ``documents`` is ``stories + copies + singletons``. ``stories`` counts the stories of two documents or more, also
    where stories of one are written. ``no_articles`` counts the singletons whose text is no article.
    """

    type: Literal["footer"]
    documents: int
    stories: int
    copies: int
    singletons: int
    skipped: list[SkipRow]
    notes: list[NoteRow]
    seconds: float
    complete: bool
    no_articles: int


class ReportObject(msgspec.Struct, frozen=True):
    """The report as one object: the keys of the header, the stories, the keys of the footer, without ``type``.

    ``stories`` holds the rows of the stories. The number of stories of two documents or more is
    ``documents - copies - singletons``.
    """

    schema: Literal["dedup.report/1"]
    version: str
    settings: dict[str, Any]
    inputs: list[str]
    thresholds: str
    stories: list[StoryRecord]
    documents: int
    copies: int
    singletons: int
    skipped: list[SkipRow]
    notes: list[NoteRow]
    seconds: float
    complete: bool
    no_articles: int


def header(report: Report) -> ReportHeader:
    """Return the header of ``report``."""
    return ReportHeader(SCHEMA, "header", version(), dict(report.settings), list(report.inputs), report.thresholds)


def footer(report: Report) -> ReportFooter:
    """Return the footer of ``report``."""
    several = sum(story.size > 1 for story in report.stories)
    return ReportFooter(
        type="footer",
        documents=report.documents,
        stories=several,
        copies=report.copies,
        singletons=report.documents - report.copies - several,
        skipped=skip_rows(report.skipped),
        notes=note_rows(report.notes),
        seconds=round(report.seconds, 4),
        complete=True,
        no_articles=report.no_article_count,
    )


def skip_rows(skips: Iterable[Skip]) -> list[SkipRow]:
    """Return skipped inputs as rows."""
    return [SkipRow(skip.path, skip.line, skip.reason, skip.count) for skip in skips]


def note_rows(notes: Iterable[Note]) -> list[NoteRow]:
    """Return notes as rows."""
    return [NoteRow(note.about, note.reason) for note in notes]


def story_records(report: Report, singletons: bool) -> Iterator[StoryRecord]:
    """Yield the stories of ``report`` as rows, then its singletons as stories of one if ``singletons`` is set."""
    for story in report.stories:
        name = story.story if isinstance(story, IndexedStory) else story.id
        yield story_record(name, story.members, story.weakest)
    if singletons:
        for member in report.singletons:
            yield story_record(member.id, (member,), 1.0)
