"""Figures are known by their hashes, and number words have the hashes of their figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.text import figures
from dedup.core.text.reference import figures as slow
from dedup.core.text.reference.tokens import token_hash
from dedup.core.text.tables.number_words import NUMBER_WORDS

SEED = 7
NUMBERS = [word for words in NUMBER_WORDS.values() for word in words.split()]
TEXTS = st.lists(
    st.lists(st.sampled_from([*NUMBERS, "the", "1,700", "1234567", "12345678901234567890123456", "3.5", "x1"])).map(
        " ".join
    )
)


def hashes(text: str, seed: int = SEED) -> list[int]:
    """Return the token hashes of one text, by value."""
    return figures.words_of([text], seed).values.tolist()


@settings(deadline=None)
@given(TEXTS, st.integers(0, 3))
def test_words_of_equals_its_twin(texts: list[str], seed: int) -> None:
    """Token hashes with figures and number words by their value equal those of the twin."""
    words = figures.words_of(texts, seed)
    assert [slow.words(text, seed) for text in texts] == [words.values[a:b].tolist() for a, b in words.bounds.tolist()]


@pytest.mark.parametrize("number", NUMBER_WORDS)
def test_number_words_are_their_numbers(number: int) -> None:
    """A number word of each language has the hash of its digits, in lower and upper case."""
    for word in NUMBER_WORDS[number].split():
        assert hashes(str(number)) == hashes(word) == hashes(word.upper())


def test_number_words_with_accents() -> None:
    """A number word with accents is folded before it is compared."""
    assert hashes("5 12 30 2 9 6") == hashes("fünf zwölf dreißig iki dziewięć шесть")


@given(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([token_hash(b"12", 0), token_hash(b"1234567", 0)])))
def test_is_figure_equals_its_twin(values: list[int]) -> None:
    """The figures among token hashes equal those of the twin."""
    assert [slow.is_figure(value) for value in values] == figures.is_figure(np.array(values, np.uint64)).tolist()


def test_figures_of_any_length_are_figures() -> None:
    """A token of any length that begins with a digit is a figure, and no other token is a figure."""
    text = "6 six 1234567 3.14159265358979323846264338327950288 a1b2c3d4e5 Zeppelin x 999.999.999"
    expected = [mark == "#" for mark in "####-#-#-#-#-#--#"]
    assert expected == figures.is_figure(np.array(hashes(text), np.uint64)).tolist()


def test_long_figures_differ_in_any_digit() -> None:
    """Figures of seven digits or more that differ in one digit have different hashes."""
    figure = "1234567890123456"
    positions = [position for position, digit in enumerate(figure) if position and digit != "0"]
    changed = [f"{figure[:position]}0{figure[position + 1 :]}" for position in positions]
    assert len(changed) + 1 == len(set(map(tuple, map(hashes, [figure, *changed]))))
