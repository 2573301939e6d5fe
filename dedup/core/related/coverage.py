"""Scored pairs of texts -> coverage: the texts of one event, by average link, with times where they are known."""

from typing import Final

import numpy as np

from dedup.array_types import UNKNOWN_TIME, Flags, Indices, Pairs
from dedup.core.related.numbers import EVENT_DAYS, LATER, RELATED
from dedup.core.related.scores import RelatedScores, score_pairs
from dedup.core.related.vectors import Vectors
from dedup.core.stories.clustering import Stories, make_stories

_NANOSECONDS: Final = 86_400 * 10**9
"""Nanoseconds of a day."""


def event_shares(scores: RelatedScores, times: Indices, pairs: Pairs) -> Indices:
    """Return ``(p,)`` the share with which each pair counts as one event, in units of 1 / `ONE`.

    It is the cosine. It is 0 for two texts that are more than `EVENT_DAYS` apart, unless one is a rewrite of the other
    or the cosine reaches `LATER`.

    Args:
        scores: the scores of the pairs.
        times: ``(n,)`` nanoseconds since 1970, or `UNKNOWN_TIME`.
        pairs: ``(p, 2)`` positions of texts.
    """
    late = _far_apart(times, pairs) & ~scores.rewrites & (scores.cosines < LATER)
    return np.where(late, 0, scores.cosines)


def _far_apart(times: Indices, pairs: Pairs) -> Flags:
    """Return ``(p,)`` whether both times of each pair are known and are more than `EVENT_DAYS` apart."""
    first, second = (
        np.minimum(times[pairs[:, 0]], times[pairs[:, 1]]),
        np.maximum(times[pairs[:, 0]], times[pairs[:, 1]]),
    )
    # Days first: the difference of two times may be above 2**63 nanoseconds.
    days = second // _NANOSECONDS - first // _NANOSECONDS
    apart: Flags = (first != UNKNOWN_TIME) & (days > EVENT_DAYS)
    return apart


def find_coverage(vectors: Vectors, pairs: Pairs, scores: RelatedScores, times: Indices) -> Stories:
    """Group texts to coverage.

    Related pairs link texts to components, and average link (`core.stories.clustering`) cuts them, so that a chain of
    follow-ups is not one event. The time and the memory are those of `make_stories`.

    Args:
        vectors: the vectors of ``n`` texts.
        pairs: ``(p, 2)`` candidates, sorted and distinct.
        scores: the scores of the candidates.
        times: ``(n,)`` nanoseconds since 1970, or `UNKNOWN_TIME`.

    Returns:
        The coverage of each text. ``weakest`` is the lowest average cosine of a text of the coverage to the others.
    """

    def shares_of(more: Pairs) -> Indices:
        return event_shares(score_pairs(vectors, more), times, more)

    return make_stories(times.size, pairs, event_shares(scores, times, pairs), RELATED, shares_of)
