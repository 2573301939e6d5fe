"""Weights of terms: rare terms weigh more, and terms above the bound weigh nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.related.numbers import RARE_SHARE, RARE_TEXTS
from dedup.core.related.weights import weigh_terms
from tests.helpers.related_texts import rows_of_vectors, slow_vectors_of, vectors_of, word_lists


@given(word_lists(), st.integers(12, 2000))
def test_vectors_equal_those_of_the_twin(texts, collection):
    """The vectors of texts equal those of the slow twins, in collections of any size."""
    assert slow_vectors_of(texts, collection) == rows_of_vectors(vectors_of(texts, collection))


def test_a_term_in_two_percent_of_the_texts_weighs_and_one_above_does_not():
    """In a thousand texts a term of 20 texts has a weight, and a term of 21 texts has none."""
    terms = np.array([1] * 20 + [2] * 21, np.uint64)
    frequencies, weights = weigh_terms(terms, np.ones(41, np.int64), 20 * RARE_SHARE)
    assert [20] * 20 + [21] * 21 == frequencies.tolist()
    assert [5] * 20 + [0] * 21 == weights.tolist()


def test_a_term_of_few_texts_weighs_in_a_small_collection():
    """In a hundred texts a term of eight texts has a weight, although it is in more than 2 % of them."""
    terms = np.array([1] * RARE_TEXTS, np.uint64)
    assert (weigh_terms(terms, np.ones(RARE_TEXTS, np.int64), 100)[1] > 0).all()


def test_the_order_of_rows_changes_no_weight():
    """Rows in another order have the same frequencies and weights."""
    random = np.random.default_rng(5)
    terms, times = random.integers(0, 40, 300).astype(np.uint64), random.integers(1, 9, 300)
    order = random.permutation(300)
    for column, shuffled in zip(
        weigh_terms(terms, times, 900), weigh_terms(terms[order], times[order], 900), strict=True
    ):
        assert column[order].tolist() == shuffled.tolist()
