"""Edits that no reader sees hide no copy: the bench at a small size."""

from random import Random

import evasion


def test_no_edit_that_a_reader_does_not_see_hides_a_copy() -> None:
    """Each copy of five articles is found after each edit that no reader sees."""
    rows = evasion.measure(evasion.UNSEEN, evasion.articles()[:5])
    assert [] == [row.edit for row in rows if row.found < row.copies]


def test_edits_change_the_text() -> None:
    """Each edit makes another text of an article, and one word in twenty still leaves a copy."""
    text = evasion.articles()[0]
    edits = {**evasion.UNSEEN, **evasion.SEEN}
    assert [] == [name for name, edit in edits.items() if edit(text, Random(name)) == text]
    found = {row.edit: row.found for row in evasion.measure(evasion.SEEN, evasion.articles()[:5])}
    assert 5 == found["one word in 20 changed"]


def test_there_are_twenty_articles() -> None:
    """The collection has as many articles as the bench says."""
    assert 20 == len(evasion.articles())
