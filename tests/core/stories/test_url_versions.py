"""Versions of one page: which texts are paired, and which stories are joined."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays import pair_codes
from dedup.core.stories import url_versions
from dedup.core.stories.reference import url_versions as reference
from dedup.core.stories.url_versions import Versions
from dedup.core.thresholds import URL_WORDS

SHORT, LONG, MOST = URL_WORDS, URL_WORDS + 1, 8


def join(rows, alike=(), most=MOST):
    """Return the stories and the number of live addresses of rows (address, text, words, story)."""
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    codes = np.sort(pair_codes.encode(*np.array(sorted(alike), np.int64).reshape(-1, 2).T))
    versions = Versions(columns[0].astype(np.uint64), columns[1], columns[2])
    joined = url_versions.join_versions(versions, columns[3], codes, most)
    return joined.story.tolist(), joined.live


def test_a_short_text_follows_the_page():
    """A text of sixty words joins the long text of its address; a text of one word more does not."""
    assert ([0, 0], 0) == join([(7, 0, LONG, 0), (7, 1, SHORT, 1)])
    assert ([0, 1], 1) == join([(7, 0, LONG, 0), (7, 1, LONG, 1)])
    assert ([0, 1], 0) == join([(7, 0, LONG, 0), (8, 1, SHORT, 1)])
    assert ([0, 1], 0) == join([(0, 0, LONG, 0), (0, 1, SHORT, 1)])


def test_documents_without_words_meet_at_their_address():
    """Items of a feed that are only an address are one story."""
    assert ([0, 0, 2], 0) == join([(7, -1, 0, 0), (7, -1, 0, 1), (8, -1, 0, 2)])
    assert ([0, 0, 0], 0) == join([(7, -1, 0, 0), (7, 0, LONG, 1), (7, 1, SHORT, 2)])


def test_alike_versions_are_joined():
    """Long texts of one address that the rule finds alike are one story, step by step."""
    assert ([0, 0, 0], 0) == join([(7, 0, LONG, 0), (7, 1, LONG, 1), (7, 2, LONG, 2)], alike=[(0, 1), (1, 2)])


def test_a_live_address_says_nothing():
    """Where long texts are unlike, no text joins another by its address."""
    assert ([0, 1, 2], 1) == join([(7, 0, LONG, 0), (7, 1, LONG, 1), (7, 2, SHORT, 2)])
    assert (list(range(9)), 1) == join([(7, text, SHORT, text) for text in range(9)])
    assert ([0] * 8, 0) == join([(7, text, SHORT, text) for text in range(8)])


def test_a_stub_of_many_pages_joins_none():
    """A short story whose addresses lead to two stories joins neither; it joins one to which both lead."""
    rows = [(7, 0, LONG, 0), (7, 1, SHORT, 1), (8, 2, SHORT, 1)]
    assert ([0, 1, 1, 2], 0) == join([*rows, (8, 3, LONG, 2)])
    assert ([0, 0, 0, 0], 0) == join([*rows, (8, 3, LONG, 0)])


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-1, 7), st.sampled_from([5, SHORT, LONG, 300]), st.integers(0, 5)),
        max_size=12,
    ),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1])),
    st.integers(2, 6),
)
def test_the_twin_agrees(rows, alike, most):
    """Pairs and stories are those of the slow twin, whatever the documents are."""
    facts = {}  # documents of one text have its words and its story
    drawn = [(url, text, *facts.setdefault(text, (words, story))) for url, text, words, story in rows if text >= 0]
    drawn += [(url, -1, 0, 6 + row) for row, (url, text, *_) in enumerate(rows) if text < 0]
    urls, text, words, story = map(list, zip(*drawn, strict=True)) if drawn else ([], [], [], [])
    columns = Versions(np.array(urls, np.uint64), np.array(text, np.int64), np.array(words, np.int64))
    assert reference.pair_versions(urls, text, words) == [*map(tuple, url_versions.pair_versions(columns).tolist())]
    assert reference.join_versions(urls, text, words, story, alike, most) == join(drawn, alike, most)
