"""Tokens of texts -> vectors: the rare terms of each text with their weights and places.

A name is no kind of its own. Names and figures are rare words: their weights are high, and the order of rare words is
mostly theirs.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import Ragged, chunks, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.related.numbers import COMMON_SHARE
from dedup.core.related.rarity import HIGHEST, LEVEL_BITS, Rarity, slots_of
from dedup.core.text.figures import is_figure

_TEXT_BITS: Final = 12
"""Bits of the place of a text among the texts that are sorted together."""

_PLACE_BITS: Final = 16
"""Bits of the place of a token among the tokens that are sorted together."""

_TOKENS: Final = 1 << _PLACE_BITS
"""Tokens that are sorted together. Their codes stay in the second-level cache."""

_CHUNK: Final = 1 << 18
"""Tokens of texts whose rare ones are chosen together, about."""

_LEVEL_SHIFT: Final = np.uint64(60)
"""Bits of a term below its level."""

_MOST_TIMES: Final = 16
"""The length in bits of the most occurrences of a term that count."""


class Vectors(NamedTuple):
    """The rare terms of ``n`` texts.

    - ``edges`` ``(n + 1,) int64``: where the terms of each text begin, and the end.
    - ``terms`` ``(m,) uint64``: the terms, rising in each text. The highest four bits are `HIGHEST` less the level of
      the term, so that the rarest terms come first; the lowest bit says whether the term is a figure; the others are
      those of a hash.
    - ``weights`` ``(m,) uint8``: the weight of the term in its text: its level in the language of the text, times
      ``1 + floor(log2(times))`` for a term that occurs so many times.
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


def make_vectors(tokens: Ragged, rarity: Rarity) -> Vectors:
    """Return the vectors of texts.

    A term is rare among the texts of its language. The commonest terms of a text tell how many texts its language has:
    `COMMON_SHARE` of the tokens of a text are terms of about all of them. So the words of a small language are not rare
    because others write another one.

    The weight of a term in its text is tf-idf (Salton and Buckley 1988, "Term-weighting approaches in automatic text
    retrieval", the logarithmic forms of both factors). The time is that of a look at each token and of a sort of the
    rare ones, and the memory is that of the vectors and of some texts.

    Args:
        tokens: the tokens of the texts, without their boilerplate.
        rarity: how rare terms are.
    """
    parts, lengths = [_empty_vectors()], tokens.lengths
    for first, last in chunks(lengths, _CHUNK, max(lengths.size, 1)):
        rows = take_rows(tokens, np.arange(first, last))
        rare, counts, halvings = _take_rare(rows, rarity)
        edges = edges_of(counts)
        for begin, end in chunks(counts, _TOKENS, 1 << _TEXT_BITS):
            parts.append(_make_batch(rare[edges[begin] : edges[end]], counts[begin:end], halvings[begin:end]))
    counts, *columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Vectors(edges_of(counts), *columns)


def _empty_vectors() -> tuple[Indices, Hashes, npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    return np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint8), np.zeros(0, np.int32)


def _take_rare(tokens: Ragged, rarity: Rarity) -> tuple[Hashes, Indices, Indices]:
    """Return the terms of the rare tokens of texts, their number in each text, and the halvings of its language."""
    edges = edges_of(tokens.lengths)
    of_tokens = rarity.take(slots_of(tokens.values))
    halvings = _halvings(of_tokens, edges)
    rows = (of_tokens >= 1 << LEVEL_BITS).nonzero()[0]
    if halvings.any():
        texts = np.searchsorted(edges, rows, "right") - 1
        rows = rows[of_tokens[rows] >> LEVEL_BITS > halvings[texts]]
    rare, levels = tokens.values[rows], of_tokens[rows] & HIGHEST
    terms = rare * multiplier("term", 0)
    terms >>= np.uint64(64) - _LEVEL_SHIFT
    terms |= (HIGHEST - levels).astype(np.uint64) << _LEVEL_SHIFT
    terms &= ~np.uint64(1)
    terms |= is_figure(rare)
    return terms, np.diff(np.searchsorted(rows, edges)), halvings


def _halvings(rarity: Rarity, edges: Indices) -> Indices:
    """Return ``(t,)`` how often the sample is halved to come to the language of each text.

    Args:
        rarity: ``(m,)`` how rare each token is.
        edges: ``(t + 1,)`` where the tokens of each text begin, and the end.
    """
    levels, lengths = rarity & HIGHEST, np.diff(edges)
    halvings = np.zeros(lengths.size, np.int64)
    common = np.diff(edges_of(levels == 0)[edges])
    others = (common * COMMON_SHARE < lengths).nonzero()[0]
    of_others = ranges(edges[others], lengths[others])
    texts = np.arange(others.size).repeat(lengths[others])
    counts = np.bincount(texts * (HIGHEST + 1) + levels[of_others], minlength=others.size * (HIGHEST + 1))
    reached = counts.reshape(-1, HIGHEST + 1).cumsum(axis=1) * COMMON_SHARE >= lengths[others, np.newaxis]
    halvings[others] = reached.argmax(axis=1)
    return halvings


def _make_batch(
    terms: Hashes, counts: Indices, halvings: Indices
) -> tuple[Indices, Hashes, npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Return the number of distinct terms of each of some texts of ``counts`` ``(t,)`` terms, and their columns.

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
    levels = HIGHEST - (distinct >> _LEVEL_SHIFT).astype(np.int64) - halvings[of_starts]
    weights = levels * np.minimum(times, _MOST_TIMES)
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
