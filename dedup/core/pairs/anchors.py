"""Pairs of texts -> seeds: the shingles of a few words that A shares with B, and the position of each seed in B.

All texts of a story are compared with each other. So shingles are sorted once for each text and not once for each pair.
Equal shingles get one number. For each text B a table holds the position of each number in B, and the numbers of every
text A are looked up in that table.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.arrays.ragged import Ragged, chunks, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import distinct, first_of_equals

SEED: Final = 3
"""Words of a shingle that is a seed."""

_TURNS: Final = 2
"""Times that the positions of repeated shingles are corrected by the seeds before them."""

_TABLE: Final = 1 << 16
"""Entries looked up at a time, beside the entries of the first table of a chunk: so many, or as the largest table has.
Pairs looked up at a time are no more."""

_STEP: Final = np.uint64(0xD1342543DE82EF95)  # Steele and Vigna 2021, multiplier of a 64-bit congruential generator
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)


class PairBatch(NamedTuple):
    """Pairs that are aligned together.

    - ``places`` ``(p,) int64``: positions of the pairs in the input, in the order of B.
    - ``texts`` ``(n,) int64``: the texts of these pairs, story by story.
    - ``stories`` ``(n,)``: the label of the story of each text.
    - ``sides`` ``(p, 2)``: A and B of each pair as positions in ``texts``.
    """

    places: Indices
    texts: Indices
    stories: Indices
    sides: Pairs


class Anchors(NamedTuple):
    """Seeds of pairs, pair after pair, in the order of A.

    - ``counts`` ``(p,) int64``: seeds of each pair.
    - ``left``, ``right`` ``(a,) int64``: positions of the first token of each seed in A and in B, in the tokens of the
      batch.
    """

    counts: Indices
    left: Indices
    right: Indices


class _ShingleNumbers(NamedTuple):
    """Numbers of shingles. Equal shingles of a story have one number, from 1. A shingle that stands once has 0.

    - ``numbers`` ``(m,) int64``: the number of the shingle that begins at each token.
    - ``again`` ``(m,) bool``: whether this shingle begins at an earlier token of the same text too.
    - ``firsts`` ``(n,) int64``: the first number in the story of each text.
    - ``counts`` ``(n,) int64``: how many numbers the story of each text has.
    """

    numbers: Indices
    again: npt.NDArray[np.bool_]
    firsts: Indices
    counts: Indices


def pair_batches(lengths: Indices, pairs: Pairs, tokens: int) -> Iterator[PairBatch]:
    """Cuts pairs into batches of few texts that have many pairs.

    A story is a set of texts that pairs connect. Stories of up to ``tokens`` tokens share a batch, about ``tokens``
    tokens in all. A longer story is cut into stretches of about ``tokens`` tokens. A batch then has the pairs between
    two stretches, or the pairs of several such couples of stretches if all texts of these pairs together have no more
    than ``tokens`` tokens. For a pair with a text of more than ``tokens`` tokens, stretches are as long as this text:
    so a batch has as many tokens of other texts, and a long text with many parts is in few batches.

    Args:
        lengths: ``(n,)`` tokens of each text.
        pairs: ``(p, 2)`` texts A and B.
        tokens: tokens of a batch, about.

    Yields:
        Batches that together have each pair once.
    """
    if not len(pairs):
        return
    texts, numbers = distinct(pairs.reshape(-1))
    stories = components(texts.size, numbers.reshape(pairs.shape))
    order = stories.argsort(kind="stable")
    position = np.empty_like(order)
    position[order] = np.arange(order.size)
    texts, stories, sides = texts[order], stories[order], position[numbers.reshape(pairs.shape)]
    first = first_of_equals(stories).nonzero()[0]
    sizes = np.bincount(stories, lengths[texts], first.size)
    starts = lengths[texts].cumsum() - lengths[texts]
    stretch = np.where(sizes[stories] > tokens, starts, starts[first][stories])
    widths = np.maximum(lengths[texts][sides].max(axis=1), max(tokens, 1))
    a, b = stretch[sides].T // widths
    order = np.lexsort((sides[:, 1], a, b, widths))
    edges = np.logical_or.reduce([first_of_equals(column[order]) for column in (widths, a, b)]).nonzero()[0]
    # Without this, each of the pairs that are scattered over a long story would be a batch: fifty times the time.
    costs = np.add.reduceat(lengths[pairs[order]].sum(axis=1), edges) if edges.size else edges
    edges = np.concatenate((edges, [order.size]))
    for start, end in chunks(costs, tokens, max(1, costs.size)):
        batch = order[edges[start] : edges[end]]
        inside, number = distinct(sides[batch].reshape(-1))
        yield PairBatch(batch, texts[inside], stories[inside], number.reshape(-1, 2))


def find_anchors(texts: Ragged, batch: PairBatch) -> Anchors:
    """Finds the seeds of a batch: shingles of `SEED` tokens of A that B has too.

    A seed stands at its first position in B. If B repeats the shingle, another position may be right: the position
    after the seed before, if B has the shingle there, for there the text goes on. All seeds are corrected in this way
    `_TURNS` times.

    Shingles are compared by the upper bits of a 64-bit hash, for the lower bits hold the position of the token in the
    batch.

    Args:
        texts: the texts of the batch, without gaps.
        batch: the pairs.

    Returns:
        The seeds of the pairs, in the order of the pairs in the batch.
    """
    numbers, again, firsts, counts = _number_shingles(texts, batch.stories)
    probed, standing = _entries(texts, numbers, numbers != 0), _entries(texts, numbers, (numbers != 0) & ~again)
    a, b = batch.sides.T
    heads = first_of_equals(b)
    lengths = probed.positions.lengths
    anchors = []
    entries = max(_TABLE, int(counts.max(initial=0)))  # else a long text would have its table made for each few pairs
    for first, last in chunks(lengths[a] + np.where(heads, counts[b], 0), entries, entries):
        new = heads[first:last].copy()
        new[0] = True
        tables, probes = b[first:last][new], a[first:last]
        ends = counts[tables].cumsum()
        shifts = ends - counts[tables] - firsts[tables]
        positions = np.zeros(ends[-1], np.int64)  # 1 more than the position in B, 0 where B has not the shingle
        positions[_table_slots(standing, tables, shifts)] = _signed(take_rows(standing.positions, tables)) + 1
        slots = _table_slots(probed, probes, shifts[new.cumsum() - 1])
        right = positions.take(slots, mode="clip")  # all slots are in range: clip only avoids a copy
        hits = (right != 0).nonzero()[0]
        edges = hits.searchsorted(edges_of(lengths[probes]))
        left, right = _signed(take_rows(probed.positions, probes)).take(hits), right.take(hits) - 1
        _correct_repeats(numbers, left, right)
        anchors.append(Anchors(edges[1:] - edges[:-1], left, right))
    if len(anchors) == 1:
        return anchors[0]
    return Anchors(*map(np.concatenate, zip(Anchors(*np.zeros((3, 0), np.int64)), *anchors, strict=True)))


def _correct_repeats(numbers: Indices, left: Indices, right: Indices) -> None:
    """Moves each seed in B to the position after the seed before, if B has the shingle there. Changes ``right``.

    No shingle begins at the last tokens of a text. So two seeds that are neighbours in A are of one pair, and no
    position lies outside of B.
    """
    for _ in range(_TURNS):
        after = right[:-1] + 1
        turned = ((left[1:] - left[:-1] == 1) & (right[1:] != after)).nonzero()[0]
        after = after[turned]
        goes_on = numbers[after] == numbers[left[turned + 1]]
        right[turned[goes_on] + 1] = after[goes_on]


class _Entries(NamedTuple):
    """Tokens at which numbered shingles begin, a row a text: the ``positions`` of the tokens, and the ``numbers``."""

    positions: Ragged
    numbers: Ragged


def _entries(texts: Ragged, numbers: Indices, chosen: npt.NDArray[np.bool_]) -> _Entries:
    """Returns the entries of the ``chosen`` tokens."""
    entries = chosen.nonzero()[0]
    bounds = entries.searchsorted(texts.bounds)
    return _Entries(Ragged(entries.view(np.uint64), bounds), Ragged(numbers[entries].view(np.uint64), bounds))


def _table_slots(entries: _Entries, rows: Indices, shifts: Indices) -> Indices:
    """Returns the slots of the numbers of the texts ``rows``: number plus the shift of the text."""
    slots = _signed(take_rows(entries.numbers, rows))
    slots += shifts.repeat(entries.numbers.lengths[rows])
    return slots


def _signed(rows: Ragged) -> Indices:
    """Returns the values of rows as signed integers."""
    return rows.values.view(np.int64)


def _number_shingles(texts: Ragged, stories: Indices) -> _ShingleNumbers:
    """Numbers the shingles of texts.

    ``stories`` ``(n,)`` is the story of each text. The texts of a story stand together.
    """
    bits = texts.values.size.bit_length()
    keys = _shingle_keys(texts, bits)
    heads = first_of_equals(stories)
    firsts = heads.nonzero()[0]
    edges = np.zeros(firsts.size + 1, np.int64)
    edges[1:-1], edges[-1:] = texts.bounds[firsts[1:], 0], texts.bounds[-1:, 1]
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        keys[start:end].sort()
    equal = np.zeros(keys.size + 1, np.bool_)  # whether a key equals the key before, in one story
    np.less(keys[1:] ^ keys[:-1], np.uint64(1 << bits), out=equal[1:-1])
    equal[edges] = False
    # No shingle begins at the last tokens of a text. These tokens have the highest keys, so they are last in the story.
    none = np.add.reduceat(np.minimum(texts.bounds[:, 1] - texts.bounds[:, 0], SEED - 1), firsts)
    equal[ranges(edges[1:] - none, none)] = False
    keys &= np.uint64((1 << bits) - 1)
    positions = keys.view(np.int64)
    text = np.arange(stories.size, dtype=np.int32).repeat(texts.lengths)[positions]
    number = edges_of(equal[1:] & ~equal[:-1])
    repeated = (equal[1:] | equal[:-1]).nonzero()[0]
    numbers, again = np.zeros(keys.size, np.int64), np.zeros(keys.size, np.bool_)
    numbers[positions[repeated]] = number[repeated + 1]
    again[positions[1:][equal[1:-1] & (text[1:] == text[:-1])]] = True
    last = number[edges]
    story = heads.cumsum() - 1
    return _ShingleNumbers(numbers, again, last[story] + 1, (last[1:] - last[:-1])[story])


def _shingle_keys(texts: Ragged, bits: int) -> Hashes:
    """Returns a key for each token: above, the hash of the shingle that begins there; below, the token's position.

    The position has ``bits`` bits. A sort of keys sorts the positions too: numpy sorts 64-bit numbers with vector
    instructions, five times as fast as an argsort.
    """
    keys = texts.values.copy()
    for step in range(1, SEED):
        keys *= _STEP
        keys[:-step] += texts.values[step:]
    # Short tokens are small numbers. Without this step the last token would hardly change the upper bits.
    keys ^= keys >> np.uint64(32)
    keys *= _MIX
    keys &= np.uint64(2**64 - (1 << bits))
    keys |= np.arange(keys.size, dtype=np.uint64)
    none = np.minimum(texts.lengths, SEED - 1)
    keys[ranges(texts.bounds[:, 1] - none, none)] |= np.uint64(2**64 - (1 << bits))
    return keys
