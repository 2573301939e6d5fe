"""Stories as a look finds them -> the stories of an index, which keep their names: what goes on, joins, and splits."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.sorting import first_of_equals, firsts
from dedup.types import EventKind

NONE: Final = -1
"""The story of a document that has none yet."""


class StoryIds(NamedTuple):
    """``stories`` ``(d,)``: the story of each document now; ``names`` ``(l,)``: that of each label, `NONE` of one that
    has no document left; ``merged``: stories that have gone into older ones; ``new`` stories, rising."""

    stories: Indices
    names: Indices
    merged: dict[int, int]
    new: list[int]


class StoryEvent(NamedTuple):
    """An event to be: of a ``document``, by its place, or of none; ``other`` is another story, or `NONE`."""

    kind: EventKind
    story: int
    document: int
    other: int


def assign_story_ids(before: Indices, labels: Indices, next_story: int, split: bool) -> StoryIds:
    """Name the stories that a look has found: ``labels`` ``(d,)`` from 0, of documents that were in the stories
    ``before`` ``(d,)``, or in `NONE`.

    A story goes on where most of its documents are, of equals in the first. Of several that go on in one, the oldest,
    of the lowest number, is what they become. What is found apart from a story leaves it if stories may ``split``;
    if not, all of its documents stay together: who looks at some documents only does not see enough to part others.
    Stories that are new have the numbers from ``next_story`` on, in the order of their first documents.
    """
    labels = labels.copy()
    known = (before >= 0).nonzero()[0]
    width = int(labels.max(initial=0)) + 1
    codes = np.sort(before[known] * width + labels[known])
    starts = first_of_equals(codes).nonzero()[0]
    counts, codes = counts_of(starts, codes.size), codes[starts]
    codes = codes[np.lexsort((codes, -counts, codes // width))]
    codes = codes[first_of_equals(codes // width)]
    story, home = codes // width, codes % width
    if not split:
        labels[known] = home[story.searchsorted(before[known])]
    leader = np.full(width, NONE)
    leader[home[::-1]] = story[::-1]  # of several stories, which rise, the first
    merged = story != leader[home]
    fresh = leader[labels] < 0
    labels_of_new = labels[fresh]
    first = np.sort(firsts(labels_of_new))
    leader[labels_of_new[first]] = next_story + np.arange(first.size)
    younger = dict(zip(story[merged].tolist(), leader[home[merged]].tolist(), strict=True))
    return StoryIds(leader[labels], leader, younger, list(range(next_story, next_story + first.size)))


def story_events(before: Indices, placed: StoryIds, order: Indices) -> Iterator[StoryEvent]:
    """What has happened, in an order in which it can be followed: stories become one, then documents come and go.
    ``order`` are the documents, of which the first of a new story begins it."""
    for younger, older in sorted(placed.merged.items()):
        yield StoryEvent("merged", younger, NONE, older)
    was, now = before[order], placed.stories[order]
    for younger, older in placed.merged.items():
        was[was == younger] = older
    changed = was != now
    order, was, now = order[changed], was[changed], now[changed]
    begins = np.zeros(now.size, np.bool_)
    begins[np.unique(now, return_index=True)[1]] = True
    begins &= np.isin(now, placed.new)
    for document, old, story, first in zip(order.tolist(), was.tolist(), now.tolist(), begins.tolist(), strict=True):
        if old != NONE:
            yield StoryEvent("split", old, document, story)
        else:
            yield StoryEvent("created" if first else "joined", story, document, NONE)
