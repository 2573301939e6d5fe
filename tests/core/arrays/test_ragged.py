"""Rows of different lengths: copies of rows, edges, bounds, counts, ranges and chunks."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, counts_of, edges_of, ranges, take_rows
from tests.helpers.ragged_rows import unragged

ROWS = st.lists(st.tuples(st.sampled_from([0, 1, 2, 130, 400]), st.sampled_from([0, 0, 1, 3])), max_size=8)
"""The length of each row, and of the gap after it."""


@given(ROWS, st.data())
def test_rows_are_copied_in_the_order_of_their_numbers(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """The copy has no gaps and shares no memory, whether rows are short or long, and beside each other or not."""
    edges = np.cumsum([0, *(size for row in rows for size in row)])
    ragged = Ragged(np.arange(edges[-1]).view(np.uint64), np.stack((edges[:-1:2], edges[1::2]), axis=1))
    numbers = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=12)) if rows else []
    taken = take_rows(ragged, np.array(numbers, np.int64))
    assert np.append(0, taken.lengths.cumsum())[:-1].tolist() == taken.bounds[:, 0].tolist()
    assert [unragged(ragged)[number] for number in numbers] == unragged(taken)
    assert not np.shares_memory(taken.values, ragged.values)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_edges_bounds_counts_and_ranges_agree_with_the_lengths(lengths: list[int]) -> None:
    """Edges, bounds, counts and ranges of rows without gaps follow from the lengths, also if there are no rows."""
    edges = edges_of(np.array(lengths, np.int64))
    assert [sum(lengths[:row]) for row in range(len(lengths) + 1)] == edges.tolist()
    assert list(map(list, pairwise(edges.tolist()))) == bounds_of(np.array(lengths, np.int64)).tolist()
    assert lengths == counts_of(edges[:-1], int(edges[-1])).tolist()
    assert list(range(sum(lengths))) == ranges(edges[:-1], np.array(lengths, np.int64)).tolist()


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 20), st.integers(1, 5))
def test_chunks_cover_all_rows_within_their_bounds(costs: list[int], budget: int, most: int) -> None:
    """Chunks follow each other and keep the budget and the number of rows, unless a chunk is a single row."""
    bounds = list(chunks(np.array(costs, np.int64), budget, most))
    assert list(range(len(costs))) == [row for first, last in bounds for row in range(first, last)]
    for first, last in bounds:
        assert 1 <= last - first <= most
        assert last - first == 1 or sum(costs[first:last]) <= budget
