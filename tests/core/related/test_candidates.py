"""Candidates: texts meet in the lists of their heaviest terms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.related.candidates import LOOKUP_TERMS, MEETINGS, WINDOW, find_candidates, lookup_rows, meet_neighbours
from dedup.core.related.reference import candidates as slow
from tests.helpers.related_texts import slow_vectors_of, vectors_of, word_lists


@settings(deadline=None)  # the twin is slow
@given(word_lists(40), st.integers(40, 2000))
def test_candidates_equal_those_of_the_twin(texts, collection):
    """The candidates among texts equal those of the slow twin."""
    expected = slow.find_candidates(slow_vectors_of(texts, collection))
    assert expected == list(map(tuple, find_candidates(vectors_of(texts, collection)).tolist()))


def test_the_work_grows_with_the_texts_alone():
    """In a list of 1,000 texts each text meets the next few, and not all others."""
    pairs, times = meet_neighbours(np.ones(1000, np.uint64), np.arange(1000))
    assert 1000 * WINDOW - WINDOW * (WINDOW + 1) // 2 == len(pairs)
    assert WINDOW == int((pairs[:, 1] - pairs[:, 0]).max())
    assert {1} == set(times.tolist())


def test_a_text_is_looked_up_by_its_heaviest_terms():
    """A long text has a few rows in the index: those of its heaviest terms."""
    often, once = range(1, LOOKUP_TERMS + 1), range(100, 150)
    texts = [[*once, *often, *often], [*once, *often, *often]]
    vectors = vectors_of(texts, 1000)
    assert [*often, *often] == vectors.terms[lookup_rows(vectors)].tolist()
    assert [[0, 1]] == find_candidates(vectors).tolist()


def test_one_shared_term_makes_no_candidate():
    """Two texts that share one rare term are no candidate."""
    assert MEETINGS > 1
    assert [] == find_candidates(vectors_of([[1, 2, 3], [1, 4, 5]], 1000)).tolist()
