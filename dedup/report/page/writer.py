"""The second pass over the rows: it writes the page, a story at a time, and keeps the list alone in memory."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from msgspec.structs import replace

from dedup.comparison_types import Comparison
from dedup.core.pairs.rules import RULES
from dedup.core.thresholds import FIGURE_COST, PASSAGE_COST
from dedup.json_rows import encode
from dedup.report.page.blocks import TEXTS_LIMIT, PageParts, frame, packed_block, plain_block
from dedup.report.page.choice import COVERAGE, PAIRS, TextChoice
from dedup.report.page.comparisons import PartText, comparison_entry
from dedup.report.page.overview import Overview
from dedup.report.page.rows import (
    ApartText,
    PageComparison,
    PageCoverage,
    PageFooter,
    PageHeader,
    PageSide,
    PageStory,
    PageText,
    RowFile,
    minutes,
    source_of,
)
from dedup.report.page.stories import StoryList, StoryParts, document_entry, line_of, title_of
from dedup.report.reasons import JOINS, LEADS, REASONS
from dedup.report.schema import SCHEMA as REPORT
from dedup.report.schema import PairRow, ReportHeader, TextRow
from dedup.settings import Settings
from dedup.version import version

SCHEMA: Final = "dedup.page/1"

_SECRET: Final = {item.name for item in dataclasses.fields(Settings) if not item.repr}
"""Settings that no page shows: a page is for many readers, and the seed of an index is for none."""

_LISTED: Final = 200
"""Skipped inputs, notes, settings, and paths of inputs that are listed."""


def write_page(
    path: str, stream: BinaryIO, texts_limit: int = TEXTS_LIMIT, *, name: str = "", pair: bool = False
) -> None:
    """Write the page of the rows in a file. The same rows give the same bytes.

    Args:
        path: the file, which is read twice.
        stream: a binary stream.
        texts_limit: the most characters of texts on the page.
        name: the name of the file in errors; empty for its path.
        pair: whether the page shows the only comparison of the rows, and no stories.

    Raises:
        ReadError: a row is wrong; the error has its line. Part of the page may be written then.
    """
    file = RowFile(path, name)
    choice = TextChoice(file, texts_limit)
    fixed = frame()
    stream.write(fixed.before)
    writer = _PageWriter(file, choice, stream)
    for line, row in file.rows():
        writer.add(row, line)
    writer.finish(texts_limit, pair)
    stream.write(fixed.behind)


def write_pair(comparison: Comparison, stream: BinaryIO) -> None:
    """Write the page of one comparison, whose sides have their texts."""
    sides = comparison.a, comparison.b
    fields = msgspec.structs.asdict(comparison)
    header = ReportHeader(REPORT, "header", version(), {}, [side.id for side in sides], "")
    texts = [TextRow("text", [side.id], side.text, list(side.boilerplate)) for side in sides]
    pair = PairRow(**fields | {name: replace(fields[name], text="") for name in "ab"}, type="comparison", why="apart")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.jsonl")
        path.write_bytes(b"".join(encode(row) + b"\n" for row in (header, *texts, pair)))
        write_page(str(path), stream, sum(len(side.text) for side in sides), pair=True)


class _PageWriter:
    """The page while it is written. It holds the list, the sums, and the texts of one story."""

    def __init__(self, file: RowFile, choice: TextChoice, stream: BinaryIO) -> None:
        self._file, self._choice, self._stream = file, choice, stream
        self._parts = PageParts(stream)
        self._list, self._overview = StoryList(choice), Overview(choice)
        self._header: PageHeader
        self._footer: PageFooter | None = None
        self._story: StoryParts | None = None
        self._stories = self._texts = self._documents = 0
        self._has_texts = self._explained = False
        self._apart_texts: dict[str, tuple[PartText, str]] = {}
        self._story_titles: dict[str, str] = {}
        self._covered: dict[str, list[Any]] = {}
        self._coverage: list[list[Any]] = []
        self._apart_rows: list[list[Any]] = []
        self._apart_counts = dict.fromkeys(PAIRS, 0)

    def add(self, row: Any, line: int) -> None:
        """Take a row."""
        match row:
            case PageHeader():
                self._header = row
            case PageStory():
                self._add_story(row)
            case PageText():
                self._has_texts = True
                self._add_text(row)
            case PageComparison() if row.why in PAIRS:
                self._explained = True
                self._add_apart(row, line)
            case PageComparison() if row.why == "member":
                if self._story is None:
                    raise self._file.error("compares documents of a story, and none is before it", line)
                self._explained = True
                self._story.add_comparison(row, self._file, line)
            case PageCoverage() if len(self._coverage) < COVERAGE:
                self._add_coverage(row)
            case PageFooter():
                self._footer = row

    def _add_story(self, row: PageStory) -> None:
        self._end_story()
        self._documents += len(row.members)
        self._explained |= row.members[0].link is not None
        self._overview.add(row)
        for member in row.members:
            if member.id in self._choice.shown_apart:
                self._story_titles[member.id] = title_of(row)
        lead = row.members[0]
        if lead.id in self._choice.covered:
            place = self._choice.ranks[self._stories] if len(row.members) > 1 else -1
            entry = document_entry(lead.id, source_of(lead), title_of(row), minutes(lead.published))
            self._covered[lead.id] = [*entry, place]
        if len(row.members) == 1:
            self._list.add_alone(row.members[0])
        else:
            self._story = StoryParts(self._choice.ranks[self._stories], row)
            self._stories += 1

    def _add_coverage(self, row: PageCoverage) -> None:
        """Take the stories of one event, and which of them are rewrites of which."""
        places = {id: place for place, id in enumerate(row.stories)}
        stories = [self._covered.get(id, [*document_entry(id, "", "", None), -1]) for id in row.stories]
        pairs = [[places.get(pair.first, -1), places.get(pair.second, -1), pair.score] for pair in row.rewrites]
        self._coverage.append([stories, row.score, pairs])

    def _end_story(self) -> None:
        """Write the story whose rows have all come, and forget its texts."""
        if self._story is not None:
            part = self._parts.add(f"story/{self._story.rank}", self._story.entry())
            self._list.add(self._story, part)
            self._story = None

    def _add_text(self, row: PageText) -> None:
        if isinstance(row, ApartText) or self._story is None:
            if not self._choice.shown_apart.isdisjoint(row.ids):
                text = PartText(row, True), line_of(row)
                self._apart_texts.update(dict.fromkeys(row.ids, text))
        else:
            self._story.add_text(row, bool(self._choice.shown[self._texts]))
            self._texts += 1

    def _add_apart(self, row: PageComparison, line: int) -> None:
        """Write a pair that is told apart, with its two texts."""
        self._end_story()
        self._apart_counts[row.why] += 1
        if self._apart_counts[row.why] > PAIRS[row.why]:
            return
        sides = [self._side(row.a), self._side(row.b)]
        a, b = (self._apart_texts.get(side.id, (None, ""))[0] for side in (row.a, row.b))
        members = [[*side, place] for place, side in enumerate(sides)]
        comparison = {"a": 0, "b": 1, **comparison_entry(row, a, b, self._file, line)}
        texts = [None if text is None else text.entry for text in (a, b)]
        entry = {"members": members, "texts": texts, "compared": [comparison]}
        part = self._parts.add(f"apart/{len(self._apart_rows)}", entry)
        ground = next(([*ground] for ground in comparison["grounds"] if ground[0] == row.decided), None)
        self._apart_rows.append(
            [*sides, row.why, row.match, row.decided, ground, max(row.containment), part, row.same_story]
        )

    def _side(self, side: PageSide) -> list[Any]:
        title = side.title.strip() or self._story_titles.get(side.id) or self._apart_texts.get(side.id, (None, ""))[1]
        return document_entry(side.id, side.source, title, minutes(side.published))

    def finish(self, texts_limit: int, pair: bool) -> None:
        """Write what is left: the last parts, the list, and the head."""
        self._end_story()
        self._parts.flush()
        self._stream.write(packed_block("list", {**self._list.columns(), "apart": self._apart_rows}))
        self._stream.write(plain_block("head", self._head(texts_limit, pair)))

    def _head(self, texts_limit: int, pair: bool) -> dict[str, Any]:
        header, footer, choice = self._header, self._footer, self._choice
        settings = [item for item in header.settings.items() if item[0] not in _SECRET]
        stories = self._stories
        counts = (
            (self._documents, self._documents - self._list.alone_count - stories, self._list.alone_count)
            if footer is None
            else (footer.documents, footer.copies, footer.singletons)
        )
        return {
            "schema": SCHEMA,
            "pair": pair,
            "version": header.version,
            "inputs": header.inputs[:_LISTED],
            "settings": [[name, _shown(value)] for name, value in settings[:_LISTED]],
            "complete": footer is not None,
            "documents": counts[0],
            "stories": stories,
            "copies": counts[1],
            "alone": counts[2],
            "no_articles": 0 if footer is None else footer.no_articles,
            "alone_listed": len(self._list.alone),
            "skipped": [] if footer is None else footer.skipped[:_LISTED],
            "skipped_count": 0 if footer is None else sum(skip.count for skip in footer.skipped),
            "notes": [] if footer is None else footer.notes[:_LISTED],
            "texts": {
                "has": self._has_texts,
                "shown": choice.texts,
                "left_out": choice.all_texts - choice.texts,
                "limit": texts_limit,
            },
            "explained": self._explained,
            "apart": choice.counts,
            "coverage": self._coverage,
            "rules": [[rule.name, rule.title, rule.sentence, rule.unit, rule.counted] for rule in RULES],
            "reasons": list(REASONS.items()),
            "joins": list(JOINS.items()),
            "leads": list(LEADS.items()),
            "costs": [PASSAGE_COST, FIGURE_COST],
            "weakest": self._list.weakest(),
            **self._overview.sums(),
        }


def _shown(value: Any) -> str:
    """Return the value of a setting as words."""
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
