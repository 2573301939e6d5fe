"""Vectors: the rare terms of texts, how much each weighs, and where it occurs first."""

import numpy as np
from hypothesis import given, settings

from dedup.core.arrays.hashing import multiplier
from dedup.core.related.reference import vectors as slow
from dedup.core.related.vectors import make_vectors
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import (
    COMMON,
    even_vectors_of,
    rarity_of,
    rows_of_vectors,
    slow_vectors_of,
    told_words,
    with_common,
    word_lists,
)


@settings(max_examples=40, deadline=None)  # the table of rarity is large
@given(word_lists())
def test_vectors_equal_those_of_the_twin(texts):
    """The vectors of texts equal those of the slow twin, also where values stand between the texts."""
    expected, rarity = slow_vectors_of(texts), rarity_of(told_words(texts))
    for gap in (0, 2):
        rows = rows_of_vectors(make_vectors(ragged(with_common(texts), gap), rarity))
        assert [sorted(vector.items()) for vector in expected] == [list(vector.items()) for vector in rows]


def test_two_terms_with_one_code_stay_apart():
    """Two terms whose mixed hashes have the same highest bits are two terms, wherever they stand in a text."""
    inverse = pow(int(multiplier("term", 0)), -1, 2**64)
    first, second = (5 << 24) * inverse % 2**64, ((5 << 24) + 64) * inverse % 2**64
    vectors = even_vectors_of([first, second, first, second, second], [second, first])
    assert [2, 2] == list(map(len, rows_of_vectors(vectors)))


def test_terms_of_many_and_of_long_texts():
    """Texts that are sorted in several batches, and one that is longer than a batch, have their own terms."""
    random = np.random.default_rng(3)
    texts = [random.integers(1, 60, size).tolist() for size in (*[0] * 5000, 70_000, *[3] * 9000)]
    words = {COMMON: (0, 0)} | dict.fromkeys(range(60), (9, 9))
    of_twin = [slow.make_vector([*text, *[COMMON] * len(text)], words) for text in texts]
    assert of_twin == rows_of_vectors(even_vectors_of(*texts))


def test_the_words_of_a_small_language_are_not_rare():
    """A word of half of the texts of a small language is in no vector of them, and a word of few of them is.

    Where the same word stands in a text of the large language, it is rare.
    """
    small, half, few = 1000, 1001, 1002
    rarity = rarity_of({COMMON: (0, 0), small: (4, 2), half: (5, 3), few: (9, 6)})
    texts = [[small, small, half, few], [COMMON, COMMON, half, few]]
    assert [1, 2] == list(map(len, rows_of_vectors(make_vectors(ragged(texts), rarity))))
