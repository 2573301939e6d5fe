"""A sieve lets through what it was given, and little else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates import bloom
from dedup.core.candidates.bloom import CLASSES, BloomFilter
from dedup.core.candidates.reference import bloom as slow

KEYS = st.integers(0, 2**32 - 1) | st.integers(0, 2**17) | st.sampled_from([2**31, 2**32 - 1])


def worded(keys: list[int]) -> np.ndarray:
    """Postings with these keys."""
    return np.sort((np.array(keys, np.uint64) << np.uint64(32)) | np.arange(len(keys), dtype=np.uint64))


@given(st.lists(st.lists(KEYS, max_size=40), max_size=4), st.lists(KEYS, max_size=40), st.integers(0, 2**31))
def test_a_sieve_equals_its_twin(lots, asked, words):
    """Whatever was added before, keys are let through that are of the class of one that was added."""
    made = BloomFilter(min(words, 2**16))
    for keys in lots:
        made.add(worded(keys))
    every = [key for keys in lots for key in keys]
    found = made.among(np.array(asked + every, np.int64)).tolist()
    assert found == slow.is_among(every, asked + every, min(words, 2**16), CLASSES, 16)
    assert all(found[len(asked) :])


def test_many_and_few_are_taken_in_alike(monkeypatch):
    """Whether postings are packed or their bits set one by one, and wherever chunks end, the bits are the same."""
    rng = np.random.default_rng(7)
    words = worded(rng.integers(0, 2**32, 100_000).tolist())
    asked = rng.integers(0, 2**32, 100_000)
    together = BloomFilter(words.size)
    together.add(words)
    for dense, chunk in ((0, 1 << 16), (1 << 30, 1000)):
        monkeypatch.setattr(bloom, "_DENSE", dense)
        monkeypatch.setattr(bloom, "_CHUNK", chunk)
        other = BloomFilter(words.size)
        other.add(words)
        np.testing.assert_array_equal(other.among(asked), together.among(asked))
    assert together.among((words >> np.uint64(32)).view(np.int64)).all()


def test_few_of_those_that_are_not_there_are_let_through():
    """Of keys that were not added, less than one in `CLASSES` passes while it is not full, and it tells when it is."""
    rng = np.random.default_rng(8)
    made = BloomFilter(50_000)
    made.add(worded(rng.integers(0, 2**32, 50_000).tolist()))
    assert not made.full
    assert made.among(rng.integers(0, 2**32, 100_000)).mean() < 1 / CLASSES
    for _ in range(5):
        made.add(worded(rng.integers(0, 2**32, 50_000).tolist()))
    assert made.full
