"""Results to lines of plain text: the counts, then every skipped input and every note.

The table ends with these lines. With the other formats the command prints them to standard error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dedup.report.terminal import count, harmless, one_line

if TYPE_CHECKING:
    from dedup.results import Report
    from dedup.types import Boilerplate, Note, Skip


_LISTED: Final = 10
"""Skips of one reason that have a line each. The report has more of them."""


def summary(report: Report) -> Iterator[str]:
    """Yield the counts in one line, then the skipped inputs as ``path:line: reason`` and the notes, with headings.

    No line holds a control character or a line end.
    """
    yield counts(report)
    yield from troubles(report)


def counts(report: Report) -> str:
    """Return the counts in one sentence: ``7 documents are 3 articles: 3 copies in 2 stories, 1 alone.``

    An article is a document that is no copy, and whose text is an article.
    """
    if not report.documents:
        return no_documents(report.inputs) if report.inputs else "There is no document."
    stories = sum(story.size > 1 for story in report.stories)
    return counts_in_words(report.documents, stories, report.copies, report.no_article_count)


def counts_in_words(documents: int, stories: int, copies: int, no_articles: int) -> str:
    """Return counts in one sentence.

    Args:
        documents: the documents.
        stories: the stories of two and more.
        copies: the documents that are copies.
        no_articles: the documents whose text is no article.
    """
    articles = documents - copies - no_articles
    of = count(documents, "document is", "documents are")
    in_stories = f"{count(copies, 'copy', 'copies')} in {count(stories, 'story', 'stories')}"
    others = f", {count(no_articles, 'no article', 'no articles')}" if no_articles else ""
    return f"{of} {count(articles, 'article', 'articles')}: {in_stories}, {articles - stories:,} alone{others}."


def no_documents(inputs: Sequence[str]) -> str:
    """Return the line that says that no document is in the inputs of a run."""
    named = ", ".join(map(harmless, inputs[:3])) + (", …" if len(inputs) > 3 else "")
    return f"There is no document in {named}: nothing there can be read"


def passed(skip: Skip) -> str:
    """Return the line on one skipped input, for a caller that reports it at once."""
    return f"Skipped {_described(skip)}"


def more_skipped(skips: Sequence[Skip]) -> Iterator[str]:
    """Yield a line on each reason of several skips, for a caller that has reported the first of them."""
    yield from (f"Skipped {_described(skip)}" for skip in skips if skip.count > 1)


def noted(note: Note) -> str:
    """Return the line on one note."""
    return f"Note: {one_line(note.about)}: {one_line(note.reason)}"


def skipped(skips: Sequence[Skip]) -> Iterator[str]:
    """Yield a heading and the skipped inputs as ``path:line: reason``. Yield nothing if there are none."""
    if skips:
        yield f"Skipped {count(sum(skip.count for skip in skips), 'input', 'inputs')}:"
        yield from (f"  {_described(skip)}" for skip in _first_of_each_reason(skips))


def _first_of_each_reason(skips: Sequence[Skip]) -> Iterator[Skip]:
    """Yield the skips, but one with the count for a reason that more than `_LISTED` skips have."""
    by_reason: dict[str, list[Skip]] = {}
    for skip in skips:
        by_reason.setdefault(skip.reason, []).append(skip)
    for skip in skips:
        group = by_reason[skip.reason]
        if len(group) <= _LISTED:
            yield skip
        elif skip is group[0]:
            yield replace(skip, count=sum(skip.count for skip in group))


def troubles(result: Report | Boilerplate) -> Iterator[str]:
    """Yield the lines on the skipped inputs and the notes of a run, as they stand in `summary`."""
    yield from skipped(result.skipped)
    if result.notes:
        yield f"{count(len(result.notes), 'note', 'notes')}:"
        yield from (f"  {one_line(note.about)}: {one_line(note.reason)}" for note in result.notes)


def _described(skip: Skip) -> str:
    """Return the place and the reason of skipped inputs, and how many more have the reason."""
    more = f" (and {skip.count - 1:,} more like this)" if skip.count > 1 else ""
    return f"{_place_of(skip)}: {one_line(skip.reason)}{more}"


def _place_of(skip: Skip) -> str:
    return harmless(skip.path) if skip.line is None else f"{harmless(skip.path)}:{skip.line}"
