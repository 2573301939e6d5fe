"""Shared shingles of pairs are counted exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged
from dedup.core.pairs import similarity
from dedup.core.pairs.reference import similarity as slow

# Values of one slot of a table, values that differ only in dropped bits, and values anywhere.
HASHES = st.one_of(
    st.integers(0, 40).map(lambda value: value << 16),
    st.integers(0, 2**17),
    st.integers(0, 30).map(lambda value: value * 0x9E3779B97F4A7C15 % 2**64),
)
ROWS = st.lists(st.lists(HASHES, max_size=40), max_size=12)


def ragged(rows: list[list[int]], gap: int = 0) -> Ragged:
    """Lays out rows with ``gap`` values between them that belong to no row."""
    values: list[int] = []
    bounds = []
    for row in rows:
        values += [7 << 20] * gap
        bounds.append((len(values), len(values) + len(row)))
        values += row
    return Ragged(np.array(values, np.uint64), np.array(bounds, np.int64).reshape(len(rows), 2))


def all_pairs(count: int) -> list[tuple[int, int]]:
    """Returns each pair of rows in both orders, and each row with itself."""
    return [(a, b) for a in range(count) for b in range(count)]


def lists(rows: Ragged) -> list[list[int]]:
    """Returns the rows as lists."""
    return [rows.values[start:end].tolist() for start, end in rows.bounds.tolist()]


@given(ROWS, st.integers(0, 2))
def test_sets_equal_their_twin(rows: list[list[int]], gap: int) -> None:
    """Sets are sorted, truncated and without repeats, and leave out values between rows."""
    assert [sorted(row) for row in slow.distinct_shingles(rows)] == lists(
        similarity.distinct_shingles(ragged(rows, gap))
    )


@given(ROWS)
def test_shared_and_measures_equal_their_twins(rows: list[list[int]]) -> None:
    """Counts and measures of all pairs equal the slow twin, with empty sets and pairs of one row."""
    pairs = all_pairs(len(rows))
    plain, packed = slow.distinct_shingles(rows), similarity.distinct_shingles(ragged(rows))
    array = np.array(pairs, np.int64).reshape(len(pairs), 2)
    assert slow.count_shared(plain, pairs) == similarity.count_shared(packed, array).tolist()
    resemblance, containment = similarity.similarity(packed, array)
    assert slow.similarity(plain, pairs) == list(zip(resemblance.tolist(), containment.tolist(), strict=True))


@pytest.mark.parametrize("sizes", [(0, 1, 2, 3), (500,), (5, 500, 5000), (1, 20_000)])
def test_many_chunks(sizes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are right if pairs take many chunks and sets are longer than a chunk."""
    monkeypatch.setattr(similarity, "_COUNTED", 3000)
    monkeypatch.setattr(similarity, "_SORTED", 700)
    rng = np.random.default_rng(0)
    pool = rng.integers(0, 2**64, 2 * max(sizes), dtype=np.uint64)
    rows = [rng.choice(pool, rng.choice(sizes)).tolist() for _ in range(24)]
    pairs = all_pairs(len(rows))
    packed = similarity.distinct_shingles(ragged(rows, 1))
    assert (
        slow.count_shared(slow.distinct_shingles(rows), pairs)
        == similarity.count_shared(packed, np.array(pairs)).tolist()
    )


@pytest.mark.parametrize("counted", [40, 100, 150, 256])
def test_a_chunk_begins_inside_the_pairs_of_a_long_set(counted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are right if a chunk has the last pairs of one long set and all pairs of the next set."""
    monkeypatch.setattr(similarity, "_COUNTED", counted)
    rng = np.random.default_rng(0)
    long = [rng.integers(0, 2**64, 130, dtype=np.uint64).tolist() for _ in range(3)]
    for first in range(1, 26):
        rows = [*long, *(text[start : start + first] for text in long for start in range(0, 125, 5))]
        pairs = [(whole, 3 + 25 * whole + piece) for whole in range(3) for piece in range(25)]
        packed = similarity.distinct_shingles(ragged(rows))
        assert (
            slow.count_shared(slow.distinct_shingles(rows), pairs)
            == similarity.count_shared(packed, np.array(pairs)).tolist()
        )


def test_many_short_rows() -> None:
    """More rows than one chunk can number stay apart."""
    rows = Ragged(np.repeat(np.arange(70_000, dtype=np.uint64) << np.uint64(16), 2), np.arange(140_000).reshape(-1, 2))
    packed = similarity.distinct_shingles(rows)
    assert np.arange(70_000).tolist() == packed.values.tolist()
    pairs = np.stack((np.arange(69_999), np.arange(1, 70_000)), axis=1)
    assert 0 == similarity.count_shared(packed, pairs).sum()
    assert 70_000 == similarity.count_shared(packed, np.stack((np.arange(70_000),) * 2, axis=1)).sum()


def test_measures_of_an_excerpt() -> None:
    """A quarter of a text has a resemblance of one quarter to it, and a containment of one."""
    whole = [value << 16 for value in range(100)]
    resemblance, containment = similarity.similarity(
        similarity.distinct_shingles(ragged([whole, whole[:25]])), np.array([[0, 1]])
    )
    assert ([0.25], [1.0]) == (resemblance.tolist(), containment.tolist())
