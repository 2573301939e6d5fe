"""Decisions on texts that pairs show to be no articles."""

import numpy as np

from dedup.core.pairs.decision import ARTICLE, NOTHING, NOTICE, WALL, mark_walls


def test_a_text_whose_hash_is_a_wall_is_a_wall():
    """Each text with the hash of a wall is set aside, except for a text that has nothing of its own."""
    reasons = np.array([ARTICLE, NOTICE, NOTHING, ARTICLE], np.int8)
    marked = mark_walls(reasons, np.array([5, 5, 5, 6], np.uint64), np.array([5], np.uint64))
    assert (np.int8, [WALL, WALL, NOTHING, ARTICLE]) == (marked.dtype, marked.tolist())
