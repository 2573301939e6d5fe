"""Token hashes of blocks -> one hash for each block; and the tokens of texts without some of their blocks."""

import functools
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices, Offsets
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged, bounds_of, chunks, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import where_set

_TOKENS: Final = 1 << 14
"""Tokens that are hashed together."""

_BLOCKS: Final = 1 << 17
"""Blocks whose runs are found together, about."""


def block_hashes(tokens: Ragged, seed: int) -> Hashes:
    """Return one hash for the token hashes of each row.

    The hash is a polynomial in an odd number, modulo 2 ** 64 (polynomial hash: Karp and Rabin 1987). Its coefficients
    are the scrambled tokens and their number. The sum is mixed, so that every bit depends on all, as
    `core.sketch.minhash` needs. Equal sequences have equal hashes. The hashes of unequal sequences, other orders
    included, differ as random numbers do.

    Args:
        tokens: ``m`` rows of token hashes without gaps between them.
        seed: the key of the hashes. Short tokens are their own hashes, so the key enters here too.

    Returns:
        ``(m,) uint64``. A row without tokens has 0, and no other row has 0.
    """
    hashes = np.zeros(len(tokens.bounds), np.uint64)
    lengths = tokens.lengths
    rows = lengths.nonzero()[0]
    if not rows.size:
        return hashes
    bounds, sums = tokens.bounds.take(rows, axis=0), lengths.take(rows).view(np.uint64)
    starts, ends = bounds[:, 0].copy(), bounds[:, 1].copy()
    base, scramble = int(multiplier("place", seed)), multiplier("scramble", seed)
    powers, inverses = _powers(base, _TOKENS), _inverse_powers(base, _TOKENS)
    spare = np.empty(_TOKENS, np.uint64)
    for begin in range(int(starts[0]), int(ends[-1]), _TOKENS):
        batch = slice(ends.searchsorted(begin, "right"), starts.searchsorted(begin + _TOKENS))
        values = tokens.values[begin : min(begin + _TOKENS, int(ends[-1]))] * scramble
        values ^= np.right_shift(values, np.uint64(32), spare[: values.size])
        values *= powers[: values.size]
        places = starts[batch] - begin
        before = max(0, -int(places[0]))  # tokens of the first row that are in its sum already
        places[0] += before
        shifts = inverses.take(places)  # each sum is shifted to the begin of its row
        if before:
            shifts[0] *= np.uint64(pow(base, before, 1 << 64))
        sums[batch] += np.add.reduceat(values, places) * shifts
    hashes[rows] = np.maximum(_mix(sums), np.uint64(1))
    return hashes


@functools.lru_cache(16)
def _powers(base: int, count: int) -> Hashes:
    """``(count,)`` the powers of ``base`` modulo 2 ** 64, the first one being 1."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.multiply.accumulate(factors)


@functools.lru_cache(16)
def _inverse_powers(base: int, count: int) -> Hashes:
    """``(count,)`` the powers of the inverse of ``base`` modulo 2 ** 64, the first one being 1."""
    return _powers(pow(base, -1, 1 << 64), count)


def _mix(values: Hashes) -> Hashes:
    """Mix 64 bits in place, so that each bit depends on all: a bijection, two rounds of xor-shift and multiply."""
    shifted = values >> np.uint64(32)
    values ^= shifted
    values *= multiplier("mix", 0)
    values ^= np.right_shift(values, np.uint64(29), shifted)
    values *= multiplier("mix 2", 0)
    values ^= np.right_shift(values, np.uint64(32), shifted)
    return values


class TokenRuns(NamedTuple):
    """Runs of tokens that ``n`` texts lose.

    - ``places`` ``(q, 2) int32``: the first token of each run, counted from the first token of its text, and the end.
      The runs of a text rise, and share no token.
    - ``bounds`` ``(n + 1,) int64``: the first run of each text, and the end.
    """

    places: npt.NDArray[np.int32]
    bounds: Offsets

    def of(self, texts: Indices) -> "TokenRuns":
        """Return the runs of ``texts`` ``(r,)``, in their order."""
        starts, ends = self.bounds[texts], self.bounds[texts + 1]
        counts = ends - starts
        whole = self.places.view(np.int64).reshape(-1)  # a gather of numbers is faster than one of rows
        return TokenRuns(whole[ranges(starts, counts)].view(np.int32).reshape(-1, 2), edges_of(counts))

    def span(self, first: int, last: int) -> "TokenRuns":
        """Return the runs of the texts from ``first`` to before ``last``."""
        bounds = self.bounds[first : last + 1]
        return TokenRuns(self.places[bounds[0] : bounds[-1]], bounds - bounds[0])

    def lost(self) -> Indices:
        """Return ``(n,)`` the number of tokens that each text loses."""
        ends = edges_of(self.places[:, 1] - self.places[:, 0])[self.bounds]
        return ends[1:] - ends[:-1]


def dropped_runs(words: npt.NDArray[np.integer[Any]], bounds: Offsets, dropped: Flags) -> TokenRuns:
    """Return the tokens of dropped blocks, as runs.

    Args:
        words: ``(m,)`` words of each block.
        bounds: ``(n + 1,)`` the first block of each text, and the end.
        dropped: ``(m,)`` which blocks are dropped.
    """
    if not dropped.any():
        return TokenRuns(np.zeros((0, 2), np.int32), np.zeros_like(bounds))
    places, counts = [np.zeros((0, 2), np.int32)], [np.zeros(0, np.int64)]
    for first, last in chunks(bounds[1:] - bounds[:-1], _BLOCKS, bounds.size):
        edges = bounds[first : last + 1] - bounds[first]
        of_blocks = slice(bounds[first], bounds[last])
        flags = np.zeros(int(edges[-1]) + 2, np.bool_)
        flags[1:-1] = dropped[of_blocks]
        turns = flags[1:] != flags[:-1]
        turns[edges] = True
        cuts = where_set(turns)  # Blocks between two cuts are of one text, and all of them are dropped, or none.
        sums = np.add.reduceat(words[of_blocks], cuts[:-1], dtype=words.dtype)
        lost = (flags[1:][cuts[:-1]] & (sums > 0)).nonzero()[0]
        tokens, runs = edges_of(sums), cuts[lost].searchsorted(edges)
        counts.append(runs[1:] - runs[:-1])
        of_text = tokens[cuts.searchsorted(edges[:-1].repeat(counts[-1]))]
        places.append(pair_up(tokens[lost] - of_text, tokens[lost + 1] - of_text).astype(np.int32))
    return TokenRuns(np.concatenate(places), edges_of(np.concatenate(counts)))


def drop_runs(values: Hashes, lengths: Indices, runs: TokenRuns) -> Ragged:
    """Return the tokens of texts without some runs: a row for each text, without gaps.

    Where no text loses a run, the rows are ``values`` itself, else a copy.

    Args:
        values: the tokens of ``n`` texts, one text behind the other.
        lengths: ``(n,)`` the tokens of each text.
        runs: the runs that the texts lose.
    """
    bounds = bounds_of(lengths)
    if not len(runs.places):
        return Ragged(values, bounds)
    edges = edges_of(2 * (runs.bounds[1:] - runs.bounds[:-1] + 1))
    remaining = np.empty(int(edges[-1]), np.int64)  # the bounds of the tokens before, between and behind the runs
    inner = np.ones(remaining.size, np.bool_)
    inner[edges[:-1]] = inner[edges[1:] - 1] = False
    remaining[inner] = runs.places.reshape(-1)
    remaining[edges[:-1]], remaining[edges[1:] - 1] = 0, lengths
    remaining += bounds[:, 0].repeat(edges[1:] - edges[:-1])
    retained = take_rows(Ragged(values, remaining.reshape(-1, 2)), np.arange(remaining.size // 2))
    return Ragged(retained.values, bounds_of(lengths - runs.lost()))


def drop_blocks(values: Hashes, words: npt.NDArray[np.integer[Any]], blocks: Indices, dropped: Flags) -> Ragged:
    """Return the tokens of texts without their dropped blocks: a row for each text, without gaps.

    Args:
        values: the tokens of ``n`` texts, one text behind the other.
        words: ``(m,)`` words of each block.
        blocks: ``(n,)`` number of blocks of each text. The blocks of a text are the next ones of the ``m`` blocks.
        dropped: ``(m,)`` which blocks are dropped.
    """
    bounds = edges_of(blocks)
    ends = edges_of(words)[bounds]
    return drop_runs(values, ends[1:] - ends[:-1], dropped_runs(words, bounds, dropped))
