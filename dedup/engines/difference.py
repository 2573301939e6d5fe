"""Two reports to the changes of their stories. Stories are followed as an index follows its stories."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, NamedTuple

import numpy as np

from dedup.core.stories.story_ids import NONE, StoryIds, assign_story_ids
from dedup.results import Report
from dedup.types import Member, Story

ChangeKind = Literal["created", "gone", "merged", "split", "canonical_changed", "moved", "added", "removed"]
"""The kinds of changes of stories. `StoryChange` explains each kind."""

KINDS: Final[tuple[ChangeKind, ...]] = (
    "created",
    "gone",
    "merged",
    "split",
    "canonical_changed",
    "moved",
    "added",
    "removed",
)
"""All kinds, in the order in which changes are reported."""


class StoryChange(NamedTuple):
    """One change of the stories of two documents or more. A story is named by its canonical document.

    - ``created``: the new report has ``story``, and the old report has no story of its documents.
    - ``gone``: the old report has ``story``, and all its documents are alone now, or not in the collection.
    - ``merged``: documents of the stories ``sources`` of the old report are in ``story`` of the new report.
    - ``split``: ``story`` of the new report began with documents of the stories ``sources`` of the old report. They go
      on without these documents.
    - ``canonical_changed``: ``document`` leads the story now, and the first of ``sources`` led it before.
    - ``moved``: ``document`` went from the story in ``sources`` to ``story``. An empty name says
      that the document is alone.
    - ``added``: ``document`` of ``story`` is new in the collection. A story that is created or split has no such rows,
      and no ``moved``.
    - ``removed``: ``document`` of ``story`` of the old report is not in the new collection.

    ``size`` is the number of documents of ``story``.
    """

    kind: ChangeKind
    story: str
    size: int
    document: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDifference:
    """The difference between two reports.

    Attributes:
        documents: the documents of the old report and of the new report.
        stories: the stories of two documents or more of both reports.
        copies: the copies of both reports.
        unchanged: the number of stories with the same documents and the same canonical document in both reports.
        changes: the changes, by kind in the order of `KINDS`, then the largest story first.
        settings: name -> the values of both reports, for settings that differ.
        same_rule: whether the numbers that decide are the same, as far as both reports say it.
        unlisted: documents that the reports do not list, because they were written without singletons.
    """

    documents: tuple[int, int]
    stories: tuple[int, int]
    copies: tuple[int, int]
    unchanged: int
    changes: tuple[StoryChange, ...]
    settings: Mapping[str, tuple[object, object]]
    same_rule: bool
    unlisted: tuple[int, int]


def compare_reports(old: Report, new: Report) -> ReportDifference:
    """Find the changes of stories from one report to another report on the same documents, or on most of them.

    A story goes on in the story that has most of its documents, as in `core.stories.story_ids`. A document that a
    report does not list counts as a document alone, if the report leaves out documents.

    Args:
        old: the report before.
        new: the report now.

    Returns:
        The difference.
    """
    before, now = _ListedStories.of(old), _ListedStories.of(new)
    changes = sorted(_find_changes(before, now), key=_rank)
    names = sorted({*old.settings, *new.settings})
    values = {name: (old.settings.get(name), new.settings.get(name)) for name in names}
    return ReportDifference(
        documents=(old.documents, new.documents),
        stories=(len(before.stories), len(now.stories)),
        copies=(old.copies, new.copies),
        unchanged=sum(_is_unchanged(story, now) for story in before.stories),
        changes=tuple(changes),
        settings={name: pair for name, pair in values.items() if pair[0] != pair[1]},
        same_rule=not (old.thresholds and new.thresholds) or old.thresholds == new.thresholds,
        unlisted=(before.unlisted, now.unlisted),
    )


def _rank(change: StoryChange) -> tuple[int, int, str, str]:
    """Return what orders changes: the kind, the size, and names."""
    return KINDS.index(change.kind), -change.size, change.story, change.document


class _ListedStories(NamedTuple):
    """The documents that a report lists.

    - ``stories``: the stories of two documents or more.
    - ``story_of``: id -> the place in ``stories`` of the story of a document, `NONE` for a document alone.
    - ``unlisted``: the number of documents that are not listed.
    """

    stories: list[Story]
    story_of: dict[str, int]
    unlisted: int

    @classmethod
    def of(cls, report: Report) -> "_ListedStories":
        """Take the documents of a report."""
        stories = [story for story in report.stories if story.copies]
        alone: Iterable[Member] = chain(report.singletons, (story.canonical for story in report.stories))
        story_of = {member.id: NONE for member in alone}
        story_of |= {member.id: place for place, story in enumerate(stories) for member in story.members}
        return cls(stories, story_of, report.documents - len(story_of))

    def has(self, id: str) -> bool:
        """Return whether a document is in the collection, or may be in it."""
        return id in self.story_of or self.unlisted > 0

    def name(self, place: int) -> str:
        """Return the name of a story, an empty text for `NONE`."""
        return "" if place == NONE else self.stories[place].id

    def size(self, place: int) -> int:
        """Return the number of documents of a story, 1 for `NONE`."""
        return 1 if place == NONE else self.stories[place].size


def _is_unchanged(story: Story, now: _ListedStories) -> bool:
    """Return whether the new report has a story with the same documents and the same canonical document."""
    place = now.story_of.get(story.id, NONE)
    if place == NONE or now.stories[place].id != story.id:
        return False
    return {member.id for member in story.members} == {member.id for member in now.stories[place].members}


def _find_changes(before: _ListedStories, now: _ListedStories) -> Iterator[StoryChange]:
    """Yield the changes in any order."""
    ids = list(dict.fromkeys(chain(before.story_of, now.story_of)))
    old = np.array([before.story_of.get(id, NONE) for id in ids], np.int64)
    new = np.array([now.story_of.get(id, NONE) for id in ids], np.int64)
    labels = np.where(new == NONE, len(now.stories) + np.arange(len(ids)), new)
    placed = assign_story_ids(old, labels, len(before.stories), split=True)
    goes_on = _follow(placed, len(before.stories), len(now.stories))
    origins: dict[int, set[int]] = {}
    for story, earlier in zip(new.tolist(), old.tolist(), strict=True):
        origins.setdefault(story, set()).add(earlier)
    yield from _changes_of_stories(before, now, goes_on, origins)
    began = set(range(len(now.stories))) - set(goes_on.values())
    for id, earlier, story in zip(ids, old.tolist(), new.tolist(), strict=True):
        if story in began:
            continue
        if not before.has(id):
            if story != NONE:
                yield StoryChange("added", now.name(story), now.size(story), id)
        elif not now.has(id):
            if earlier != NONE:
                yield StoryChange("removed", before.name(earlier), before.size(earlier), id)
        elif goes_on.get(earlier, NONE) != story:
            yield StoryChange("moved", now.name(story), now.size(story), id, (before.name(earlier),))


def _follow(placed: StoryIds, old_stories: int, new_stories: int) -> dict[int, int]:
    """Return old story -> the new story in which it goes on, without the stories that are gone."""
    label_of_number = {number: label for label, number in enumerate(placed.names[:new_stories].tolist())}
    numbers = {story: placed.merged.get(story, story) for story in range(old_stories)}
    return {story: label_of_number[number] for story, number in numbers.items() if number in label_of_number}


def _changes_of_stories(
    before: _ListedStories, now: _ListedStories, goes_on: Mapping[int, int], origins: Mapping[int, set[int]]
) -> Iterator[StoryChange]:
    """Yield the changes of stories as a whole.

    Args:
        before: the old stories.
        now: the new stories.
        goes_on: old story -> the new story in which it goes on.
        origins: new story -> the old stories of its documents.
    """
    for earlier, gone in enumerate(before.stories):
        if earlier not in goes_on:
            yield StoryChange("gone", gone.id, gone.size)
    continued: dict[int, list[int]] = {}
    for earlier, place in goes_on.items():
        continued.setdefault(place, []).append(earlier)
    for place, story in enumerate(now.stories):
        if place not in continued:
            left = tuple(before.name(earlier) for earlier in sorted(origins[place] - {NONE}))
            yield StoryChange("split" if left else "created", story.id, story.size, sources=left)
            continue
        sources = tuple(map(before.name, continued[place]))
        if len(sources) > 1:
            yield StoryChange("merged", story.id, story.size, sources=sources)
        if sources[0] != story.id:
            yield StoryChange("canonical_changed", story.id, story.size, story.id, sources[:1])
