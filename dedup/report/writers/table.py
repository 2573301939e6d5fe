"""A report as a table for people: a line for each story, its members below it, then the counts, skips and notes.

A terminal shows the largest stories only, because the first lines of a long table scroll away. A file has all.

The table is made for 80 columns and more. Titles are cut to fit. Ids are never cut, because users copy them. There is
colour only on a terminal. No text of a page or a file name can act on the terminal.
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
from dedup.types import Story

if TYPE_CHECKING:
    from dedup.explanation import Explanation
    from dedup.results import Report
    from dedup.types import Member


_LEGEND = "cont and res.: the containment and resemblance of a copy with the original."
_HEADINGS = ("cont", "res.")  # in the line of the original, which has no measures
_GAP = 2
_ID_COLUMN = 24  # the column where ids begin: two spaces, the longest relation, two measures of four characters
_NARROWEST = 60
_LISTED = 20  # how many documents that are no articles are listed without --singletons
_SHOWN = 20  # how many stories a terminal shows
_STYLES = {"original": "green", "exact": "cyan", "reprint": "cyan", "excerpt": "yellow", "revision": "magenta"}


def write(report: Report, stream: BinaryIO, singletons: bool) -> None:
    """Write ``report`` to ``stream``, as wide as the terminal, or 80 columns wide without a terminal.

    Args:
        report: the report
        stream: a binary stream
        singletons: whether to write the documents without copies too
    """
    width = max(_NARROWEST, shutil.get_terminal_size((80, 24)).columns)
    file = cast(IO[str], Utf8Stream(stream))
    console = Console(file=file, width=width, highlight=False, force_jupyter=False)

    def show(*lines: Text) -> None:
        # With a soft wrap the terminal breaks long lines, so that an id can be copied in one piece. Without a terminal
        # there is nothing to render: a report of 100,000 lines is written three times as fast.
        if console.is_terminal:
            console.print(*lines, sep="\n", soft_wrap=True)
        else:
            file.writelines(f"{line.plain}\n" for line in lines)

    stories = report.stories[:_SHOWN] if console.is_terminal else report.stories
    for story in stories:
        show(*_story_lines(story, width, report.explanation), Text())
    if len(stories) < len(report.stories):
        total = f"{len(report.stories):,} stories are shown, the largest; --output FILE.txt writes all"
        show(Text(f"{len(stories)} of {total}", "bold"), Text())
    if singletons:
        for member in report.singletons:
            if member.no_article:  # listed below, with the reason
                continue
            show(*_story_lines(Story(member), width), Text())
    if report.stories:
        show(Text(_LEGEND, "dim"), Text())
    if report.no_articles:
        show(*_no_article_lines(report.no_articles, singletons), Text())
    for line in summary(report):
        show(Text(line))


def _no_article_lines(members: tuple[Member, ...], list_all: bool) -> Iterator[Text]:
    """Yield the lines on the documents that are no articles, each with its reason."""
    listed = members if list_all else members[:_LISTED]
    yield Text(f"No articles, and nobody's copies: {len(members):,}", "bold")
    for member in listed:
        yield Text.assemble(f"  {member.no_article}: ", harmless(member.id))
    if len(listed) < len(members):
        yield Text(f"  and {len(members) - len(listed):,} more; --singletons lists all", "dim")


def _story_lines(story: Story, width: int, explanation: Explanation | None = None) -> Iterator[Text]:
    if story.copies or story.title:  # a single document without a title needs no headline
        yield _headline(story, width)
    headings = _HEADINGS if story.copies else ("", "")
    for member in story.members:
        yield from _member_lines(member, headings, width)
        if explanation is not None:
            yield from _reason_lines(member, explanation)


def _reason_lines(member: Member, explanation: Explanation) -> Iterator[Text]:
    """Yield why a copy is in its story, or why a document leads it."""
    lead, reason = explanation.leads.get(member.id), explanation.members.get(member.id)
    if lead is not None:
        yield Text(" " * _ID_COLUMN + f"leads by {lead.canonical_rule}, before {harmless(lead.over)}", "dim")
    if reason is not None:
        link = _percentage(reason.link)
        yield Text(" " * _ID_COLUMN + f"{reason.decided} with {harmless(reason.by)}; link {link}", "dim")


def _headline(story: Story, width: int) -> Text:
    """Return the title of the story, or its id if no member has a title, with the counts at the right edge."""
    copies, sources = len(story.copies), len(story.sources)
    counts = count(copies, "copy", "copies") + (f", {count(sources, 'source', 'sources')}" if sources else "")
    right = Text(counts if copies else "")
    title = one_line(story.title)
    left = Text(title or harmless(story.id), "bold")
    if title:
        left.truncate(width - right.cell_len - _GAP, overflow="ellipsis")
    return _join_to_width(left, right, max(width, left.cell_len + _GAP + right.cell_len)) if copies else left


def _member_lines(member: Member, headings: tuple[str, str], width: int) -> Iterator[Text]:
    """Yield relation, measures and id, then source and day at the right edge, or on a second line if too long.

    The original has the ``headings`` of the measures in place of measures.
    """
    line = Text("  ")
    line.append(f"{member.relation:<8}", _STYLES[member.relation])
    if member.relation == "original":
        measures = headings
    else:
        measures = _percentage(member.containment), _percentage(member.resemblance)
    line.append(f"  {measures[0]:>4}  {measures[1]:>4}  ", "dim" if member.relation == "original" else "")
    line.append(harmless(member.id))
    day = "" if member.published is None else member.published.date().isoformat()
    origin = Text("  ".join(text for text in (one_line(member.source), day) if text), "dim")
    if not origin:
        yield line
    elif line.cell_len + _GAP + origin.cell_len <= width:
        yield _join_to_width(line, origin, width)
    else:
        yield line
        yield Text.assemble(" " * _ID_COLUMN, origin)


def _join_to_width(left: Text, right: Text, width: int) -> Text:
    return Text.assemble(left, " " * (width - left.cell_len - right.cell_len), right)


def _percentage(measure: float) -> str:
    # Rounded down: only texts that share everything have 100%. The small addend corrects 0.29 * 100 = 28.999...
    return f"{math.floor(measure * 100 + 1e-6)}%"
