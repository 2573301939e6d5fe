"""A report in Parquet, JSON Lines or JSON to the `dedup.results.Report` from which it was written."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.formats.typed.rows import first_line, rows_of_types, whole_file
from dedup.index_types import IndexedStory
from dedup.parquet_schema import ReportFacts
from dedup.report import parquet_files
from dedup.report.schema import SCHEMA
from dedup.report.writers.csv import COLUMNS
from dedup.results import Report
from dedup.types import Coverage, Member, Note, Rewrite, Skip, Stats, Story

_BEGINNING = re.compile(rb'\s*\{\s*"schema"\s*:\s*"dedup\.report/')
_HEADER_ROW = re.compile(rb'\s*\{[^\n]*"type"\s*:\s*"header"')
_CSV: Final = ",".join(COLUMNS).encode()
_HERE: Final = "file://"
"""The beginning of an address of this machine, as ``--output`` takes it."""

_CURE = "write the report again, with --format jsonl"


class _ReportRow(msgspec.Struct, frozen=True):
    """A header, a story or a footer. One type serves for all three, because no key has two meanings."""

    type: str = ""
    schema: str = ""
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    thresholds: str = ""
    story: str = ""
    weakest: float = 1.0
    members: tuple[Member, ...] = ()
    opening: str = ""
    documents: int = 0
    skipped: tuple[Skip, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: float = 0.0
    no_articles: int = 0


class _CoverageRow(msgspec.Struct, frozen=True):
    """A coverage."""

    stories: tuple[str, ...] = ()
    score: float = 1.0
    rewrites: tuple[Rewrite, ...] = ()


class _ReportFile(_ReportRow, frozen=True):
    """A report as one object: the keys of header and footer, its stories and its coverage."""

    stories: tuple[_ReportRow, ...] = ()
    coverage: tuple[_CoverageRow, ...] = ()


def is_report(path: str) -> bool:
    """Whether ``path`` is a report of any format, as far as its beginning tells, or a folder with one in Parquet.

    False for a path that cannot be read.
    """
    path = path.removeprefix(_HERE)
    try:
        if parquet_files.is_parquet_report(Path(path)):
            return True
        if not Path(path).is_file():
            return False
        beginning = first_line(path).removeprefix(b"\xef\xbb\xbf")
    except (ReadError, OSError):
        return False
    return _BEGINNING.match(beginning) is not None or beginning.startswith(_CSV)


def has_rows(path: str) -> bool:
    """Whether the report at ``path`` is JSON Lines. False for a folder. Raises `ReadError` if it cannot be read."""
    if Path(path).is_dir():
        return False
    return _HEADER_ROW.match(first_line(path).removeprefix(b"\xef\xbb\xbf")) is not None


def load(path: str | os.PathLike[str]) -> Report:
    """Read a report that was written as Parquet, a file or a folder, or as JSON Lines or JSON, compressed or not.

    Its singletons are those that the file lists: all of them if it was written with ``--singletons`` or by
    `Report.save`. Its counts are those of all documents in any case. Only Parquet has ``stats``, ``ids``,
    ``joined_by``, and ``home`` of a member.

    Raises:
        ReadError: the file cannot be read, is no report, is of another schema, broken, or cut short.
        LibraryMissing: the report is Parquet, and pyarrow is not installed.
    """
    path = os.fspath(path).removeprefix(_HERE)
    if _is_parquet(Path(path)):
        facts, stories, ids, joined_by = parquet_files.read_report(Path(path))
        stats = facts.stats or Stats(documents=facts.documents)
        return replace(
            _make_report(facts, facts, stories), stats=stats, ids=ids, joined_by=joined_by, coverage=facts.coverage
        )
    beginning = first_line(path).removeprefix(b"\xef\xbb\xbf")
    if beginning.startswith(_CSV):
        raise ReadError(readable(path), f"is a report as CSV, which has not all that a report has; {_CURE}")
    if _HEADER_ROW.match(beginning):
        return _load_rows(path)
    if _BEGINNING.match(beginning):
        return _load_object(path)
    raise ReadError(readable(path), f"does not begin with the header of a {SCHEMA}; {_CURE}", 1)


def _is_parquet(path: Path) -> bool:
    try:
        return path.is_dir() or (path.is_file() and parquet_files.is_parquet(path))
    except OSError as error:
        raise ReadError(readable(str(path)), f"cannot be read: {error.strerror or error}") from error


def _load_rows(path: str) -> Report:
    types = {**dict.fromkeys(("header", "story", "footer"), _ReportRow), "coverage": _CoverageRow}
    numbered = list(rows_of_types(path, types, _CURE))
    rows = [(number, row) for number, row in numbered if isinstance(row, _ReportRow)]
    covered = [row for _, row in numbered if isinstance(row, _CoverageRow)]
    if not rows:
        raise ReadError(readable(path), f"does not begin with the header of a {SCHEMA}; {_CURE}", 1)
    header, footer = rows[0][1], rows[-1][1]
    if header.schema != SCHEMA:
        raise ReadError(readable(path), f"does not begin with the header of a {SCHEMA}; {_CURE}", 1)
    if footer.type != "footer":
        raise ReadError(readable(path), "has no footer: the run that wrote it was cut short; run it again")
    return replace(_make_report(header, footer, _read_stories(path, rows[1:-1])), coverage=_read_coverage(covered))


def _load_object(path: str) -> Report:
    try:
        whole = msgspec.json.decode(whole_file(path), type=_ReportFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReadError(readable(path), f"{error}; {_CURE}") from error
    if whole.schema != SCHEMA:
        raise ReadError(readable(path), f"is no {SCHEMA}; {_CURE}", 1)
    stories = _read_stories(path, [(None, row) for row in whole.stories])
    return replace(_make_report(whole, whole, stories), coverage=_read_coverage(whole.coverage))


def _read_coverage(rows: Sequence[_CoverageRow]) -> tuple[Coverage, ...]:
    return tuple(Coverage(row.stories, row.score, row.rewrites) for row in rows)


def _make_report(
    header: _ReportRow | ReportFacts, footer: _ReportRow | ReportFacts, stories: Sequence[Story]
) -> Report:
    alone = [story for story in stories if not story.copies]
    named = [story for story in alone if isinstance(story, IndexedStory)]
    listed = sum(bool(story.canonical.no_article) for story in alone)
    return Report(
        stories=(*(story for story in stories if story.copies), *named),
        singletons=tuple(story.canonical for story in alone if not isinstance(story, IndexedStory)),
        documents=footer.documents,
        skipped=footer.skipped,
        notes=footer.notes,
        inputs=header.inputs,
        settings={name: tuple(value) if isinstance(value, list) else value for name, value in header.settings.items()},
        seconds=footer.seconds,
        thresholds=header.thresholds,
        unlisted_no_articles=max(0, footer.no_articles - listed),
    )


def _read_stories(path: str, rows: Sequence[tuple[int | None, _ReportRow]]) -> list[Story]:
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
        canonical, *copies = row.members
        if row.story in ("", canonical.id):
            stories.append(Story(canonical, tuple(copies), row.weakest, opening=row.opening))
        else:
            stories.append(IndexedStory(canonical, tuple(copies), row.weakest, row.story, opening=row.opening))
    return stories
