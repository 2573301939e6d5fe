"""Candidates: texts meet in the lists of their heaviest terms."""

import numpy as np
from hypothesis import given, settings

from dedup.core.related.candidates import (
    LOOKUP_TERMS,
    MEETINGS,
    WINDOW,
    find_candidates,
    lookup_rows,
    meet_neighbours,
    meeting_pairs,
)
from dedup.core.related.reference import candidates as slow
from tests.helpers.related_texts import even_vectors_of, slow_vectors_of, vectors_of, word_lists


def candidates(vectors):
    """The candidates by both ways, which are the same."""
    rows, lengths = lookup_rows(vectors)
    pairs = find_candidates(vectors.terms[rows], lengths).tolist()
    codes = meet_neighbours(vectors.terms[rows], np.arange(lengths.size).repeat(lengths))
    assert meeting_pairs(codes).tolist() == pairs
    return list(map(tuple, pairs))


@settings(max_examples=40, deadline=None)  # the twin is slow
@given(word_lists(40))
def test_candidates_equal_those_of_the_twin(texts):
    """The candidates among texts equal those of the slow twin."""
    assert slow.find_candidates(slow_vectors_of(texts)) == candidates(vectors_of(texts))


def test_candidates_of_many_texts_equal_those_by_codes_of_pairs():
    """Texts that are compared in several grids have the candidates that meetings in lists give."""
    random = np.random.default_rng(8)
    assert candidates(even_vectors_of(*random.integers(1, 400, (1500, 30)).tolist()))


def test_the_work_grows_with_the_texts_alone():
    """In a list of 1,000 texts each text meets the next few, and not all others."""
    codes = meet_neighbours(np.ones(1000, np.uint64), np.arange(1000))
    assert 1000 * WINDOW - WINDOW * (WINDOW + 1) // 2 == codes.size == np.unique(codes).size
    assert WINDOW == int(((codes & 0xFFFFFFFF) - (codes >> 32)).max())


def test_a_text_is_looked_up_by_its_heaviest_terms():
    """A long text has a few rows in the index: those of its heaviest terms."""
    often, once = range(1, LOOKUP_TERMS + 1), range(100, 150)
    vectors = even_vectors_of([*once, *often, *often], [*once, *often, *often])
    rows, lengths = lookup_rows(vectors)
    assert [LOOKUP_TERMS] * 2 == lengths.tolist()
    assert {18} == set(vectors.weights[rows].tolist())
    assert [(0, 1)] == candidates(vectors)


def test_few_shared_terms_make_no_candidate():
    """Two texts that meet once are no candidate."""
    assert MEETINGS > 1
    assert [] == candidates(even_vectors_of([1, 2, 3], [1, 4, 5]))
