"""Forgotten documents that new documents repeat, beside an obvious twin."""

import random

import numpy as np
import pytest

from dedup.core.arrays.ragged import Ragged, bounds_of
from dedup.core.stories.arrivals.remembered import (
    LEAST,
    SHARE,
    choose_remembered,
    distinct_rows,
    shared_shingles,
)


def ragged(rows):
    """Return rows of numbers as one flat array."""
    values = np.array([value for row in rows for value in row], np.uint32)
    return Ragged(values, bounds_of(np.array([len(row) for row in rows], np.int64)))


def twin(new, old, pairs, same):
    """Return the number of the old document that each new one repeats, pair by pair."""
    best = {}
    for (row, number), is_same in zip(pairs, same, strict=True):
        mine, other = set(new[row]), set(old[number])
        smaller = min(len(mine), len(other))
        share = 2 if is_same else len(mine & other) / smaller if smaller >= LEAST else 0
        if share >= SHARE and share > best.get(row, (0, 0))[0]:
            best[row] = share, number
    return {row: number for row, (_, number) in best.items()}


@pytest.mark.parametrize("seed", range(30))
def test_the_choice_is_that_of_the_twin(seed):
    """Of equal texts, and of texts with enough shingles in common, the nearest is chosen, and of several the first."""
    draw = random.Random(seed)
    base = [draw.sample(range(2**32), 40) for _ in range(3)]

    def text():
        source = draw.choice(base)
        kept = draw.sample(source, draw.choice([0, 10, 15, 16, 20, 40]))
        return kept + draw.choices(kept or [7], k=3) + draw.sample(range(2**32), draw.choice([0, 1, 5, 20]))

    new, old = [text() for _ in range(6)], [text() for _ in range(6)]
    pairs = np.array([(row, number) for row in range(6) for number in range(6) if draw.random() < 0.7])
    same = np.array([draw.random() < 0.05 for _ in pairs])
    new_rows, old_rows = distinct_rows(ragged(new)), distinct_rows(ragged(old))
    shared = shared_shingles(new_rows, old_rows, pairs)
    smaller = np.minimum(new_rows.lengths[pairs[:, 0]], old_rows.lengths[pairs[:, 1]])
    chosen = choose_remembered(pairs, same, shared, smaller)
    assert twin(new, old, pairs.tolist(), same) == dict(chosen.tolist())


def test_distinct_rows_rise():
    """Each row keeps its distinct values in rising order, an empty row none."""
    rows = distinct_rows(ragged([[5, 2, 5, 2**32 - 1], [], [2, 2]]))
    assert [[2, 5, 2**32 - 1], [], [2]] == [rows.values[first:last].tolist() for first, last in rows.bounds]
