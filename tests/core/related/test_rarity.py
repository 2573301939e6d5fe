"""How rare terms are: levels, and the sizes of languages in which a term is rare."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.related.numbers import LEAST_TEXTS, RARE_SHARE, RARE_TEXTS, SAMPLE
from dedup.core.related.rarity import HIGHEST, LEVEL_BITS, SLOTS, count_slots, in_sample, slots_of, tell_rarity
from dedup.core.related.reference import rarity as slow
from tests.helpers.ragged_rows import ragged
from tests.helpers.related_texts import word_lists


def told(texts, *words):
    """The level and the number of languages of words, by all of the texts."""
    rarity = tell_rarity(*count_slots(ragged(texts)), len(texts))[slots_of(np.array(words, np.uint64))]
    return list(zip((rarity & HIGHEST).tolist(), (rarity >> LEVEL_BITS).tolist(), strict=True))


@settings(max_examples=20, deadline=None)  # the table of slots is large
@given(word_lists(), st.sampled_from([1, 20, 400]))
def test_rarity_equals_that_of_the_twin(texts, times):
    """The rarity of slots equals that of the slow twin, where the sample is counted in two parts."""
    parts = [count_slots(ragged(texts[:2])), count_slots(ragged(texts[2:]))]
    slots, counts = map(np.concatenate, zip(*parts, strict=True))
    rarity = tell_rarity(slots, counts * times, len(texts) * times)
    expected = slow.tell_rarity(texts, times)
    assert expected == {slot: divmod(int(rarity[slot]), HIGHEST + 1)[::-1] for slot in expected}
    unseen = next(slot for slot in range(SLOTS) if slot not in expected)
    assert slow.rarity_of(0, len(texts) * times) == divmod(int(rarity[unseen]), HIGHEST + 1)[::-1]


def test_a_term_in_two_percent_of_the_texts_is_rare_and_one_above_is_not():
    """In a thousand texts a term of 20 texts is rare, and a term of 21 texts is not."""
    texts = [[1 if number < 20 else 7, 2 if number < 21 else 8] for number in range(20 * RARE_SHARE)]
    assert [(5, 1), (5, 0)] == told(texts, 1, 2)


def test_a_term_of_few_texts_is_rare_in_a_small_collection_and_a_smaller_one_tells_nothing():
    """In fifty texts a term of eight is rare. Of fewer texts no term is known to be rare."""
    texts = [[1, 2] if number < RARE_TEXTS else [2, 3] for number in range(LEAST_TEXTS)]
    assert [(2, 1), (0, 0)] == told(texts, 1, 2)
    assert [0] == [languages for _, languages in told(texts[:-1], 1)]


def test_a_term_of_a_small_language_is_rare_among_fewer_texts():
    """A term of 10 of 1,600 texts is rare in a language of 800 texts, and not in one of 400."""
    texts = [[1] if number < 10 else [2] for number in range(1600)]
    assert [(7, 2)] == told(texts, 1)


def test_a_large_collection_has_a_sample_of_one_size():
    """All texts of a small collection are in the sample, and of a large one about `SAMPLE`."""
    assert in_sample(np.arange(SAMPLE), SAMPLE).all()
    for size in (20_000, 1_000_000):
        assert abs(int(in_sample(np.arange(size), size).sum()) - SAMPLE) < SAMPLE // 10
