"""Vectors: the rare terms of texts, how much each weighs, and where it occurs first."""

import numpy as np
from hypothesis import given, settings

from dedup.core.arrays.hashing import multiplier
from dedup.core.related.reference import vectors as slow
from dedup.core.related.vectors import make_vectors
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import flat_weights, rows_of_vectors, slow_vectors_of, weights_of, word_lists


@settings(deadline=None)  # the table of weights is large
@given(word_lists())
def test_vectors_equal_those_of_the_twin(texts):
    """The vectors of texts equal those of the slow twin, also where values stand between the texts."""
    expected, weights = slow_vectors_of(texts), weights_of(texts)
    for gap in (0, 2):
        vectors = make_vectors(ragged(texts, gap), weights)
        assert expected == rows_of_vectors(vectors)
        assert [sorted(vector) for vector in expected] == [list(vector) for vector in rows_of_vectors(vectors)]


def test_two_terms_with_one_code_stay_apart():
    """Two terms whose mixed hashes have the same highest bits are two terms, wherever they stand in a text."""
    inverse = pow(int(multiplier("term", 0)), -1, 2**64)
    first, second = (5 << 24) * inverse % 2**64, ((5 << 24) + 64) * inverse % 2**64
    texts = [[first, second, first, second, second], [second, first]]
    assert [2, 2] == list(map(len, rows_of_vectors(make_vectors(ragged(texts), flat_weights()))))


def test_terms_of_many_and_of_long_texts():
    """Texts that are sorted in several batches, and one that is longer than a batch, have their own terms."""
    random = np.random.default_rng(3)
    texts = [random.integers(1, 60, size).tolist() for size in (*[0] * 5000, 70_000, *[3] * 9000)]
    weights = flat_weights()
    of_twin = [slow.make_vector(text, [9] * weights.size) for text in texts]
    assert of_twin == rows_of_vectors(make_vectors(ragged(texts), weights))
