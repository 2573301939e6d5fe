"""Spun copies are found: the bench at a small size."""

from random import Random

import related
from synthetic.articles import articles


def test_a_spun_copy_has_other_words_in_the_share_that_is_asked_for() -> None:
    """The share of the words that a copy has lost is about the rate, and names and figures stay."""
    text = "The minister met Ada Lind in 1987, and nobody was there when she left by train. " * 200
    words = related.spin(text, 0.3, Random(1)).split()
    assert [200] * 3 == [sum(word.strip(",") == name for word in words) for name in ("Ada", "Lind", "1987")]
    left = sum(word.strip(",.") in ("minister", "met", "nobody", "train") for word in words)
    assert 0.65 < left / 800 < 0.75


def test_spun_copies_are_found() -> None:
    """Of 60 articles and their copies with 20 % other words, the bar of the bench is found, and nothing else."""
    texts = [article.body for article in articles(1000, 0, 3) if article.site < 0][:60]
    row = related.compare(texts, (), 20)
    assert row.found >= related.RATES[20] * row.copies
    assert 0 == row.false
