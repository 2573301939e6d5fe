"""Bands: plans keep the promised recall for real signatures, and equal keys stand for bands that agree."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch.bands import NO_KEY, Plan, band_keys, plan, probability
from dedup.core.sketch.minhash import sketch
from dedup.core.sketch.reference import bands as slow
from dedup.core.sketch.rounds import EMPTY
from dedup.errors import SettingsError

TRIALS = 3000


@given(
    st.sampled_from([0.05, 0.1, 0.25, 0.3, 0.5, 0.6, 0.75, 0.8, 0.9, 0.99, 1.0]),
    st.sampled_from([0.5, 0.75, 0.9, 0.95, 0.99, 0.999]),
    st.integers(1, 80),
)
def test_plan_equals_its_twin(similarity: float, recall: float, k: int) -> None:
    """The plan is the plan of the twin, which tries all plans, or there is an error if no plan is enough."""
    expected = slow.plan(similarity, recall, k)
    if expected is None:
        with pytest.raises(SettingsError):
            plan(similarity, recall, k)
    else:
        assert expected == plan(similarity, recall, k)


@pytest.mark.parametrize(("similarity", "expected"), [(0.8, (26, 8)), (0.5, (35, 3)), (0.25, (72, 2)), (1.0, (1, 256))])
def test_plan_of_the_documentation(similarity: float, expected: tuple[int, int]) -> None:
    """The plans of the table in the docstring are right."""
    assert Plan(*expected) == plan(similarity, 0.99, 256)


@pytest.mark.parametrize(("similarity", "recall", "bands"), [(0.3, 0.51, 2), (0.7, 0.91, 2), (0.9, 0.9999, 4)])
def test_rounding_costs_no_band(similarity: float, recall: float, bands: int) -> None:
    """A contract that some bands of one row fulfil to the last digit takes no additional band."""
    assert Plan(bands, 1) == plan(similarity, recall, bands)


def test_impossible_contract_names_the_slots_it_needs() -> None:
    """The error of an impossible contract names a number of slots that is enough."""
    with pytest.raises(SettingsError, match="k = 128 is enough"):
        plan(0.05, 0.99, 64)
    assert Plan(90, 1) == plan(0.05, 0.99, 128)


@pytest.mark.parametrize(("similarity", "recall"), [(0.0, 0.9), (1e-200, 0.9), (0.5, 1.0)])
def test_contract_that_no_signature_fulfils(similarity: float, recall: float) -> None:
    """The error of a contract that no number of slots fulfils names no number."""
    with pytest.raises(SettingsError) as error:
        plan(similarity, recall, 64)
    assert "enough" not in str(error.value)


def test_probability_is_the_formula() -> None:
    """Two bands of three rows at a half have the probability 1 - (1 - 1/8)**2."""
    assert 15 / 64 == probability(Plan(2, 3), 0.5)


@pytest.mark.parametrize("union", [12, 60, 400])
@pytest.mark.parametrize("k", [64, 256])
@pytest.mark.parametrize(("similarity", "recall"), [(0.25, 0.99), (0.5, 0.9), (0.75, 0.99), (0.75, 0.5)])
def test_signatures_keep_the_promised_recall(similarity: float, recall: float, k: int, union: int) -> None:
    """Pairs of sets with the similarity share a band with the promised recall, for sets of any size."""
    chosen = plan(similarity, recall, k)
    both = round(similarity * union)
    only_left = (union - both) // 2
    hashes = np.random.default_rng(union).integers(0, 2**64, (TRIALS, union), dtype=np.uint64)
    left = hashes[:, : both + only_left]
    right = np.concatenate((hashes[:, :both], hashes[:, both + only_left :]), axis=1)
    equal = band_keys(_sketch(left, k), chosen) == band_keys(_sketch(right, k), chosen)
    deviation = math.sqrt(recall * (1 - recall) / TRIALS)
    assert equal.any(axis=1).mean() >= recall - 3 * deviation


def _sketch(rows: np.ndarray, k: int) -> np.ndarray:
    """Return the signatures of rows of one length."""
    ends = np.arange(1, len(rows) + 1) * rows.shape[1]
    return sketch(Ragged(rows.ravel(), np.stack((ends - rows.shape[1], ends), axis=1)), k)


@given(
    st.integers(1, 4).flatmap(
        lambda k: st.tuples(
            st.lists(st.lists(st.sampled_from([0, 1, 2, EMPTY]), min_size=k, max_size=k), max_size=8),
            st.integers(1, k),
        )
    )
)
def test_equal_keys_are_agreeing_bands(drawn: tuple[list[list[int]], int]) -> None:
    """Keys are equal where all rows of a band agree, and only empty documents have `NO_KEY`."""
    rows, size = drawn
    signatures = np.array(rows, np.uint32).reshape(len(rows), len(rows[0]) if rows else 4)
    chosen = Plan(signatures.shape[1] // size, size)
    keys = band_keys(signatures, chosen)
    expected = slow.band_partners(rows, chosen.bands, chosen.rows, EMPTY)
    actual = {
        (band, a, b)
        for a, b in combinations(range(len(rows)), 2)
        for band in range(chosen.bands)
        if keys[a, band] == keys[b, band] != NO_KEY
    }
    assert expected == actual
    assert [set(row) == {EMPTY} for row in rows] == (keys == NO_KEY).all(axis=1).tolist()


def test_keys_do_not_depend_on_the_batch() -> None:
    """A document has the same keys alone and among 3,000 other documents."""
    signatures = np.random.default_rng(0).integers(0, 2**32, (3000, 64), dtype=np.uint32)
    keys = band_keys(signatures, Plan(12, 5))
    assert (3000, 12) == keys.shape
    assert band_keys(signatures[2500:2501], Plan(12, 5)).tolist() == keys[2500:2501].tolist()
