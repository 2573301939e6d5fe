"""The slow twin of `core.related.scores`: one pair at a time."""

from math import floor, sqrt

from dedup.core.related.numbers import RELATED, RELATED_TERMS, REWRITE, REWRITE_FIGURES, REWRITE_TERMS, SERIES_FIGURES
from dedup.core.related.reference.order import longest_rising
from dedup.core.related.reference.vectors import SlowVector
from dedup.core.thresholds import ONE


def score_pair(first: SlowVector, second: SlowVector) -> tuple[int, bool]:
    """Return the cosine of two texts in units of 1 / `ONE`, rounded down, and whether one is a rewrite of the other."""
    shared = sorted(first.keys() & second.keys(), key=lambda term: first[term][1])
    if len(shared) < RELATED_TERMS:
        return 0, False
    product = sum(first[term][0] * second[term][0] for term in shared)
    squares = [sum(weight**2 for weight, _ in vector.values()) for vector in (first, second)]
    cosine = min(floor(product / sqrt(squares[0] * squares[1]) * ONE), ONE)
    figures = [sum(term & 1 for term in terms) for terms in (shared, first, second)]
    ordered = longest_rising([second[term][1] for term in shared])
    contained = floor(product / min(squares) * ONE)
    if cosine < RELATED or contained < REWRITE or contained * ordered // len(shared) < REWRITE:
        return cosine, False
    if figures[0] * REWRITE_FIGURES >= min(figures[1:]):
        return cosine, len(shared) >= REWRITE_TERMS
    return 0 if min(figures[1:]) >= SERIES_FIGURES else cosine, False
