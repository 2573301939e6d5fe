"""Texts that are made, not written: as long as needed, and without a shingle in common unless a test wants it."""

import random
from collections.abc import Callable

import pytest

SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprst" for vowel in "aeiou"]


@pytest.fixture
def prose() -> Callable[..., str]:
    """A function from a number and a length to a text of so many words; other numbers share no shingle with it."""

    def write(number: int, words: int = 120) -> str:
        chosen = random.Random(number)
        return " ".join("".join(chosen.choices(SYLLABLES, k=3)) for _ in range(words))

    return write
