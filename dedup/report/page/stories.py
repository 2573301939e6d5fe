"""The stories of the page: what a part holds of each, and a column for each thing that the list shows."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from dedup.core.text.openings import first_line
from dedup.report.page.choice import TextChoice
from dedup.report.page.comparisons import PartText, comparison_entry
from dedup.report.page.overview import NAME, RELATIONS, source_key
from dedup.report.page.rows import PageComparison, PageMember, PageStory, PageText, RowFile, cut, minutes, source_of

TITLE: Final = 240
"""Characters of a headline."""

_ALONE: Final = 5_000
"""Documents alone that are listed."""

_LOOK_AT: Final = 5
_WEAK: Final = 0.7
"""Stories that are looked at first, and the share below which they are weak."""


class StoryParts:
    """A story while its rows come: its documents, texts and comparisons."""

    def __init__(self, rank: int, row: PageStory) -> None:
        self.rank = rank
        self.row = row
        self._places = {member.id: place for place, member in enumerate(row.members)}
        self._texts: list[PartText] = []
        self._text_of: dict[str, int] = {}
        self._comparisons: list[dict[str, Any]] = []

    def add_text(self, row: PageText, shown: bool) -> None:
        """Take a text of the story."""
        self._text_of.update(dict.fromkeys(row.ids, len(self._texts)))
        self._texts.append(PartText(row, shown))

    def add_comparison(self, row: PageComparison, file: RowFile, line: int) -> None:
        """Take a comparison of two documents of the story. Raises `ReadError` if it has not these documents."""
        for side in (row.a, row.b):
            if side.id not in self._places:
                raise file.error(
                    f"compares the document {side.id[:NAME]!r}, which the story before does not have", line
                )
        a, b = (self._text(side.id) for side in (row.a, row.b))
        entry = comparison_entry(row, a, b, file, line)
        self._comparisons.append({"a": self._places[row.a.id], "b": self._places[row.b.id], **entry})

    def _text(self, id: str) -> PartText | None:
        return self._texts[self._text_of[id]] if id in self._text_of else None

    def entry(self) -> dict[str, Any]:
        """Return what the page shows of the story. A text that the page does not have is null."""
        lead = self.row.lead
        return {
            "members": [self._member(member) for member in self.row.members],
            "lead": None if lead is None else [lead.canonical_rule, self._places.get(lead.over, -1)],
            "texts": [text.entry for text in self._texts],
            "compared": self._comparisons,
        }

    def _member(self, member: PageMember) -> list[Any]:
        return [
            *document_entry(member.id, source_of(member), member.title, minutes(member.published)),
            self._text_of.get(member.id, -1),
            member.relation,
            member.containment,
            member.resemblance,
            cut(member.credit, NAME),
            self._places.get(member.by, -1),
            member.link,
            member.decided,
            member.boilerplate,
        ]


def document_entry(id: str, source: str, title: str, published: int | None) -> list[Any]:
    """Return a document as all views take it.

    Args:
        id: its id.
        source: its source or folder.
        title: its headline.
        published: its time in minutes.
    """
    return [id, cut(source, NAME), cut(title, TITLE), published]


def title_of(row: PageStory) -> str:
    """Return the title of the first document that has one, or the opening of the story."""
    return cut(next((member.title for member in row.members if member.title.strip()), row.opening), TITLE)


def line_of(row: PageText) -> str:
    """Return the first line of a text that is no boilerplate and no label, for a text without a headline."""
    pieces, place = [], 0
    for begin, end in row.boilerplate:
        pieces.append(row.text[place:begin])
        place = end
    return first_line("\n".join((*pieces, row.text[place:])))


class StoryList:
    """A column for each thing that the list of stories shows. Rows come in any order."""

    def __init__(self, choice: TextChoice) -> None:
        self._rows: list[tuple[Any, ...]] = [()] * len(choice.ranks)
        self.alone: list[list[Any]] = []
        self.alone_count = 0

    def add(self, parts: StoryParts, part: int) -> None:
        """Add a story, which stands in the part of this number."""
        row = parts.row
        lead, members = row.members[0], row.members
        title = title_of(row)
        times = [time for member in members if (time := minutes(member.published)) is not None]
        sources = {source_key(source_of(member)) for member in members} - {""}
        counts = [sum(member.relation == relation for member in members[1:]) for relation in RELATIONS]
        first = min(times, default=None)
        self._rows[parts.rank] = (
            title,
            lead.id[:NAME],
            len(members),
            len(sources),
            first,
            None if first is None else max(times) - first,
            row.weakest,
            cut(source_of(lead), NAME),
            counts,
            part,
            _findable(title, members),
        )

    def add_alone(self, member: PageMember) -> None:
        """Add a document that is nobody's copy."""
        self.alone_count += 1
        if len(self.alone) < _ALONE:
            entry = document_entry(member.id[:NAME], source_of(member), member.title, minutes(member.published))
            self.alone.append([*entry, member.no_article])

    def columns(self) -> dict[str, Any]:
        """Return the columns by name, the largest story first."""
        names = ("title", "lead", "size", "sources", "first", "span", "weakest", "home", "rel", "part", "find")
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(names)
        return {**dict(zip(names, columns, strict=True)), "alone": self.alone}

    def weakest(self) -> list[list[Any]]:
        """Return the stories whose weakest document has least in common with its story: place, title, share, size."""
        order = sorted(range(len(self._rows)), key=lambda place: self._rows[place][6])[:_LOOK_AT]
        rows = [(place, self._rows[place]) for place in order]
        return [[place, row[0] or row[1], row[6], row[2]] for place, row in rows if row[6] < _WEAK]


def _findable(title: str, members: list[PageMember]) -> str:
    """Return what the search looks in: headlines and ids, a line each, and sources, each behind a tab."""
    lines = [title]
    for member in members:
        lines += (cut(member.title, TITLE), cut(member.id[:NAME], NAME), f"\t{cut(source_of(member), NAME)}")
    return folded("\n".join(dict.fromkeys(line for line in lines if line.strip())))


def folded(text: str) -> str:
    """Return a text as the search takes it: capitals without accents."""
    if text.isascii():
        return text.upper()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] != "M").upper()
