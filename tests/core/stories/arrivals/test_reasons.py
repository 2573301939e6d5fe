"""Why a document is a copy, and when the evidence may be boilerplate: against slow twins, and case by case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.stories.arrivals.reasons import (
    COPY_REASONS,
    NO_COPY,
    NO_SITE,
    Evidence,
    are_cold,
    are_framed,
    choose_reasons,
    known_pages,
)
from tests.helpers.pages import lined, packed

LINES = ["home", "sport", "weather", "an article of more than eight words is no label of a page", "and another article"]


@pytest.mark.parametrize(
    ("holds", "reason"),
    [
        ({"same", "version", "by_text", "url"}, "same"),
        ({"version", "by_text", "url"}, "version"),
        ({"by_text", "url"}, "text"),
        ({"by_text", "framed", "url"}, "article"),
        ({"framed", "by_hand", "url"}, "by hand"),
        ({"framed", "url"}, "url"),
        (set(), "headline"),
    ],
)
def test_the_strongest_reason_counts(holds, reason):
    """Of the reasons that hold the strongest one is chosen."""
    evidence = Evidence(*(np.array([field in holds]) for field in Evidence._fields))
    assert reason == COPY_REASONS[choose_reasons(evidence)[0]]


@given(st.lists(st.lists(st.sampled_from(LINES), max_size=6), min_size=1, max_size=4), st.data())
def test_frames_equal_their_twin(texts, data):
    """One page of a pair has a label or boilerplate that the other has not, as sets of lines say."""
    rows = [lined(*text) for text in texts]
    pages = packed(rows)
    boilerplate = np.array(data.draw(st.lists(st.booleans(), min_size=len(pages.hashes), max_size=len(pages.hashes))))
    boilerplate = boilerplate.astype(np.bool_)
    ends = st.integers(0, len(texts) - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(ends, ends), max_size=5)), np.int64).reshape(-1, 2)
    around = [set() for _ in texts]
    for block, (page, is_label) in enumerate(zip(pages.of_blocks().tolist(), pages.are_labels(), strict=True)):
        if pages.words[block] and (is_label or boilerplate[block]):
            around[page].add(int(pages.hashes[block]))
    expected = [around[first] != around[second] for first, second in pairs.tolist()]
    assert expected == are_framed(pages, boilerplate, pairs).tolist()


def test_a_document_without_a_page_has_no_frame():
    """A document without words has no frame, so that its partner has one if it has a label."""
    pages = packed([lined("home", "sport", LINES[3]), lined(LINES[3])])
    nothing = np.zeros(len(pages.hashes), np.bool_)
    assert [True, False] == are_framed(pages, nothing, np.array([[0, -1], [-1, 1]])).tolist()


def test_known_pages_of_a_site():
    """A page has the number of its site, 0 for a new site, and none if it has neither a name nor a frame."""
    framed = lined("home", "sport", "weather", "culture", "contact", LINES[3])
    pages = packed([framed, framed, framed, lined(LINES[3]), lined(LINES[3])])
    named = np.array([True, True, False, True, False])
    sites = np.array([1, 7, 8, 9, 10])
    assert [4, 0, 0, 0, NO_SITE] == known_pages(pages, named, sites, np.array([2, 4])).tolist()


@given(
    st.lists(
        st.tuples(st.integers(-1, len(COPY_REASONS) - 1), st.integers(0, 60), st.integers(-1, 5), st.integers(-1, 5)),
        min_size=1,
    )
)
def test_cold_equals_its_twin(rows):
    """A decision is cold if a site has one or two known pages, or none yet, and nothing proves it."""
    expected = []
    for reason, words, known, partner in rows:
        name = "" if reason == NO_COPY else COPY_REASONS[reason]
        proof = name in ("version", "by hand", "remembered") or (name == "same" and words > 30)
        expected.append((known in (0, 1, 2) or partner in (0, 1, 2)) and not proof)
    reasons, words, known, partner = (np.array(column) for column in zip(*rows, strict=True))
    assert expected == are_cold(reasons.astype(np.int8), words, known, partner).tolist()
