"""Vectors -> candidates: an inverted index of the heaviest terms, in which each text meets a few neighbours.

Postings of all terms would pair all texts of a term. Two bounds make the work linear: a text is looked up by its
heaviest terms alone (the index of Bayardo, Ma and Srikant 2007, "Scaling up all pairs similarity search", indexes a
part of each vector too), and it meets the next texts of a list alone (the window of Hernández and Stolfo 1995, "The
merge/purge problem for large databases"). Texts are numbered by their times, so the next texts of a long list are those
of the same days.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import edges_of, ranges
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.vectors import Vectors

LOOKUP_TERMS: Final = 24
"""A text is looked up by at most this number of its heaviest terms."""

WINDOW: Final = 8
"""A text meets at most this number of the next texts of each list."""

MEETINGS: Final = 3
"""Two texts that meet this number of times are a candidate."""

_TEXTS: Final = 1 << 8
"""Texts whose terms are sorted by weight together: a text and a weight are one number of 16 bits."""

_GRID: Final = 1 << 9
"""Texts whose neighbours are compared together."""

_NOBODY: Final = -1
"""The number of no text."""


def lookup_rows(vectors: Vectors) -> tuple[Indices, Indices]:
    """Return the rows of the heaviest terms of each text, at most `LOOKUP_TERMS`, text after text, and their numbers.

    Among terms of one weight in their texts those come first that come first in the vectors, so that two texts choose
    the same terms.

    Args:
        vectors: the vectors of ``n`` texts.

    Returns:
        ``(q,)`` the rows, and ``(n,)`` how many of them each text has.
    """
    chosen, lengths = [np.zeros(0, np.int64)], np.diff(vectors.edges)
    counts = np.minimum(lengths, LOOKUP_TERMS)
    for first in range(0, lengths.size, _TEXTS):
        last = min(first + _TEXTS, lengths.size)
        rows = slice(vectors.edges[first], vectors.edges[last])
        codes = np.arange(last - first, dtype=np.uint16).repeat(lengths[first:last]) << np.uint16(8)
        codes |= ~vectors.weights[rows]
        order = codes.argsort(kind="stable")
        starts = vectors.edges[first:last] - vectors.edges[first]
        chosen.append(vectors.edges[first] + order[ranges(starts, counts[first:last])])
    return np.concatenate(chosen), counts


def find_candidates(terms: Hashes, lengths: Indices) -> Pairs:
    """Return ``(p, 2)`` the candidates among texts: the pairs that meet at least `MEETINGS` times, sorted and distinct.

    These are the `meeting_pairs` of `meet_neighbours`, in one process: the time is that of two sorts of the rows and of
    a look at `WINDOW` neighbours of each, and the memory is some 30 bytes a row.

    Args:
        terms: ``(q,)`` the terms by which ``n`` texts are looked up, text after text.
        lengths: ``(n,)`` how many of them each text has, at most `LOOKUP_TERMS`.
    """
    order = terms.argsort()
    codes = first_of_equals(terms[order]).cumsum()
    codes <<= 32
    codes |= order
    codes.sort()  # list after list, and in each list text after text
    rows = codes & (1 << 32) - 1
    lists, end = (codes >> 32).astype(np.int32), np.full(WINDOW, _NOBODY, np.int32)
    texts = np.append(np.arange(lengths.size, dtype=np.int32).repeat(lengths)[rows], end)
    positions = np.empty(rows.size, np.int32)
    positions[rows] = np.arange(rows.size, dtype=np.int32)
    del order, codes, rows
    lists, edges, candidates = np.append(lists, end), edges_of(lengths), [np.zeros((0, 2), np.int64)]
    for first in range(0, lengths.size, _GRID):
        of_texts = lengths[first : first + _GRID]
        of_rows = positions[edges[first] : edges[first + of_texts.size]]
        after = of_rows[:, np.newaxis] + np.arange(1, WINDOW + 1, dtype=np.int32)
        met = np.where(lists[after] == lists[of_rows, np.newaxis], texts[after], _NOBODY)
        grid = np.full((of_texts.size * LOOKUP_TERMS, WINDOW), _NOBODY, np.int32)
        grid[ranges(np.arange(of_texts.size) * LOOKUP_TERMS, of_texts)] = met
        of_pairs, others = _find_repeated(grid.reshape(of_texts.size, -1))
        candidates.append(np.stack((first + of_pairs, others), axis=1))
    return np.concatenate(candidates)


def _find_repeated(grid: npt.NDArray[np.int32]) -> tuple[Indices, Indices]:
    """Return the row and the number of each number that comes at least `MEETINGS` times in a row of the ``grid``."""
    grid.sort(axis=1)
    last = grid[:, MEETINGS - 1 :]
    rows, columns = ((last == grid[:, : last.shape[1]]) & (last != _NOBODY)).nonzero()
    numbers = last[rows, columns].astype(np.int64)
    new = first_of_equals(rows) | first_of_equals(numbers)
    return rows[new], numbers[new]


def meet_neighbours(terms: Hashes, numbers: Indices) -> Indices:
    """Return ``(p,)`` the codes of the pairs of texts that meet in the lists of terms, once for each list.

    The work is at most `WINDOW` pairs a row, and the memory 8 bytes a pair.

    Args:
        terms: ``(q,)`` the terms. All rows of a term are there.
        numbers: ``(q,)`` the number of the text of each row, below 2**31, distinct for one term.
    """
    order = terms.argsort()
    new = first_of_equals(terms[order])
    rows = pair_codes.encode(new.cumsum(), numbers[order])
    rows.sort()
    lists, numbers = rows >> 32, rows & (1 << 32) - 1
    codes = [np.zeros(0, np.int64)]
    for distance in range(1, WINDOW + 1):
        first = (lists[distance:] == lists[:-distance]).nonzero()[0]
        codes.append(pair_codes.encode(numbers[first], numbers[first + distance]))
    return np.concatenate(codes)


def meeting_pairs(codes: Indices) -> Pairs:
    """Return ``(p, 2)`` the pairs whose code comes at least `MEETINGS` times, sorted and distinct.

    Args:
        codes: ``(m,)`` the codes of pairs, in any order.
    """
    codes = np.sort(codes)
    starts = first_of_equals(codes).nonzero()[0]
    return pair_codes.decode(codes[starts[np.diff(starts, append=codes.size) >= MEETINGS]])
