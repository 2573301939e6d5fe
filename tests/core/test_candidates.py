"""Candidates are the pairs of the buckets, bounded where a bucket is hot."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import reference
from dedup.core.bands import NO_KEY
from dedup.core.candidates import REPRESENTATIVES, candidates

SOME = st.sampled_from([0, 1, 2, 2**40, 2**63, 2**63 + 1, NO_KEY])


@given(
    st.integers(0, 3).flatmap(lambda b: st.lists(st.lists(SOME, min_size=b, max_size=b), max_size=40)),
    st.integers(2, 16),
)
def test_candidates_equal_their_twin(rows: list[list[int]], max_bucket: int) -> None:
    """Pairs and hot buckets are those of dictionaries and loops: no documents, one, no bands, repeats, over the cap."""
    keys = np.array(rows, np.uint64).reshape(len(rows), len(rows[0]) if rows else 2)
    found = candidates(keys, max_bucket)
    pairs, hot = reference.candidates(rows, max_bucket, REPRESENTATIVES, NO_KEY)
    assert pairs == [tuple(pair) for pair in found.pairs.tolist()]
    assert hot == [tuple(bucket) for bucket in found.hot.tolist()]
    assert ((np.dtype(np.int64), 2), (np.dtype(np.int64), 3)) == (
        (found.pairs.dtype, found.pairs.shape[1]),
        (found.hot.dtype, found.hot.shape[1]),
    )


@given(st.lists(st.integers(0, 2**64 - 2), max_size=60), st.randoms(use_true_random=False))
def test_keys_that_share_many_bits_are_told_apart(values: list[int], random: object) -> None:
    """Keys are compared whole, though they are first sorted by some of their bits."""
    rows = [[value] for value in values] + [[value ^ 1 << 63] for value in values[::2]] + [[v] for v in values[::3]]
    random.shuffle(rows)  # type: ignore[attr-defined]
    keys = np.array(rows, np.uint64).reshape(len(rows), 1)
    expected, _ = reference.candidates(rows, 100, REPRESENTATIVES, NO_KEY)
    assert expected == [tuple(pair) for pair in candidates(keys, 100).pairs.tolist()]


def test_hot_bucket_stays_linear() -> None:
    """100,000 documents in one bucket of each of three bands make eight pairs a document, the same in every band."""
    found = candidates(np.full((100_000, 3), 7, np.uint64), 64)
    expected = 100_000 * REPRESENTATIVES - REPRESENTATIVES * (REPRESENTATIVES + 1) // 2
    assert expected == len(found.pairs)
    assert [[band, 100_000, 0] for band in range(3)] == found.hot.tolist()


def test_bucket_at_the_cap_is_compared_in_full() -> None:
    """A bucket of as many documents as the cap yields all of its pairs and is not hot."""
    found = candidates(np.full((64, 1), 7, np.uint64), 64)
    assert (64 * 63 // 2, 0) == (len(found.pairs), len(found.hot))


def test_many_pairs_are_merged_in_parts() -> None:
    """Two million pairs of twenty bands, which go through several merges, come out distinct and sorted."""
    keys = np.repeat(np.arange(4000, dtype=np.uint64) % 100, 20).reshape(4000, 20)
    found = candidates(keys, 40)
    codes = found.pairs[:, 0] * 4000 + found.pairs[:, 1]
    assert 100 * 40 * 39 // 2 == len(codes)
    assert bool((np.diff(codes) > 0).all())


def test_transposed_keys_are_no_matter() -> None:
    """Keys may be stored band by band as well as document by document."""
    keys = np.random.default_rng(0).integers(0, 50, (200, 4), dtype=np.uint64)
    assert candidates(keys, 8).pairs.tolist() == candidates(np.asfortranarray(keys), 8).pairs.tolist()


def test_order_of_documents_is_no_matter_without_hot_buckets() -> None:
    """Under a permutation of the documents the same documents are paired."""
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 100, (300, 4), dtype=np.uint64)
    order = rng.permutation(300)
    moved = np.sort(order[candidates(keys[order], 300).pairs], axis=1)
    assert candidates(keys, 300).pairs.tolist() == moved[np.lexsort((moved[:, 1], moved[:, 0]))].tolist()
