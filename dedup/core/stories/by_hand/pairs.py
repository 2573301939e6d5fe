"""The word of a person on pairs of documents -> the stories that it leaves. It goes before every rule."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Floats, Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.arrays.sorting import distinct, firsts


class HandPairs(NamedTuple):
    """Pairs of documents on which a person has the last word.

    - ``same`` ``(s, 2)``: pairs that are one story.
    - ``apart`` ``(r, 2)``: pairs that are two.
    """

    same: Pairs
    apart: Pairs


def find_contradiction(hand: HandPairs, count: int) -> int:
    """Return the first pair that is apart and that other pairs make one story, or -1.

    Args:
        hand: the pairs.
        count: the number of documents.
    """
    groups = components(count, hand.same)
    contradictions = (groups[hand.apart[:, 0]] == groups[hand.apart[:, 1]]).nonzero()[0]
    return int(contradictions[0]) if contradictions.size else -1


def apply_hand_pairs(
    story: Indices, weakest: Floats, hand: HandPairs, common_of: Callable[[Pairs], Indices]
) -> tuple[Indices, Floats]:
    """Join and part stories as a person says.

    Two documents that are one story join their stories. Of two documents that are apart, the second leaves, with those
    documents of the story that share more with it than with the first one. Documents that are one story by hand stay
    together, so that every pair holds in the end.

    Args:
        story: ``(n,)`` the story of each document.
        weakest: ``(s,)`` the weakest link of each story.
        hand: the pairs, without a contradiction (`find_contradiction`).
        common_of: returns the shingles that pairs of documents share.

    Returns:
        The story of each document, and the weakest link of each story. A new story has that of the story it was in.
    """
    labels, position = distinct(story)
    joined = components(labels.size, position[hand.same])
    first = firsts(joined)
    new_story, new_weakest = labels[first[joined]][position], weakest.copy()
    np.minimum.at(new_weakest, new_story, weakest[story])
    groups = components(story.size, hand.same)
    for a, b in hand.apart.tolist():
        if new_story[a] != new_story[b]:
            continue
        members = (new_story == new_story[a]).nonzero()[0]
        leaving = members[_is_nearer(members, groups, (a, b), common_of)]
        new_weakest = np.append(new_weakest, new_weakest[new_story[a]])
        new_story[leaving] = new_weakest.size - 1
    return new_story, new_weakest


def _is_nearer(
    members: Indices, groups: Indices, pair: tuple[int, int], common_of: Callable[[Pairs], Indices]
) -> Flags:
    """Return ``(m,)`` which members leave with the second document of a pair: whole groups."""
    of_groups, number = distinct(groups[members])
    to_a, to_b = (
        np.bincount(number, common_of(np.stack((members, np.full_like(members, side)), axis=1)), of_groups.size)
        for side in pair
    )
    leaves = to_b > to_a
    for side, is_leaving in zip(pair, (False, True), strict=True):
        leaves[of_groups == groups[side]] = is_leaving
    nearer: Flags = leaves[number]
    return nearer
