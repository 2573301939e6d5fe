"""Commands of a GitHub workflow: an annotation for each skipped input and for each copy. `summary` is its job summary.

Texts of pages come from strangers. In an annotation, escapes keep a text from beginning a command of its own. In the
summary, escapes keep a text from being markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from dedup.report.summary import counts, troubles
from dedup.report.terminal import Utf8Stream, harmless, one_line

if TYPE_CHECKING:
    from dedup.report.writers import Listing
    from dedup.results import Report
    from dedup.types import Member, Story


_SHOWN: Final = 50
"""The stories in a job summary, which GitHub limits to a megabyte."""

_TITLE: Final = 200
"""Characters of a title in a job summary."""

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def write(report: Report, stream: BinaryIO, listing: Listing) -> None:
    """Write the annotations of ``report`` to ``stream``: a warning a skipped input, a notice a copy.

    Args:
        report: the report
        stream: a binary stream
        listing: makes no difference, because a document without copies has no annotation
    """
    lines = Utf8Stream(stream)
    for skip in report.skipped:
        lines.write(_annotation("warning", skip.reason, title="Not read", file=skip.path, line=skip.line) + "\n")
    for note in report.notes:
        lines.write(_annotation("notice", note.reason, title=note.about) + "\n")
    for story in report.stories:
        for copy in story.copies:
            lines.write(_annotation("notice", _message(copy, story), title="Copy", file=copy.path) + "\n")


def _message(copy: Member, story: Story) -> str:
    return f"{copy.id} is a copy of {story.id} ({copy.relation}, containment {copy.containment:.2f})"


def _annotation(kind: str, message: str, **properties: str | int | None) -> str:
    """Return one command, without a line end. A property without a value is left out."""
    fields = ",".join(
        f"{name}={_escape(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
        if value not in (None, "")
    )
    return f"::{kind} {fields}::{_escape(message)}"


def _escape(text: str) -> str:
    # GitHub decodes %25, %0D and %0A; other control characters are spelled out.
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return harmless(text)


def summary(report: Report) -> bytes:
    """Return the job summary of ``report`` as Markdown: the counts, the largest stories, the skipped inputs."""
    return "".join(f"{line}\n" for line in _summary_lines(report)).encode("utf-8", "backslashreplace")


def _summary_lines(report: Report) -> Iterator[str]:
    yield from ("### Copies of news articles", "", escaped(counts(report)), "")
    if report.stories:
        yield from ("| story | original | copies | sources |", "| --- | --- | ---: | ---: |")
        for story in report.stories[:_SHOWN]:
            cells = (escaped(story.title[:_TITLE]), escaped(story.id), str(len(story.copies)), str(len(story.sources)))
            yield f"| {' | '.join(cells)} |"
        yield ""
    if len(report.stories) > _SHOWN:
        yield from (f"{len(report.stories) - _SHOWN:,} more stories are in the report.", "")
    for line in troubles(report):
        yield f"- {escaped(line)}" if line.startswith(" ") else f"\n{escaped(line)}\n"


def escaped(text: str) -> str:
    """The text on one line, with a backslash before each character that could be markup."""
    return _MARKUP.sub(r"\\\1", one_line(text))
