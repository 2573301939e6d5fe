"""The sample of shingles by which excerpts become candidates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.sketch.reference import sampling as slow
from dedup.core.sketch.sampling import SHARED, max_hash, sample
from tests.helpers.ragged_rows import ragged, unragged

VALUES = st.integers(0, 30).map(lambda value: value << 40)
ROWS = st.lists(st.lists(VALUES, max_size=12), max_size=30)


@given(ROWS, VALUES, st.integers(0, 2), st.integers(0, 9))
def test_sample_equals_its_twin(rows: list[list[int]], bound: int, gap: int, first: int) -> None:
    """The sample has the hashes below the bound and the first ones of each row, and no value between two rows."""
    assert slow.sample(rows, bound, first) == unragged(sample(ragged(rows, gap), np.uint64(bound), first))


@pytest.mark.parametrize(("overlap", "recall"), [(2, 0.5), (12, 0.9), (50, 0.99), (50, 0.999), (400, 0.99)])
def test_random_pairs_have_the_promised_recall(overlap: int, recall: float) -> None:
    """The share of pairs with ``overlap`` random hashes that share enough sampled hashes is the recall."""
    trials, rng = 20_000, np.random.default_rng(overlap)
    hashes = rng.integers(0, 2**64, (trials, overlap), np.uint64)
    candidates = (hashes < max_hash(overlap, recall)).sum(axis=1) >= SHARED
    deviation = np.sqrt(recall * (1 - recall) / trials)
    assert abs(candidates.mean() - recall) <= 4 * deviation
