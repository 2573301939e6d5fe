"""Tokens of texts -> vectors: the rare terms of each text with their weights and places.

A name is no kind of its own. Names and figures are rare words: their weights are high, and the order of rare words is
mostly theirs.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, chunks, edges_of, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.rarity import HEAVIEST, Weights, slots_of
from dedup.core.text.figures import is_figure

_TEXT_BITS: Final = 12
"""Bits of the place of a text among the texts that are sorted together."""

_PLACE_BITS: Final = 16
"""Bits of the place of a token among the tokens that are sorted together."""

_TOKENS: Final = 1 << _PLACE_BITS
"""Tokens that are sorted together. Their codes stay in the second-level cache."""

_CHUNK: Final = 1 << 18
"""Tokens of texts whose rare ones are chosen together, about."""

_WEIGHT_SHIFT: Final = np.uint64(60)
"""Bits of a term below its weight."""

_MOST_TIMES: Final = 16
"""The length in bits of the most occurrences of a term that count."""


class Vectors(NamedTuple):
    """The rare terms of ``n`` texts.

    - ``edges`` ``(n + 1,) int64``: where the terms of each text begin, and the end.
    - ``terms`` ``(m,) uint64``: the terms, rising in each text. The highest four bits are `HEAVIEST` less the weight of
      the term, so that the heaviest terms come first; the lowest bit says whether the term is a figure; the others are
      those of a hash.
    - ``weights`` ``(m,) uint8``: the weight of the term in its text: that of the term, times ``1 + floor(log2(times))``
      for a term that occurs so many times.
    - ``places`` ``(m,) int32``: the first place of each term among the rare tokens of its text.
    """

    edges: Indices
    terms: Hashes
    weights: npt.NDArray[np.uint8]
    places: npt.NDArray[np.int32]

    @property
    def figures(self) -> Flags:
        """``(m,)`` whether each term is a figure."""
        return (self.terms & np.uint64(1)).astype(np.bool_)


def make_vectors(tokens: Ragged, weights: Weights) -> Vectors:
    """Return the vectors of texts.

    The weight of a term in its text is tf-idf (Salton and Buckley 1988, "Term-weighting approaches in automatic text
    retrieval", the logarithmic forms of both factors). The time is that of a look at each token and of a sort of the
    rare ones, and the memory is that of the vectors and of some texts.

    Args:
        tokens: the tokens of the texts, without their boilerplate.
        weights: the weights of slots.
    """
    parts, lengths = [_empty_vectors()], tokens.lengths
    for first, last in chunks(lengths, _CHUNK, max(lengths.size, 1)):
        rare, counts = _take_rare(tokens, first, last, weights)
        edges = edges_of(counts)
        for begin, end in chunks(counts, _TOKENS, 1 << _TEXT_BITS):
            parts.append(_make_batch(rare[edges[begin] : edges[end]], counts[begin:end]))
    counts, *columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Vectors(edges_of(counts), *columns)


def _empty_vectors() -> tuple[Indices, Hashes, npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    return np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint8), np.zeros(0, np.int32)


def _take_rare(tokens: Ragged, first: int, last: int, weights: Weights) -> tuple[Hashes, Indices]:
    """Return the terms of the rare tokens of the texts from ``first`` to before ``last``, and their number a text."""
    values = take_rows(tokens, np.arange(first, last)).values
    of_tokens = weights.take(slots_of(values))
    rows = of_tokens.nonzero()[0]
    lengths = tokens.lengths[first:last]
    counts = np.diff(np.searchsorted(rows, edges_of(lengths)))
    rare, of_rare = values[rows], of_tokens[rows]
    terms = rare * multiplier("term", 0)
    terms >>= np.uint64(64) - _WEIGHT_SHIFT
    terms |= (HEAVIEST - of_rare).astype(np.uint64) << _WEIGHT_SHIFT
    terms &= ~np.uint64(1)
    terms |= is_figure(rare)
    return terms, counts


def _make_batch(terms: Hashes, counts: Indices) -> tuple[Indices, Hashes, npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Return the number of distinct terms of each of some texts of ``counts`` ``(t,)`` terms, and the terms.

    A code has a text, the highest bits of a term, and a place. Vector instructions sort codes in a tenth of the time in
    which a sort of positions takes the terms. Two terms of one text with the same highest bits are told, and then
    positions are sorted.
    """
    texts = np.arange(counts.size).repeat(counts)
    order = _sort_codes(terms, texts) if terms.size <= _TOKENS else np.lexsort((terms, texts))
    ordered, owners = terms[order], texts[order]
    starts = (first_of_equals(ordered) | first_of_equals(owners)).nonzero()[0]
    of_starts, distinct = owners[starts], ordered[starts]
    places = order[starts] - (counts.cumsum() - counts)[of_starts]
    times = np.frexp(np.diff(starts, append=terms.size))[1]
    weights = (HEAVIEST - (distinct >> _WEIGHT_SHIFT).astype(np.int64)) * np.minimum(times, _MOST_TIMES)
    return (
        np.bincount(of_starts, minlength=counts.size),
        distinct,
        weights.astype(np.uint8),
        places.astype(np.int32),
    )


def _sort_codes(terms: Hashes, texts: Indices) -> Indices:
    """Return the places of terms, text after text, rising, and those of one term rising."""
    codes = terms >> np.uint64(_TEXT_BITS + _PLACE_BITS)
    codes |= texts.view(np.uint64) << np.uint64(64 - _TEXT_BITS - _PLACE_BITS)
    codes <<= np.uint64(_PLACE_BITS)
    codes |= np.arange(terms.size, dtype=np.uint64)
    codes.sort()
    order: Indices = (codes & np.uint64(_TOKENS - 1)).view(np.int64)
    codes >>= np.uint64(_PLACE_BITS)
    ordered = terms[order]
    if ((codes[1:] == codes[:-1]) & (ordered[1:] != ordered[:-1])).any():
        return np.lexsort((terms, texts))
    return order
