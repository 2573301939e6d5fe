"""Parquet: a row a document. `dedup.parquet_schema` has the columns, and what the metadata of the file says."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO

from dedup.index_types import IndexedStory
from dedup.json_rows import encode
from dedup.parquet_schema import (
    ALONE,
    BY_TEXT,
    COLUMNS,
    EXPLAINED_COLUMNS,
    FACTS_KEY,
    ROW_GROUP,
    UNKNOWN,
    ReportFacts,
    arrow_schema,
)
from dedup.report.schema import NO_LEAD, NO_REASON, SCHEMA, footer
from dedup.result_tables import import_library, utc_times
from dedup.version import version

if TYPE_CHECKING:
    import pyarrow

    from dedup.explanation import Explanation
    from dedup.report.writers import Listing
    from dedup.results import Report
    from dedup.types import Member, Story


_Row = tuple["Member", str, str, float, str, int | None, str]
"""A document; name, canonical document and weakest similarity of its story; `decided`; `number`; `opening`."""


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``: the documents of the stories, then the singletons, a row group at a time.

    Args:
        report: the report
        stream: a binary stream
        listing: the part of it that is written

    Raises:
        LibraryMissing: pyarrow is not installed
    """
    parquet = import_library("pyarrow.parquet", extra="parquet")
    explanation = report.explanation
    schema = arrow_schema(COLUMNS if explanation is None else (*COLUMNS, *EXPLAINED_COLUMNS))
    facts = {FACTS_KEY: encode(make_facts(report, listing.singletons)).decode()}
    rows = _rows(report, listing.singletons)
    # The schema of Arrow is not stored: it would hold the facts a second time.
    with parquet.ParquetWriter(stream, schema, store_schema=False) as writer:
        while group := list(islice(rows, ROW_GROUP)):
            writer.write_batch(_record_batch(schema, group, explanation))
        writer.add_key_value_metadata(facts)


def make_facts(report: Report, singletons: bool) -> ReportFacts:
    """Return what the file says beside its rows.

    Args:
        report: the report
        singletons: whether the documents without copies are rows too
    """
    counts = footer(report)
    return ReportFacts(
        schema=SCHEMA,
        version=version(),
        settings=dict(report.settings),
        inputs=report.inputs,
        thresholds=report.thresholds,
        rows=sum(story.size for story in report.stories) + (len(report.singletons) if singletons else 0),
        documents=counts.documents,
        stories=counts.stories,
        copies=counts.copies,
        singletons=counts.singletons,
        no_articles=counts.no_articles,
        skipped=report.skipped,
        notes=report.notes,
        seconds=report.seconds,
        stats=report.stats,
        coverage=report.coverage,
    )


def _rows(report: Report, singletons: bool) -> Iterator[_Row]:
    """Yield the documents of the stories, then the singletons if ``singletons`` is set."""
    numbers, numbers_alone = _input_numbers(report)
    for story in report.stories:
        id, name = story.id, story.story if isinstance(story, IndexedStory) else story.id
        for member in story.members:
            opening = story.opening if member.id == id else ""
            yield member, name, id, story.weakest, _ground(report, story, member), numbers[member.id], opening
    if singletons:
        for member, number in zip(report.singletons, chain(numbers_alone, repeat(None)), strict=False):
            yield member, member.id, member.id, 1.0, ALONE, number, ""


def _ground(report: Report, story: Story, member: Member) -> str:
    """Return why a document is in its story."""
    if not story.copies:
        return ALONE
    if report.joined_by is None:
        return UNKNOWN
    return report.joined_by.get(member.id, BY_TEXT)


def _input_numbers(report: Report) -> tuple[dict[str, int | None], Sequence[int]]:
    """Return the numbers of the documents in the order of input: those of stories by id, and those of singletons.

    Singletons are in the order of input. So only the documents of stories, which are few, need a mapping.
    """
    numbers: dict[str, int | None] = {member.id: None for story in report.stories for member in story.members}
    numbers_alone = array("q")
    for number, id in enumerate(report.ids):
        if id in numbers:
            numbers[id] = number
        else:
            numbers_alone.append(number)
    return numbers, numbers_alone


def _record_batch(schema: pyarrow.Schema, rows: Sequence[_Row], explanation: Explanation | None) -> pyarrow.RecordBatch:
    arrow = import_library("pyarrow", extra="parquet")
    members, *columns = zip(*rows, strict=True)
    values: dict[str, Sequence[Any]] = dict(
        zip(("story", "canonical", "weakest", "decided", "number", "opening"), columns, strict=True)
    )
    if explanation is not None:
        values |= _explain(explanation, [member.id for member in members], values["canonical"])
    for name in schema.names:
        if name not in values:
            values[name] = tuple(map(attrgetter(name), members))
    values["published"] = utc_times(values["published"])
    return arrow.record_batch([_array(arrow, values[field.name], field.type) for field in schema], schema=schema)


def _explain(explanation: Explanation, ids: Sequence[str], canonical: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return the columns of the reasons of documents, whose stories ``canonical`` documents lead."""
    reasons = [explanation.members.get(id, NO_REASON) for id in ids]
    leads = [explanation.leads.get(id, NO_LEAD) for id in canonical]
    return {
        "by": [reason.by for reason in reasons],
        "link": [reason.link for reason in reasons],
        "rule": [reason.decided for reason in reasons],
        "boilerplate": [reason.boilerplate for reason in reasons],
        "canonical_rule": [lead.canonical_rule for lead in leads],
        "over": [lead.over for lead in leads],
    }


def _array(arrow: Any, values: Sequence[Any], type: pyarrow.DataType) -> pyarrow.Array:
    try:
        return arrow.array(values, type)
    except UnicodeEncodeError:  # a lone surrogate, which JSON has in this form too (`json_rows.encode`)
        return arrow.array([value.encode("utf-8", "backslashreplace").decode() for value in values], type)
