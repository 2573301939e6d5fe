"""Makes texts of few words for tests of related coverage, and their vectors, fast and slow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from dedup.core.related.rarity import LEVEL_BITS, SLOTS, Rarity, slots_of
from dedup.core.related.reference import vectors as slow
from dedup.core.related.reference.vectors import SlowVector
from dedup.core.related.vectors import Vectors, make_vectors
from tests.helpers.ragged_rows import ragged

COMMON = 0xFFFF
"""The hash of a word of all texts."""

WORDS = [(number << 8) | ord(letter) for number in range(30) for letter in "ab7"]
"""Hashes of words and of figures: the lowest byte of a figure is a digit."""


@st.composite
def word_lists(draw: st.DrawFn, most: int = 12) -> list[list[int]]:
    """Draws texts. Some are made of another: some words are replaced, and two parts change their places."""
    texts: list[list[int]] = []
    for _ in range(draw(st.integers(1, most))):
        words = draw(st.lists(st.sampled_from(WORDS), max_size=40))
        if texts and draw(st.booleans()):
            words = [
                word if draw(st.integers(0, 3)) else draw(st.sampled_from(WORDS))
                for word in draw(st.sampled_from(texts))
            ]
            cut = draw(st.integers(0, len(words)))
            words = words[cut:] + words[:cut] if draw(st.booleans()) else words
        texts.append(words)
    return texts


def told_words(texts: Sequence[Sequence[int]]) -> dict[int, tuple[int, int]]:
    """Returns the level and the languages of the words of texts. Words of many texts are of lower levels."""
    counts = Counter(word for text in texts for word in set(text))
    return {COMMON: (0, 0)} | {
        word: (max(12 - count, 4), 0 if word % 10 == 3 else 2 + word % 5) for word, count in counts.items()
    }


def rarity_of(words: Mapping[int, tuple[int, int]]) -> Rarity:
    """Returns the table of slots for words with their levels and languages. All others are very rare."""
    rarity = np.full(SLOTS, 9 << LEVEL_BITS | 9, np.uint8)
    for word, (level, languages) in words.items():
        rarity[slots_of(np.array([word], np.uint64))] = languages << LEVEL_BITS | level
    return rarity


def with_common(texts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Returns texts with common words behind every other one. A text without them is of a smaller language."""
    return [[*text, *[COMMON] * (len(text) if place % 2 else 0)] for place, text in enumerate(texts)]


def vectors_of(texts: Sequence[Sequence[int]]) -> Vectors:
    """Returns the vectors of texts, under the rarity of `told_words`."""
    return make_vectors(ragged(with_common(texts)), rarity_of(told_words(texts)))


def slow_vectors_of(texts: Sequence[Sequence[int]]) -> list[SlowVector]:
    """Returns the vectors of texts by the slow twin."""
    words = told_words(texts)
    return [slow.make_vector(text, words) for text in with_common(texts)]


def even_vectors_of(*texts: Sequence[int]) -> Vectors:
    """Returns the vectors of texts whose words are of one level, and which have common words beside them."""
    return make_vectors(ragged([[*text, *[COMMON] * len(text)] for text in texts]), rarity_of({COMMON: (0, 0)}))


def rows_of_vectors(vectors: Vectors) -> list[SlowVector]:
    """Returns vectors as the slow twin has them."""
    columns = (column.tolist() for column in (vectors.terms, vectors.weights, vectors.places))
    rows = list(zip(*columns, strict=True))
    edges = vectors.edges.tolist()
    parts = (rows[first:last] for first, last in pairwise(edges))
    return [{term: (weight, place) for term, weight, place in part} for part in parts]
