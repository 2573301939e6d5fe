"""The canonical document of a story: the rule against its slow twin, and each question on a small story."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.core.stories.canonical import Credits, Traits, find_stubs, lead_order, standing
from dedup.core.stories.reference import canonical as slow

NAMES = ["", "a", "b", "c"]

DOCUMENT = st.tuples(
    st.integers(0, 2),  # its story
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=2),
    st.integers(0, 1),
    st.booleans(),
    st.none() | st.integers(-1, 1),
    st.integers(0, 2),
)


def arrays(documents):
    """Stories, newsrooms, credits and traits of documents as arrays. Documents rank by position."""
    story, newsrooms, credits, preference, stubs, times, lengths = (
        list(column) for column in zip(*documents, strict=True)
    )
    flat = [(document, *credit) for document, carried in enumerate(credits) for credit in carried]
    return (
        np.array(story),
        np.array([NAMES.index(name) - 1 for name in newsrooms]),
        Credits(
            np.array([document for document, _, _ in flat], np.int64),
            np.array([NAMES.index(name) - 1 for _, name, _ in flat], np.int64),
            np.array([weak for _, _, weak in flat], np.bool_),
        ),
        Traits(
            np.array(preference),
            np.array(stubs, np.bool_),
            np.array([UNKNOWN_TIME if time is None else time for time in times]),
            np.array(lengths),
            np.arange(len(documents)),
        ),
    )


@pytest.mark.parametrize("rule", ["earliest", "longest", "source"])
@given(st.lists(DOCUMENT, min_size=1, max_size=10))
def test_order_equals_its_twin(rule, documents):
    """The order of each story, and the credits that count, equal the slow twin's, one story at a time."""
    story, newsrooms, credits, traits = arrays(documents)
    result = standing(story, newsrooms, credits)
    ordered = lead_order(rule, story, result, traits).tolist()
    expected, counted = [], {}
    for number in sorted(set(story.tolist())):
        members = [document for document, row in enumerate(documents) if row[0] == number]
        columns = [[documents[member][column] for member in members] for column in range(1, 7)]
        positions, counts = slow.story_order(rule, *columns, members)
        expected += [members[position] for position in positions]
        counted |= dict(zip(members, counts, strict=True))
    assert expected == ordered
    assert [counts for document in range(len(documents)) for counts in counted[document]] == result.counted.tolist()


NOON, LATER = 0, 1


@pytest.mark.parametrize(
    ("rule", "documents", "leader"),
    [
        # newsroom, credits, preference, time, length
        pytest.param("earliest", [("a", [], 0, LATER, 9), ("b", [], 0, NOON, 5)], 1, id="the earliest"),
        pytest.param("earliest", [("a", [], 0, None, 9), ("b", [], 0, NOON, 5)], 1, id="a time is better than none"),
        pytest.param("earliest", [("a", [], 0, None, 5), ("b", [("a", False)], 0, NOON, 9)], 0, id="no copy"),
        pytest.param("earliest", [("a", [], 0, None, 5), ("b", [("", False)], 0, NOON, 9)], 0, id="of nobody in it"),
        pytest.param("earliest", [("a", [], 0, None, 5), ("b", [("c", True)], 0, NOON, 9)], 1, id="a weak credit"),
        pytest.param("earliest", [("a", [], 0, None, 5), ("b", [("a", True)], 0, NOON, 9)], 0, id="a weak one holds"),
        pytest.param(
            "earliest",
            [("a", [], 0, NOON, 9), ("b", [], 0, LATER, 9), ("c", [("b", False)], 0, NOON, 9)],
            1,
            id="whom others name",
        ),
        pytest.param("earliest", [("a", [], 1, NOON, 9), ("b", [("a", False)], 0, LATER, 5)], 1, id="the preferred"),
        pytest.param("earliest", [("a", [], 0, NOON, 5), ("b", [], 0, NOON, 9)], 0, id="no longer one"),
        pytest.param("earliest", [("a", [], 0, NOON, 4), ("b", [], 0, NOON, 9)], 1, id="the whole one of two"),
        pytest.param("longest", [("a", [], 0, NOON, 5), ("b", [("a", False)], 0, LATER, 9)], 1, id="the longest"),
        pytest.param("longest", [("a", [("", False)], 0, NOON, 9), ("b", [], 0, LATER, 9)], 1, id="as long, no copy"),
        pytest.param(
            "source",
            [("a", [], 0, NOON, 9), ("b", [("", False)], 0, LATER, 5), ("c", [("b", False)], 0, NOON, 9)],
            1,
            id="the source, though it credits someone",
        ),
        pytest.param("source", [("a", [("", False)], 0, NOON, 9), ("b", [], 0, LATER, 5)], 1, id="nobody is named"),
    ],
)
def test_who_leads(rule, documents, leader):
    """Each question decides the canonical document if no question before it does."""
    story, newsrooms, credits, traits = arrays([(0, *document[:3], False, *document[3:]) for document in documents])
    assert leader == lead_order(rule, story, standing(story, newsrooms, credits), traits)[0]


def test_no_documents():
    """The order of no documents is empty."""
    story, newsrooms, credits, traits = np.zeros((4, 0), np.int64)
    nothing = standing(story, newsrooms, Credits(credits, credits, credits.astype(np.bool_)))
    assert (
        []
        == lead_order(
            "earliest", story, nothing, Traits(traits, traits.astype(np.bool_), traits, traits, traits)
        ).tolist()
    )


def test_a_stub_does_not_lead():
    """A stub comes after an article of its story, however early it is, unless its source is preferred."""
    documents = [(0, "a", [], 0, True, NOON, 1), (0, "a", [("b", False)], 0, False, LATER, 9)]
    story, newsrooms, credits, traits = arrays(documents)
    assert [1, 0] == lead_order("earliest", story, standing(story, newsrooms, credits), traits).tolist()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from([0, 29, 30, 60, 61, 121, 122]))))
def test_stubs_are_short_for_their_address(documents):
    """A stub has sixty words at most, and less than half of those of a document of its story and address."""
    story, urls, words = np.array(documents, np.int64).reshape(-1, 3).T
    expected = [
        count <= 60 and any((a, b) == (of, url) and url and 2 * count < more for a, b, more in documents)
        for of, url, count in documents
    ]
    assert list(map(bool, expected)) == find_stubs(story, urls.astype(np.uint64), words).tolist()
