"""The order of documents follows time, length and id."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.core.stories.order import canonical_order, id_order
from dedup.core.stories.reference import clustering as slow
from dedup.strings import pack_strings


@given(
    st.lists(
        st.tuples(st.none() | st.integers(-2, 2), st.integers(0, 2), st.sampled_from(["", "a", "a\0", "b", "é"])),
        max_size=12,
        unique_by=lambda row: row,
    )
)
def test_canonical_order_equals_its_twin(rows: list[tuple[int | None, int, str]]) -> None:
    """Ranks follow time, length and id, and an unknown time comes last."""
    times, lengths, ids = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    published = np.array([UNKNOWN_TIME if time is None else time for time in times], np.int64)
    ranks = canonical_order(published, np.array(lengths, np.int64), id_order(pack_strings(ids)))
    assert slow.canonical_order(times, lengths, ids) == ranks.tolist()


@given(
    st.sampled_from(["", "folder/", "a folder with a long name/"]),
    st.lists(st.text("ab\0é\udc80\U0001f600", max_size=18), max_size=12),
)
def test_id_order_equals_its_twin(prefix: str, names: list[str]) -> None:
    """Few ids and many, of all lengths and letters, with one beginning or without, rank by length, then by letters."""
    ids = [prefix + name for name in names]
    many = [*ids, *(f"filler {number}" for number in range(40))]
    assert slow.id_order(ids) == id_order(pack_strings(ids)).tolist()
    assert slow.id_order(many) == id_order(pack_strings(many)).tolist()


def test_unknown_time_is_numpys() -> None:
    """The value NaT of datetime64 equals the unknown time."""
    assert UNKNOWN_TIME == np.array(["NaT"], "datetime64[ns]").astype(np.int64)[0]
