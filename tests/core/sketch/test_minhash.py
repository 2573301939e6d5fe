"""MinHash: signatures equal their twins in every batch, and estimates are as good as with k permutations."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch import minhash, rounds, short_documents
from dedup.core.sketch.reference import minhash as slow
from tests.helpers.ragged_rows import ragged

FACTORS = [1, *(int(rounds.factors("round", rounds.ROUNDS)[number]) for number in range(1, rounds.ROUNDS))]
"""What each round multiplies a hash by."""

WORTHLESS = st.builds(
    lambda high, factor: ((high << 32) + rounds.EMPTY) * pow(factor, -1, 2**64) % 2**64,
    st.integers(0, 2**32 - 1),
    st.sampled_from(FACTORS),
)
"""Hashes whose value in one of the rounds is `EMPTY`."""

VALUES = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 20), WORTHLESS)
SETS = st.lists(st.lists(VALUES, max_size=40), max_size=6)


@settings(deadline=None)
@given(SETS, st.sampled_from([16, 32, 64]), st.integers(0, 4))
def test_signatures_are_their_twins(rows: list[list[int]], k: int, gap: int) -> None:
    """Signatures equal the signatures of the twin, with any values between the rows."""
    assert [slow.signature(row, k) for row in rows] == minhash.sketch(ragged(rows, gap), k).tolist()


@settings(deadline=None)
@given(SETS, st.integers(0, 4))
def test_chunks_make_no_difference(rows: list[list[int]], gap: int) -> None:
    """The number of shingles or slots of a chunk does not change the result."""
    whole = minhash.sketch(ragged(rows, gap), 16)
    with (
        patch.multiple(minhash, _CHUNK=5, _SLOTS=32, _PATIENCE=9),
        patch.multiple(rounds, _CHUNK=5, _CROSS=9),
    ):
        assert whole.tolist() == minhash.sketch(ragged(rows, gap), 16).tolist()


@settings(deadline=None)
@given(
    st.lists(st.lists(VALUES, max_size=20), max_size=12),
    st.sampled_from([16, 32, 64]),
    st.integers(0, 4),
    st.integers(1, 60),
)
def test_short_documents_are_their_twins(rows: list[list[int]], k: int, gap: int, values: int) -> None:
    """Signatures of many short documents among others equal the signatures of the twin, in chunks of any size."""
    with (
        patch.multiple(minhash, LEAST=0, _PATIENCE=values),
        patch.multiple(short_documents, _VALUES=values, _MOST=5, _BLOCK=3 * k),
    ):
        assert [slow.signature(row, k) for row in rows] == minhash.sketch(ragged(rows, gap), k).tolist()


def test_many_short_documents_have_the_signatures_of_each_alone() -> None:
    """Posts have the same signatures one by one and in a batch with longer documents."""
    rng = np.random.default_rng(2)
    rows = [rng.integers(0, 2**64, size, np.uint64).tolist() for size in rng.integers(0, 50, 300)]
    alone = [minhash.sketch(ragged([row]), 128)[0].tolist() for row in rows]
    assert alone == minhash.sketch(ragged(rows, 4), 128).tolist()


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=30), st.integers(1, 200))
def test_repeats_and_order_do_not_count(row: list[int], times: int) -> None:
    """Repeated shingles and another order do not change a signature."""
    once, repeated = minhash.sketch(ragged([row, row[::-1] * times]), 16).tolist()
    assert once == repeated


def test_no_shingles_leave_all_slots_empty() -> None:
    """All slots of a document without shingles are EMPTY, and no slot of another document is."""
    signatures = minhash.sketch(ragged([[], [1], [], [2, 3]]), 64)
    assert [True, False, True, False] == (signatures == rounds.EMPTY).all(axis=1).tolist()
    assert [True, False, True, False] == (signatures == rounds.EMPTY).any(axis=1).tolist()


def test_estimate_of_equal_unrelated_and_empty_documents() -> None:
    """The estimate is 1 for equal documents, about 0 for unrelated ones, and 0 if a document is empty."""
    rng = np.random.default_rng(1)
    rows = [*rng.integers(0, 2**63, (2, 50)).tolist(), [], []]
    signatures = minhash.sketch(ragged([rows[0], *rows]), 256)
    pairs = np.array([(0, 1), (0, 2), (0, 3), (3, 4)])
    equal, unrelated, empty, both_empty = minhash.estimate(signatures, pairs).tolist()
    assert [1.0, 0.0, 0.0] == [equal, empty, both_empty]
    assert unrelated < 0.02


@pytest.mark.parametrize("k", [16, 128, 4096])
def test_no_slot_borrows_from_itself(k: int) -> None:
    """In every turn the lenders of a document are a permutation of its slots without a fixed point."""
    slots = np.arange(k, 3 * k)
    for number, turns in enumerate(rounds.BORROWED):
        for turn in range(turns):
            lent = rounds.lender(slots, k, number, turn)
            assert set(slots.tolist()) == set(lent.tolist())
            assert (lent // k == slots // k).all()
            assert not (lent == slots).any()


def errors(k: int, size: int, shared: int, trials: int) -> np.ndarray:
    """Return errors of the estimate for random pairs of sets with a union of ``size`` and ``shared`` common values."""
    union = np.random.default_rng((k, size, shared)).integers(0, 2**64, (trials, size), np.uint64)
    middle = shared + (size - shared) // 2
    right = np.concatenate((union[:, :shared], union[:, middle:]), axis=1)
    signatures = []
    for side in (union[:, :middle], right):
        ends = np.arange(1, trials + 1) * side.shape[1]
        sets = Ragged(np.ascontiguousarray(side).reshape(-1), np.stack((ends - side.shape[1], ends), axis=1))
        signatures.append(minhash.sketch(sets, k))
    rows = np.arange(trials)
    return minhash.estimate(np.concatenate(signatures), np.stack((rows, rows + trials), axis=1)) - shared / size


@pytest.mark.parametrize("k", [128, 512])
@pytest.mark.parametrize(("size", "trials"), [(5, 3000), (12, 3000), (30, 3000), (120, 2000), (520, 1000), (3000, 400)])
@pytest.mark.parametrize("resemblance", [0.2, 0.5, 0.8])
def test_estimates_are_fair_and_sharp(k: int, size: int, trials: int, resemblance: float) -> None:
    """Estimates have no bias and at most the variance of k permutations, ``J (1 - J) / k`` (Broder 1997).

    The test allows four deviations of the mean, and of the variance, whose deviation is ``sqrt(2 / trials)`` of it.
    """
    shared = round(resemblance * size)
    truth = shared / size
    differences = errors(k, size, shared, trials)
    binomial = truth * (1 - truth) / k
    assert abs(differences.mean()) < 4 * (binomial / trials) ** 0.5
    assert differences.var() < binomial * (1.05 + 4 * (2 / trials) ** 0.5)
