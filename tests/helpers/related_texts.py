"""Makes texts of few words for tests of related coverage, and their vectors, fast and slow."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from dedup.core.related.reference import terms as slow_terms
from dedup.core.related.reference import weights as slow_weights
from dedup.core.related.reference.weights import SlowVector
from dedup.core.related.terms import find_terms
from dedup.core.related.weights import Vectors, make_vectors, weigh_terms
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


def vectors_of(texts: Sequence[Sequence[int]], collection: int) -> Vectors:
    """Returns the vectors of texts in a ``collection`` of so many texts."""
    rows = find_terms(ragged(texts))
    frequencies, weights = weigh_terms(rows.terms, rows.times, collection)
    return make_vectors(len(texts), rows.texts, rows.terms, rows.places, weights, frequencies > 1)


def slow_vectors_of(texts: Sequence[Sequence[int]], collection: int) -> list[SlowVector]:
    """Returns the vectors of texts by the slow twins."""
    rows = slow_terms.find_terms(texts)
    return slow_weights.make_vectors(len(texts), rows, slow_weights.weigh_terms(rows, collection))


def rows_of_vectors(vectors: Vectors) -> list[SlowVector]:
    """Returns vectors as the slow twins have them."""
    edges = np.stack((vectors.edges[:-1], vectors.edges[1:]), axis=1).tolist()
    values = list(zip(vectors.terms.tolist(), vectors.weights.tolist(), vectors.places.tolist(), strict=True))
    sums = zip(edges, vectors.squares.tolist(), vectors.figures.tolist(), strict=True)
    return [
        SlowVector({term: (weight, place) for term, weight, place in values[first:last]}, squares, figures)
        for (first, last), squares, figures in sums
    ]
