"""The Bloom filter passes all added keys, and few others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates import bloom
from dedup.core.candidates.bloom import CLASSES, BloomFilter
from dedup.core.candidates.reference import bloom as slow

KEYS = st.integers(0, 2**32 - 1) | st.integers(0, 2**17) | st.sampled_from([2**31, 2**32 - 1])


def postings_of(keys: list[int]) -> np.ndarray:
    """Return sorted postings of these keys."""
    return np.sort((np.array(keys, np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64))


@given(st.lists(st.lists(KEYS, max_size=40), max_size=4), st.lists(KEYS, max_size=40), st.integers(0, 2**31))
def test_a_filter_equals_its_twin(batches, queries, words):
    """The filter passes the keys whose class is the class of an added key."""
    bloom_filter = BloomFilter(min(words, 2**16))
    for keys in batches:
        bloom_filter.add(postings_of(keys))
    added = [key for keys in batches for key in keys]
    passed = bloom_filter.among(np.array(queries + added, np.int64)).tolist()
    assert passed == slow.is_among(added, queries + added, min(words, 2**16), CLASSES, 16)
    assert all(passed[len(queries) :])


def test_dense_and_sparse_postings_set_the_same_bits(monkeypatch):
    """Packed flags and single bits give the same filter, with chunks of any size."""
    rng = np.random.default_rng(7)
    words = postings_of(rng.integers(0, 2**32, 100_000).tolist())
    queries = rng.integers(0, 2**32, 100_000)
    expected = BloomFilter(words.size)
    expected.add(words)
    for dense, chunk in ((0, 1 << 16), (1 << 30, 1000)):
        monkeypatch.setattr(bloom, "_DENSE", dense)
        monkeypatch.setattr(bloom, "_CHUNK", chunk)
        actual = BloomFilter(words.size)
        actual.add(words)
        np.testing.assert_array_equal(actual.among(queries), expected.among(queries))
    assert expected.among((words >> np.uint64(32)).view(np.int64)).all()


def test_few_keys_pass_that_were_not_added():
    """Less than one in `CLASSES` of such keys passes until the filter is full, and the filter says when it is full."""
    rng = np.random.default_rng(8)
    bloom_filter = BloomFilter(50_000)
    bloom_filter.add(postings_of(rng.integers(0, 2**32, 50_000).tolist()))
    assert not bloom_filter.full
    assert bloom_filter.among(rng.integers(0, 2**32, 100_000)).mean() < 1 / CLASSES
    for _ in range(5):
        bloom_filter.add(postings_of(rng.integers(0, 2**32, 50_000).tolist()))
    assert bloom_filter.full
