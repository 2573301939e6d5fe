"""What a run found, in lines of plain text: the counts, then every skipped input and every note.

The table ends with these lines; the command prints them to standard error beside the other formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dedup.report.terminal import count, harmless, one_line

if TYPE_CHECKING:
    from dedup.types import Boilerplate, Note, Report, Skip


def _place(skip: Skip) -> str:
    return harmless(skip.path) if skip.line is None else f"{harmless(skip.path)}:{skip.line}"


def summary(report: Report) -> Iterator[str]:
    """The counts in one line, then the skipped inputs as ``path:line: reason`` and the notes, each under its heading.

    Originals are what is left without the copies and the texts that are no articles. No line holds a control
    character or a line end.
    """
    documents = count(report.documents, "document", "documents")
    stories = count(sum(story.size > 1 for story in report.stories), "story", "stories")
    copies = count(report.copies, "copy", "copies")
    set_aside = len(report.no_articles)
    originals = count(report.documents - report.copies - set_aside, "original", "originals")
    no_articles = f", {count(set_aside, 'no article', 'no articles')}" if set_aside else ""
    yield f"{documents}, {stories}, {copies}; {originals}{no_articles}"
    yield from troubles(report)


def passed(skip: Skip) -> str:
    """A skipped input in a line of its own, for who tells of it at once."""
    return f"Skipped {_place(skip)}: {one_line(skip.reason)}"


def noted(note: Note) -> str:
    """A note in a line of its own."""
    return f"Note: {one_line(note.about)}: {one_line(note.reason)}"


def skipped(those: Sequence[Skip]) -> Iterator[str]:
    """Skipped inputs as ``path:line: reason`` under their heading, if there are any."""
    if those:
        yield f"Skipped {count(len(those), 'input', 'inputs')}:"
        yield from (f"  {_place(skip)}: {one_line(skip.reason)}" for skip in those)


def troubles(found: Report | Boilerplate) -> Iterator[str]:
    """The skipped inputs and the notes of a run, as `summary` has them."""
    yield from skipped(found.skipped)
    if found.notes:
        yield f"{count(len(found.notes), 'note', 'notes')}:"
        yield from (f"  {one_line(note.about)}: {one_line(note.reason)}" for note in found.notes)
