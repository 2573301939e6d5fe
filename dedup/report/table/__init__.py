"""A report as a table for people: one sentence, a row for each story, where to look first, then skips and notes.

A terminal shows the largest stories only, because the first lines of a long table scroll away. A file has all.

Titles are cut to fit. Ids are never cut, because users copy them. There is colour only on a terminal. No text of a page
or a file name can act on the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, BinaryIO, Final, cast

from rich.text import Text

from dedup.report.summary import counts, troubles
from dedup.report.table.members import document_line, head_line, story_lines
from dedup.report.table.stories import is_weak, story_rows
from dedup.report.terminal import Utf8Stream, count, harmless, percent, terminal_width

if TYPE_CHECKING:
    from rich.console import Console

    from dedup.report.writers import Listing
    from dedup.results import Report
    from dedup.types import Coverage, Member, Story


_TERMINALS: Final = {"FORCE_COLOR", "TTY_COMPATIBLE"}
"""Variables by which rich takes any stream for a terminal."""
_NARROWEST: Final = 60
_LISTED: Final = 20
"""Documents that are no articles and are listed without --singletons."""
_SHOWN: Final = 20
"""Stories that a terminal shows."""
_WEAKEST: Final = 8
"""Weak stories that are named."""


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write ``report`` to ``stream``, as wide as the terminal, or 80 columns wide without a terminal.

    Args:
        report: the report
        stream: a binary stream
        listing: the part of it that is written
    """
    width = max(_NARROWEST, terminal_width())
    file = cast(IO[str], Utf8Stream(stream))
    console = _console(file, width)
    for line in _lines(_blocks(report, listing, width, console is not None)):
        # With a soft wrap the terminal breaks long lines, so that an id can be copied in one piece. Without a terminal
        # there is nothing to render: a report of 100,000 lines is written three times as fast.
        if console is None:
            file.write(f"{line.plain}\n")
        else:
            console.print(line, soft_wrap=True)


def _console(file: IO[str], width: int) -> Console | None:
    """Return the console of a terminal, or of what variables of the environment call one; else None, at no cost."""
    if not (file.isatty() or _TERMINALS & os.environ.keys()):
        return None
    from rich.console import Console

    console = Console(file=file, width=width, highlight=False, force_jupyter=False)
    return console if console.is_terminal else None


def _lines(blocks: Iterable[Iterable[Text]]) -> Iterator[Text]:
    """Yield the lines of all blocks, with an empty line between two blocks."""
    is_first = True
    for block in blocks:
        for place, line in enumerate(block):
            if place == 0 and not is_first:
                yield Text()
            is_first = False
            yield line


def _blocks(report: Report, listing: Listing, width: int, is_terminal: bool) -> Iterator[Iterable[Text]]:
    """Yield the blocks of the table, some without a line."""
    limit = _SHOWN if listing.limit is None and is_terminal else listing.limit or None
    stories = report.stories[:limit]
    yield (Text(counts(report), "bold"),)
    if listing.members:
        if stories:
            yield (head_line(width),)
        for number, story in enumerate(stories, 1):
            yield story_lines(number, story, width, report.explanation)
    elif stories:
        yield story_rows(stories, width)
    yield (Text(hint, "dim") for hint in _hints(report, stories))
    yield _coverage_lines(report.coverage[:limit], report.coverage)
    if listing.singletons:
        yield _alone_lines([member for member in report.singletons if not member.no_article], width)
    yield _no_article_lines(report.no_articles, listing.singletons)
    yield map(Text, troubles(report))
    yield (Text(step, "dim") for step in listing.next_steps)


def _hints(report: Report, stories: Sequence[Story]) -> Iterator[str]:
    """Yield how to see more stories, and which stories to look at first."""
    left = len(report.stories) - len(stories)
    if left:
        yield f"{count(left, 'more story', 'more stories')}: --limit 0 shows all."
    numbers = {story.id: number for number, story in enumerate(report.stories, 1)}
    weak = [str(numbers[story.id]) for story in report.weakest(_WEAKEST) if is_weak(story)]
    if weak:
        yield f"Look first at {', '.join(weak)}: a document has little in common with its story."


def _coverage_lines(shown: Sequence[Coverage], coverage: Sequence[Coverage]) -> Iterator[Text]:
    """Yield the lines on the events that several stories report: their score, their stories, and the rewrites."""
    if coverage:
        stories = sum(len(event.stories) for event in coverage)
        yield Text(f"Related coverage: {count(len(coverage), 'event', 'events')} in {stories:,} stories", "bold")
    for event in shown:
        yield Text(f"  {percent(event.score)} alike by rare words")
        yield from (Text(f"    {harmless(story)}") for story in event.stories)
        for pair in event.rewrites:
            first, second = harmless(pair.first), harmless(pair.second)
            yield Text(f"    rewrite, {percent(pair.score)}: {first} and {second}")
    if len(shown) < len(coverage):
        yield Text(f"  and {len(coverage) - len(shown):,} more; --limit 0 shows all", "dim")


def _alone_lines(members: Sequence[Member], width: int) -> Iterator[Text]:
    """Yield the lines on the documents that are nobody's copies."""
    if members:
        yield Text(f"Alone, nobody's copies: {len(members):,}", "bold")
    yield from (document_line(Text("  "), member, width) for member in members)


def _no_article_lines(members: tuple[Member, ...], list_all: bool) -> Iterator[Text]:
    """Yield the lines on the documents that are no articles, each with its reason."""
    listed = members if list_all else members[:_LISTED]
    if members:
        yield Text(f"No articles, and nobody's copies: {len(members):,}", "bold")
    for member in listed:
        yield Text.assemble(f"  {member.no_article}: ", harmless(member.id))
    if len(listed) < len(members):
        yield Text(f"  and {len(members) - len(listed):,} more; --singletons lists all", "dim")
