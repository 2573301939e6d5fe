"""The slow twin of `core.related.scores`: one pair at a time."""

from math import floor, sqrt

from dedup.core.related.numbers import RELATED_TERMS, REWRITE, REWRITE_FIGURES, REWRITE_TERMS
from dedup.core.related.reference.order import longest_rising
from dedup.core.related.reference.weights import SlowVector, is_figure
from dedup.core.thresholds import ONE


def score_pair(first: SlowVector, second: SlowVector) -> tuple[int, bool]:
    """Return the cosine of two texts in units of 1 / `ONE`, rounded down, and whether one is a rewrite of the other."""
    shared = sorted(first.terms.keys() & second.terms.keys(), key=lambda term: first.terms[term][1])
    if len(shared) < RELATED_TERMS:
        return 0, False
    product = sum(first.terms[term][0] * second.terms[term][0] for term in shared)
    cosine = min(floor(product / (sqrt(first.squares) * sqrt(second.squares)) * ONE), ONE)
    figures = sum(map(is_figure, shared))
    ordered = longest_rising([second.terms[term][1] for term in shared])
    rewrite = (
        len(shared) >= REWRITE_TERMS
        and figures * REWRITE_FIGURES >= min(first.figures, second.figures)
        and cosine * ordered // len(shared) >= REWRITE
    )
    return cosine, rewrite
