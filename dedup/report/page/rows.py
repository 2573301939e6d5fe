"""The rows of a report as the page reads them. Foreign rows are checked: each fault is a `ReadError` with its line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from dedup.comparison_types import Met, Span
from dedup.errors import ReadError
from dedup.formats.places import readable
from dedup.formats.typed.rows import rows_of_types
from dedup.report.schema import SCHEMA, LeadRow, NoteRow, RewriteRow, SkipRow

_CURE: Final = "write the rows again: dedup cluster --explain --output stories.jsonl"


class PageHeader(msgspec.Struct, frozen=True):
    """The first row."""

    schema: str
    version: str = ""
    settings: dict[str, Any] = {}
    inputs: list[str] = []


class PageMember(msgspec.Struct, frozen=True, gc=False):
    """A document of a story. Without ``--explain`` it has no reasons."""

    id: str
    relation: str
    containment: float = 1.0
    resemblance: float = 1.0
    source: str = ""
    published: datetime.datetime | None = None
    title: str = ""
    path: str = ""
    credit: str = ""
    no_article: str = ""
    by: str = ""
    link: float | None = None
    decided: str = ""
    boilerplate: float | None = None


class PageStory(msgspec.Struct, frozen=True):
    """A story, the canonical document first."""

    members: list[PageMember]
    weakest: float = 1.0
    opening: str = ""
    lead: LeadRow | None = None


class PageText(msgspec.Struct, frozen=True):
    """The text of the documents ``ids``."""

    ids: list[str]
    text: str
    boilerplate: list[Span] = []


class ApartText(PageText, frozen=True):
    """A text of a pair that is told apart."""


class PageGround(msgspec.Struct, frozen=True, gc=False):
    """One rule, and what the pair has to say to it."""

    name: str
    value: float | None = None
    bound: float | None = None
    sense: str = "at least"
    passed: bool | None = None
    counts: tuple[int, int] | None = None


class PagePassage(msgspec.Struct, frozen=True, gc=False):
    """A stretch of equal words of both texts."""

    a: Span
    b: Span
    words: int


class PageDifference(msgspec.Struct, frozen=True, gc=False):
    """Other words between two passages."""

    kind: str
    a: Span
    b: Span


class PageSide(msgspec.Struct, frozen=True):
    """One of the two documents of a comparison."""

    id: str
    source: str = ""
    title: str = ""
    published: datetime.datetime | None = None
    words: int = 0
    shingles: int = 0


class PageComparison(msgspec.Struct, frozen=True):
    """A comparison. The keys are those of `dedup.Comparison`."""

    why: str
    a: PageSide
    b: PageSide
    match: bool
    same_story: bool | None
    decided: str
    resemblance: float
    containment: tuple[float, float]
    relation: str | None = None
    boilerplate_known: bool = True
    grounds: list[PageGround] = []
    replaced_figures: int = 0
    estimate: float = 0.0
    passages: list[PagePassage] = []
    differences: list[PageDifference] = []
    met: Met | None = None


class PageCoverage(msgspec.Struct, frozen=True):
    """Stories of one event, by the ids of their canonical documents."""

    stories: list[str]
    score: float = 1.0
    rewrites: list[RewriteRow] = []


class PageFooter(msgspec.Struct, frozen=True):
    """The last row. A run that was cut short has none."""

    documents: int
    stories: int
    copies: int
    singletons: int
    skipped: list[SkipRow] = []
    notes: list[NoteRow] = []
    no_articles: int = 0


_TYPES: Final = {
    "header": PageHeader,
    "story": PageStory,
    "text": PageText,
    "comparison": PageComparison,
    "coverage": PageCoverage,
    "footer": PageFooter,
}

PageRow = PageHeader | PageStory | PageText | PageComparison | PageCoverage | PageFooter


class RowFile:
    """A file of rows, which is read twice.

    A text belongs to the story before it, if that has its documents and no text of them yet, and no pair that is told
    apart comes between. Any other text belongs to a pair that is told apart, and is an `ApartText`.
    """

    def __init__(self, path: str, name: str = "") -> None:
        """Make the file at ``path``. Errors name it ``name``."""
        self._path = path
        self._name = name or readable(path)

    def rows(self) -> Iterator[tuple[int, PageRow]]:
        """Yield each row with the number of its line.

        Raises:
            ReadError: the file cannot be read, has no header, or a row of it is wrong.
        """
        without_text: set[str] = set()
        before = False
        for line, row in rows_of_types(self._path, _TYPES, _CURE, self._name):
            if isinstance(row, PageHeader) is before or (not before and row.schema != SCHEMA):
                raise self.error(f"does not begin with the one header of a {SCHEMA}", line)
            before = True
            if isinstance(row, PageStory):
                without_text = {member.id for member in row.members}
                self._check_story(row, without_text, line)
            elif isinstance(row, PageText):
                self._check_text(row, line)
                if without_text.issuperset(row.ids):
                    without_text.difference_update(row.ids)
                else:
                    row = ApartText(row.ids, row.text, row.boilerplate)
            elif isinstance(row, PageComparison) and row.why != "member":
                without_text = set()
            yield line, row
        if not before:
            raise self.error(f"does not begin with the header of a {SCHEMA}", 1)

    def error(self, reason: str, line: int | None) -> ReadError:
        """Return the error of a row."""
        return ReadError(self._name, f"{reason}; {_CURE}", line)

    def _check_story(self, row: PageStory, ids: set[str], line: int) -> None:
        """Check that a story has documents, each of its own id."""
        if not row.members:
            raise self.error("is a story without a document", line)
        if len(ids) < len(row.members):
            raise self.error("is a story that names a document twice", line)

    def _check_text(self, row: PageText, line: int) -> None:
        """Check a text and its places, which stand in its order and do not overlap."""
        if not row.ids:
            raise self.error("is a text of no document", line)
        last = 0
        for begin, end in row.boilerplate:
            if not last <= begin <= end <= len(row.text):
                raise self.error(f"has a place [{begin}, {end}] in a text of {len(row.text):,} characters", line)
            last = end


def source_of(member: PageMember) -> str:
    """Return the source of a document, else the name of its folder."""
    return member.source.strip() or member.path.rpartition("/")[0].rpartition("/")[2]


_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def minutes(time: datetime.datetime | None) -> int | None:
    """Return a time in minutes since 1970, None for no time. A time without a zone is UTC."""
    if time is None:
        return None
    return ((time if time.tzinfo else time.replace(tzinfo=datetime.UTC)) - _EPOCH) // datetime.timedelta(minutes=1)


def cut(text: str, size: int) -> str:
    """Return a text on one line, with an ellipsis if it is longer than ``size``."""
    line = " ".join(text[: size * 8].split())
    return line if len(line) <= size else f"{line[: size - 1]}…"
