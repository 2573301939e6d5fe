"""Scores of pairs: the cosine, and what is a rewrite."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings

from dedup.core.related.numbers import RELATED_TERMS, REWRITE_TERMS, SERIES_FIGURES
from dedup.core.related.reference import scores as slow
from dedup.core.related.scores import score_pairs
from dedup.core.thresholds import ONE
from tests.helpers.related_texts import even_vectors_of, slow_vectors_of, vectors_of, word_lists


def score(*texts):
    """The cosine and whether it is a rewrite, of the first two of texts."""
    scores = score_pairs(even_vectors_of(*texts), np.array([[0, 1]]))
    return scores.cosines[0] / ONE, bool(scores.rewrites[0])


@settings(max_examples=40, deadline=None)  # the twin is slow
@given(word_lists())
def test_scores_equal_those_of_the_twin(texts):
    """The scores of all pairs of texts equal those of the slow twin."""
    pairs = list(combinations(range(len(texts)), 2))
    vectors = slow_vectors_of(texts)
    scores = score_pairs(vectors_of(texts), np.array(pairs, np.int64).reshape(-1, 2))
    expected = [slow.score_pair(vectors[a], vectors[b]) for a, b in pairs]
    assert expected == list(zip(scores.cosines.tolist(), scores.rewrites.tolist(), strict=True))


def test_equal_texts_have_the_cosine_one():
    """Two texts of equal rare terms have the cosine 1, and one is a rewrite of the other."""
    words = list(range(1, REWRITE_TERMS + 1))
    assert (1.0, True) == score(words, words)


def test_the_same_terms_in_another_order_are_no_rewrite():
    """A text with the terms of another in the reverse order is related, and no rewrite."""
    words = list(range(1, 40))
    assert (1.0, False) == score(words, words[::-1])


def test_other_figures_make_a_series():
    """A text in the wording of another with other figures is neither a rewrite nor related, if the figures are many."""
    words = [number << 8 for number in range(1, 40)]
    figures = [number << 8 | ord("4") for number in range(100, 120)]
    others = [number << 8 | ord("4") for number in range(200, 220)]
    assert score([*words, *figures], [*words, *figures])[1]
    assert (0, False) == score([*words, *figures], [*words, *others])
    few = SERIES_FIGURES - 1
    cosine, rewrite = score([*words, *figures[:few]], [*words, *others[:few]])
    assert (True, False) == (cosine > 0.5, rewrite)


def test_few_shared_terms_are_no_relation():
    """Two short texts that share fewer than eight rare terms have the score 0."""
    words = list(range(1, RELATED_TERMS))
    assert (0.0, False) == score(words, words)


def test_no_pairs():
    """No pairs have no scores."""
    scores = score_pairs(vectors_of([[1]]), np.zeros((0, 2), np.int64))
    assert (0, 0) == (scores.cosines.size, scores.related.size)
