"""Figures are known by their hashes, and number words are the figures that they mean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text import figures
from dedup.core.text.reference import figures as slow
from dedup.core.text.reference.tokens import token_hash
from dedup.core.text.tables.number_words import NUMBER_WORDS

SEED = 7
EVERY = [word for words in NUMBER_WORDS.values() for word in words.split()]
TEXTS = st.lists(
    st.lists(st.sampled_from([*EVERY, "the", "1,700", "1234567", "12345678901234567890123456", "3.5", "x1"])).map(
        " ".join
    )
)


def hashes(text: str, seed: int = SEED) -> list[int]:
    """The token hashes of one text, by value."""
    return figures.words_of([text], seed).values.tolist()


@settings(deadline=None)
@given(TEXTS, st.integers(0, 3))
def test_words_of_equal_their_twin(texts: list[str], seed: int) -> None:
    """Token hashes with figures and number words by their value are those of the twin."""
    found = figures.words_of(texts, seed)
    assert [slow.words(text, seed) for text in texts] == [found.values[a:b].tolist() for a, b in found.bounds.tolist()]


@pytest.mark.parametrize("number", NUMBER_WORDS)
def test_number_words_are_their_numbers(number: int) -> None:
    """A number word of any of the languages, in any case, has the hash of the digits."""
    for word in NUMBER_WORDS[number].split():
        assert hashes(str(number)) == hashes(word) == hashes(word.upper())


def test_number_words_as_papers_write_them() -> None:
    """Letters with accents are folded before a word is looked up."""
    assert hashes("5 12 30 2 9 6") == hashes("fünf zwölf dreißig iki dziewięć шесть")


@given(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([token_hash(b"12", 0), token_hash(b"1234567", 0)])))
def test_is_figure_equals_its_twin(values: list[int]) -> None:
    """Figures are those of the twin."""
    assert [slow.is_figure(value) for value in values] == figures.is_figure(np.array(values, np.uint64)).tolist()


def test_figures_of_any_length_are_figures() -> None:
    """A token that begins with a digit is a figure, however long, and no other token is."""
    text = "6 six 1234567 3.14159265358979323846264338327950288 a1b2c3d4e5 Zeppelin x 999.999.999"
    expected = [
        True,
        True,
        True,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        False,
        True,
    ]
    found = figures.is_figure(np.array(hashes(text), np.uint64)).tolist()
    assert expected == found


def test_long_figures_differ_in_any_digit() -> None:
    """Figures of seven digits or more that differ in one digit have different hashes."""
    figure = "1234567890123456"
    others = [figure[:place] + "0" + figure[place + 1 :] for place in range(1, len(figure)) if figure[place] != "0"]
    assert len(others) + 1 == len(set(map(tuple, map(hashes, [figure, *others]))))
