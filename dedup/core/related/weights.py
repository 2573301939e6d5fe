"""Terms -> weights: rare terms weigh more, and terms above the bound weigh nothing.

The weight is tf-idf with whole numbers (Salton and Buckley 1988, "Term-weighting approaches in automatic text
retrieval", the logarithmic forms of both factors). A logarithm to base two, rounded down, is the length of a number in
bits, which no rounding of an engine changes.
"""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.numbers import RARE_SHARE, RARE_TEXTS
from dedup.core.text.figures import is_figure


def weigh_terms(terms: Hashes, times: Indices, collection: int) -> tuple[Indices, Indices]:
    """Return how many texts have each term, and the weight of the term in its text.

    The weight is ``floor(log2(collection / texts)) * (1 + floor(log2(times)))``. It is 0 for a term above the bound of
    `RARE_SHARE` and `RARE_TEXTS`. The time is that of a sort, and the memory some 40 bytes a row.

    Args:
        terms: ``(m,)`` the terms of texts. All rows of a term are there.
        times: ``(m,)`` the occurrences of each term in its text.
        collection: the number of texts of the collection.

    Returns:
        ``(m,)`` the texts that have the term, and ``(m,)`` the weight.
    """
    order = terms.argsort(kind="stable")
    starts = first_of_equals(terms[order]).nonzero()[0]
    counts = np.diff(starts, append=terms.size)
    frequencies = np.empty(terms.size, np.int64)
    frequencies[order] = counts.repeat(counts)
    weights = (_bits(collection // np.maximum(frequencies, 1)) - 1) * _bits(times)
    weights[frequencies > max(collection // RARE_SHARE, RARE_TEXTS)] = 0
    return frequencies, weights


def _bits(numbers: Indices) -> Indices:
    """Return ``(m,)`` the length in bits of ``numbers`` ``(m,)`` below 2**53."""
    return np.frexp(numbers)[1].astype(np.int64)


class Vectors(NamedTuple):
    """The rare terms of ``n`` texts that another text has too.

    - ``edges`` ``(n + 1,) int64``: where the terms of each text begin, and the end.
    - ``terms`` ``(m,) uint64``: the terms, rising in each text.
    - ``weights`` ``(m,) int64``: the weight of each term in its text.
    - ``places`` ``(m,) int64``: where each term occurs first in its text.
    - ``squares`` ``(n,) int64``: the sum of the squared weights of all rare terms of each text, also of those that no
      other text has.
    - ``figures`` ``(n,) int64``: how many of all rare terms of each text are figures.
    """

    edges: Indices
    terms: Hashes
    weights: Indices
    places: Indices
    squares: Indices
    figures: Indices

    @property
    def texts(self) -> Indices:
        """``(m,)`` the text of each term."""
        return np.arange(self.squares.size).repeat(np.diff(self.edges))


def make_vectors(
    count: int, texts: Indices, terms: Hashes, places: Indices, weights: Indices, shared: Flags
) -> Vectors:
    """Return the vectors of texts. The memory is some 60 bytes a row.

    Args:
        count: the number of texts.
        texts: ``(m,)`` the text of each term, in any order.
        terms: ``(m,)`` the terms, distinct for one text.
        places: ``(m,)`` where each term occurs first in its text.
        weights: ``(m,)`` the weight of each term in its text, 0 for a term that counts nowhere.
        shared: ``(m,)`` whether another text of the collection has the term too.
    """
    squares = np.bincount(texts, weights.astype(np.float64) ** 2, count).astype(np.int64)  # exact below 2**53
    figures = np.bincount(texts[is_figure(terms) & (weights > 0)], minlength=count)
    rows = (shared & (weights > 0)).nonzero()[0]
    rows = rows[np.lexsort((terms[rows], texts[rows]))]
    edges = edges_of(np.bincount(texts[rows], minlength=count))
    of_rows = weights[rows].astype(np.int64), places[rows].astype(np.int64)
    return Vectors(edges, terms[rows], *of_rows, squares, figures)
