"""Rows of different lengths: those that are taken are the ones asked for, wherever they lie."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.ragged import Ragged, take

ROWS = st.lists(st.tuples(st.sampled_from([0, 1, 2, 130, 400]), st.sampled_from([0, 0, 1, 3])), max_size=8)
"""Values of each row, and between it and the next one."""


@given(ROWS, st.data())
def test_taken_rows_are_those_asked_for(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """In the order asked for, short or long, beside each other or not, without gaps; and a copy."""
    edges = np.cumsum([0, *(size for row in rows for size in row)])
    ragged = Ragged(np.arange(edges[-1]).view(np.uint64), np.stack((edges[:-1:2], edges[1::2]), axis=1))
    wanted = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=12)) if rows else []
    taken = take(ragged, np.array(wanted, np.int64))
    assert np.append(0, taken.lengths.cumsum())[:-1].tolist() == taken.bounds[:, 0].tolist()
    expected = [ragged.values[slice(*ragged.bounds[row])].tolist() for row in wanted]
    assert expected == [taken.values[slice(*bounds)].tolist() for bounds in taken.bounds]
    assert not np.shares_memory(taken.values, ragged.values)
