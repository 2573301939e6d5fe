"""Pairs of texts -> seeds: the shingles of a few words that A shares with B, with their first places in B.

The texts of a story are all compared with each other. So the shingles are sorted text by text and not pair by pair:
once sorted, equal ones have a number, and one table of where these stand in B is looked up with those of every A.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.arrays.ragged import Ragged, chunks, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import first_of_equals

SEED: Final = 3
"""Words of a shingle by which texts are aligned."""

_TURNS: Final = 2
"""Times that the places of repeated shingles are corrected by the places before them."""

_TABLE: Final = 1 << 16
"""Entries looked up at a time, beside those of the table that a chunk begins with."""

_ROWS: Final = 1 << 14
"""Pairs looked up at a time at most."""

_STEP: Final = np.uint64(0xD1342543DE82EF95)  # Steele and Vigna 2021, multiplier of a 64-bit congruential generator
_MIX: Final = np.uint64(0xD6E8FEB86659FD93)


class PairBatch(NamedTuple):
    """Pairs that are looked at together.

    ``places`` ``(p,) int64`` are their places in the input, in the order of B. ``texts`` ``(n,) int64`` are the texts
    of these pairs, story by story, and ``stories`` ``(n,)`` the labels of their stories. ``sides`` ``(p, 2)`` are A and
    B of each pair as places in ``texts``.
    """

    places: Indices
    texts: Indices
    stories: Indices
    sides: Pairs


class Anchors(NamedTuple):
    """Seeds of pairs, pair after pair in the order of A.

    ``counts`` ``(p,) int64`` is the number of seeds of each pair. ``left`` ``(a,) int64`` is the place of the first
    token of each seed in A, ``right`` in B. Both are places in the tokens of the lot.
    """

    counts: Indices
    left: Indices
    right: Indices


class _Numbered(NamedTuple):
    """Shingles by number. Equal shingles of a story have one number, from 1; a shingle that stands once has 0.

    ``numbers`` ``(m,) int64`` is the number of the shingle that begins at each token, ``again`` ``(m,) bool`` whether
    it begins at an earlier token of the same text too. ``firsts`` and ``counts`` ``(n,) int64`` are the first number in
    the story of each text and how many numbers the story has.
    """

    numbers: Indices
    again: npt.NDArray[np.bool_]
    firsts: Indices
    counts: Indices


def pair_batches(lengths: Indices, pairs: Pairs, tokens: int) -> Iterator[PairBatch]:
    """All ``pairs`` ``(p, 2)`` of texts of these ``lengths`` ``(n,)``, in lots of few texts that have many pairs.

    A story is what pairs connect. Stories of up to so many ``tokens`` share a lot, about that many tokens in all; of a
    longer one, a lot has the pairs of two such stretches of its texts, or of one text longer than that; or those of
    several, where these are so few that all their texts together have no more tokens.
    """
    if not len(pairs):
        return
    texts, numbers = np.unique(pairs, return_inverse=True)
    stories = components(texts.size, numbers.reshape(pairs.shape))
    order = np.argsort(stories, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    texts, stories, sides = texts[order], stories[order], place[numbers.reshape(pairs.shape)]
    first = np.flatnonzero(first_of_equals(stories))
    sizes = np.bincount(stories, lengths[texts], first.size)
    starts = np.cumsum(lengths[texts]) - lengths[texts]
    stretch = np.where(sizes[stories] > tokens, starts, starts[first][stories]) // max(tokens, 1)
    a, b = stretch[sides].T
    order = np.lexsort((sides[:, 1], a, b))
    edges = np.flatnonzero(first_of_equals(a[order]) | first_of_equals(b[order]))
    # Or else pairs that are scattered over a long story would make a lot each, which costs fifty times as much.
    work = np.add.reduceat(lengths[pairs[order]].sum(axis=1), edges) if edges.size else edges
    edges = np.append(edges, order.size)
    for start, end in chunks(work, tokens, max(1, work.size)):
        some = order[edges[start] : edges[end]]
        inside, number = np.unique(sides[some], return_inverse=True)
        yield PairBatch(some, texts[inside], stories[inside], number.reshape(-1, 2))


def find_anchors(texts: Ragged, lot: PairBatch) -> Anchors:
    """The seeds of a lot: shingles of `SEED` tokens of A that B has too. ``texts`` are those of the lot, without gaps.

    A seed stands at its first place in B. Of a shingle that B repeats, another place is right where the text goes on:
    the place after that of the seed before, if B has the shingle there. `_TURNS` times this is asked of all seeds.

    Equal shingles are told by the upper bits of a 64-bit hash, those that the numbers of the lot's tokens leave.
    """
    numbers, again, firsts, counts = _numbered(texts, lot.stories)
    probed, standing = _entries(texts, numbers, numbers != 0), _entries(texts, numbers, (numbers != 0) & ~again)
    a, b = lot.sides.T
    heads = first_of_equals(b)
    lengths = probed.places.lengths
    found = []
    for first, last in chunks(lengths[a] + np.where(heads, counts[b], 0), _TABLE, _ROWS):
        new = heads[first:last].copy()
        new[0] = True
        tables, probes = b[first:last][new], a[first:last]
        ends = counts[tables].cumsum()
        shifts = ends - counts[tables] - firsts[tables]
        places = np.zeros(ends[-1], np.int64)  # 1 more than the place in B, 0 where B has none
        places[_slots(standing, tables, shifts)] = _signed(take_rows(standing.places, tables)) + 1
        slots = _slots(probed, probes, shifts[new.cumsum() - 1])
        right = places.take(slots, mode="clip")  # all are in range: clip only spares a copy
        hits = (right != 0).nonzero()[0]
        edges = hits.searchsorted(edges_of(lengths[probes]))
        left, right = _signed(take_rows(probed.places, probes)).take(hits), right.take(hits) - 1
        _go_on(numbers, left, right)
        found.append(Anchors(edges[1:] - edges[:-1], left, right))
    if len(found) == 1:
        return found[0]
    return Anchors(*map(np.concatenate, zip(Anchors(*np.zeros((3, 0), np.int64)), *found, strict=True)))


def _go_on(numbers: Indices, left: Indices, right: Indices) -> None:
    """Put seeds behind the seeds before them where B has them there too; ``right`` is changed in place.

    No shingle begins at the last tokens of a text. So neighbours in A are of one pair, and no place leaves B.
    """
    for _ in range(_TURNS):
        after = right[:-1] + 1
        turned = ((left[1:] - left[:-1] == 1) & (right[1:] != after)).nonzero()[0]
        after = after[turned]
        there = numbers[after] == numbers[left[turned + 1]]
        right[turned[there] + 1] = after[there]


class _Entries(NamedTuple):
    """Tokens at which shingles with a number begin, as rows of texts: their ``places`` and their ``numbers``."""

    places: Ragged
    numbers: Ragged


def _entries(texts: Ragged, numbers: Indices, chosen: npt.NDArray[np.bool_]) -> _Entries:
    """The tokens that are ``chosen``."""
    entries = chosen.nonzero()[0]
    bounds = entries.searchsorted(texts.bounds)
    return _Entries(Ragged(entries.view(np.uint64), bounds), Ragged(numbers[entries].view(np.uint64), bounds))


def _slots(entries: _Entries, rows: Indices, shifts: Indices) -> Indices:
    """The numbers of some texts, shifted by so much each."""
    slots = _signed(take_rows(entries.numbers, rows))
    slots += shifts.repeat(entries.numbers.lengths[rows])
    return slots


def _signed(rows: Ragged) -> Indices:
    return rows.values.view(np.int64)


def _numbered(texts: Ragged, stories: Indices) -> _Numbered:
    """The numbers of the shingles of texts, which are of these ``stories`` ``(n,)``, story by story."""
    bits = texts.values.size.bit_length()
    keys = _keys(texts, bits)
    heads = first_of_equals(stories)
    firsts = heads.nonzero()[0]
    edges = np.zeros(firsts.size + 1, np.int64)
    edges[1:-1], edges[-1:] = texts.bounds[firsts[1:], 0], texts.bounds[-1:, 1]
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        keys[start:end].sort()
    equal = np.zeros(keys.size + 1, np.bool_)  # to the key before, in one story
    np.less(keys[1:] ^ keys[:-1], np.uint64(1 << bits), out=equal[1:-1])
    equal[edges] = False
    # The last tokens of a text start no shingle: as the highest keys they stand behind the others of the story.
    none = np.add.reduceat(np.minimum(texts.bounds[:, 1] - texts.bounds[:, 0], SEED - 1), firsts)
    equal[ranges(edges[1:] - none, none)] = False
    keys &= np.uint64((1 << bits) - 1)
    places = keys.view(np.int64)
    text = np.arange(stories.size, dtype=np.int32).repeat(texts.lengths)[places]
    number = edges_of(equal[1:] & ~equal[:-1])
    known = (equal[1:] | equal[:-1]).nonzero()[0]
    numbers, again = np.zeros(keys.size, np.int64), np.zeros(keys.size, np.bool_)
    numbers[places[known]] = number[known + 1]
    again[places[1:][equal[1:-1] & (text[1:] == text[:-1])]] = True
    last = number[edges]
    story = heads.cumsum() - 1
    return _Numbered(numbers, again, last[story] + 1, (last[1:] - last[:-1])[story])


def _keys(texts: Ragged, bits: int) -> Hashes:
    """A key for each token: the upper bits of a hash of the shingle that begins there, the place of the token below.

    Keys are sorted with their places: numpy sorts 64-bit numbers with vector instructions, five times as fast as an
    argsort.
    """
    keys = texts.values.copy()
    for step in range(1, SEED):
        keys *= _STEP
        keys[:-step] += texts.values[step:]
    # Short tokens are small numbers: without this the upper bits would hardly know the last of them.
    keys ^= keys >> np.uint64(32)
    keys *= _MIX
    keys &= np.uint64(2**64 - (1 << bits))
    keys |= np.arange(keys.size, dtype=np.uint64)
    none = np.minimum(texts.lengths, SEED - 1)
    keys[ranges(texts.bounds[:, 1] - none, none)] |= np.uint64(2**64 - (1 << bits))
    return keys
