"""Decisions on stories: which texts a pair may link, and the story of each document."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.pairs.decision import ARTICLE, NOTHING, NOTICE, DecidedPairs
from dedup.core.stories.clustering import Stories
from dedup.core.stories.decision import (
    EVIDENCE,
    LinkedTexts,
    choose_evidence,
    decide_stories,
    document_reasons,
    document_stories,
    set_aside,
)
from dedup.core.stories.reference import decision as reference
from dedup.core.thresholds import ONE

THRESHOLD = 0.5


def decide(count, pairs, no_article=(), headlines=None, passages=(), digests=()):
    """Return the story of each text; the texts of a pair are equal, or share passages ``(pair, start, end)``."""
    return decide_with_digests(count, pairs, no_article, headlines, passages, digests)[0]


def decide_with_digests(count, pairs, no_article=(), headlines=None, passages=(), digests=()):
    """Return what `decide` returns, and the texts that are digests."""
    pairs = np.array(pairs, np.int64).reshape(-1, 2)
    shares = np.full(len(pairs), ONE)
    shares[[pair for pair, _, _ in passages]] = ONE - 1
    texts = LinkedTexts(
        np.array(headlines or [0] * count, np.uint64),
        np.arange(count) + 100,
        np.isin(np.arange(count), np.array(no_article, np.int64)),
        np.isin(np.arange(count), np.array(digests, np.int64)),
    )
    none = np.zeros(len(pairs), np.int64)
    places = np.array([(start, end) for _, start, end in passages], np.int64).reshape(-1, 2)
    owners = np.array([pair for pair, _, _ in passages], np.int64)
    decided = DecidedPairs(shares, none, none.astype(np.bool_), none.astype(np.int8), owners, places)
    stories, are_digests = decide_stories(texts, pairs, decided, THRESHOLD, lambda more: np.zeros(len(more), np.int64))
    return stories.labels.tolist(), are_digests.nonzero()[0].tolist()


def test_matches_are_stories():
    """Texts of a pair are one story, and a text without a pair is a story."""
    assert [0, 0, 1] == decide(3, [(0, 1)])
    assert [] == decide(0, [])


def test_a_text_that_is_no_article_is_in_no_story():
    """A pair with a text that is set aside links nothing."""
    assert [0, 1, 1] == decide(3, [(0, 1), (0, 2), (1, 2)], no_article=[0])


def test_a_digest_is_in_no_story_with_its_parts():
    """A text that holds two texts under different headlines joins neither of them."""
    parts = {"headlines": [1, 2, 3], "passages": [(0, 0, 50), (1, 50, 100)]}
    assert ([0, 1, 2], [2]) == decide_with_digests(3, [(0, 2), (1, 2)], **parts)


def test_a_known_digest_is_in_no_story_with_one_part():
    """A text that is known as a digest joins no text that is none, and joins another digest."""
    assert ([0, 1, 1], [1, 2]) == decide_with_digests(3, [(0, 1), (1, 2)], digests=[1, 2])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9))), st.sets(st.integers(0, 5)))
def test_shares_of_texts_that_are_set_aside_are_zero(rows, aside):
    """A share stays if both texts are articles, and the argument does not change."""
    pairs = np.array([row[:2] for row in rows], np.int64).reshape(-1, 2)
    shares = np.array([row[2] for row in rows], np.int64)
    no_article = np.isin(np.arange(6), np.array(sorted(aside), np.int64))
    before = shares.copy()
    expected = [0 if {first, second} & aside else share for first, second, share in rows]
    assert expected == set_aside(shares, pairs, no_article).tolist()
    assert before.tolist() == shares.tolist()


@given(st.data())
def test_stories_of_documents_equal_brute_force(data):
    """Documents of one story of texts are together, and a document that is no article is alone."""
    reasons = data.draw(st.lists(st.sampled_from([ARTICLE, NOTHING, NOTICE]), max_size=6))
    text = data.draw(st.lists(st.integers(-1, len(reasons) - 1), max_size=9))
    texts = sorted(data.draw(st.sets(st.integers(0, len(reasons) - 1)))) if reasons else []
    drawn = data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts)))
    numbers = {label: number for number, label in enumerate(dict.fromkeys(drawn))}
    weakest = np.linspace(0.5, 0.9, len(numbers))
    stories = Stories(np.array([numbers[label] for label in drawn], np.int64), weakest, 0, 0)
    of_reasons = np.array(reasons, np.int8)
    story, links = document_stories(np.array(text, np.int64), np.array(texts, np.int64), stories, of_reasons)

    def key(row):
        if text[row] < 0 or reasons[text[row]] != ARTICLE:
            return "alone", row
        return ("story", drawn[texts.index(text[row])]) if text[row] in texts else ("text", text[row])

    keys = [key(row) for row in range(len(text))]
    assert [[a == b for b in keys] for a in keys] == (story[:, None] == story).tolist()
    expected = [weakest[numbers[value]] if kind == "story" else 1.0 for kind, value in keys]
    assert expected == links[story].tolist()


@pytest.mark.parametrize("reasons", [[], [ARTICLE, NOTICE]])
def test_a_document_without_a_word_has_nothing_of_its_own(reasons):
    """A document has the reason of its text; a document without a text has nothing."""
    text = np.array([-1, *range(len(reasons))], np.int64)
    assert [NOTHING, *reasons] == document_reasons(text, np.array(reasons, np.int8)).tolist()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_the_evidence_is_the_first_that_gives_a_story_of_several(rows):
    """A document joins by text, else by address, else by headline, as the slow twin says."""
    by_text, by_address = np.array(rows, np.int64).reshape(-1, 2).T
    evidence = [EVIDENCE[number] for number in choose_evidence(by_text, by_address)]
    assert reference.choose_evidence(by_text.tolist(), by_address.tolist()) == evidence
