"""The word of a person on pairs: stories are joined and parted, and every pair holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.by_hand.pairs import HandPairs, apply_hand_pairs, find_contradiction

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=5)


def hand(same, apart):
    """Return pairs as arrays."""
    return HandPairs(*(np.array(pairs, np.int64).reshape(-1, 2) for pairs in (same, apart)))


def nearness(near=()):
    """Return shares of pairs: 9 for the pairs in ``near``, 1 for others."""
    return lambda pairs: np.array([9 if {*pair} in near else 1 for pair in map(tuple, pairs.tolist())])


def test_stories_are_joined():
    """The whole stories of the two documents are one, with the lesser weakest link."""
    story, weakest = apply_hand_pairs(np.array([0, 0, 1, 2]), np.array([0.8, 0.5, 1.0]), hand([(1, 2)], []), nearness())
    assert ([0, 0, 0, 2], 0.5) == (story.tolist(), weakest[0])


def test_a_document_leaves_with_those_that_are_nearer_to_it():
    """Of five documents the third leaves, and takes the fourth along, which shares more with it."""
    story, weakest = apply_hand_pairs(
        np.array([0, 0, 0, 0, 0]), np.array([0.4]), hand([], [(0, 2)]), nearness([{3, 2}])
    )
    assert ([0, 0, 1, 1, 0], [0.4, 0.4]) == (story.tolist(), weakest.tolist())


def test_contradictions():
    """A pair that is apart, and one by two other pairs, is found."""
    assert 1 == find_contradiction(hand([(0, 1), (1, 2)], [(0, 3), (0, 2)]), 4)
    assert -1 == find_contradiction(hand([(0, 1)], [(1, 2)]), 3)


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), PAIRS, PAIRS, st.integers(0, 9))
def test_every_pair_holds(story, same, apart, salt):
    """Without a contradiction, pairs that are one are in one story, and pairs that are apart are not."""
    pairs = hand(same, apart)
    if find_contradiction(pairs, 8) >= 0:
        return
    new_story, weakest = apply_hand_pairs(
        np.array(story), np.ones(4), pairs, lambda rows: (rows.sum(axis=1) * 7 + salt) % 5
    )
    assert all(new_story[a] == new_story[b] for a, b in same)
    assert all(new_story[a] != new_story[b] for a, b in apart)
    assert new_story.max() < weakest.size
