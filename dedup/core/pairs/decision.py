"""Pairs of texts without boilerplate -> the share of each pair, and the texts that are no articles.

Each engine decides its pairs here. A pair is decided from its two texts and its facts alone, so an engine may decide
pairs in batches of any size.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.arrays.sorting import find
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import rule, similarity
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.pairs.rules import SHINGLES, Grounds, RuleNumbers
from dedup.core.sketch.shingles import shingle
from dedup.core.text.figures import by_value
from dedup.core.text.notices import find_notices
from dedup.core.thresholds import NOTICE_WORDS, ONE
from dedup.settings import Settings

REASONS: Final = ("", "nothing of its own", "the same under other headlines", "a notice")
"""Why a text is no article; empty for an article."""

ARTICLE, NOTHING, WALL, NOTICE = range(4)
"""Positions in `REASONS`."""

_CANDIDATE: Final = 10
"""A pair is aligned if it shares one shingle in ``_CANDIDATE`` shingles of the smaller text. Pairs that share fewer
make no match. This number saves time and decides nothing."""

Reasons = npt.NDArray[np.int8]
"""``(n,)`` positions in `REASONS`."""


class DecidedPairs(NamedTuple):
    """The decision on ``p`` pairs.

    - ``shares`` ``(p,) int64``: the share of each pair, in units of 1 / `ONE`.
    - ``common`` ``(p,) int64``: shingles that both texts have.
    - ``walls`` ``(p,) bool``: the two texts are equal, stand under different headlines, and say neither headline.
    - ``rules`` ``(p,) int8``: the rule that had the last word (`core.pairs.rules`).

    The passages of the pairs that match without being equal, as ``q`` runs of words:

    - ``pair`` ``(q,) int64``: the pair of each run, rising.
    - ``places`` ``(q, 2) int64``: the first token of the run in the longer text, and the end of the run.
    """

    shares: Indices
    common: Indices
    walls: Flags
    rules: RuleNumbers
    pair: Indices
    places: Indices


def shingle_sets(rests: Ragged, settings: Settings, workspace: Workspace) -> Ragged:
    """Returns the shingle sets of texts without boilerplate, as `core.pairs.similarity.distinct_shingles` makes them.

    Number words become figures first, so that figures are compared by value. This is done here and not for all texts,
    for most texts are in no pair.

    Args:
        rests: tokens of the texts without boilerplate. The number words are replaced in place.
        settings: the shingle size, and the seed of the hash functions.
        workspace: scratch memory.
    """
    by_value(rests.values, settings.seed)
    return similarity.distinct_shingles(shingle(rests, settings.shingle_size, settings.seed, workspace))


def decide_pairs(
    texts: ComparedTexts,
    sets: Ragged,
    pairs: Pairs,
    facts: PairFacts,
    threshold: float,
    grounds: Grounds | None = None,
) -> DecidedPairs:
    """Decides pairs of texts.

    A pair is aligned if its texts are equal, or if they share enough shingles (`_CANDIDATE`). Any other pair has the
    share 0. `core.pairs.rule.judge_pairs` applies the rule to the aligned pairs.

    Args:
        texts: the texts without boilerplate.
        sets: their shingle sets, as from `shingle_sets`.
        pairs: ``(p, 2)`` positions in ``texts``, in any order.
        facts: the facts of each pair beside its two texts.
        threshold: the share from which a pair is a match.
        grounds: takes the grounds of the decisions, if it is given. The decisions do not depend on it.

    Returns:
        The decision on each pair, in the order of ``pairs``.
    """
    common = similarity.count_shared(sets, pairs)
    smaller = sets.lengths[pairs].min(axis=1)
    left, right = texts.rests[pairs].T
    sharing = (common > 0) & (_CANDIDATE * common >= smaller)
    aligned = sharing | ((left == right) & (left != 0))
    positions = aligned.nonzero()[0]
    of_aligned = None if grounds is None else Grounds.empty(positions.size)
    judged = rule.judge_pairs(texts, pairs[positions], facts.of(positions), threshold, of_aligned)
    shares, walls = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.bool_)
    rules = np.full(len(pairs), SHINGLES, np.int8)
    shares[positions], walls[positions], rules[positions] = judged.shares, judged.walls, judged.rules
    if grounds is not None and of_aligned is not None:
        grounds.fill(SHINGLES, np.arange(len(pairs)), (common, smaller), 1 / _CANDIDATE, sharing)
        grounds.put(positions, of_aligned)
    matching = (judged.shares >= rule.units(threshold)) & (judged.shares < ONE)
    returned = matching[judged.pair]
    return DecidedPairs(shares, common, walls, rules, positions[judged.pair[returned]], judged.places[returned])


def may_be_notices(lengths: Indices) -> Flags:
    """Return whether texts may be notices, so that `no_article_reasons` looks at their headlines.

    Args:
        lengths: ``(n,)`` the tokens of each text without boilerplate.
    """
    return (lengths > 0) & (lengths <= NOTICE_WORDS)


def no_article_reasons(rests: Ragged, says: Ragged, hashes: Hashes, walls: Hashes, seed: int) -> Reasons:
    """Says why each text is no article, as far as the text alone shows.

    A text without words is `NOTHING`. A text that is known as a wall is `WALL`. A short text that consists of phrases
    like "log in" or "page not found" is `NOTICE`. The first of these that holds is returned.

    Args:
        rests: the tokens of ``n`` texts without boilerplate.
        says: the hashes of the words of their headlines, a row a text. Only a text that may be a notice
            (`may_be_notices`) needs its headline.
        hashes: ``(n,)`` the hash of all tokens of each text, as from `core.sketch.lookup_keys`.
        walls: hashes of texts that are known to stand under many headlines, rising.
        seed: the seed of the hash functions.

    Returns:
        ``(n,) int8`` positions in `REASONS`.
    """
    reasons = np.zeros(hashes.size, np.int8)
    short = may_be_notices(rests.lengths).nonzero()[0]
    if short.size:
        reasons[short] = np.where(find_notices(take_rows(rests, short), take_rows(says, short), seed), NOTICE, ARTICLE)
    reasons[find(walls, hashes)[1]] = WALL
    reasons[rests.lengths == 0] = NOTHING
    return reasons


def mark_walls(reasons: Reasons, hashes: Hashes, walls: Hashes) -> Reasons:
    """Return why each text is no article, once the pairs have shown which texts stand under many headlines.

    Args:
        reasons: ``(n,)`` as from `no_article_reasons`.
        hashes: ``(n,)`` the hash of all tokens of each text.
        walls: ``(w,)`` the hashes of texts that stand under many headlines, rising.

    Returns:
        ``(n,) int8`` positions in `REASONS`. A text without a word of its own keeps its reason.
    """
    marked = reasons.copy()
    marked[find(walls, hashes)[1] & (reasons != NOTHING)] = WALL
    return marked


def may_be_versions(reasons: Reasons) -> Flags:
    """Return which documents may be versions of a page or items: articles, and documents without a word of their own.

    A notice and a wall are neither.

    Args:
        reasons: ``(n,)`` why each document is no article.
    """
    may_be: Flags = (reasons == ARTICLE) | (reasons == NOTHING)
    return may_be
