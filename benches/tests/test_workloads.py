"""The workloads are what they say: as large, and as much like real news, as their comments promise."""

import re

import pytest
from synthetic.copies import COPIES, RECIPES
from synthetic.workloads import CJK, NEWS, NEWS_ACCENTED, SHORT, WORKLOADS, Workload, megabytes


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_it_has_as_many_texts_as_it_says(workload: Workload) -> None:
    """Every workload has its documents, and the second call gives the same ones."""
    assert workload.documents == len(workload.texts())
    assert workload.texts() is workload.texts()


def test_news_measures_like_news() -> None:
    """Bytes a token, letters a word and the share of long words are those of real news."""
    text = " ".join(NEWS.texts())
    words = re.findall("[a-z]+", text.lower())
    assert 5.9 <= len(text) / len(text.split()) <= 6.1
    assert 4.7 <= sum(map(len, words)) / len(words) <= 5.1
    assert 1 / 10 <= sum(len(word) > 8 for word in words) / len(words) <= 1 / 8
    assert 0.04 <= words.count("the") / len(words) <= 0.07


def test_accents_are_two_characters_in_a_hundred() -> None:
    """Every accented document has characters beyond ASCII, 2 % of them in the mean."""
    shares = [sum(not character.isascii() for character in text) / len(text) for text in NEWS_ACCENTED.texts()[:500]]
    assert all(shares)
    assert 0.018 <= sum(shares) / len(shares) <= 0.022


def test_plain_news_is_ascii() -> None:
    """The ASCII workloads take the path that has no other characters."""
    assert all(text.isascii() for text in (*NEWS.texts(), *SHORT.texts()))


def test_sizes() -> None:
    """A character of Chinese is three bytes; the articles are 18 MB in all."""
    assert 3 * sum(map(len, CJK.texts())) / 1e6 == pytest.approx(megabytes(CJK.texts()))
    assert megabytes(NEWS.texts()) == pytest.approx(18, abs=1)


def test_copies_know_their_truth() -> None:
    """Every story has one original and one copy by each recipe; the rest is unrelated."""
    kinds = [sample.kind for sample in COPIES.samples()]
    assert dict.fromkeys(("original", *(recipe.name for recipe in RECIPES)), COPIES.stories) == {
        kind: kinds.count(kind) for kind in set(kinds) - {"unrelated"}
    }
    assert COPIES.unrelated == kinds.count("unrelated")
