"""An earlier report in JSON Lines -> `dedup.types.Report`, as it was when it was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.formats.typed_rows import first_line
from dedup.formats.typed_rows import typed_rows as rows
from dedup.report.schema import SCHEMA
from dedup.types import Member, Note, Report, Skip, Story

_BEGINNING = re.compile(rb'\s*\{\s*"schema"\s*:\s*"dedup\.report/')
_CURE = "write the report again, with --format jsonl"


class _ReportRow(msgspec.Struct, frozen=True):
    """A header, a story or a footer: no key means two things, so one type will do for all three."""

    type: str = ""
    schema: str = ""
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    thresholds: str = ""
    weakest: float = 1.0
    members: tuple[Member, ...] = ()
    documents: int = 0
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: float = 0.0


def is_report(path: str) -> bool:
    """Whether ``path`` is a file that begins as a report does; one that cannot be read does not."""
    try:
        return Path(path).is_file() and _BEGINNING.match(first_line(path)) is not None
    except ReadError:
        return False


def load(path: str) -> Report:
    """The report in a file; raises `ReadError` if it is of another schema, broken, or cut short.

    The singletons are those that were listed (``--singletons``); ``documents`` counts them all in any case.
    """
    found = list(rows(path, _ReportRow, _CURE))
    header, footer = (found[0][1], found[-1][1]) if found else (_ReportRow(), _ReportRow())
    if header.schema != SCHEMA or header.type != "header":
        raise ReadError(readable(path), f"does not begin with the header of a {SCHEMA}; {_CURE}", 1)
    if footer.type != "footer":
        raise ReadError(readable(path), "has no footer: the run that wrote it was cut short; run it again")
    stories = _stories(path, found[1:-1])
    return Report(
        stories=tuple(story for story in stories if story.copies),
        singletons=tuple(story.canonical for story in stories if not story.copies),
        documents=footer.documents,
        skipped=footer.skipped,
        notes=footer.notes,
        inputs=header.inputs,
        settings=header.settings,
        seconds=footer.seconds,
        thresholds=header.thresholds,
    )


def _stories(path: str, found: list[tuple[int, _ReportRow]]) -> list[Story]:
    stories: list[Story] = []
    seen: set[str] = set()
    for number, row in found:
        if row.type != "story" or not row.members:
            raise ReadError(readable(path), f"is no row of a {SCHEMA}; {_CURE}", number)
        for member in row.members:
            if member.id in seen:
                again = quoted(member.id, limits.MAX_QUOTED)
                raise ReadError(readable(path), f"names the document {again} a second time; {_CURE}", number)
            seen.add(member.id)
        stories.append(Story(row.members[0], row.members[1:], row.weakest))
    return stories
