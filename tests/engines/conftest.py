"""Texts that a program makes: of any length, and without a common shingle unless a test needs one."""

import random
from collections.abc import Callable

import pytest

SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprst" for vowel in "aeiou"]


@pytest.fixture
def prose() -> Callable[..., str]:
    """A function from a number and a length in words to a text; texts of different numbers share no shingle."""

    def write(number: int, words: int = 120) -> str:
        generator = random.Random(number)
        return " ".join("".join(generator.choices(SYLLABLES, k=3)) for _ in range(words))

    return write
