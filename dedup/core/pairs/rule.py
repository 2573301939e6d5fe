"""Pairs of texts without boilerplate -> the share of each pair, and whether the pair is a wall: the rule on two texts.

The share of a pair is the part of the shorter text that consists of passages of the longer text
(`core.pairs.alignment`). Two texts are copies from a share on that the user chooses. Three rules change the share:

- Two equal texts are copies. So are two texts if the shorter text stands whole in the longer one, and the texts are
  under one headline or on two named sources.
- Two pages of one site under different headlines need a larger share: a site does not copy itself, it follows up.
- Words that two pages share under different headlines are no article if they say too little of each headline: they are
  a wall ("subscribe to read on") or a biography of the author. The share is 0, whatever the other rules say.

A *wall* is a pair of equal texts to which the third rule applies. `dedup/core/README.md` has the rule in sentences.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged, chunks, ranges, take_rows
from dedup.core.arrays.sorting import distinct, find, first_of_equals, where_set
from dedup.core.pairs.alignment import Passages, align, is_whole
from dedup.core.pairs.rules import EQUAL, EXCERPT, HEADLINES, ONE_SITE, SHARE, Grounds, RuleNumbers
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, ONE, OWN, SAID

_TOKENS: Final = 1 << 16
"""Tokens of texts that are searched for the words of headlines at a time, about."""

_SIEVE: Final = 16
"""Bits of a hash that tell most tokens apart from the words of headlines."""

_MIX: Final = np.uint64(0xD6E8FEB86659FD93)


class ComparedTexts(NamedTuple):
    """Texts without boilerplate.

    - ``tokens``: ``n`` rows, the tokens of each text.
    - ``rests`` ``(n,) uint64``: a hash of all tokens of each text, 0 for a text without tokens.
    - ``says``: ``n`` rows, the distinct hashes of the words of each headline that count (`SAID_LETTERS`).
    """

    tokens: Ragged
    rests: Hashes
    says: Ragged


class PairFacts(NamedTuple):
    """Facts of ``p`` pairs of pages beside their texts, all ``(p,) bool``.

    - ``one_headline``: the two pages may have one headline.
    - ``named``: both pages have a headline, and the headlines differ.
    - ``two_sources``: both pages name a source, and the sources differ.
    - ``one_site``: the two pages are of one site.
    """

    one_headline: Flags
    named: Flags
    two_sources: Flags
    one_site: Flags

    def of(self, pairs: Indices) -> "PairFacts":
        """Returns the facts of the pairs at the positions ``pairs``."""
        return PairFacts(*(flags[pairs] for flags in self))


class PairVerdicts(NamedTuple):
    """The answer of the rule for ``p`` pairs.

    - ``shares`` ``(p,) int64``: the share of each pair, in units of 1 / `ONE`. `ONE` says that the two texts are equal.
    - ``walls`` ``(p,) bool``: the two texts are equal, stand under different headlines, and say neither headline.
    - ``rules`` ``(p,) int8``: the rule that had the last word.

    The passages of the pairs whose passages reach the threshold, pairs of equal texts excepted, as ``q`` runs of words
    (`core.pairs.alignment`):

    - ``pair`` ``(q,) int64``: the pair of each run, rising.
    - ``places`` ``(q, 2) int64``: the first token of the run in the longer text and the end of the run, counted from
      the first token of that text. If both texts have one length, the second text is the longer one.
    """

    shares: Indices
    walls: Flags
    rules: RuleNumbers
    pair: Indices
    places: Indices


def shorter_first(lengths: Indices, pairs: Pairs) -> Pairs:
    """Returns pairs with the shorter text first. Pairs of one length stay as they are.

    Args:
        lengths: ``(n,)`` the tokens of each text.
        pairs: ``(p, 2)`` positions of texts.
    """
    is_longer = lengths[pairs[:, 0]] > lengths[pairs[:, 1]]
    return np.where(is_longer[:, np.newaxis], pairs[:, ::-1], pairs)


def units(share: float) -> int:
    """Returns ``share`` in units of 1 / `ONE`, rounded up."""
    return math.ceil(share * ONE)


def judge_pairs(
    texts: ComparedTexts, pairs: Pairs, facts: PairFacts, threshold: float, grounds: Grounds | None = None
) -> PairVerdicts:
    """Applies the rule to each pair. The answer for a pair does not depend on the other pairs.

    The steps, in order:

    1. The share is the words of the passages that count (`Passages`) over the words of the shorter text. Two equal
       texts have the share `ONE`, all other pairs have less.
    2. The shared words of a pair with different headlines say the headlines, or are no article. Pairs that name two
       sources pass this test.
    3. The share of two pages of one site under different headlines is divided by `OWN`, unless the texts are equal.
    4. The share is 0 if step 2 says that the shared words are no article.
    5. Else a whole excerpt has the highest share below `ONE` if it is under one headline, or on two named sources.

    Args:
        texts: the texts of the pairs. It may hold more texts.
        pairs: ``(p, 2)`` positions in ``texts``, in any order.
        facts: the facts of the pairs beside the texts.
        threshold: the share from which two texts are copies.
        grounds: takes the grounds of the answers, if it is given. The answers do not depend on it.

    Returns:
        `PairVerdicts` of the pairs, in their order.
    """
    sides = shorter_first(texts.tokens.lengths, pairs)
    shorter = texts.tokens.lengths[sides[:, 0]]
    left, right = texts.rests[sides.T]
    equal = (left == right) & (left != 0)
    passages = _align_pairs(texts.tokens, sides, (~equal).nonzero()[0])
    excerpts = is_whole(shorter, passages.replaced, passages.longest)
    shares = np.minimum(_divide_up(passages.credit * ONE, np.maximum(shorter, 1)), ONE - 1)
    shares[equal] = ONE
    titled = (facts.named & ~facts.two_sources & (excerpts | (shares > 0))).nonzero()[0]
    stated = _count_said(texts, sides[titled], _shared_spans(passages, shorter, equal | excerpts, titled))
    unsaid = np.zeros(len(pairs), np.bool_)
    unsaid[titled] = _says_too_little(stated, texts.says.lengths[sides[titled]])
    certain = excerpts & (may_excerpt := facts.one_headline | facts.two_sources)
    follow_ups = facts.one_site & ~facts.one_headline & ~certain & ~equal
    reached, shares[follow_ups] = shares >= units(threshold), _divide_up(shares[follow_ups], OWN)
    if grounds is not None:
        answers = _Answers(passages, sides, shorter, equal, follow_ups, may_excerpt, titled, stated)
        _fill_grounds(grounds, answers, texts.says.lengths, shares, threshold)
    shares[unsaid] = 0
    # The share before step 5 decides here: a summary in a teaser is a short excerpt, and makes no digest of the page.
    returned = ((shares >= units(threshold)) & ~equal)[passages.run]
    shares[certain & ~unsaid] = ONE - 1
    rules = np.where(follow_ups & reached, np.int8(ONE_SITE), np.int8(SHARE))
    rules[certain], rules[equal], rules[unsaid & (reached | certain)] = EXCERPT, EQUAL, HEADLINES
    return PairVerdicts(shares, unsaid & equal, rules, passages.run[returned], passages.right[returned])


class _Answers(NamedTuple):
    """The facts of ``p`` pairs by which the rules were decided.

    - ``passages``: the passages of the pairs.
    - ``sides`` ``(p, 2) int64``: the texts of each pair, the shorter text first.
    - ``shorter`` ``(p,) int64``: the words of the shorter text.
    - ``equal``, ``follow_ups``, ``may_excerpt`` ``(p,) bool``: equal texts; pairs of one site under different
      headlines; pairs under one headline or on two named sources.
    - ``titled`` ``(k,) int64``: the pairs that have to say a headline.
    - ``stated`` ``(k, 2) int64``: how many words of each headline of these pairs are said.
    """

    passages: Passages
    sides: Pairs
    shorter: Indices
    equal: Flags
    follow_ups: Flags
    may_excerpt: Flags
    titled: Indices
    stated: Indices


def _fill_grounds(grounds: Grounds, pairs: _Answers, says: Indices, shares: Indices, threshold: float) -> None:
    """Fill the grounds of pairs whose ``shares`` ``(p,)`` are those of step 3. ``says`` are the words of headlines."""
    passages, shorter, least = pairs.passages, pairs.shorter, units(threshold)
    grounds.replaced[:] = passages.replaced
    credit = np.where(pairs.equal, shorter, passages.credit)
    reached = np.minimum(_divide_up(credit * ONE, np.maximum(shorter, 1)), ONE) >= least
    grounds.fill(SHARE, np.arange(shorter.size), (credit, shorter), threshold, reached)
    rows = pairs.follow_ups.nonzero()[0]
    grounds.fill(ONE_SITE, rows, (credit[rows], shorter[rows]), OWN * threshold, shares[rows] >= least)
    rows = (pairs.may_excerpt & ~pairs.equal & (shorter >= EXCERPT_WORDS)).nonzero()[0]
    # The share of an excerpt is the highest share below `ONE`: too little where only equal texts are copies.
    whole = is_whole(shorter[rows], passages.replaced[rows], passages.longest[rows]) & (least < ONE)
    grounds.fill(EXCERPT, rows, (passages.longest[rows], shorter[rows]), shorter[rows] - BRIDGED_WORDS, whole)
    rows = pairs.equal.nonzero()[0]
    grounds.fill(EQUAL, rows, (np.ones_like(rows), np.ones_like(rows)), 1, pairs.equal[rows])
    words = says[pairs.sides[pairs.titled]]
    answered = (words > 0).all(axis=1)
    words, stated = words[answered], pairs.stated[answered]
    better = (stated[:, 1] * words[:, 0] > stated[:, 0] * words[:, 1]).astype(np.int64)[:, np.newaxis]
    counts = np.take_along_axis(stated, better, 1)[:, 0], np.take_along_axis(words, better, 1)[:, 0]
    grounds.fill(HEADLINES, pairs.titled[answered], counts, SAID, ~_says_too_little(stated, words))


def _divide_up(counts: Indices, divisors: Indices | int) -> Indices:
    """Returns ``counts / divisors``, rounded up.

    Thresholds are rounded up too. So a share that equals the threshold reaches it.
    """
    ratio: Indices = -(-counts // divisors)
    return ratio


def _align_pairs(tokens: Ragged, sides: Pairs, positions: Indices) -> Passages:
    """Aligns the pairs at ``positions``, rising, and returns `Passages` of all pairs: the other pairs have none."""
    if positions.size == len(sides):
        return align(tokens, sides)
    aligned = align(tokens, sides[positions])
    sums = np.zeros((3, len(sides)), np.int64)
    sums[:, positions] = aligned[:3]
    return Passages(
        sums[0], sums[1], sums[2], positions[aligned.pair], aligned.left, positions[aligned.run], aligned.right
    )


class _SharedSpans(NamedTuple):
    """Spans of the first texts of pairs that the second texts share.

    - ``pair`` ``(q,) int64``: the pair of each span, rising.
    - ``bounds`` ``(q, 2) int64``: the first token and the end of each span, counted from the first token of the text.
    """

    pair: Indices
    bounds: Indices


def _shared_spans(passages: Passages, lengths: Indices, entire: Flags, positions: Indices) -> _SharedSpans:
    """Returns the spans that some pairs share: their passages, or the first text as a whole.

    Args:
        passages: the passages of ``p`` pairs.
        lengths: ``(p,)`` the words of the first text of each pair.
        entire: ``(p,)`` whether the first text of a pair is shared as a whole.
        positions: ``(k,)`` the pairs whose spans are returned, rising.

    Returns:
        The spans. A pair is numbered by its place in ``positions``.
    """
    number = np.full(entire.size, -1)
    number[positions] = np.arange(positions.size)
    keep = ((number >= 0) & ~entire)[passages.pair]
    full = positions[entire[positions]]
    bounds = pair_up(np.zeros_like(full), lengths[full])
    pair = np.concatenate((number[passages.pair[keep]], number[full]))
    order = pair.argsort(kind="stable")
    return _SharedSpans(pair[order], np.concatenate((passages.left[keep], bounds))[order])


def _says_too_little(stated: Indices, words: Indices) -> Flags:
    """``(k,)`` whether the shared words of each pair say too little of both headlines.

    Too little is less than `SAID` of the words of the headline. The answer is no where a headline has no word that
    counts.

    Args:
        stated: ``(k, 2)`` the words of each headline that are said.
        words: ``(k, 2)`` the words of each headline that count.
    """
    too_little: Flags = (words > 0) & (stated < SAID * words)
    both: Flags = too_little[:, 0] & too_little[:, 1]
    return both


def _count_said(texts: ComparedTexts, sides: Pairs, spans: _SharedSpans) -> Indices:
    """``(k, 2)`` how many words of each headline of each pair stand in the shared spans or in the other headline.

    Pairs with a headline that has no word that counts are not searched, and have 0.
    """
    stated = np.zeros((len(sides), 2), np.int64)
    words = texts.says.lengths[sides]
    pairs = np.flatnonzero((words > 0).all(axis=1))
    # Pairs of one text stand together, so that the text is searched once for all of them.
    pairs = pairs[sides[pairs, 0].argsort(kind="stable")]
    first, last = (spans.pair.searchsorted(pairs, side) for side in ("left", "right"))
    heads = first_of_equals(sides[pairs, 0])
    costs = np.where(heads, texts.tokens.lengths[sides[pairs, 0]], 0) + words[pairs].sum(axis=1) + last - first
    for start, end in chunks(costs, _TOKENS, max(1, pairs.size)):
        batch, counts = pairs[start:end], (last - first)[start:end]
        batch_spans = ranges(first[start:end], counts)
        shared = _SharedSpans(np.arange(batch.size).repeat(counts), spans.bounds[batch_spans])
        stated[batch] = _count_said_words(texts, sides[batch], shared)
    return stated


def _count_said_words(texts: ComparedTexts, sides: Pairs, spans: _SharedSpans) -> Indices:
    """``(k, 2)`` as `_count_said`, for pairs whose headlines all have words that count."""
    titled, owner = distinct(sides.reshape(-1))
    says = take_rows(texts.says, titled)
    vocabulary, number = distinct(says.values)
    headlines = take_rows(Ragged(number.astype(np.uint64), says.bounds), owner)
    # A code is a pair and a word.
    pair = np.arange(len(sides)).repeat(2).repeat(headlines.lengths)
    codes = pair * vocabulary.size + headlines.values.view(np.int64)
    side = np.tile((False, True), len(sides)).repeat(headlines.lengths)
    shared = _shared_words(texts.tokens, sides[:, 0], spans, vocabulary)
    is_said = find(shared, codes)[1]
    for second in (False, True):
        mine, other_codes = (side == second).nonzero()[0], np.sort(codes[side != second])
        is_said[mine] |= find(other_codes, codes[mine])[1]
    return np.bincount((pair * 2 + side)[is_said], minlength=sides.size).reshape(-1, 2)


def _shared_words(tokens: Ragged, rows: Indices, spans: _SharedSpans, vocabulary: Hashes) -> Indices:
    """Returns codes of pairs and words, sorted: the words of the ``vocabulary`` in the shared spans of each pair.

    ``rows`` ``(k,)`` are the first texts of the pairs.
    """
    owners, owner = distinct(rows)
    searched = take_rows(tokens, owners)
    sieve = np.zeros(1 << _SIEVE, np.bool_)
    sieve[_sieve_class(vocabulary)] = True
    positions = where_set(sieve[_sieve_class(searched.values)])
    number, in_vocabulary = find(vocabulary, searched.values[positions])
    positions, number = positions[in_vocabulary], number[in_vocabulary]
    bounds = spans.bounds + searched.bounds[owner[spans.pair], :1]
    first, last = positions.searchsorted(bounds).T
    codes = spans.pair.repeat(last - first) * vocabulary.size + number[ranges(first, last - first)]
    codes.sort()
    return codes


def _sieve_class(words: Hashes) -> Indices:
    """Returns the class of each word in the sieve."""
    return ((words * _MIX) >> np.uint64(64 - _SIEVE)).view(np.int64)
