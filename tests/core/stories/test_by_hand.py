"""The word of a person on pairs: what follows from it, and the stories in which every pair holds."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dedup.comparison_types import HandPair
from dedup.core.stories import clustering
from dedup.core.stories.by_hand.pairs import HandPairs, keep_apart
from dedup.core.stories.by_hand.stories import group_by_hand
from dedup.core.stories.by_hand.words import HandWords
from dedup.core.stories.reference import by_hand as slow
from dedup.errors import InputError
from tests.helpers.shares import distinct_shares, pairs_of, shares_with_ties, units

COUNT = 8
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=4)


def words(same, apart):
    """The words of a person on documents by their numbers; the example is left out if they contradict each other."""
    pairs = [HandPair(str(a), str(b), is_same) for rows, is_same in ((same, True), (apart, False)) for a, b in rows]
    try:
        return HandWords(pairs)
    except InputError:
        assume(condition=False)
        raise


def held(same, apart):
    """The pairs of documents as arrays."""
    hand = words(same, apart).among({str(number): number for number in range(COUNT)}, COUNT)
    return HandPairs(np.arange(COUNT), pairs_of([])) if hand is None else hand


def stories_of(same, apart, texts, matrix, threshold):
    """The stories that the word of a person may move."""
    return [story for story, _ in weighed_stories(same, apart, texts, matrix, threshold)]


def weighed_stories(same, apart, texts, matrix, threshold):
    """The stories that the word of a person may move, with their weakest average shares."""
    links = pairs_of([pair for pair in combinations(sorted({*texts}), 2) if matrix[pair] >= units(threshold)])
    found = group_by_hand(
        held(same, apart), np.array(texts), links, units(threshold), lambda pairs: matrix[pairs[:, 0], pairs[:, 1]]
    )
    stories = {}
    for document, label in zip(found.documents.tolist(), found.labels.tolist(), strict=True):
        stories.setdefault(label, set()).add(document)
    assert len(stories) == found.weakest.size
    return [(story, found.weakest[label]) for label, story in stories.items()]


@settings(deadline=None)
@given(
    PAIRS,
    PAIRS,
    st.lists(st.integers(0, 7), min_size=8, max_size=8),
    st.integers(0, 10**6),
    st.sampled_from([0.2, 0.5, 0.8]),
)
def test_stories_equal_their_twin(same, apart, texts, seed, threshold):
    """The stories of the documents near to a pair equal those of the slow twin, and every pair holds."""
    matrix = distinct_shares(COUNT, seed) if seed % 2 else shares_with_ties(COUNT, seed)
    weighed = weighed_stories(same, apart, texts, matrix, threshold)
    stories = [story for story, _ in weighed]
    story_of = {document: number for number, story in enumerate(stories) for document in story}
    assert all(story_of[a] == story_of[b] for a, b in same)
    assert all(story_of[a] != story_of[b] for a, b in apart)
    expected = slow.group_by_hand(same, apart, texts, lambda a, b: matrix[a, b], units(threshold))
    moved = set().union(*stories)
    weakest = {frozenset(story): pytest.approx(least) for story, least in expected if story & moved}
    assert weakest == {frozenset(story): least for story, least in weighed}


@given(PAIRS.filter(bool), st.integers(0, 10**6))
def test_pairs_of_a_large_story_are_apart(apart, seed):
    """Pairs hold in a component that is too large for all pairs."""
    apart = [pair for pair in apart if pair[0] < pair[1]]
    matrix = np.full((COUNT, COUNT), units(0.9 - seed / 10**7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", 3)
        stories = stories_of([], apart, range(COUNT), matrix, 0.5)
    assert not any({*pair} <= story for pair in apart for story in stories)


def test_a_group_shares_what_its_nearest_document_shares():
    """A document that shares nothing with a story joins it with the one that it is the same as, and parts nothing."""
    matrix = np.full((COUNT, COUNT), 0)
    matrix[:4, :4] = units(0.6)
    assert [{0, 1, 2, 3, 5, 6, 7}] == stories_of([(3, 5), (5, 6), (6, 7)], [], range(COUNT), matrix, 0.5)


def test_the_weakest_share_is_that_of_a_text():
    """A story that the word of a person joins is as weak as its texts, though all of it counts as one document."""
    matrix = np.full((COUNT, COUNT), 0)
    matrix[:2, :2] = units(0.8)
    ((_, weakest),) = weighed_stories([(0, 1), (1, 2)], [], [0, 1, 2, *range(2, 7)], matrix, 0.5)
    assert 0.0 == weakest


def test_equal_texts_are_apart():
    """Of documents with one text, two that are apart are two stories, and the others are with the first one."""
    assert [{0, 2}, {1}] == stories_of([], [(1, 0)], [0, 0, 0, 1, 2, 3, 4, 5], np.zeros((COUNT, COUNT), int), 0.5)


def test_joins_are_taken_back():
    """Of stories that an address joins, one that is apart from the first stays alone, and the others join."""
    hand = held([], [(0, 2)])
    story = keep_apart(np.array([0, 1, 2, 3, 4, 4, 4, 4]), np.array([0, 0, 0, 0, 4, 4, 4, 4]), hand)
    assert [0, 0, 2, 0, 4, 4, 4, 4] == story.tolist()


def test_words_go_through_documents_that_are_not_there():
    """Two documents are one story by a third that is not there, and apart by it."""
    said = words([(0, 1), (1, 2)], [(1, 3)])
    hand = said.among({"0": 0, "2": 1, "3": 2, "9": 3}, 4)
    assert [[True, True, False]] == [hand.decide(np.array([(0, 1), (1, 2), (2, 3)])).tolist()]
    assert [True, True, True, False] == hand.are_named().tolist()
    assert (["1", "2"], ["3"]) == (list(said.same_as("0")), list(said.apart_from("0")))
    assert said.among({"0": 0, "9": 1}, 2) is None


def test_contradictions_are_named():
    """A pair that is apart, and one story by other pairs, is named with these."""
    with pytest.raises(InputError, match="'0' and '2' are not the same, but '0' and '1', '1' and '2' are; take one"):
        HandWords([HandPair("0", "1", True), HandPair("1", "2", True), HandPair("0", "2", False)])
