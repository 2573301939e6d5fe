"""Candidates are the pairs of the buckets, bounded where a bucket is hot."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates.buckets import REPRESENTATIVES, Candidates, buckets, candidate_pairs, merge_candidates
from dedup.core.candidates.reference import buckets as slow
from dedup.core.sketch.bands import NO_KEY

SOME = st.sampled_from([0, 1, 2, 2**20, 2**31, 2**31 + 1, NO_KEY - 1, NO_KEY])


@given(
    st.integers(0, 3).flatmap(lambda b: st.lists(st.lists(SOME, min_size=b, max_size=b), max_size=40)),
    st.integers(2, 16),
)
def test_candidates_equal_their_twin(rows: list[list[int]], max_bucket: int) -> None:
    """Pairs and hot buckets are those of dictionaries and loops: no documents, one, no bands, repeats, over the cap."""
    keys = np.array(rows, np.uint32).reshape(len(rows), len(rows[0]) if rows else 2)
    found = candidate_pairs(keys, max_bucket)
    pairs, hot = slow.candidate_pairs(rows, max_bucket, REPRESENTATIVES, NO_KEY)
    assert pairs == [tuple(pair) for pair in found.pairs.tolist()]
    assert hot == [tuple(bucket) for bucket in found.hot.tolist()]
    assert ((np.dtype(np.int64), 2), (np.dtype(np.int64), 3)) == (
        (found.pairs.dtype, found.pairs.shape[1]),
        (found.hot.dtype, found.hot.shape[1]),
    )


@given(
    st.lists(st.lists(SOME, min_size=5, max_size=5), max_size=20),
    st.integers(2, 9),
    st.integers(0, 5),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_bands_may_be_looked_at_one_after_the_other(
    rows: list[list[int]], max_bucket: int, cut: int, gap: int, random: Random
) -> None:
    """Some bands and then the others bring what all do, whatever order documents with numbers of their own come in."""
    order = list(range(len(rows)))
    random.shuffle(order)
    keys = np.array([rows[place] for place in order], np.uint32).reshape(len(rows), 5)
    numbers = np.array(order, np.int64) * (gap + 1) + gap
    parts = (
        candidate_pairs(keys[:, :cut], max_bucket, numbers),
        candidate_pairs(keys[:, cut:], max_bucket, numbers, cut),
    )
    found = merge_candidates(parts)
    pairs, hot = slow.candidate_pairs(rows, max_bucket, REPRESENTATIVES, NO_KEY)
    assert [(a * (gap + 1) + gap, b * (gap + 1) + gap) for a, b in pairs] == list(map(tuple, found.pairs.tolist()))
    assert [(band, size, a * (gap + 1) + gap) for band, size, a in hot] == list(map(tuple, found.hot.tolist()))


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2, 2**40, 2**60 - 1]), st.integers(0, 15)), max_size=40))
def test_buckets_equal_their_twin(drawn: list[tuple[int, int]]) -> None:
    """Values that two documents have, with those documents in order; one that has it twice is one document."""
    found = buckets(np.array([value << 4 | document for value, document in drawn], np.uint64), 4)
    ends = np.cumsum(found.sizes).tolist()
    several = [found.members[end - size : end].tolist() for end, size in zip(ends, found.sizes.tolist(), strict=True)]
    assert slow.buckets(drawn) == several
    assert sum(found.sizes.tolist()) == len(found.members)


@given(st.lists(st.lists(st.integers(0, 9), max_size=9), max_size=5))
def test_candidates_are_put_together(parts: list[list[int]]) -> None:
    """Each pair is there once, in order, however often it was found; hot buckets are there as they came."""
    hot = [np.full((len(part), 3), number) for number, part in enumerate(parts)]
    found = merge_candidates(Candidates(np.array(part, np.int64), rows) for part, rows in zip(parts, hot, strict=True))
    assert sorted({code for part in parts for code in part}) == found.codes.tolist()
    assert [[number] * 3 for number, part in enumerate(parts) for _ in part] == found.hot.tolist()


def test_hot_bucket_stays_linear() -> None:
    """100,000 documents in one bucket of each of three bands make eight pairs a document, the same in every band."""
    found = candidate_pairs(np.full((100_000, 3), 7, np.uint32), 64)
    expected = 100_000 * REPRESENTATIVES - REPRESENTATIVES * (REPRESENTATIVES + 1) // 2
    assert expected == len(found.pairs)
    assert [[band, 100_000, 0] for band in range(3)] == found.hot.tolist()


def test_bucket_at_the_cap_is_compared_in_full() -> None:
    """A bucket of as many documents as the cap yields all of its pairs and is not hot."""
    found = candidate_pairs(np.full((64, 1), 7, np.uint32), 64)
    assert (64 * 63 // 2, 0) == (len(found.pairs), len(found.hot))


def test_many_pairs_are_merged_in_parts() -> None:
    """Two million pairs of twenty bands, which go through several merges, come out distinct and sorted."""
    keys = np.repeat(np.arange(4000, dtype=np.uint32) % 100, 20).reshape(4000, 20)
    found = candidate_pairs(keys, 40)
    assert 100 * 40 * 39 // 2 == len(found.codes)
    assert bool((np.diff(found.codes) > 0).all())


def test_transposed_keys_are_no_matter() -> None:
    """Keys may be stored band by band as well as document by document."""
    keys = np.random.default_rng(0).integers(0, 50, (200, 4), dtype=np.uint32)
    assert candidate_pairs(keys, 8).pairs.tolist() == candidate_pairs(np.asfortranarray(keys), 8).pairs.tolist()


def test_order_of_documents_is_no_matter_without_hot_buckets() -> None:
    """Under a permutation of the documents the same documents are paired."""
    rng = np.random.default_rng(0)
    keys = rng.integers(0, 100, (300, 4), dtype=np.uint32)
    order = rng.permutation(300)
    moved = np.sort(order[candidate_pairs(keys[order], 300).pairs], axis=1)
    assert candidate_pairs(keys, 300).pairs.tolist() == moved[np.lexsort((moved[:, 1], moved[:, 0]))].tolist()
