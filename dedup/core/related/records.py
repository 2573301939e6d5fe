"""Coverage and rewrites as arrays -> the records of a report."""

from collections.abc import Sequence

import numpy as np

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.arrays.rows import positions_of
from dedup.core.arrays.sorting import distinct
from dedup.core.thresholds import ONE
from dedup.types import Coverage, Rewrite


def coverage_records(
    numbers: Indices, ids: Sequence[str], coverage: Indices, scores: Floats, pairs: Pairs, cosines: Indices
) -> tuple[Coverage, ...]:
    """Return the records of coverage, the largest first, and among equals in the order of their first stories.

    Args:
        numbers: ``(m,)`` the number of the text of each story, in the canonical order, rising.
        ids: the id of the canonical document of each story.
        coverage: ``(m,)`` the number of the first text of the coverage of each story.
        scores: ``(m,)`` the score of that coverage.
        pairs: ``(r, 2)`` the numbers of rewrites of one coverage, sorted.
        cosines: ``(r,)`` the cosine of each rewrite, in units of 1 / `ONE`.
    """
    firsts, place = distinct(coverage)
    members: list[list[str]] = [[] for _ in firsts]
    for row, of_row in enumerate(place.tolist()):
        members[of_row].append(ids[row])
    rewrites: list[list[Rewrite]] = [[] for _ in firsts]
    sides = positions_of(numbers, pairs.reshape(-1)).reshape(-1, 2)
    for (first, second), cosine in zip(sides.tolist(), (cosines / ONE).tolist(), strict=True):
        rewrites[place[first]].append(Rewrite(ids[first], ids[second], cosine))
    score = np.zeros(firsts.size)
    score[place] = scores
    records = [
        Coverage(tuple(stories), of_coverage, tuple(of_stories))
        for stories, of_coverage, of_stories in zip(members, score.tolist(), rewrites, strict=True)
    ]
    return tuple(sorted(records, key=lambda record: -len(record.stories)))
