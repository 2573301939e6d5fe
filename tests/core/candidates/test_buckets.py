"""Candidates are the pairs of buckets. An oversized bucket makes few pairs."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates.buckets import REPRESENTATIVES, Candidates, buckets, candidate_pairs, merge_candidates
from dedup.core.candidates.reference import buckets as slow
from dedup.core.sketch.bands import NO_KEY

KEYS = st.sampled_from([0, 1, 2, 2**20, 2**31, 2**31 + 1, NO_KEY - 1, NO_KEY])


@given(
    st.integers(0, 3).flatmap(lambda b: st.lists(st.lists(KEYS, min_size=b, max_size=b), max_size=40)),
    st.integers(2, 16),
)
def test_candidates_equal_their_twin(rows: list[list[int]], max_bucket: int) -> None:
    """Pairs and oversized buckets equal the result of the twin, also without documents or without bands."""
    keys = np.array(rows, np.uint32).reshape(len(rows), len(rows[0]) if rows else 2)
    candidates = candidate_pairs(keys, max_bucket)
    pairs, oversized = slow.candidate_pairs(rows, max_bucket, REPRESENTATIVES, NO_KEY)
    assert pairs == [tuple(pair) for pair in candidates.pairs.tolist()]
    assert oversized == [tuple(bucket) for bucket in candidates.oversized.tolist()]
    assert ((np.dtype(np.int64), 2), (np.dtype(np.int64), 3)) == (
        (candidates.pairs.dtype, candidates.pairs.shape[1]),
        (candidates.oversized.dtype, candidates.oversized.shape[1]),
    )


@given(
    st.lists(st.lists(KEYS, min_size=5, max_size=5), max_size=20),
    st.integers(2, 9),
    st.integers(0, 5),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_candidates_of_some_bands_merge_into_those_of_all(
    rows: list[list[int]], max_bucket: int, cut: int, gap: int, random: Random
) -> None:
    """The first bands and the last bands make the pairs of all bands, for documents of any numbers in any order."""
    order = list(range(len(rows)))
    random.shuffle(order)
    keys = np.array([rows[number] for number in order], np.uint32).reshape(len(rows), 5)
    numbers = np.array(order, np.int64) * (gap + 1) + gap
    halves = (
        candidate_pairs(keys[:, :cut], max_bucket, numbers),
        candidate_pairs(keys[:, cut:], max_bucket, numbers, cut),
    )
    candidates = merge_candidates(halves)
    pairs, oversized = slow.candidate_pairs(rows, max_bucket, REPRESENTATIVES, NO_KEY)
    expected_pairs = [(a * (gap + 1) + gap, b * (gap + 1) + gap) for a, b in pairs]
    expected_rows = [(band, size, a * (gap + 1) + gap) for band, size, a in oversized]
    assert expected_pairs == list(map(tuple, candidates.pairs.tolist()))
    assert expected_rows == list(map(tuple, candidates.oversized.tolist()))


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2, 2**40, 2**60 - 1]), st.integers(0, 15)), max_size=40))
def test_buckets_equal_their_twin(drawn: list[tuple[int, int]]) -> None:
    """Buckets have the sorted documents of each value of two documents or more, and each document once."""
    members, sizes = buckets(np.array([value << 4 | document for value, document in drawn], np.uint64), 4)
    ends = np.cumsum(sizes).tolist()
    actual = [members[end - size : end].tolist() for end, size in zip(ends, sizes.tolist(), strict=True)]
    assert slow.buckets(drawn) == actual
    assert sum(sizes.tolist()) == len(members)


@given(st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=5))
def test_candidates_are_merged(batches: list[list[int]]) -> None:
    """Merged candidates have each pair once, sorted, and all oversized buckets in the order of the input."""
    rows = [np.full((len(codes), 3), number) for number, codes in enumerate(batches)]
    merged = merge_candidates(map(Candidates, (np.array(codes, np.int64) for codes in batches), rows))
    assert sorted({code for codes in batches for code in codes}) == merged.codes.tolist()
    assert [[number] * 3 for number, codes in enumerate(batches) for _ in codes] == merged.oversized.tolist()


def test_an_oversized_bucket_stays_linear() -> None:
    """100,000 documents in one bucket of each of three bands make eight pairs a document, equal in all bands."""
    candidates = candidate_pairs(np.full((100_000, 3), 7, np.uint32), 64)
    expected = 100_000 * REPRESENTATIVES - REPRESENTATIVES * (REPRESENTATIVES + 1) // 2
    assert expected == len(candidates.pairs)
    assert [[band, 100_000, 0] for band in range(3)] == candidates.oversized.tolist()


def test_a_bucket_of_the_largest_size_is_compared_in_full() -> None:
    """A bucket of ``max_bucket`` documents makes all of its pairs and is not oversized."""
    candidates = candidate_pairs(np.full((64, 1), 7, np.uint32), 64)
    assert (64 * 63 // 2, 0) == (len(candidates.pairs), len(candidates.oversized))


def test_many_pairs_are_merged_in_several_steps() -> None:
    """Millions of repeated pairs of twenty bands, in several merges, become distinct and sorted pairs."""
    keys = np.repeat(np.arange(4000, dtype=np.uint32) % 100, 20).reshape(4000, 20)
    candidates = candidate_pairs(keys, 40)
    assert 100 * 40 * 39 // 2 == len(candidates.codes)
    assert bool((np.diff(candidates.codes) > 0).all())


def test_transposed_keys_give_the_same_pairs() -> None:
    """Keys in the order of bands give the same pairs as keys in the order of documents."""
    keys = np.random.default_rng(0).integers(0, 50, (200, 4), dtype=np.uint32)
    assert candidate_pairs(keys, 8).pairs.tolist() == candidate_pairs(np.asfortranarray(keys), 8).pairs.tolist()


def test_the_order_of_documents_does_not_change_the_pairs() -> None:
    """Permuted documents make the same pairs if no bucket is oversized."""
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 100, (300, 4), dtype=np.uint32)
    order = rng.permutation(300)
    original = np.sort(order[candidate_pairs(keys[order], 300).pairs], axis=1)
    assert candidate_pairs(keys, 300).pairs.tolist() == original[np.lexsort((original[:, 1], original[:, 0]))].tolist()
