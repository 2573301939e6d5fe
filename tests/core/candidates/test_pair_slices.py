"""The pairs of any parts, cut into slices, become the candidates of the whole."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates.pair_slices import PAIR_SLICES, count_slices, merge_pairs
from dedup.core.candidates.reference import pair_slices as slow
from dedup.core.sketch.sampling import SHARED

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(4, 6)), max_size=20)


def codes_of(pairs: list[tuple[int, int]]) -> np.ndarray:
    """The codes of pairs, in their order."""
    return np.array([first << 32 | second for first, second in pairs], np.int64)


@given(st.lists(PAIRS, max_size=4), st.lists(PAIRS, max_size=3))
def test_merged_pairs_equal_their_twin(by_sample: list[list[tuple[int, int]]], by_bands: list[list]) -> None:
    """Pairs that come twice by sampled shingles, or once by bands, in any parts, are the candidates."""
    samples, bands = [pair for part in by_sample for pair in part], [pair for part in by_bands for pair in part]
    expected = slow.merge_pairs(samples, bands, SHARED)
    assert codes_of(expected).tolist() == merge_pairs(codes_of(samples), codes_of(bands)).tolist()


@given(st.integers(1, 2**31), st.data())
def test_slices_equal_their_twin(count: int, data: st.DataObject) -> None:
    """Each code counts in the slice of its first text, and slices rise with the texts."""
    firsts = sorted(data.draw(st.lists(st.integers(0, count - 1), max_size=20)))
    counts = count_slices(codes_of([(first, count) for first in firsts]), count)
    slices = [slow.slice_of(first, count, PAIR_SLICES) for first in firsts]
    assert np.bincount(np.array(slices, np.int64), minlength=PAIR_SLICES).tolist() == counts.tolist()
