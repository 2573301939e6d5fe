"""Terms of texts: the distinct tokens, how often they occur, and where they occur first."""

import numpy as np
from hypothesis import given

from dedup.core.arrays.hashing import multiplier
from dedup.core.related.reference import terms as slow
from dedup.core.related.terms import find_terms
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import word_lists


@given(word_lists())
def test_terms_equal_those_of_the_twin(texts):
    """The terms of texts equal those of the slow twin, also where values stand between the texts."""
    for gap in (0, 2):
        columns = (column.tolist() for column in find_terms(ragged(texts, gap)))
        assert slow.find_terms(texts) == sorted(zip(*columns, strict=True))


def test_two_terms_with_one_code_stay_apart():
    """Two terms whose mixed hashes have the same highest bits are two terms, wherever they stand in a text."""
    inverse = pow(int(multiplier("term", 0)), -1, 2**64)
    first, second = (5 << 40) * inverse % 2**64, ((5 << 40) + 1) * inverse % 2**64
    texts = [[first, second, first, second, second], [second, first]]
    columns = (column.tolist() for column in find_terms(ragged(texts)))
    assert slow.find_terms(texts) == sorted(zip(*columns, strict=True))


def test_terms_of_many_and_of_long_texts():
    """Texts that are sorted in several batches, and one that is longer than a batch, have their own terms."""
    random = np.random.default_rng(3)
    texts = [random.integers(1, 60, size).tolist() for size in (*[0] * 5000, 70_000, *[3] * 9000)]
    columns = (column.tolist() for column in find_terms(ragged(texts)))
    assert slow.find_terms(texts) == sorted(zip(*columns, strict=True))
