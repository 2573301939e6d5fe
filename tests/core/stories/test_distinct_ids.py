"""Ids that all differ: the first document of an id keeps it, and no new id is one that a document gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories import distinct_ids
from dedup.core.stories.distinct_ids import hash_ids, rename_doubles
from dedup.core.stories.reference import distinct_ids as reference
from dedup.strings import pack_strings

IDS = st.lists(st.sampled_from(["", "#2", "a", "a#2", "a#2#2", "a#3", "a#4", "b", "\udc80"]), max_size=16)


def renamed(ids: list[str]) -> list[str]:
    """Return the ids with the new ids in place of doubles."""
    column = pack_strings(ids)
    new_ids = rename_doubles(column, hash_ids(column))
    assert sorted(new_ids) == list(new_ids)
    return column.with_new(new_ids).decoded()


@given(IDS)
def test_new_ids_equal_their_twin(ids: list[str]) -> None:
    """All ids at once get the ids of a loop over the documents, and all of them differ."""
    assert reference.distinct_ids(ids) == renamed(ids)
    assert len(ids) == len(set(renamed(ids)))


@given(IDS)
def test_ids_of_one_hash_are_compared_as_strings(ids: list[str]) -> None:
    """Different ids with equal hashes keep their ids."""
    expected = renamed(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct_ids, "hash_ids", lambda column: np.diff(column.offsets).astype(np.uint64) % 2)
        column = pack_strings(ids)
        new_ids = rename_doubles(column, distinct_ids.hash_ids(column))
        assert expected == column.with_new(new_ids).decoded()


def test_an_id_that_is_given_once_stays() -> None:
    """A new id passes over the numbers with which documents give the id, wherever they stand."""
    assert ["a", "a#3", "a#2", "a#4"] == renamed(["a", "a", "a#2", "a"])


def test_a_document_after_many_numbered_ids_gets_the_next_number() -> None:
    """Documents whose id a thousand others give with a number get the next numbers, in the order of input."""
    numbered = [f"a#{number}" for number in range(2, 1_002)]
    assert ["a", *numbered, "a#1002", "a#1003", "b"] == renamed(["a", *numbered, "a", "a", "b"])
