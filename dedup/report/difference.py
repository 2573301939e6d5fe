"""The difference between two reports as a table for people, as JSON, or as a job summary of GitHub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

import msgspec

from dedup.engines.difference import KINDS, ChangeKind
from dedup.json_rows import encode
from dedup.report.terminal import Utf8Stream, count, harmless
from dedup.report.writers.github import escaped
from dedup.version import version

if TYPE_CHECKING:
    from dedup.engines.difference import ReportDifference, StoryChange

SCHEMA: Final = "dedup.difference/1"

_NAMES: Final[dict[ChangeKind, tuple[str, str]]] = {
    "created": ("story is created", "stories are created"),
    "gone": ("story is gone", "stories are gone"),
    "merged": ("story has merged", "stories have merged"),
    "split": ("story has split off", "stories have split off"),
    "canonical_changed": ("story has another canonical document", "stories have another canonical document"),
    "moved": ("document has moved", "documents have moved"),
    "added": ("document is added to a story", "documents are added to stories"),
    "removed": ("document of a story is removed", "documents of stories are removed"),
}
"""The heading of each kind of change, for one and for several."""


class CountsRow(msgspec.Struct, frozen=True):
    """Counts of one report. ``unlisted`` are documents that it counts and does not list."""

    path: str
    documents: int
    stories: int
    copies: int
    unlisted: int


class ChangeRow(msgspec.Struct, frozen=True):
    """One change. ``story`` has ``size`` documents, and is named by its canonical document.

    ``document`` is empty for a change of a whole story. ``sources`` are the stories of the old report that the change
    is about. An empty name there, or an empty ``story``, stands for a document alone.
    """

    kind: ChangeKind
    story: str
    size: int
    document: str
    sources: list[str]


class SettingRow(msgspec.Struct, frozen=True):
    """A setting that differs."""

    name: str
    old: Any
    new: Any


class DifferenceObject(msgspec.Struct, frozen=True):
    """The difference between two reports.

    ``unchanged`` counts the stories with the same documents and the same canonical document. ``same_rule`` is false if
    other numbers decided.
    """

    schema: Literal["dedup.difference/1"]
    version: str
    old: CountsRow
    new: CountsRow
    unchanged: int
    changes: list[ChangeRow]
    settings: list[SettingRow]
    same_rule: bool


def write(difference: ReportDifference, paths: tuple[str, str], stream: BinaryIO, format: str, limit: int) -> None:
    """Write the difference between two reports.

    Args:
        difference: the difference
        paths: the paths of both reports
        stream: a binary stream
        format: one of `FORMATS`
        limit: the changes of each kind that a table or a summary shows, 0 for all
    """
    FORMATS[format](difference, paths, stream, limit)


def _write_table(difference: ReportDifference, paths: tuple[str, str], stream: BinaryIO, limit: int) -> None:
    remarks = list(_remarks(difference, paths))
    lines = [*remarks, *([""] if remarks else []), *_table_lines(difference, limit), *_sums(difference)]
    Utf8Stream(stream).writelines(f"{line}\n" for line in lines)


def _table_lines(difference: ReportDifference, limit: int) -> Iterator[str]:
    for kind in KINDS:
        changes = [change for change in difference.changes if change.kind == kind]
        if not changes:
            continue
        yield f"{count(len(changes), *_NAMES[kind])}"
        shown = changes[: limit or None]
        yield from (f"  {harmless(_describe(change))}" for change in shown)
        if len(changes) > len(shown):
            yield f"  and {len(changes) - len(shown):,} more (--limit 0 shows all)"
        yield ""


def _describe(change: StoryChange) -> str:
    """Return a change as one line, without its kind."""
    size = count(change.size, "document", "documents")
    sources = ", ".join(change.sources)
    match change.kind:
        case "created" | "gone":
            return f"{change.story} ({size})"
        case "merged" | "split":
            return f"{change.story} ({size}), from {sources}"
        case "canonical_changed":
            return f"{change.story} ({size}), before {sources}"
        case "moved":
            return f"{change.document}: {sources or 'alone'} -> {change.story or 'alone'}"
        case "added" | "removed":
            return f"{change.document}, {change.story} ({size})"


def _remarks(difference: ReportDifference, paths: tuple[str, str]) -> Iterator[str]:
    """Yield the reasons why stories may differ though nothing was changed, or why the difference may be incomplete."""
    if not difference.same_rule:
        yield "other numbers decided: the reports are of two versions of dedup"
    for name, (old, new) in difference.settings.items():
        yield f"setting {harmless(name)}: {harmless(str(old))} -> {harmless(str(new))}"
    for path, unlisted in zip(paths, difference.unlisted, strict=True):
        if unlisted:
            documents = count(unlisted, "document", "documents")
            yield f"{harmless(path)} leaves out {documents} without copies: what it does not list counts as alone"


def _sums(difference: ReportDifference) -> Iterator[str]:
    """Yield the counts of both reports. They come last, because a terminal shows the last lines."""
    yield f"{'':<12}{'old':>12}{'new':>12}"
    for name in ("documents", "stories", "copies"):
        old, new = getattr(difference, name)
        yield f"{name:<12}{old:>12,}{new:>12,}"
    unchanged = count(difference.unchanged, "story is", "stories are")
    yield f"{unchanged} the same; {count(len(difference.changes), 'change', 'changes')}"


def _write_json(difference: ReportDifference, paths: tuple[str, str], stream: BinaryIO, _limit: int) -> None:
    stream.write(encode(difference_object(difference, paths)) + b"\n")


def difference_object(difference: ReportDifference, paths: tuple[str, str]) -> DifferenceObject:
    """Return the difference between two reports as one object. ``paths`` are those of the reports."""
    old, new = (
        CountsRow(path, documents, stories, copies, unlisted)
        for path, documents, stories, copies, unlisted in zip(
            paths, difference.documents, difference.stories, difference.copies, difference.unlisted, strict=True
        )
    )
    return DifferenceObject(
        schema=SCHEMA,
        version=version(),
        old=old,
        new=new,
        unchanged=difference.unchanged,
        changes=[
            ChangeRow(change.kind, change.story, change.size, change.document, list(change.sources))
            for change in difference.changes
        ],
        settings=[SettingRow(name, *values) for name, values in difference.settings.items()],
        same_rule=difference.same_rule,
    )


def _write_github(difference: ReportDifference, paths: tuple[str, str], stream: BinaryIO, limit: int) -> None:
    Utf8Stream(stream).writelines(f"{line}\n" for line in _markdown_lines(difference, paths, limit))


def _markdown_lines(difference: ReportDifference, paths: tuple[str, str], limit: int) -> Iterator[str]:
    yield from ("### Difference of stories", "", "| | old | new |", "| --- | ---: | ---: |")
    for name in ("documents", "stories", "copies"):
        old, new = getattr(difference, name)
        yield f"| {name} | {old:,} | {new:,} |"
    yield from ("", escaped(list(_sums(difference))[-1]), "")
    yield from (f"{escaped(line)}\n" for line in _remarks(difference, paths))
    for line in _table_lines(difference, limit):
        yield f"- {escaped(line)}" if line.startswith(" ") else f"{escaped(line)}\n" if line else ""


FORMATS: Final[dict[str, Callable[[ReportDifference, tuple[str, str], BinaryIO, int], None]]] = {
    "table": _write_table,
    "json": _write_json,
    "github": _write_github,
}
"""The formats of a difference."""
