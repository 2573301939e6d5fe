"""A report to the rows of schema ``dedup.report/1``. This module writes nothing.

Keys are only added, at the end of a row. Three rules hold for every row. An unknown text is ``""``, never null, so that
a column has one type. An unknown time is null; a known time is ISO 8601 with its zone. Measures and seconds have four
digits. `schemas` makes a JSON Schema of the types; their docstrings are its descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from dedup.comparison_types import Comparison, LeadReason, MemberReason
from dedup.index_types import IndexedStory
from dedup.json_rows import MemberRow, StoryRecord, story_record
from dedup.version import version

if TYPE_CHECKING:
    from dedup.results import Report
    from dedup.types import Note, Skip


SCHEMA: Final = "dedup.report/1"

_DIGITS: Final = 4


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


class LeadRow(msgspec.Struct, frozen=True):
    """Why a document leads its story: the answer by which it comes before the document ``over``."""

    canonical_rule: str
    over: str


class ExplainedMemberRow(MemberRow, frozen=True):
    """A document of a story with the reason why it is in, for ``--explain``. The first document has empty reasons.

    ``by`` is the nearest document: the match with most common shingles. ``link`` is its average share with the others;
    the least is ``weakest``. ``decided`` is the rule that had the last word on the two. ``boilerplate`` is the share of
    its words that is left out.
    """

    by: str
    link: float
    decided: str
    boilerplate: float


class ExplainedStoryRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One story as `StoryRecord`, with the reasons of its members, and the reason why its first document leads."""

    type: Literal["story"]
    story: str
    canonical: str
    size: int
    weakest: float
    members: list[ExplainedMemberRow]
    opening: str
    lead: LeadRow | None
    related: list[str] = []


class TextRow(msgspec.Struct, frozen=True):
    """The text of the documents ``ids``, which have equal words, headline and source, and the places left out."""

    type: Literal["text"]
    ids: list[str]
    text: str
    boilerplate: list[tuple[int, int]]


class PairRow(Comparison, frozen=True):
    """A comparison of two documents (`dedup.Comparison`), whose texts are in rows of their own.

    ``why`` is ``member`` for a document and the first document of its story, or the one nearest to it. It is ``apart``
    for two articles that share enough, and that a rule keeps apart, and ``nearest`` for two that share nearly enough.
    """

    type: Literal["comparison"]
    why: Literal["member", "apart", "nearest"]


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


class RewriteRow(msgspec.Struct, frozen=True):
    """Two stories of a coverage, by the ids of their canonical documents: one is a rewrite of the other."""

    first: str
    second: str
    score: float


class CoverageRow(msgspec.Struct, frozen=True):
    """Stories that report one event in words of their own, by the ids of their canonical documents.

    ``score`` is the lowest average cosine of a story to the others, by rare words. ``rewrite`` says whether there are
    rewrites, and ``rewrites`` has their pairs.
    """

    type: Literal["coverage"]
    stories: list[str]
    score: float
    rewrite: bool
    rewrites: list[RewriteRow]


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
    """The report as one object: the keys of the header, the stories, the coverage, and the keys of the footer.

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
    coverage: list[CoverageRow] = []


class ExplainedReportObject(ReportObject, frozen=True):
    """The report as one object, with the reasons of ``--explain``."""

    stories: list[ExplainedStoryRecord]  # type: ignore[assignment]


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
    covering = _covering(report)
    for story in report.stories:
        name = story.story if isinstance(story, IndexedStory) else story.id
        yield story_record(name, story.members, story.weakest, story.opening, _others(covering, story.id))
    if singletons:
        for member in report.singletons:
            yield story_record(member.id, (member,), 1.0, related=_others(covering, member.id))


def _covering(report: Report) -> dict[str, tuple[str, ...]]:
    """Return the stories of the coverage of each story that has one, by the ids of canonical documents."""
    return {story: coverage.stories for coverage in report.coverage for story in coverage.stories}


def _others(covering: dict[str, tuple[str, ...]], id: str) -> list[str]:
    """Return the other stories of the coverage of a story."""
    return [story for story in covering.get(id, ()) if story != id]


def coverage_rows(report: Report) -> Iterator[CoverageRow]:
    """Yield the coverage of ``report`` as rows."""
    for coverage in report.coverage:
        rewrites = [RewriteRow(pair.first, pair.second, round(pair.score, _DIGITS)) for pair in coverage.rewrites]
        score = round(coverage.score, _DIGITS)
        yield CoverageRow("coverage", list(coverage.stories), score, bool(rewrites), rewrites)


def explained_records(report: Report, singletons: bool) -> Iterator[ExplainedStoryRecord]:
    """Yield the stories of ``report`` as rows with their reasons. `story_records` explains the arguments.

    Raises `ValueError` if the report has no explanation.
    """
    explanation = report.explanation
    if explanation is None:
        raise ValueError("the report has no explanation")
    for record in story_records(report, singletons):
        lead = explanation.leads.get(record.canonical)
        yield ExplainedStoryRecord(
            record.type,
            record.story,
            record.canonical,
            record.size,
            record.weakest,
            [_explain_row(member, explanation.members.get(member.id, NO_REASON)) for member in record.members],
            record.opening,
            None if lead is None else LeadRow(lead.canonical_rule, lead.over),
            record.related,
        )


NO_REASON: Final = MemberReason("", 1.0, "", 0.0)
"""The reason of a document that leads its story, or that is alone."""

NO_LEAD: Final = LeadReason("", "")
"""Why a document leads its story, for a document alone."""


def _explain_row(member: MemberRow, reason: MemberReason) -> ExplainedMemberRow:
    return ExplainedMemberRow(
        **msgspec.structs.asdict(member),
        by=reason.by,
        link=round(reason.link, 4),
        decided=reason.decided,
        boilerplate=round(reason.boilerplate, 4),
    )


def evidence_records(report: Report, story: str = "") -> Iterator[TextRow | PairRow]:
    """Yield the texts and the comparisons of a story as rows; without a name, those of the pairs that are told apart.

    A report without an explanation has none.
    """
    texts, pairs = ((), ()) if report.explanation is None else report.explanation.evidence(story)
    for text in texts:
        yield TextRow("text", list(text.ids), text.text, list(text.boilerplate))
    for pair in pairs:
        fields = msgspec.structs.asdict(with_digits(pair.comparison))
        yield PairRow(**fields, type="comparison", why=pair.why)


def with_digits(comparison: Comparison) -> Comparison:
    """Return a comparison whose measures have four digits."""
    contained, container = comparison.containment
    grounds = [
        msgspec.structs.replace(ground, value=None if ground.value is None else round(ground.value, _DIGITS))
        for ground in comparison.grounds
    ]
    return msgspec.structs.replace(
        comparison,
        grounds=tuple(grounds),
        estimate=round(comparison.estimate, _DIGITS),
        resemblance=round(comparison.resemblance, _DIGITS),
        containment=(round(contained, _DIGITS), round(container, _DIGITS)),
    )
