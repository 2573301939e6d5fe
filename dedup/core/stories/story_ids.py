"""Stories of a comparison -> the stories of an index, which keep their numbers, and the events of this change."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.ragged import counts_of
from dedup.core.arrays.sorting import find, first_of_equals, firsts
from dedup.index_types import EventKind

NONE: Final = -1
"""The story of a document without a story."""


class StoryIds(NamedTuple):
    """The stories of an index after a comparison.

    - ``stories`` ``(d,) int64``: the story of each document now.
    - ``names`` ``(l,) int64``: the story of each label, `NONE` for a label without documents.
    - ``merged``: each story that has become part of an older story -> the older story.
    - ``new``: the numbers of new stories, rising.
    """

    stories: Indices
    names: Indices
    merged: dict[int, int]
    new: list[int]


class StoryEvent(NamedTuple):
    """An event of a story.

    ``document`` is the position of a document, or `NONE`. ``other`` is the number of another story, or `NONE`.
    """

    kind: EventKind
    story: int
    document: int
    other: int


def assign_story_ids(before: Indices, labels: Indices, next_story: int, split: bool) -> StoryIds:
    """Gives the stories of a comparison the numbers of the stories of an index.

    A story continues in the label that has most of its documents, in the lowest of several such labels. If several
    stories continue in one label, they become the oldest of them, which has the lowest number. Documents of a story in
    another label leave the story if stories may split. If stories may not split, all documents of a story stay
    together: a comparison of a few documents does not see enough to split a story. New stories have the numbers from
    ``next_story`` on, in the order of their first documents.

    Args:
        before: ``(d,) int64`` story of each document before the comparison, or `NONE`.
        labels: ``(d,) int64`` story of each document in the comparison, from 0.
        next_story: the number of the first new story.
        split: whether stories may split.

    Returns:
        `StoryIds` of the documents.
    """
    labels = labels.copy()
    old = (before >= 0).nonzero()[0]
    width = int(labels.max(initial=-1)) + 1
    codes = np.sort(before[old] * width + labels[old])
    starts = first_of_equals(codes).nonzero()[0]
    counts, codes = counts_of(starts, codes.size), codes[starts]
    codes = codes[np.lexsort((codes, -counts, codes // width))]
    codes = codes[first_of_equals(codes // width)]
    story, home = codes // width, codes % width
    if not split:
        labels[old] = home[story.searchsorted(before[old])]
    leader = np.full(width, NONE)
    leader[home[::-1]] = story[::-1]  # stories rise, so the first of several stories stays
    merged = story != leader[home]
    fresh = leader[labels] < 0
    labels_of_new = labels[fresh]
    first = np.sort(firsts(labels_of_new))
    leader[labels_of_new[first]] = next_story + np.arange(first.size)
    younger = dict(zip(story[merged].tolist(), leader[home[merged]].tolist(), strict=True))
    return StoryIds(leader[labels], leader, younger, list(range(next_story, next_story + first.size)))


def find_leaving(before: Indices, labels: Indices, may_leave: Flags, stays: Flags) -> Flags:
    """Finds the documents that leave their stories because what had joined them does not hold any more.

    The documents of a story that have one label are a part of it. A part with a document that stays, stays. Each other
    part leaves.

    Args:
        before: ``(d,) int64`` story of each document before the comparison, or `NONE`.
        labels: ``(d,) int64`` story of each document in the comparison, from 0.
        may_leave: ``(d,)`` whether the document has a story that was compared as a whole.
        stays: ``(d,)`` whether the document stays in its story, as the leader does.

    Returns:
        ``(d,) bool``.
    """
    parts = before * (int(labels.max(initial=-1)) + 1) + labels
    leaving: Flags = may_leave & ~np.isin(parts, parts[stays])
    return leaving


def story_events(before: Indices, placed: StoryIds, order: Indices) -> Iterator[StoryEvent]:
    """Yields the events of a change in an order in which a reader can replay them: first merges, then single documents.

    Args:
        before: ``(d,) int64`` story of each document before the comparison, or `NONE`.
        placed: the result of `assign_story_ids`.
        order: documents in their order. The first document of a new story creates the story.
    """
    for younger, older in sorted(placed.merged.items()):
        yield StoryEvent("merged", younger, NONE, older)
    was, now = before[order], placed.stories[order]
    for younger, older in placed.merged.items():
        was[was == younger] = older
    changed = was != now
    order, was, now = order[changed], was[changed], now[changed]
    begins = np.zeros(now.size, np.bool_)
    begins[firsts(now)] = True
    begins &= find(np.array(placed.new, np.int64), now)[1]
    for document, old, story, first in zip(order.tolist(), was.tolist(), now.tolist(), begins.tolist(), strict=True):
        if old != NONE:
            yield StoryEvent("split", old, document, story)
        else:
            yield StoryEvent("created" if first else "joined", story, document, NONE)
