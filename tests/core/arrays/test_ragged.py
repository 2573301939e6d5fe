"""Rows of different lengths: those that are taken are the ones asked for, wherever they lie."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays.ragged import Ragged, bounds_of, counts_of, edges_of, ranges, take_rows

ROWS = st.lists(st.tuples(st.sampled_from([0, 1, 2, 130, 400]), st.sampled_from([0, 0, 1, 3])), max_size=8)
"""Values of each row, and between it and the next one."""


@given(ROWS, st.data())
def test_taken_rows_are_those_asked_for(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """In the order asked for, short or long, beside each other or not, without gaps; and a copy."""
    edges = np.cumsum([0, *(size for row in rows for size in row)])
    ragged = Ragged(np.arange(edges[-1]).view(np.uint64), np.stack((edges[:-1:2], edges[1::2]), axis=1))
    wanted = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=12)) if rows else []
    taken = take_rows(ragged, np.array(wanted, np.int64))
    assert np.append(0, taken.lengths.cumsum())[:-1].tolist() == taken.bounds[:, 0].tolist()
    expected = [ragged.values[slice(*ragged.bounds[row])].tolist() for row in wanted]
    assert expected == [taken.values[slice(*bounds)].tolist() for bounds in taken.bounds]
    assert not np.shares_memory(taken.values, ragged.values)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_lengths_and_bounds_say_the_same(lengths: list[int]) -> None:
    """Edges, bounds and counts of rows that lie one behind the other are those of their lengths, of no rows too."""
    edges = edges_of(np.array(lengths, np.int64))
    assert [sum(lengths[:row]) for row in range(len(lengths) + 1)] == edges.tolist()
    assert list(map(list, pairwise(edges.tolist()))) == bounds_of(np.array(lengths, np.int64)).tolist()
    assert lengths == counts_of(edges[:-1], int(edges[-1])).tolist()
    assert list(range(sum(lengths))) == ranges(edges[:-1], np.array(lengths, np.int64)).tolist()
