"""Relations of members to their canonical documents follow the rule of `relations`."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.core.stories import relations as relations_
from dedup.core.stories.reference import clustering as slow
from dedup.core.stories.relations import RELATIONS, RelationFacts
from dedup.types import Relation


def test_relations_are_those_of_the_vocabulary() -> None:
    """The names of relations are the names of `dedup.types.Relation`."""
    assert get_args(Relation) == RELATIONS


SMALL = st.tuples(
    st.integers(0, 1), st.integers(-1, 1), st.none() | st.integers(0, 1), st.integers(1, 3), st.integers(0, 2)
)


@given(
    st.lists(SMALL, min_size=2, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.6, 0.95])),
        max_size=8,
    ),
)
def test_relations_equal_their_twin(
    documents: list[tuple[int, int, int | None, int, int]], rows: list[tuple[int, int, float, float]]
) -> None:
    """Each member has the relation that the slow twin gives it, one member at a time."""
    facts = RelationFacts(
        np.array([document[0] for document in documents], np.int64),
        np.array([document[1] for document in documents]),
        np.array([UNKNOWN_TIME if document[2] is None else document[2] for document in documents]),
        np.array([document[3] for document in documents]),
        np.array([document[4] for document in documents], np.uint64),
    )
    expected = [
        slow.relation(
            same_document=a == b,
            same_fingerprint=documents[a][0] == documents[b][0] != 0,
            sources=(documents[a][1], documents[b][1]),
            published=(documents[a][2], documents[b][2]),
            lengths=(documents[a][3], documents[b][3]),
            urls=(documents[a][4], documents[b][4]),
            resemblance=resemblance,
            containment=containment,
            threshold=0.6,
        )
        for a, b, resemblance, containment in rows
    ]
    members, canonicals = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    resemblance, containment = (np.array([row[side] for row in rows], np.float64) for side in (2, 3))
    numbers = relations_.relations(members, canonicals, resemblance, containment, facts, 0.6)
    assert expected == [RELATIONS[number] for number in numbers]
    assert np.int8 == numbers.dtype


@pytest.mark.parametrize(
    ("member", "canonical", "expected"),
    [
        (2, 1, "revision"),
        (1, 2, "reprint"),
        (1, 1, "reprint"),
        (1, UNKNOWN_TIME, "reprint"),
        (UNKNOWN_TIME, 1, "reprint"),
    ],
)
def test_revision_is_later(member: int, canonical: int, expected: Relation) -> None:
    """A copy from one source is a revision only if both times are known and its time is later."""
    times = np.array([canonical, member])
    facts = RelationFacts(np.array([1, 2]), np.zeros(2, np.int64), times, np.array([9, 9]), np.zeros(2, np.uint64))
    numbers = relations_.relations(np.array([1]), np.array([0]), np.array([0.8]), np.array([0.9]), facts, 0.6)
    assert [expected] == [RELATIONS[number] for number in numbers]
