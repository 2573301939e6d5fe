"""Pairs of vectors -> exact scores, as whole numbers: the cosine, and whether one text is a rewrite of the other."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import chunks, edges_of, ranges
from dedup.core.arrays.sorting import distinct, find
from dedup.core.related.numbers import RELATED, RELATED_TERMS, REWRITE, REWRITE_FIGURES, REWRITE_TERMS, SERIES_FIGURES
from dedup.core.related.order import longest_rising
from dedup.core.related.vectors import Vectors
from dedup.core.thresholds import ONE

_ROWS: Final = 1 << 20
"""Terms of pairs that are looked up together, about."""

_PAIR_BITS: Final = 16
"""Bits of the number of a text among those whose terms are looked up together."""

_PAIRS: Final = 1 << _PAIR_BITS
"""Pairs that are scored together at most."""


class RelatedScores(NamedTuple):
    """Scores of ``p`` pairs of texts.

    - ``cosines`` ``(p,) int64``: the cosine of the two vectors, in units of 1 / `ONE`, rounded down. It is 0 for a pair
      that shares fewer than `RELATED_TERMS` terms, or is of one series.
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
    lengths = np.diff(vectors.edges)
    sums = _sums_of(vectors)
    left, right = pairs[:, 0], pairs[:, 1]
    swapped = lengths[left] > lengths[right]
    fewer, more = np.where(swapped, right, left), np.where(swapped, left, right)
    cosines, rewrites = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.bool_)
    order = more.argsort(kind="stable")  # neighbours look up the terms of one text
    for first, last in chunks((lengths[left] + lengths[right] + 1)[order], _ROWS, _PAIRS):
        part = order[first:last]
        shared = _share_terms(vectors, fewer[part], more[part])
        cosines[part], rewrites[part] = _score(vectors, sums, shared, fewer[part], more[part])
    return RelatedScores(cosines, rewrites)


class _Sums(NamedTuple):
    """The sum of the squared weights of each text ``(n,)``, and how many of its terms are figures ``(n,)``."""

    squares: Indices
    figures: Indices


def _sums_of(vectors: Vectors) -> _Sums:
    """Return the sums of texts."""
    squares = edges_of(vectors.weights.astype(np.int64) ** 2)[vectors.edges]
    return _Sums(np.diff(squares), np.diff(edges_of(vectors.figures)[vectors.edges]))


class _Shared(NamedTuple):
    """The terms that pairs share, pair after pair: the pair of each, and its rows in the vectors of both texts."""

    pair: Indices
    first: Indices
    second: Indices


def _share_terms(vectors: Vectors, fewer: Indices, more: Indices) -> _Shared:
    """Return the terms that pairs share.

    A code has a text and the highest bits of a term, so the codes of all texts rise.

    Args:
        vectors: the vectors.
        fewer: ``(p,)`` the text of each pair that has fewer terms, for at most `_PAIRS` pairs.
        more: ``(p,)`` the other text.
    """
    texts, of_pairs = distinct(more)
    of_texts, of_fewer = np.diff(vectors.edges)[texts], np.diff(vectors.edges)[fewer]
    rows_of_texts, rows = ranges(vectors.edges[texts], of_texts), ranges(vectors.edges[fewer], of_fewer)
    codes = _encode(np.arange(texts.size).repeat(of_texts), vectors.terms[rows_of_texts])
    pair, terms = np.arange(fewer.size).repeat(of_fewer), vectors.terms[rows]
    positions, present = find(codes, _encode(of_pairs[pair], terms))
    in_more = rows_of_texts[positions[present]]
    alike = vectors.terms[in_more] == terms[present]  # their highest bits are equal
    return _Shared(pair[present][alike], rows[present][alike], in_more[alike])


def _encode(texts: Indices, terms: Hashes) -> Hashes:
    """Return ``(m,)`` codes of the texts, numbers below `_PAIRS`, and the terms of rows."""
    return (texts.view(np.uint64) << np.uint64(64 - _PAIR_BITS)) | (terms >> np.uint64(_PAIR_BITS))


def _score(vectors: Vectors, sums: _Sums, shared: _Shared, first: Indices, second: Indices) -> tuple[Indices, Flags]:
    """Return the cosines of pairs ``(p,)``, and which are rewrites.

    Args:
        vectors: the vectors.
        sums: the sums of their texts.
        shared: the terms that the pairs share.
        first: ``(p,)`` the text of each pair whose rows are the first ones.
        second: ``(p,)`` the other text.
    """
    pairs = first.size
    of_shared = vectors.weights[shared.first].astype(np.int64) * vectors.weights[shared.second]
    edges = np.searchsorted(shared.pair, np.arange(pairs + 1))
    products, counts = np.diff(edges_of(of_shared)[edges]), np.diff(edges)
    # A product, a square root and a quotient are rounded in one way only (IEEE 754), and all sums are below 2**53.
    norms = np.sqrt(sums.squares[first].astype(np.float64) * sums.squares[second])
    cosines = np.floor(products / np.maximum(norms, 1) * ONE).astype(np.int64)
    cosines = np.where(counts >= RELATED_TERMS, np.minimum(cosines, ONE), 0)
    figures = np.diff(edges_of(vectors.figures[shared.first])[edges])
    fewer_figures = np.minimum(sums.figures[first], sums.figures[second])
    lighter = np.maximum(np.minimum(sums.squares[first], sums.squares[second]), 1)
    contained = np.floor(products / lighter * ONE).astype(np.int64)
    may_be = (cosines >= RELATED) & (contained >= REWRITE)
    rows = may_be.nonzero()[0]
    ordered = _longest_orders(vectors, shared, counts, may_be)
    may_be[rows] = contained[rows] * ordered // counts[rows] >= REWRITE
    same_figures = figures * REWRITE_FIGURES >= fewer_figures
    cosines[may_be & ~same_figures & (fewer_figures >= SERIES_FIGURES)] = 0
    return cosines, may_be & same_figures & (counts >= REWRITE_TERMS)


def _longest_orders(vectors: Vectors, shared: _Shared, counts: Indices, chosen: Flags) -> Indices:
    """Return how many of the shared terms of each of the ``chosen`` pairs come in one order in both texts."""
    rows = chosen[shared.pair].nonzero()[0]
    order = np.lexsort((vectors.places[shared.first[rows]], shared.pair[rows]))
    return longest_rising(vectors.places[shared.second[rows[order]]].astype(np.int64), edges_of(counts[chosen]))
