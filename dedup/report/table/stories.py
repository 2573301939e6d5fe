"""The rows of stories: a story a line, in the columns that fit the width."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.text import Text

from dedup.report.terminal import count, duration, harmless, one_line, percent

if TYPE_CHECKING:
    from dedup.types import Relation, Story

WEAK: Final = 0.7
"""A story with a document that has less in common with the others is to be looked at."""

_MIDDLE: Final = 76
_WIDE: Final = 110
_GAP: Final = 2
_TITLE: Final = 1  # the place of the column that gets the rest of the width
_PLURALS: Final[dict[Relation, str]] = {
    "exact": "exact",
    "reprint": "reprints",
    "excerpt": "excerpts",
    "revision": "revisions",
}


class _Column(NamedTuple):
    """A column of the table.

    - ``heading``: its first cell
    - ``cell``: the function that makes the cell of a story from its number and the story
    - ``is_right``: whether the cells end in one line
    - ``since``, ``until``: the least width of the table that has the column, and the least that does not
    """

    heading: str
    cell: Callable[[int, Story], str]
    is_right: bool = True
    since: int = 0
    until: int = sys.maxsize


def is_weak(story: Story) -> bool:
    """Return whether a document has little in common with its story."""
    return story.weakest < WEAK


def title_of(story: Story) -> str:
    """Return the headline of a story, or its id if no document has a headline."""
    return one_line(story.title) or harmless(story.id)


def story_rows(stories: Sequence[Story], width: int) -> Iterator[Text]:
    """Yield the headings and a row for each story.

    Args:
        stories: the stories, at least one. They are numbered from 1.
        width: the columns of the terminal.
    """
    columns = [column for column in _COLUMNS if column.since <= width < column.until]
    rows = [[column.cell(number, story) for column in columns] for number, story in enumerate(stories, 1)]
    headings = [column.heading for column in columns]
    widths = [max(Text(row[place]).cell_len for row in [headings, *rows]) for place in range(len(columns))]
    widths[_TITLE] = width - sum(widths) + widths[_TITLE] - _GAP * (len(columns) - 1)
    head = _row(headings, columns, widths)
    head.stylize("dim")
    yield head
    for story, cells in zip(stories, rows, strict=True):
        row = _row(cells, columns, widths)
        if is_weak(story):
            row.stylize("bold red", len(row) - len(cells[-1]))
        yield row


def _row(cells: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> Text:
    """Return the cells as one line, each as wide as its column."""
    row = Text()
    for cell, column, width in zip(cells, columns, widths, strict=True):
        text = Text(cell)
        text.truncate(width, overflow="ellipsis")
        (text.pad_left if column.is_right else text.pad_right)(width - text.cell_len)
        row.append(text).append(" " * _GAP)
    row.right_crop(_GAP)
    return row


def _relations(_number: int, story: Story) -> str:
    """Return how many copies there are of each relation: ``5 reprints, 1 excerpt``."""
    numbers = Counter(copy.relation for copy in story.copies)
    words = ((numbers[relation], relation, plural) for relation, plural in _PLURALS.items())
    return ", ".join(count(number, *names) for number, *names in words if number)


def _published(story: Story) -> list[datetime.datetime]:
    """Return the known times of publication in UTC, in their order."""
    return sorted(_in_utc(member.published) for member in story.members if member.published is not None)


def _in_utc(time: datetime.datetime) -> datetime.datetime:
    """Return a time in UTC. A time without a zone is UTC."""
    try:
        return time.astimezone(datetime.UTC) if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    except OverflowError:  # the first day of the year 1, or the last day of the year 9999
        return time.replace(tzinfo=datetime.UTC)


def _first_day(_number: int, story: Story) -> str:
    return next((time.date().isoformat() for time in _published(story)), "no date")


def _first_minute(_number: int, story: Story) -> str:
    return next((time.isoformat(" ", "minutes")[:16] for time in _published(story)), "no date")


def _in_print(_number: int, story: Story) -> str:
    times = _published(story)
    return duration(times[-1] - times[0]) if times and times[0] < times[-1] else ""


_COLUMNS: Final = (
    _Column("#", lambda number, _story: str(number)),
    _Column("story", lambda _number, story: title_of(story), is_right=False),
    _Column("copies", lambda _number, story: f"{len(story.copies):,}", until=_WIDE),
    _Column("what the copies are", _relations, is_right=False, since=_WIDE),
    _Column("sources", lambda _number, story: f"{len(story.sources):,}", since=_MIDDLE),
    _Column("first seen", _first_day, is_right=False, since=_MIDDLE, until=_WIDE),
    _Column("first seen", _first_minute, is_right=False, since=_WIDE),
    _Column("for", _in_print, since=_WIDE),
    _Column("weakest", lambda _number, story: percent(story.weakest)),
)
