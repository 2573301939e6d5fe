"""Documents that share a few kept shingles become candidates, whatever their resemblance, in bounded time."""

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
from dedup.core.sketch import sampling
from dedup.core.sketch.sampling import EVERY, max_hash, sample

VALUES = st.integers(0, 30).map(lambda value: value << 40)
ROWS = st.lists(st.lists(VALUES, max_size=12), max_size=30)


def ragged(rows: list[list[int]], gap: int = 0) -> Ragged:
    """The rows as arrays, ``gap`` zeros behind each."""
    values = [value for row in rows for value in [*row, *[0] * gap]]
    starts = np.cumsum([0, *(len(row) + gap for row in rows)])[:-1]
    return Ragged(
        np.array(values, np.uint64),
        np.array([(s, s + len(r)) for s, r in zip(starts, rows, strict=True)], np.int64).reshape(-1, 2),
    )


@given(ROWS, VALUES, st.integers(0, 2), st.integers(0, 9))
def test_keep_equals_its_twin(rows: list[list[int]], limit: int, gap: int, first: int) -> None:
    """The hashes below the bound and the first ones stay, row by row; what stands between two rows is nobody's."""
    found = sample(ragged(rows, gap), np.uint64(limit), first)
    assert slow.sample(rows, limit, first) == [
        found.values[first:last].tolist() for first, last in found.bounds.tolist()
    ]


@given(
    ROWS,
    st.integers(2, 12),
    st.sampled_from([1, 2]),
    st.integers(8, 30),
    st.sampled_from([1, 7, 1 << 20]),
)
def test_overlapping_equals_its_twin(rows: list[list[int]], cap: int, shared: int, common: int, pairs: int) -> None:
    """Pairs and hot hashes are those of dictionaries, however few pairs are looked at together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "_PAIRS", pairs)
        found = pairs_by_sample(ragged(rows), np.uint64(31 << 40), cap, shared, common)
    expected, hot = slow.pairs_by_sample(rows, cap, REPRESENTATIVES, shared, common)
    assert expected == [tuple(pair) for pair in found.pairs.tolist()]
    assert hot == [tuple(row) for row in found.hot.tolist()]


@given(
    st.lists(ROWS, max_size=4),
    st.integers(2, 12),
    st.integers(8, 30),
    st.sampled_from([1, 7, 1 << 20]),
    st.sets(st.integers(1, SLICES - 1), max_size=3),
    st.randoms(use_true_random=False),
)
@example([[[0]] * 7 + [[0, 1 << 40]] * 2], 9, 8, 1, set(), Random(16))
def test_what_was_laid_down_equals_its_twin(
    lots: list[list[list[int]]], cap: int, common: int, pairs: int, edges: set[int], random: Random
) -> None:
    """The same comes of lots of documents, numbered in any order and some of them no more, looked at slice by slice."""
    limit = np.uint64(31 << 40)
    laid = [sampled.sort_sample(sample(ragged(lot), limit, 3)) for lot in lots]
    numbers = list(range(sum(map(len, lots))))
    random.shuffle(numbers)
    alive = [random.random() < 0.8 for _ in numbers]
    rows: list[list[int]] = [[] for _ in numbers]
    for number, there, row in zip(numbers, alive, (row for lot in lots for row in lot), strict=True):
        rows[number] = slow.sample([row], int(limit), 3)[0] if there else []
    told = np.array([number if there else -1 for number, there in zip(numbers, alive, strict=True)], np.int64)
    found = []
    for first, last in pairwise(sorted({0, SLICES, *edges})):
        words, documents, begin = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], 0
        for lot, (some, sizes) in zip(lots, laid, strict=True):
            words.append(some[sizes[:first].sum() : sizes[:last].sum()])
            documents.append(told[begin + sampled.rows_of(words[-1])])
            begin += len(lot)
        found.append(sampled.sample_buckets(np.concatenate(words), np.concatenate(documents), first, last))
    hot = [row for part in found for row in sampled.oversized_rows(part, cap).tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampled, "_PAIRS", pairs)
        codes = list(
            sampled.pairs_sharing([sampled.pair_sampled(sampled.without_common(part, common), cap) for part in found])
        )
    expected, expected_hot = slow.pairs_by_sample(rows, cap, REPRESENTATIVES, sampling.SHARED, common)
    assert [a << 32 | b for a, b in expected] == [code for some in codes for code in some.tolist()]
    assert list(map(list, expected_hot)) == sorted(hot)
    assert slow.texts_with_common(rows, common) == sorted(
        {one for part in found for one in sampled.texts_with_common(part, common).tolist()}
    )


@pytest.mark.parametrize(("overlap", "recall"), [(2, 0.5), (12, 0.9), (50, 0.99), (50, 0.999), (400, 0.99)])
def test_the_contract_holds(overlap: int, recall: float) -> None:
    """Of pairs that share ``overlap`` random hashes, ``recall`` become candidates, and little more than that."""
    trials, rng = 20_000, np.random.default_rng(overlap)
    shared = rng.integers(0, 2**64, (trials, overlap), np.uint64)
    kept = (shared < max_hash(overlap, recall)).sum(axis=1) >= sampling.SHARED
    deviation = np.sqrt(recall * (1 - recall) / trials)
    assert abs(kept.mean() - recall) <= 4 * deviation


def test_an_excerpt_in_a_page_ten_times_as_long_is_found() -> None:
    """Resemblance is no part of it: 60 shingles in a page of 6,000 make a pair."""
    rng = np.random.default_rng(1)
    page = rng.integers(0, 2**64, 6000, np.uint64)
    limit = max_hash(50, 0.99)
    rows = [page.tolist(), page[1000:1060].tolist(), rng.integers(0, 2**64, 60, np.uint64).tolist()]
    assert [[0, 1]] == pairs_by_sample(sample(ragged(rows), limit), EVERY, 64).pairs.tolist()


def test_a_short_excerpt_of_a_beginning_is_found() -> None:
    """Two shingles of an article are enough if they are among its first ones, and those of a short text are."""
    rng = np.random.default_rng(1)
    page = rng.integers(2**62, 2**64, 600, np.uint64)
    rows = [page.tolist(), page[50:52].tolist(), page[70:72].tolist()]
    assert [[0, 1]] == pairs_by_sample(sample(ragged(rows), np.uint64(2**61), 60), EVERY, 64).pairs.tolist()


def test_kept_shingles_fill_the_range() -> None:
    """Whatever the bound, each slice of what is laid down has about as many, so that none is too large."""
    values = np.random.default_rng(1).integers(0, 2**61, 100 * SLICES, np.uint64)
    sizes = sampled.sort_sample(sample(ragged([values.tolist()]), np.uint64(2**61)))[1]
    assert sizes.sum() == 100 * SLICES
    assert 50 < sizes.min() <= sizes.max() < 150


def test_everybodys_phrases_pair_nobody() -> None:
    """Two hashes of 5,000 documents are reported and pair none of them."""
    values = np.tile(np.array([3 << 40, 5 << 40], np.uint64), 5000)
    starts = np.arange(5000) * 2
    found = pairs_by_sample(Ragged(values, np.stack((starts, starts + 2), axis=1)), np.uint64(2**60), 64)
    assert (0, [[-1, 5000, 0]] * 2) == (len(found.pairs), found.hot.tolist())


def test_a_large_story_stays_linear() -> None:
    """A thousand copies make eight pairs each, not a thousand."""
    values = np.tile((np.arange(20, dtype=np.uint64) << np.uint64(40)), 1000)
    starts = np.arange(1000) * 20
    found = pairs_by_sample(Ragged(values, np.stack((starts, starts + 20), axis=1)), np.uint64(2**60), 64)
    assert 1000 * REPRESENTATIVES - REPRESENTATIVES * (REPRESENTATIVES + 1) // 2 == len(found.pairs)
