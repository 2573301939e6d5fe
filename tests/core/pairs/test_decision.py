"""Decisions on pairs with their grounds, and on texts that pairs show to be no articles."""

import numpy as np

from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs.decision import ARTICLE, NOTHING, NOTICE, WALL, decide_pairs, mark_walls, shingle_sets
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.pairs.rules import EQUAL, NO, NOT_ASKED, RULES, SHARE, SHINGLES, YES, Grounds
from dedup.core.text.figures import words_of
from dedup.core.thresholds import COPIES
from dedup.settings import Settings


def test_a_text_whose_hash_is_a_wall_is_a_wall():
    """Each text with the hash of a wall is set aside, except for a text that has nothing of its own."""
    reasons = np.array([ARTICLE, NOTICE, NOTHING, ARTICLE], np.int8)
    marked = mark_walls(reasons, np.array([5, 5, 5, 6], np.uint64), np.array([5], np.uint64))
    assert (np.int8, [WALL, WALL, NOTHING, ARTICLE]) == (marked.dtype, marked.tolist())


def test_a_pair_that_shares_few_shingles_is_told_them():
    """Such a pair is not aligned: the rule of shingles has the last word, and no other rule was asked."""
    texts = words_of(
        [
            " ".join(f"w{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in numbers)
            for numbers in (range(40), range(34, 90))
        ],
        1,
    )
    sets, pairs = shingle_sets(texts, Settings(), Workspace()), np.array([[0, 1]])
    facts = PairFacts(*np.array([[True], [False], [False], [False]]))
    grounds = Grounds.empty(1)
    compared = ComparedTexts(
        texts, np.array([1, 2], np.uint64), Ragged(np.zeros(0, np.uint64), np.zeros((2, 2), np.int64))
    )
    decided = decide_pairs(compared, sets, pairs, facts, COPIES, grounds)
    assert ([0], [2], [SHINGLES]) == (decided.shares.tolist(), decided.common.tolist(), decided.rules.tolist())
    assert [NO, *[NOT_ASKED] * (len(RULES) - 1)] == grounds.passed[0].tolist()
    assert [2, 36] == grounds.counts[0, SHINGLES].tolist()


def test_grounds_of_pairs_that_are_aligned_stand_beside_their_shingles():
    """Equal texts of two words share no shingle, and are decided as equal."""
    texts = words_of(["so be it then and there now", "so be", "so be"], 1)
    sets, pairs = shingle_sets(texts, Settings(), Workspace()), np.array([[0, 1], [1, 2]])
    facts = PairFacts(*np.array([[True, True], [False, False], [False, False], [False, False]]))
    grounds = Grounds.empty(2)
    none = Ragged(np.zeros(0, np.uint64), np.zeros((3, 2), np.int64))
    decided = decide_pairs(
        ComparedTexts(texts, np.array([1, 2, 2], np.uint64), none), sets, pairs, facts, COPIES, grounds
    )
    assert [SHINGLES, EQUAL] == decided.rules.tolist()
    assert [NO, YES, YES] == grounds.passed[1, [SHINGLES, SHARE, EQUAL]].tolist()
