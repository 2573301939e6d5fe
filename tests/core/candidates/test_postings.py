"""Tables of postings merge into one table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.candidates import postings
from dedup.core.sketch.bands import NO_KEY
from tests.helpers.posting_tables import make_table

KEYS = st.sampled_from([0, 1, 2, 3, 2**31, 2**32 - 2])
HASHES = st.sampled_from([0, 1, 2, 5, 2**29, 2**32 - 1])
BAND = KEYS | st.just(NO_KEY)
ROWS = st.lists(st.tuples(st.tuples(BAND, BAND, KEYS).map(list), st.lists(HASHES, max_size=4)), max_size=12)


@given(st.lists(ROWS, min_size=1, max_size=4), st.integers(1, 20), st.sampled_from([1, 1 << 18]))
def test_tables_merge_into_the_table_of_all_rows(batches, most, chunk):
    """Tables that are merged at once or lane by lane have the words of one table of all rows."""
    begins = np.cumsum([1, *map(len, batches)]).tolist()
    numbers = [list(range(begin, begin + len(rows))) for rows, begin in zip(batches, begins[:-1], strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_CHUNK", chunk)
        tables = [make_table(rows, documents) for rows, documents in zip(batches, numbers, strict=True)]
        merged = postings.merge_tables(tables)
    expected = make_table([row for rows in batches for row in rows], list(range(1, begins[-1])))
    assert all((left == right).all() for left, right in zip(expected[:2], merged[:2], strict=True))
    assert all((left == right).all() for left, right in zip(expected.layout, merged.layout, strict=True))
    pieces = [piece for lane in range(expected.layout.shifts.size) for piece in postings.pieces(tables, lane, most)]
    assert expected.words.tolist() == np.concatenate(pieces).tolist()
