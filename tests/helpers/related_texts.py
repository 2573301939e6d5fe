"""Makes texts of few words for tests of related coverage, and their vectors, fast and slow."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from dedup.core.related.rarity import SLOTS, Weights, slots_of
from dedup.core.related.reference import vectors as slow
from dedup.core.related.reference.vectors import SlowVector
from dedup.core.related.vectors import Vectors, make_vectors
from tests.helpers.ragged_rows import ragged

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


def weights_of(texts: Sequence[Sequence[int]], most: int = 12) -> Weights:
    """Returns weights for the words of texts: up to ``most``, less for words of many texts, and 0 for one in ten."""
    weights = np.full(SLOTS, most, np.uint8)
    for word in {word for text in texts for word in text}:
        texts_with = sum(word in text for text in texts)
        weights[slots_of(np.array([word], np.uint64))] = 0 if word % 10 == 3 else max(most + 1 - texts_with, 1)
    return weights


def vectors_of(texts: Sequence[Sequence[int]], weights: Weights | None = None) -> Vectors:
    """Returns the vectors of texts, under the weights of `weights_of` if there are no others."""
    return make_vectors(ragged(texts), weights_of(texts) if weights is None else weights)


def slow_vectors_of(texts: Sequence[Sequence[int]]) -> list[SlowVector]:
    """Returns the vectors of texts by the slow twin."""
    weights = weights_of(texts).tolist()
    return [slow.make_vector(text, weights) for text in texts]


def rows_of_vectors(vectors: Vectors) -> list[SlowVector]:
    """Returns vectors as the slow twin has them."""
    columns = (column.tolist() for column in (vectors.terms, vectors.weights, vectors.places))
    rows = list(zip(*columns, strict=True))
    edges = vectors.edges.tolist()
    parts = (rows[first:last] for first, last in pairwise(edges))
    return [{term: (weight, place) for term, weight, place in part} for part in parts]


def flat_weights(weight: int = 9) -> Weights:
    """Returns one weight for all words."""
    return np.full(SLOTS, weight, np.uint8)
