"""Ids that all differ: the ids of a stream, and the ids of a column, which are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories import distinct_ids
from dedup.core.stories.distinct_ids import DistinctIds, hash_ids, rename_doubles
from dedup.strings import pack_strings

IDS = st.lists(st.sampled_from(["", "#2", "a", "a#2", "a#2#2", "a#3", "a#4", "b", "\udc80"]), max_size=16)


def renamed(ids: list[str]) -> list[str]:
    """Return the ids with the new ids in place of doubles."""
    column = pack_strings(ids)
    new_ids = rename_doubles(column, hash_ids(column))
    assert sorted(new_ids) == list(new_ids)
    return column.with_new(new_ids).decoded()


@given(IDS)
def test_a_column_of_ids_gets_the_ids_of_a_stream(ids: list[str]) -> None:
    """All ids at once get the ids that they get one after another, and all of them differ."""
    names = DistinctIds()
    assert [name for id in ids for name in names.make([id])] == renamed(ids)
    assert len(ids) == len(set(renamed(ids)))


@given(IDS)
def test_ids_of_one_hash_are_compared_as_strings(ids: list[str]) -> None:
    """Different ids with equal hashes keep their ids."""
    with pytest.MonkeyPatch.context() as patch:
        expected = renamed(ids)
        patch.setattr(distinct_ids, "_hash", lambda data: len(data) % 2)
        assert expected == renamed(ids)


def test_a_later_id_yields_to_a_new_one() -> None:
    """A new id is taken where the number of a double makes an id that comes later."""
    assert ["a", "a#2", "a#2#2", "a#3"] == renamed(["a", "a", "a#2", "a"])
