"""Pairs of vectors -> exact scores, as whole numbers: the cosine, and whether one text is a rewrite of the other."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import chunks, edges_of, ranges
from dedup.core.arrays.sorting import distinct, find
from dedup.core.related.numbers import RELATED, RELATED_TERMS, REWRITE, REWRITE_FIGURES, REWRITE_TERMS
from dedup.core.related.order import longest_rising
from dedup.core.related.weights import Vectors
from dedup.core.text.figures import is_figure
from dedup.core.thresholds import ONE

_ROWS: Final = 1 << 21
"""Terms of pairs that are looked up together, about."""


class RelatedScores(NamedTuple):
    """Scores of ``p`` pairs of texts.

    - ``cosines`` ``(p,) int64``: the cosine of the two vectors, in units of 1 / `ONE`, rounded down. It is 0 for a pair
      that shares fewer than `RELATED_TERMS` terms.
    - ``rewrites`` ``(p,) bool``: whether one text is a rewrite of the other.
    """

    cosines: Indices
    rewrites: Flags

    @property
    def related(self) -> Flags:
        """``(p,) bool``: whether the two texts are related. A rewrite is related too."""
        return self.cosines >= RELATED


def score_pairs(vectors: Vectors, pairs: Pairs) -> RelatedScores:
    """Score pairs of texts.

    The time is a search for each term of the text of a pair that has fewer terms, and the memory is bounded.

    Args:
        vectors: the vectors of texts.
        pairs: ``(p, 2)`` positions of texts.
    """
    numbers = distinct(vectors.terms)[1]
    codes = pair_codes.encode(vectors.texts, numbers)  # rising
    lengths = np.diff(vectors.edges)
    left, right = pairs[:, 0], pairs[:, 1]
    swapped = lengths[left] > lengths[right]
    fewer, more = np.where(swapped, right, left), np.where(swapped, left, right)
    cosines, rewrites = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.bool_)
    for first, last in chunks(lengths[fewer] + 1, _ROWS, max(len(pairs), 1)):
        part = slice(first, last)
        shared = _share_terms(vectors, codes, numbers, fewer[part], more[part])
        cosines[part], rewrites[part] = _score(vectors, shared, fewer[part], more[part])
    return RelatedScores(cosines, rewrites)


class _Shared(NamedTuple):
    """The terms that pairs share, pair after pair: the pair of each, and its rows in the vectors of both texts."""

    pair: Indices
    first: Indices
    second: Indices


def _share_terms(vectors: Vectors, codes: Indices, numbers: Indices, fewer: Indices, more: Indices) -> _Shared:
    """Return the terms that pairs share.

    Args:
        vectors: the vectors.
        codes: ``(m,)`` the text and the number of each row of the vectors, rising.
        numbers: ``(m,)`` the number of the term of each row.
        fewer: ``(p,)`` the text of each pair that has fewer terms.
        more: ``(p,)`` the other text.
    """
    lengths = np.diff(vectors.edges)[fewer]
    rows = ranges(vectors.edges[fewer], lengths)
    pair = np.arange(fewer.size).repeat(lengths)
    positions, present = find(codes, pair_codes.encode(more[pair], numbers[rows]))
    return _Shared(pair[present], rows[present], positions[present])


def _score(vectors: Vectors, shared: _Shared, first: Indices, second: Indices) -> tuple[Indices, Flags]:
    """Return the cosines of pairs ``(p,)``, and which are rewrites.

    Args:
        vectors: the vectors.
        shared: the terms that the pairs share.
        first: ``(p,)`` the text of each pair whose rows are the first ones.
        second: ``(p,)`` the other text.
    """
    pairs = first.size
    products = np.zeros(pairs, np.int64)
    np.add.at(products, shared.pair, vectors.weights[shared.first] * vectors.weights[shared.second])
    counts = np.bincount(shared.pair, minlength=pairs)
    # Both sums are below 2**53, and a square root and a quotient are rounded in one way only (IEEE 754).
    norms = np.sqrt(vectors.squares[first].astype(np.float64)) * np.sqrt(vectors.squares[second].astype(np.float64))
    cosines = np.floor(products / np.maximum(norms, 1) * ONE).astype(np.int64)
    cosines = np.where(counts >= RELATED_TERMS, np.minimum(cosines, ONE), 0)
    figures = np.bincount(shared.pair[is_figure(vectors.terms[shared.first])], minlength=pairs)
    fewer_figures = np.minimum(vectors.figures[first], vectors.figures[second])
    may_be = (cosines >= REWRITE) & (counts >= REWRITE_TERMS) & (figures * REWRITE_FIGURES >= fewer_figures)
    rewrites = np.zeros(pairs, np.bool_)
    rows = may_be.nonzero()[0]
    ordered = _longest_orders(vectors, shared, counts, may_be)
    rewrites[rows] = cosines[rows] * ordered // np.maximum(counts[rows], 1) >= REWRITE
    return cosines, rewrites


def _longest_orders(vectors: Vectors, shared: _Shared, counts: Indices, chosen: Flags) -> Indices:
    """Return how many of the shared terms of each of the ``chosen`` pairs come in one order in both texts."""
    rows = chosen[shared.pair].nonzero()[0]
    order = np.lexsort((vectors.places[shared.first[rows]], shared.pair[rows]))
    return longest_rising(vectors.places[shared.second[rows[order]]], edges_of(counts[chosen]))
