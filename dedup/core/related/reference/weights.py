"""The slow twin of `core.related.weights`: dictionaries of terms, and logarithms as lengths in bits."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from dedup.core.related.numbers import RARE_SHARE, RARE_TEXTS

Row = tuple[int, int, int, int]
"""``(text, term, times, place)``."""


class SlowVector(NamedTuple):
    """The vector of a text: its shared rare terms with weight and place, and the sums over all of its rare terms."""

    terms: dict[int, tuple[int, int]]
    squares: int
    figures: int


def weigh_terms(rows: Sequence[Row], collection: int) -> list[tuple[int, int]]:
    """Return ``(texts that have the term, weight)`` of each row."""
    counts = Counter(term for _, term, _, _ in rows)
    bound = max(collection // RARE_SHARE, RARE_TEXTS)
    return [
        (counts[term], ((collection // counts[term]).bit_length() - 1) * times.bit_length() * (counts[term] <= bound))
        for _, term, times, _ in rows
    ]


def make_vectors(texts: int, rows: Sequence[Row], weighed: Sequence[tuple[int, int]]) -> list[SlowVector]:
    """Return the vector of each text.

    Args:
        texts: the number of texts.
        rows: the terms.
        weighed: the frequency and the weight of each row.
    """
    vectors = []
    for number in range(texts):
        rare = {
            term: (weight, place, frequency)
            for (text, term, _, place), (frequency, weight) in zip(rows, weighed, strict=True)
            if text == number and weight
        }
        shared = {term: (weight, place) for term, (weight, place, frequency) in sorted(rare.items()) if frequency > 1}
        squares = sum(weight**2 for weight, _, _ in rare.values())
        vectors.append(SlowVector(shared, squares, sum(is_figure(term) for term in rare)))
    return vectors


def is_figure(term: int) -> bool:
    """Return whether the lowest byte of a hash is a digit."""
    return chr(term & 0xFF) in "0123456789"
