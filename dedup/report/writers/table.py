"""A report for a reader: a line a story, its members beneath, then the counts, what was skipped and the notes.

Made for 80 columns and up. Titles are cut to fit, ids never: a user copies them. There is no colour unless the stream
is a terminal, and nothing that a page or a file name says can act on that terminal.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from rich.console import Console
from rich.text import Text

from dedup.report.summary import summary
from dedup.report.terminal import Utf8Stream, count, harmless, one_line

if TYPE_CHECKING:
    from dedup.types import Member, Report


_LEGEND = "Beside a copy: its containment and its resemblance with the story's original."
_GAP = 2
_ID_COLUMN = 24  # where ids begin: two spaces, the longest relation, two measures of four characters
_NARROWEST = 60
_LISTED = 20  # documents that are no articles which are named without --singletons
_STYLES = {"original": "green", "exact": "cyan", "reprint": "cyan", "excerpt": "yellow", "revision": "magenta"}


def write(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write ``report`` to ``stream`` as wide as the terminal, or 80 columns where there is none."""
    width = max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)
    file = cast(IO[str], Utf8Stream(stream))
    console = Console(file=file, width=width, highlight=False, force_jupyter=False)

    def show(*lines: Text) -> None:
        # A soft wrap leaves the breaking of a long line to the terminal, so that an id can be copied in one piece.
        # Without a terminal there is nothing to render: a report of 100,000 lines goes out three times as fast.
        if console.is_terminal:
            console.print(*lines, sep="\n", soft_wrap=True)
        else:
            file.writelines(f"{line.plain}\n" for line in lines)

    for story in report.stories:
        show(*_story(story.members, width), Text())
    if singletons:
        for member in report.singletons:
            if member.no_article:  # listed below, with the reason
                continue
            show(*_story((member,), width), Text())
    if report.stories:
        show(Text(_LEGEND, "dim"), Text())
    if report.no_articles:
        show(*_no_articles(report.no_articles, singletons), Text())
    for line in summary(report):
        show(Text(line))


def _no_articles(members: tuple[Member, ...], every: bool) -> Iterator[Text]:
    """The documents that are nobody's copies because their texts are no articles, each with its reason."""
    listed = members if every else members[:_LISTED]
    yield Text(f"No articles, and nobody's copies: {len(members):,}", "bold")
    for member in listed:
        yield Text.assemble(f"  {member.no_article}: ", harmless(member.id))
    if len(listed) < len(members):
        yield Text(f"  and {len(members) - len(listed):,} more; --singletons lists all", "dim")


def _story(members: tuple[Member, ...], width: int) -> Iterator[Text]:
    if len(members) > 1 or members[0].title:  # a lone document without a title has said all in its own line
        yield _headline(members, width)
    for member in members:
        yield from _member(member, width)


def _headline(members: tuple[Member, ...], width: int) -> Text:
    """The story's title, or its id where it has none, with the numbers of copies and of sources at the right edge."""
    copies = len(members) - 1
    sources = len({member.source for member in members if member.source})
    counts = count(copies, "copy", "copies") + (f", {count(sources, 'source', 'sources')}" if sources else "")
    right = Text(counts if copies else "")
    title = one_line(members[0].title)
    left = Text(title or harmless(members[0].id), "bold")
    if title:
        left.truncate(width - right.cell_len - _GAP, overflow="ellipsis")
    return _spread(left, right, max(width, left.cell_len + _GAP + right.cell_len)) if copies else left


def _member(member: Member, width: int) -> Iterator[Text]:
    """Relation, measures and id; source and day at the right edge, or on a line of their own where they do not fit."""
    line = Text("  ")
    line.append(f"{member.relation:<8}", _STYLES[member.relation])
    copy = member.relation != "original"
    line.append(f"  {_percent(member.containment):>4}  {_percent(member.resemblance):>4}  " if copy else " " * 14)
    line.append(harmless(member.id))
    day = "" if member.published is None else member.published.date().isoformat()
    place = Text("  ".join(part for part in (one_line(member.source), day) if part), "dim")
    if not place:
        yield line
    elif line.cell_len + _GAP + place.cell_len <= width:
        yield _spread(line, place, width)
    else:
        yield line
        yield Text.assemble(" " * _ID_COLUMN, place)


def _spread(left: Text, right: Text, width: int) -> Text:
    return Text.assemble(left, " " * (width - left.cell_len - right.cell_len), right)


def _percent(measure: float) -> str:
    # Rounded down: 100% is kept for texts that share everything. The small addend mends 0.29 * 100 = 28.999...
    return f"{math.floor(measure * 100 + 1e-6)}%"
