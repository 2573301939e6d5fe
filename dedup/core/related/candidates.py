"""Vectors -> candidates: an inverted index of the heaviest terms, in which each text meets a few neighbours.

Postings of all terms would pair all texts of a term. Two bounds make the work linear: a text is looked up by its
heaviest terms alone (the index of Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity search", indexes a
part of each vector too), and it meets the next texts of a list alone (the window of Hernández and Stolfo 1995, "The
merge/purge problem for large databases"). Texts are numbered by their times, so the next texts of a long list are those
of the same days.
"""

from typing import Final

import numpy as np

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import counts_of, ranges
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.weights import Vectors

LOOKUP_TERMS: Final = 16
"""A text is looked up by at most this number of its heaviest terms."""

WINDOW: Final = 16
"""A text meets at most this number of the next texts of each list."""

MEETINGS: Final = 2
"""Two texts that meet this number of times are a candidate."""


def find_candidates(vectors: Vectors) -> Pairs:
    """Return ``(p, 2)`` the candidates among texts: the pairs that meet at least `MEETINGS` times.

    Args:
        vectors: the vectors of all texts.
    """
    rows = lookup_rows(vectors)
    pairs, times = meet_neighbours(vectors.terms[rows], vectors.texts[rows])
    return pairs[times >= MEETINGS]


def lookup_rows(vectors: Vectors) -> Indices:
    """Return ``(q,)`` the rows of the heaviest terms of each text, at most `LOOKUP_TERMS`, rising.

    Among terms of one weight those of the lowest hashes come first, so that two texts choose the same terms. The time
    is that of a sort.

    Args:
        vectors: the vectors of texts.
    """
    texts = vectors.texts
    order = np.lexsort((vectors.terms, -vectors.weights, texts))
    rank = np.arange(order.size) - vectors.edges[texts]
    return np.sort(order[rank < LOOKUP_TERMS])


def meet_neighbours(terms: Hashes, numbers: Indices) -> tuple[Pairs, Indices]:
    """Return the pairs of texts that meet in the lists of terms, and how often they meet.

    The work is at most `WINDOW` pairs a row, and the memory 16 bytes a pair.

    Args:
        terms: ``(q,)`` the terms. All rows of a term are there.
        numbers: ``(q,)`` the number of the text of each row, below 2**31, distinct for one term.

    Returns:
        ``(p, 2)`` pairs, sorted and distinct, and ``(p,)`` how often each pair meets.
    """
    order = np.lexsort((numbers, terms))
    ordered = numbers[order]
    starts = first_of_equals(terms[order]).nonzero()[0]
    sizes = counts_of(starts, order.size)
    after = np.minimum(sizes.repeat(sizes) - ranges(np.ones_like(sizes), sizes), WINDOW)
    first = np.arange(order.size).repeat(after)
    second = ranges(np.arange(order.size) + 1, after)
    codes = pair_codes.encode(ordered[first], ordered[second])
    codes.sort()
    distinct = first_of_equals(codes).nonzero()[0]
    return pair_codes.decode(codes[distinct]), np.diff(distinct, append=codes.size)
