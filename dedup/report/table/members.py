"""The documents of a story as lines: the relation of each, the share of the smaller text, its id, and why it is in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.text import Text

from dedup.report.comparison import failed_rules, rule_title
from dedup.report.reasons import JOINS, LEADS
from dedup.report.table.stories import is_weak, title_of
from dedup.report.terminal import count, harmless, one_line, percent

if TYPE_CHECKING:
    from dedup.comparison_types import Comparison
    from dedup.explanation import Explanation
    from dedup.types import Member, Story

_GAP: Final = 2
_NUMBER: Final = 2  # the columns of the number of a story
_INDENT: Final = " " * (_NUMBER + _GAP)
_REASON: Final = " " * (len(_INDENT) + 16)  # the column where ids begin
_STYLES: Final = {"original": "green", "exact": "cyan", "reprint": "cyan", "excerpt": "yellow", "revision": "magenta"}


def story_lines(number: int, story: Story, width: int, explanation: Explanation | None) -> Iterator[Text]:
    """Yield the headline of a story, then a line for each of its documents.

    A reason stands below a document where it has one to be read: why it leads, or which rule keeps it from being a copy
    of the document that leads.

    Args:
        number: the number of the story.
        story: the story.
        width: the columns of the terminal.
        explanation: the reasons of the report, if it has them.
    """
    yield _headline(number, story, width)
    pairs = explanation.evidence(story.id)[1] if explanation else ()
    with_leader = {pair.comparison.b.id: pair.comparison for pair in pairs if pair.comparison.a.id == story.id}
    for member in story.members:
        share = "" if member.relation == "original" else percent(member.containment)
        line = Text.assemble(_INDENT, (f"{member.relation:<8}", _STYLES[member.relation]), f"{share:>6}", " " * _GAP)
        yield document_line(line, member, width)
        if explanation is not None:
            yield from _reason_lines(member, explanation, with_leader.get(member.id))


def head_line(width: int) -> Text:
    """Return the heads of the columns of `story_lines`, for a table of so many columns."""
    left, right = f"{_INDENT}{'what':<8}{'shared':>6}{' ' * _GAP}document", "source  date"
    return Text(f"{left}{right:>{width - len(left)}}", "dim")


def document_line(start: Text, member: Member, width: int) -> Text:
    """Return the id of a document, with its source and its day at the right edge, or only the day, where they fit.

    Args:
        start: what stands before the id.
        member: the document.
        width: the columns of the terminal.
    """
    line = Text.assemble(start, harmless(member.id))
    day = "" if member.published is None else member.published.date().isoformat()
    for words in ((one_line(member.source), day), (day,)):
        origin = Text("  ".join(word for word in words if word), "dim")
        space = width - line.cell_len - origin.cell_len
        if origin and space >= _GAP:
            return Text.assemble(line, " " * space, origin)
    return line


def _headline(number: int, story: Story, width: int) -> Text:
    """Return the number and the title of a story, with the counts at the right edge."""
    counts = [count(len(story.copies), "copy", "copies"), count(len(story.sources), "source", "sources")]
    right = Text(", ".join(counts if story.sources else counts[:1]))
    right.append(f", weakest {percent(story.weakest)}", "bold red" if is_weak(story) else "")
    left = Text(f"{number:>{_NUMBER}}  ").append(title_of(story), "bold")
    if story.title:
        left.truncate(width - right.cell_len - _GAP, overflow="ellipsis")
    return Text.assemble(left, " " * max(_GAP, width - left.cell_len - right.cell_len), right)


def _reason_lines(member: Member, explanation: Explanation, comparison: Comparison | None) -> Iterator[Text]:
    """Yield why a document leads its story, or why it is in though it is no copy of the document that leads."""
    lead, reason = explanation.leads.get(member.id), explanation.members.get(member.id)
    if lead is not None:
        yield Text(f"{_REASON}leads: {LEADS[lead.canonical_rule]}; next {harmless(lead.over)}", "dim")
    if reason is not None and comparison is not None and not comparison.match:
        yield Text(f"{_REASON}not by the canonical document: {', '.join(failed_rules(comparison))}", "yellow")
        words = JOINS.get(reason.decided) or rule_title(reason.decided)
        yield Text(f"{_REASON}but nearest to {harmless(reason.by)}: {words}", "yellow")
