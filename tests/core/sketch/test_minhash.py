"""Signatures: equal to the twin's, whatever the batch, and estimates that are fair and as sharp as k permutations'."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch import minhash
from dedup.core.sketch.reference import minhash as slow

VALUES = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 20))
SETS = st.lists(st.lists(VALUES, max_size=40), max_size=6)


def ragged(rows: list[list[int]], gap: int = 0) -> Ragged:
    """The rows, with ``gap`` values that belong to nobody after each."""
    ends = np.cumsum([len(row) + gap for row in rows], dtype=np.int64)
    values = np.array([value for row in rows for value in row + [7] * gap], np.uint64)
    starts = ends - [len(row) + gap for row in rows]
    return Ragged(values, np.stack((starts, ends - gap), axis=1).reshape(-1, 2).astype(np.int64))


@settings(deadline=None)
@given(SETS, st.sampled_from([16, 32, 64]), st.integers(0, 4))
def test_signatures_are_their_twins(rows: list[list[int]], k: int, gap: int) -> None:
    """A signature is that of the twin, whatever lies between the rows."""
    assert [slow.signature(row, k) for row in rows] == minhash.sketch(ragged(rows, gap), k).tolist()


@settings(deadline=None)
@given(SETS)
def test_chunks_make_no_difference(rows: list[list[int]]) -> None:
    """Neither how many shingles nor how many slots are handled at a time can be seen in the result."""
    whole = minhash.sketch(ragged(rows), 16)
    with patch.object(minhash, "_CHUNK", 5), patch.object(minhash, "_SLOTS", 32), patch.object(minhash, "_CROSS", 9):
        assert whole.tolist() == minhash.sketch(ragged(rows), 16).tolist()


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=30), st.integers(1, 200))
def test_repeats_and_order_do_not_count(row: list[int], times: int) -> None:
    """A document is a set: repeats change nothing, however many, nor does the order."""
    one, other = minhash.sketch(ragged([row, row[::-1] * times]), 16).tolist()
    assert one == other


def test_no_shingles_leave_all_slots_empty() -> None:
    """A document without shingles has EMPTY everywhere, others nowhere."""
    found = minhash.sketch(ragged([[], [1], [], [2, 3]]), 64)
    assert [True, False, True, False] == (found == minhash.EMPTY).all(axis=1).tolist()
    assert [True, False, True, False] == (found == minhash.EMPTY).any(axis=1).tolist()


def test_estimate_of_equal_other_and_empty() -> None:
    """Equal documents estimate at 1, unrelated ones at about 0, and empty ones, also with each other, at 0."""
    rng = np.random.default_rng(1)
    rows = [*rng.integers(0, 2**63, (2, 50)).tolist(), [], []]
    found = minhash.sketch(ragged([rows[0], *rows]), 256)
    pairs = np.array([(0, 1), (0, 2), (0, 3), (3, 4)])
    assert [1.0, True, 0.0, 0.0] == [
        value if place != 1 else value < 0.02 for place, value in enumerate(minhash.estimate(found, pairs).tolist())
    ]


@pytest.mark.parametrize("k", [16, 128, 4096])
def test_no_slot_borrows_from_itself(k: int) -> None:
    """In every turn the bins are a permutation of the slots in which none stays in its place, in each document."""
    slots = np.arange(k, 3 * k)
    for number, turns in enumerate(minhash.BORROWED):
        for turn in range(turns):
            lent = minhash.lender(slots, k, number, turn)
            assert set(slots.tolist()) == set(lent.tolist())
            assert (lent // k == slots // k).all()
            assert not (lent == slots).any()


def errors(k: int, size: int, shared: int, trials: int) -> np.ndarray:
    """Errors of the estimate for random pairs of sets with a union of ``size``, ``shared`` of them in both."""
    union = np.random.default_rng((k, size, shared)).integers(0, 2**64, (trials, size), np.uint64)
    middle = shared + (size - shared) // 2
    right = np.concatenate((union[:, :shared], union[:, middle:]), axis=1)
    found = []
    for side in (union[:, :middle], right):
        ends = np.arange(1, trials + 1) * side.shape[1]
        sets = Ragged(np.ascontiguousarray(side).reshape(-1), np.stack((ends - side.shape[1], ends), axis=1))
        found.append(minhash.sketch(sets, k))
    both = np.arange(trials)
    return minhash.estimate(np.concatenate(found), np.stack((both, both + trials), axis=1)) - shared / size


@pytest.mark.parametrize("k", [128, 512])
@pytest.mark.parametrize(("size", "trials"), [(5, 3000), (12, 3000), (30, 3000), (120, 2000), (520, 1000), (3000, 400)])
@pytest.mark.parametrize("resemblance", [0.2, 0.5, 0.8])
def test_estimates_are_fair_and_sharp(k: int, size: int, trials: int, resemblance: float) -> None:
    """No bias, and no more variance than MinHash with k permutations has, ``J (1 - J) / k`` (Broder 1997).

    The errors' own are four deviations: of the mean, and of the variance, which is ``sqrt(2 / trials)`` of it.
    """
    shared = round(resemblance * size)
    truth = shared / size
    found = errors(k, size, shared, trials)
    binomial = truth * (1 - truth) / k
    assert abs(found.mean()) < 4 * (binomial / trials) ** 0.5
    assert found.var() < binomial * (1.05 + 4 * (2 / trials) ** 0.5)
