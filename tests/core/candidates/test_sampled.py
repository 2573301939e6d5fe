"""Documents that share a few sampled shingles become candidates, whatever their resemblance, in bounded time."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.candidates import sampled
from dedup.core.candidates.buckets import REPRESENTATIVES
from dedup.core.candidates.reference import sampled as slow
from dedup.core.candidates.sampled import SLICES, pairs_by_sample
from dedup.core.sketch.reference.sampling import sample as slow_sample
from dedup.core.sketch.sampling import EVERY, SHARED, max_hash, sample
from tests.helpers.ragged_rows import ragged

VALUES = st.integers(0, 30).map(lambda value: value << 40)
ROWS = st.lists(st.lists(VALUES, max_size=12), max_size=30)


@given(
    ROWS,
    st.integers(2, 12),
    st.sampled_from([1, 2]),
    st.integers(8, 30),
    st.sampled_from([1, 7, 1 << 20]),
)
def test_pairs_equal_their_twin(rows: list[list[int]], cap: int, shared: int, common: int, pairs: int) -> None:
    """Pairs and oversized hashes equal the result of the twin, with batches of any number of pairs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "_PAIRS", pairs)
        candidates = pairs_by_sample(ragged(rows), np.uint64(31 << 40), cap, shared, common)
    expected, oversized = slow.pairs_by_sample(rows, cap, REPRESENTATIVES, shared, common)
    assert expected == [tuple(pair) for pair in candidates.pairs.tolist()]
    assert oversized == [tuple(row) for row in candidates.oversized.tolist()]


@given(
    st.lists(ROWS, max_size=4),
    st.integers(2, 12),
    st.integers(8, 30),
    st.sampled_from([1, 7, 1 << 20]),
    st.sets(st.integers(1, SLICES - 1), max_size=3),
    st.randoms(use_true_random=False),
)
@example([[[0]] * 7 + [[0, 1 << 40]] * 2], 9, 8, 1, set(), Random(16))
def test_batches_and_slices_equal_their_twin(
    batches: list[list[list[int]]], cap: int, common: int, pairs: int, edges: set[int], random: Random
) -> None:
    """Batches of documents with shuffled numbers, some of them gone, give the pairs of the twin slice by slice."""
    bound = np.uint64(31 << 40)
    sorted_samples = [sampled.sort_sample(sample(ragged(batch), bound, 3)) for batch in batches]
    numbers = list(range(sum(map(len, batches))))
    random.shuffle(numbers)
    live = [random.random() < 0.8 for _ in numbers]
    rows: list[list[int]] = [[] for _ in numbers]
    for number, is_live, row in zip(numbers, live, (row for batch in batches for row in batch), strict=True):
        rows[number] = slow_sample([row], int(bound), 3)[0] if is_live else []
    live_numbers = np.where(np.array(live, np.bool_), np.array(numbers, np.int64), -1)
    buckets = []
    for first, last in pairwise(sorted({0, SLICES, *edges})):
        words, documents, begin = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], 0
        for batch, (batch_words, sizes) in zip(batches, sorted_samples, strict=True):
            words.append(batch_words[sizes[:first].sum() : sizes[:last].sum()])
            documents.append(live_numbers[begin + sampled.rows_of(words[-1])])
            begin += len(batch)
        buckets.append(sampled.sample_buckets(np.concatenate(words), np.concatenate(documents), first, last))
    oversized = [row for slice_ in buckets for row in sampled.oversized_rows(slice_, cap).tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "_PAIRS", pairs)
        parts = [
            codes for slice_ in buckets for codes in sampled.pair_sampled(sampled.without_common(slice_, common), cap)
        ]
    codes = sampled.repeated_codes(np.concatenate([np.zeros(0, np.int64), *parts])).tolist()
    expected, expected_oversized = slow.pairs_by_sample(rows, cap, REPRESENTATIVES, SHARED, common)
    assert [a << 32 | b for a, b in expected] == codes
    assert list(map(list, expected_oversized)) == sorted(oversized)
    texts = {text for slice_ in buckets for text in sampled.texts_with_common(slice_, common).tolist()}
    assert slow.texts_with_common(rows, common) == sorted(texts)


def test_an_excerpt_in_a_page_a_hundred_times_as_long_is_found() -> None:
    """An excerpt of 60 shingles and its page of 6,000 are a candidate."""
    rng = np.random.default_rng(1)
    page = rng.integers(0, 2**64, 6000, np.uint64)
    bound = max_hash(50, 0.99)
    rows = [page.tolist(), page[1000:1060].tolist(), rng.integers(0, 2**64, 60, np.uint64).tolist()]
    assert [[0, 1]] == pairs_by_sample(sample(ragged(rows), bound), EVERY, 64).pairs.tolist()


def test_a_short_excerpt_of_a_beginning_is_found() -> None:
    """Two shingles from the beginning of an article are enough for a candidate."""
    rng = np.random.default_rng(1)
    page = rng.integers(2**62, 2**64, 600, np.uint64)
    rows = [page.tolist(), page[50:52].tolist(), page[70:72].tolist()]
    assert [[0, 1]] == pairs_by_sample(sample(ragged(rows), np.uint64(2**61), 60), EVERY, 64).pairs.tolist()


def test_sampled_shingles_fill_the_range_of_hashes() -> None:
    """All slices have about the same number of sampled shingles, so that no slice is too large."""
    values = np.random.default_rng(1).integers(0, 2**61, 100 * SLICES, np.uint64)
    sizes = sampled.sort_sample(sample(ragged([values.tolist()]), np.uint64(2**61)))[1]
    assert sizes.sum() == 100 * SLICES
    assert 50 < sizes.min() <= sizes.max() < 150


def test_common_phrases_make_no_pair() -> None:
    """Two hashes of 5,000 documents are reported as oversized and pair no documents."""
    values = np.tile(np.array([3 << 40, 5 << 40], np.uint64), 5000)
    starts = np.arange(5000) * 2
    candidates = pairs_by_sample(Ragged(values, np.stack((starts, starts + 2), axis=1)), np.uint64(2**60), 64)
    assert (0, [[-1, 5000, 0]] * 2) == (len(candidates.pairs), candidates.oversized.tolist())


def test_a_large_story_stays_linear() -> None:
    """A thousand copies make eight pairs each, not a thousand."""
    values = np.tile((np.arange(20, dtype=np.uint64) << np.uint64(40)), 1000)
    starts = np.arange(1000) * 20
    candidates = pairs_by_sample(Ragged(values, np.stack((starts, starts + 20), axis=1)), np.uint64(2**60), 64)
    assert 1000 * REPRESENTATIVES - REPRESENTATIVES * (REPRESENTATIVES + 1) // 2 == len(candidates.pairs)


@given(
    st.lists(st.lists(st.integers(0, 3), max_size=6, unique=True), max_size=8),
    st.integers(0, SLICES - 1),
    st.integers(0, 255),
    st.integers(0, 2**24 - 1),
)
def test_equal_hashes_are_equal_in_any_number_of_documents(
    rows: list[list[int]], part: int, below: int, noise: int
) -> None:
    """Hashes are equal by their highest 40 bits, in one slice or in all, beside few documents or two billion."""
    hashes = ragged(
        [[(part << 56) + (value << 24) + (below << 34) + (noise >> value) for value in row] for row in rows]
    )
    documents = np.repeat(np.arange(len(rows)), hashes.lengths)
    expected = slow.pairs_by_sample(rows, 64, REPRESENTATIVES, 1, 64)[0]
    assert expected == list(map(tuple, pairs_by_sample(hashes, EVERY, 64, 1).pairs.tolist()))
    for first, last, offset in ((0, SLICES, 0), (part, part + 1, 0), (part, part + 1, 2**31 - 1 - len(rows))):
        buckets = sampled.sample_buckets(hashes.values, documents + offset, first, last)
        parts = list(sampled.pair_sampled(buckets, 64, 1))
        assert [(a + offset) << 32 | (b + offset) for a, b in expected] == [code for codes in parts for code in codes]


@given(ROWS, st.integers(2, 12))
def test_slice_by_slice_the_pairs_are_the_same(rows: list[list[int]], cap: int) -> None:
    """Documents that are too many for all slices together have the same pairs, and the same oversized hashes."""
    together = pairs_by_sample(ragged(rows), np.uint64(31 << 40), cap)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "slices_together", lambda _count: 1)
        alone = pairs_by_sample(ragged(rows), np.uint64(31 << 40), cap)
    assert together.codes.tolist() == alone.codes.tolist()
    assert together.oversized.tolist() == alone.oversized.tolist()


def test_too_many_documents_are_refused() -> None:
    """A task pairs all slices of 16 million documents, one slice of more, and more than two billion are refused."""
    assert [SLICES, 1, 1] == [sampled.slices_together(count) for count in (2**24, 2**24 + 1, 2**31)]
    with pytest.raises(ValueError, match="cut the input"):
        sampled.slices_together(2**31 + 1)


def test_a_part_repeats_a_pair_twice_at_most() -> None:
    """A pair that shares fifty hashes is written twice by a part, because two are enough for a candidate."""
    rows = [list(range(1 << 40, 51 << 40, 1 << 40))] * 2
    hashes = ragged(rows)
    buckets = sampled.sample_buckets(hashes.values << np.uint64(16), np.repeat([0, 1], 50), 0, SLICES)
    assert [[1, 1]] == [codes.tolist() for codes in sampled.pair_sampled(buckets, 64)]
