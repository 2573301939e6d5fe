"""Coverage: the texts of one event, by average link and by times."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.array_types import UNKNOWN_TIME
from dedup.core.related.coverage import event_shares, find_coverage
from dedup.core.related.numbers import EVENT_DAYS, RELATED
from dedup.core.related.reference import coverage as slow
from dedup.core.related.reference.coverage import DAY
from dedup.core.related.reference.scores import score_pair
from dedup.core.related.scores import RelatedScores, score_pairs
from dedup.core.stories.reference import clustering
from dedup.core.thresholds import ONE
from tests.helpers.related_texts import even_vectors_of, slow_vectors_of, vectors_of, word_lists
from tests.helpers.shares import numbered

TIMES = st.one_of(st.none(), st.integers(0, 40).map(lambda day: day * DAY), st.sampled_from([-(2**62), 2**62]))


@given(st.lists(st.tuples(st.integers(0, ONE), st.booleans(), TIMES, TIMES), max_size=20))
def test_shares_equal_those_of_the_twin(rows):
    """The shares of pairs equal those of the slow twin, for all times and for unknown ones."""
    times = np.array([UNKNOWN_TIME if time is None else time for *_, a, b in rows for time in (a, b)], np.int64)
    scores = RelatedScores(np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.bool_))
    pairs = np.arange(2 * len(rows)).reshape(-1, 2)
    assert [slow.event_share(*row) for row in rows] == event_shares(scores, times, pairs).tolist()


@settings(max_examples=40, deadline=None)  # the table of rarity is large
@given(word_lists(8))
def test_coverage_equals_that_of_the_twin(texts):
    """The coverage of texts is that of average link over the exact scores of all pairs."""
    vectors, of_twin = vectors_of(texts), slow_vectors_of(texts)
    times = np.full(len(texts), UNKNOWN_TIME)
    pairs = np.array(list(combinations(range(len(texts)), 2)), np.int64).reshape(-1, 2)
    labels = find_coverage(vectors, pairs, score_pairs(vectors, pairs), times).labels.tolist()
    expected = clustering.average_link(len(texts), lambda a, b: score_pair(of_twin[a], of_twin[b])[0], RELATED)
    assert expected == numbered(labels)


@pytest.mark.parametrize(("days", "together"), [(0, True), (EVENT_DAYS, True), (EVENT_DAYS + 1, False)])
def test_what_is_weeks_apart_is_another_event(days, together):
    """Two related texts are one event up to two weeks apart, and two events beyond."""
    texts = [[*range(1, 11), *range(20, 35)], [*range(10, 0, -1), *range(40, 55)]]
    labels = _labels(texts, [0, days * DAY])
    assert together == (labels[0] == labels[1])


def test_much_more_alike_texts_are_one_event_at_any_time():
    """Two texts that share most rare terms are one event, although they are months apart."""
    words = list(range(1, 40))
    assert [0, 0] == _labels([words, words[::-1]], [0, 100 * DAY])


def test_texts_without_times_are_one_event():
    """A text without a time is never far from another."""
    texts = [[*range(1, 11), *range(20, 35)], [*range(10, 0, -1), *range(40, 55)]]
    assert [0, 0] == _labels(texts, [UNKNOWN_TIME, 100 * DAY])


def _labels(texts, times):
    """The coverage of two texts whose words are of one level."""
    vectors, pairs = even_vectors_of(*texts), np.array([[0, 1]])
    return find_coverage(vectors, pairs, score_pairs(vectors, pairs), np.array(times, np.int64)).labels.tolist()
