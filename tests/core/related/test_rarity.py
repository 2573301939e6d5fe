"""Weights of terms: rare terms weigh more, and terms above the bound weigh nothing."""

import numpy as np
from hypothesis import given

from dedup.core.related.numbers import RARE_SHARE, RARE_TEXTS, SAMPLE
from dedup.core.related.rarity import count_slots, in_sample, slots_of, weigh_slots
from dedup.core.related.reference import rarity as slow
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import word_lists


@given(word_lists())
def test_weights_equal_those_of_the_twin(texts):
    """The weights of slots equal those of the slow twin, also where the sample is counted in two parts."""
    expected = slow.weigh_slots(texts)
    for cut in (0, len(texts) // 2):
        parts = [count_slots(ragged(texts[:cut])), count_slots(ragged(texts[cut:]))]
        slots, counts = map(np.concatenate, zip(*parts, strict=True))
        assert expected == weigh_slots(slots, counts, len(texts)).tolist()


def test_a_term_in_two_percent_of_the_texts_weighs_and_one_above_does_not():
    """In a thousand texts a term of 20 texts has a weight, and a term of 21 texts has none."""
    texts = [[1 if number < 20 else 7, 2 if number < 21 else 8] for number in range(20 * RARE_SHARE)]
    weights = weigh_slots(*count_slots(ragged(texts)), len(texts))
    assert [5, 0, 8] == weights[slots_of(np.array([1, 2, 3], np.uint64))].tolist()


def test_a_term_of_few_texts_weighs_in_a_small_collection():
    """In a hundred texts a term of eight texts has a weight, although it is in more than 2 % of them."""
    texts = [[1, 2] if number < RARE_TEXTS else [2, 3] for number in range(100)]
    assert weigh_slots(*count_slots(ragged(texts)), 100)[slots_of(np.array([1], np.uint64))] > 0


def test_a_large_collection_has_a_sample_of_one_size():
    """All texts of a small collection are in the sample, and of a large one about `SAMPLE`."""
    assert in_sample(np.arange(SAMPLE), SAMPLE).all()
    for size in (20_000, 1_000_000):
        assert abs(int(in_sample(np.arange(size), size).sum()) - SAMPLE) < SAMPLE // 10
