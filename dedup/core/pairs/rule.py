"""Pairs of texts without boilerplate -> how far each pair is a pair of copies, which is the rule on two texts.

Two texts are copies as far as the shorter one consists of passages of the other one. Three things change that:

- what is left of both is the same, or the shorter one stands whole in the other one: they are copies;
- two pages of one site under different headlines need more: a site does not copy itself, it follows up;
- what two pages under different headlines share is no article if it says too little of each headline: a wall, a bio.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, chunks, ranges, take_rows
from dedup.core.arrays.sorting import distinct, find, first_of_equals, where_set
from dedup.core.pairs.alignment import Passages, align, whole
from dedup.core.thresholds import ONE, OWN, SAID

_TOKENS: Final = 1 << 16
"""Tokens of texts that are searched for the words of headlines at a time, about."""

_SIEVE: Final = 16
"""Bits of a hash by which most tokens are told from the words of headlines."""

_MIX: Final = np.uint64(0xD6E8FEB86659FD93)


class ComparedTexts(NamedTuple):
    """Texts without boilerplate.

    ``tokens`` are ``n`` rows of tokens. ``rests`` ``(n,) uint64`` is a hash of all tokens of each text, 0 for a text
    without tokens. ``says`` are ``n`` rows: the distinct hashes of the words of each headline that count
    (`SAID_LETTERS`).
    """

    tokens: Ragged
    rests: Hashes
    says: Ragged


class PairFacts(NamedTuple):
    """Facts of ``p`` pairs beside their texts, all ``(p,) bool``.

    - ``one_headline``: the two may have one headline.
    - ``named``: the headlines of both are known, and differ.
    - ``two_sources``: both name their source, and not the same.
    - ``one_site``: the two are pages of one site.
    """

    one_headline: Flags
    named: Flags
    two_sources: Flags
    one_site: Flags

    def of(self, pairs: Indices) -> "PairFacts":
        """Those of some pairs, by their places."""
        return PairFacts(*(each[pairs] for each in self))


class PairVerdicts(NamedTuple):
    """The verdict on ``p`` pairs.

    - ``shares`` ``(p,) int64``: how far each pair is one of copies, in units of 1 / `ONE`. `ONE` says that what is left
      of both is the same.
    - ``walls`` ``(p,) bool``: what is left of both is the same, under different headlines that it does not say.

    Of each of ``q`` runs of the passages (`core.pairs.alignment`) of the pairs that reach the threshold by their passages,
    but for pairs of equal texts:

    - ``pair`` ``(q,) int64``: its pair, rising.
    - ``places`` ``(q, 2) int64``: where it begins and ends in the longer text, counted from its first token. The longer
      of two texts of one length is the second one.
    """

    shares: Indices
    walls: Flags
    pair: Indices
    places: Indices


def units(share: float) -> int:
    """The least whole number of units of 1 / `ONE` that is no less than a ``share``."""
    return math.ceil(share * ONE)


def judge_pairs(texts: ComparedTexts, pairs: Pairs, facts: PairFacts, threshold: float) -> PairVerdicts:
    """The verdict on each pair, whatever other pairs it is judged with.

    Args:
        texts: the texts that the pairs are of, or more.
        pairs: ``(p, 2)`` places of texts, in any order.
        facts: what is known of the pairs.
        threshold: the share from which two texts are copies.

    Returns:
        `PairVerdicts` of the pairs, in their order.
    """
    lengths = texts.tokens.lengths
    sides = np.where((lengths[pairs[:, 0]] > lengths[pairs[:, 1]])[:, np.newaxis], pairs[:, ::-1], pairs)
    shorter = lengths[sides[:, 0]]
    one, other = texts.rests[sides.T]
    equal = (one == other) & (one != 0)
    passages = _aligned(texts.tokens, sides, (~equal).nonzero()[0])
    excerpts = whole(shorter, passages.replaced, passages.longest)
    shares = np.minimum(_ratio(passages.credit * ONE, np.maximum(shorter, 1)), ONE - 1)
    shares[equal] = ONE
    asked = (facts.named & ~facts.two_sources & (excerpts | (shares > 0))).nonzero()[0]
    unsaid = np.zeros(len(pairs), np.bool_)
    unsaid[asked] = _unsaid(texts, sides[asked], _spoken(passages, shorter, equal | excerpts, asked))
    certain = excerpts & (facts.one_headline | facts.two_sources)
    own = facts.one_site & ~facts.one_headline & ~certain & ~equal
    shares[own] = _ratio(shares[own], OWN)
    shares[unsaid] = 0
    # A short excerpt tells no place: a summary in a teaser does not make a digest of the page.
    told = ((shares >= units(threshold)) & ~equal)[passages.run]
    shares[certain & ~unsaid] = ONE - 1
    return PairVerdicts(shares, unsaid & equal, passages.run[told], passages.right[told])


def _ratio(counts: Indices, of: Indices | int) -> Indices:
    """The least whole numbers that are no less than ``counts / of``: a share that reaches a threshold, which is rounded
    up too, still reaches it."""
    ratio: Indices = -(-counts // of)
    return ratio


def _aligned(tokens: Ragged, sides: Pairs, places: Indices) -> Passages:
    """The passages of the pairs at these ``places``, rising; the other pairs have none."""
    if places.size == len(sides):
        return align(tokens, sides)
    some = align(tokens, sides[places])
    sums = np.zeros((3, len(sides)), np.int64)
    sums[:, places] = some[:3]
    return Passages(sums[0], sums[1], sums[2], places[some.pair], some.left, places[some.run], some.right)


class _Spoken(NamedTuple):
    """What pairs share, as stretches of their first texts: ``pair`` ``(q,) int64``, rising, and ``bounds`` ``(q, 2)
    int64``, counted from the first token of the text."""

    pair: Indices
    bounds: Indices


def _spoken(passages: Passages, lengths: Indices, entire: Flags, asked: Indices) -> _Spoken:
    """What the pairs that are ``asked`` ``(k,)``, rising, share: their passages, or the first text as a whole.

    ``lengths`` ``(p,)`` are those of the first texts, ``entire`` ``(p,)`` says whether a text is shared as a whole.
    Pairs are numbered by their place in ``asked``.
    """
    number = np.full(entire.size, -1)
    number[asked] = np.arange(asked.size)
    kept = ((number >= 0) & ~entire)[passages.pair]
    full = asked[entire[asked]]
    bounds = np.stack((np.zeros_like(full), lengths[full]), axis=1)
    pair = np.concatenate((number[passages.pair[kept]], number[full]))
    order = pair.argsort(kind="stable")
    return _Spoken(pair[order], np.concatenate((passages.left[kept], bounds))[order])


def _unsaid(texts: ComparedTexts, sides: Pairs, spoken: _Spoken) -> Flags:
    """``(k,)`` whether what each pair shares, with the other headline, has less than `SAID` of the words of each
    headline; never where a headline has no word that counts."""
    found = np.zeros(len(sides), np.bool_)
    words = texts.says.lengths[sides]
    places = np.flatnonzero((words > 0).all(axis=1))
    # Texts are searched once for all of their pairs.
    places = places[sides[places, 0].argsort(kind="stable")]
    first, last = (spoken.pair.searchsorted(places, side) for side in ("left", "right"))
    heads = first_of_equals(sides[places, 0])
    work = np.where(heads, texts.tokens.lengths[sides[places, 0]], 0) + words[places].sum(axis=1) + last - first
    for start, end in chunks(work, _TOKENS, max(1, places.size)):
        some, counts = places[start:end], (last - first)[start:end]
        own = ranges(first[start:end], counts)
        part = _Spoken(np.arange(some.size).repeat(counts), spoken.bounds[own])
        found[some] = (_said(texts, sides[some], part) < SAID * words[some]).all(axis=1)
    return found


def _said(texts: ComparedTexts, sides: Pairs, spoken: _Spoken) -> Indices:
    """``(k, 2)`` how many words of both headlines of each pair are in what the pair shares or in the other headline."""
    titled, owner = distinct(sides.reshape(-1))
    says = take_rows(texts.says, titled)
    vocabulary, number = distinct(says.values)
    asked = take_rows(Ragged(number.astype(np.uint64), says.bounds), owner)
    # A code is a pair and a word.
    pair = np.arange(len(sides)).repeat(2).repeat(asked.lengths)
    codes = pair * vocabulary.size + asked.values.view(np.int64)
    side = np.tile((False, True), len(sides)).repeat(asked.lengths)
    said = _shared(texts.tokens, sides[:, 0], spoken, vocabulary)
    there = find(said, codes)[1]
    for one in (False, True):
        mine, others = (side == one).nonzero()[0], np.sort(codes[side != one])
        there[mine] |= find(others, codes[mine])[1]
    return np.bincount((pair * 2 + side)[there], minlength=sides.size).reshape(-1, 2)


def _shared(tokens: Ragged, rows: Indices, spoken: _Spoken, vocabulary: Hashes) -> Indices:
    """Codes of pairs and words, sorted: the words of the ``vocabulary`` that pairs, whose first texts are ``rows``
    ``(k,)``, share."""
    owners, owner = distinct(rows)
    searched = take_rows(tokens, owners)
    sieve = np.zeros(1 << _SIEVE, np.bool_)
    sieve[_class(vocabulary)] = True
    places = where_set(sieve[_class(searched.values)])
    number, there = find(vocabulary, searched.values[places])
    places, number = places[there], number[there]
    bounds = spoken.bounds + searched.bounds[owner[spoken.pair], :1]
    first, last = places.searchsorted(bounds).T
    codes = spoken.pair.repeat(last - first) * vocabulary.size + number[ranges(first, last - first)]
    codes.sort()
    return codes


def _class(words: Hashes) -> Indices:
    """The class of each word in the sieve."""
    return ((words * _MIX) >> np.uint64(64 - _SIEVE)).view(np.int64)
