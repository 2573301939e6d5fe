"""The word of a person on pairs of documents, as arrays: groups of documents that are one story, and groups apart."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.sorting import distinct, find, rising


class HandPairs(NamedTuple):
    """The word of a person on ``n`` documents.

    - ``groups`` ``(n,)``: the first of the documents that are one story with each document by the word of a person, the
      document itself if there is none.
    - ``apart`` ``(r, 2)``: the first documents of two groups that are two stories, the lower first.
    """

    groups: Indices
    apart: Pairs

    def are_named(self) -> Flags:
        """Return ``(n,)`` whether a person has said anything of each document."""
        groups = np.zeros(self.groups.size, np.bool_)
        groups[self.groups[self.groups != np.arange(self.groups.size)]] = True
        groups[self.apart.reshape(-1)] = True
        named: Flags = groups[self.groups]
        return named

    def decide(self, pairs: Pairs) -> Flags:
        """Return ``(p,)`` whether a person has decided each pair.

        Args:
            pairs: ``(p, 2)`` pairs of documents.
        """
        first, second = np.sort(self.groups[pairs], axis=1).T
        apart = np.sort(pair_codes.encode(*self.apart.T))
        decided: Flags = (first == second) | find(apart, pair_codes.encode(first, second))[1]
        return decided


def keep_apart(parts: Indices, joined: Indices, hand: HandPairs) -> Indices:
    """Take back the joins of stories that put documents together which a person keeps apart.

    A part of such a story joins the first of the earlier parts from which nothing keeps it apart.

    Args:
        parts: ``(n,)`` the story of each document before the join.
        joined: ``(n,)`` its story after the join. Such a story has the number of one of its parts.
        hand: the word of a person, which holds before the join.

    Returns:
        ``(n,)`` the story of each document.
    """
    wrong = joined[hand.apart[:, 0]] == joined[hand.apart[:, 1]]
    if not wrong.any():
        return joined
    story = joined.copy()
    pairs = parts[hand.apart[wrong]]
    apart = {(a, b) for a, b in np.concatenate((pairs, pairs[:, ::-1])).tolist()}
    for mixed in rising(joined[hand.apart[wrong, 0]]).tolist():
        members = (joined == mixed).nonzero()[0]
        of_parts, position = distinct(parts[members])
        together: list[list[int]] = []
        for part in of_parts.tolist():
            chosen = next((group for group in together if all((part, other) not in apart for other in group)), None)
            if chosen is None:
                together.append([part])
            else:
                chosen.append(part)
        name_of = {part: group[0] for group in together for part in group}
        story[members] = np.array([name_of[part] for part in of_parts.tolist()])[position]
    return story
