"""A report in JSON Lines to the `dedup.results.Report` from which it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.formats.typed_rows import first_line, typed_rows
from dedup.report.schema import SCHEMA
from dedup.results import Report
from dedup.types import Member, Note, Skip, Story

_BEGINNING = re.compile(rb'\s*\{\s*"schema"\s*:\s*"dedup\.report/')
_CURE = "write the report again, with --format jsonl"


class _ReportRow(msgspec.Struct, frozen=True):
    """A header, a story or a footer. One type serves for all three, because no key has two meanings."""

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
    """Whether ``path`` is a file that begins like a report. False for a file that cannot be read."""
    try:
        return Path(path).is_file() and _BEGINNING.match(first_line(path)) is not None
    except ReadError:
        return False


def load(path: str) -> Report:
    """Return the report in a file.

    Its singletons are the listed ones (``--singletons``). Its ``documents`` counts all documents in any case. Raises
    `ReadError` if the file is of another schema, broken, or cut short.
    """
    rows = list(typed_rows(path, _ReportRow, _CURE))
    header, footer = (rows[0][1], rows[-1][1]) if rows else (_ReportRow(), _ReportRow())
    if header.schema != SCHEMA or header.type != "header":
        raise ReadError(readable(path), f"does not begin with the header of a {SCHEMA}; {_CURE}", 1)
    if footer.type != "footer":
        raise ReadError(readable(path), "has no footer: the run that wrote it was cut short; run it again")
    stories = _read_stories(path, rows[1:-1])
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


def _read_stories(path: str, rows: Sequence[tuple[int, _ReportRow]]) -> list[Story]:
    stories: list[Story] = []
    seen: set[str] = set()
    for number, row in rows:
        if row.type != "story" or not row.members:
            raise ReadError(readable(path), f"is no row of a {SCHEMA}; {_CURE}", number)
        for member in row.members:
            if member.id in seen:
                again = quoted(member.id, limits.MAX_QUOTED)
                raise ReadError(readable(path), f"names the document {again} a second time; {_CURE}", number)
            seen.add(member.id)
        stories.append(Story(row.members[0], row.members[1:], row.weakest))
    return stories
