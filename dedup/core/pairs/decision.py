"""Texts without boilerplate, in pairs -> what each pair shares, and which texts are no articles.

Each engine asks here, in whatever parts it works: a pair is decided from its two texts alone.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices, Pairs
from dedup.core.arrays.ragged import Ragged, take_rows
from dedup.core.arrays.workspace import Workspace
from dedup.core.pairs import rule, similarity
from dedup.core.pairs.rule import ComparedTexts, PairFacts
from dedup.core.sketch.shingles import shingle
from dedup.core.text.figures import by_value
from dedup.core.text.notices import find_notices
from dedup.core.thresholds import NOTICE_WORDS, ONE
from dedup.settings import Settings

REASONS: Final = ("", "nothing of its own", "the same under other headlines", "a notice")
"""Why a text is no article; empty for an article."""

ARTICLE, NOTHING, WALL, NOTICE = range(4)
"""Places in `REASONS`."""

_CANDIDATE: Final = 10
"""A pair is aligned if it shares one in so many of the shingles of the smaller text. Fewer make no match; this
saves time, and decides nothing."""

Reasons = npt.NDArray[np.int8]
"""``(n,)`` places in `REASONS`."""


class DecidedPairs(NamedTuple):
    """What ``p`` pairs share: ``shares`` ``(p,) int64`` in units of ``1 / ONE``; ``common`` ``(p,) int64`` shingles in
    both; ``walls`` ``(p,) bool``: the two are equal, under headlines that they do not say. Of the pairs that match
    without being equal, the passages of the shorter text in the longer one: ``pair`` ``(q,) int64``, rising, and
    ``places`` ``(q, 2) int64``, where each begins and ends."""

    shares: Indices
    common: Indices
    walls: Flags
    pair: Indices
    places: Indices


def shingle_sets(rests: Ragged, settings: Settings, work: Workspace) -> Ragged:
    """The shingle sets of texts without boilerplate, as from `core.pairs.similarity.distinct_shingles`. In ``rests``, in place, number words
    become figures: so the measure of a pair has them by value. Most texts are in no pair."""
    by_value(rests.values, settings.seed)
    return similarity.distinct_shingles(shingle(rests, settings.shingle_size, settings.seed, work))


def decide_pairs(texts: ComparedTexts, sets: Ragged, pairs: Pairs, facts: PairFacts, threshold: float) -> DecidedPairs:
    """Decide pairs of texts.

    Args:
        texts: the texts without boilerplate.
        sets: their shingle sets, as from `shingle_sets`.
        pairs: ``(p, 2)`` of places among the texts, in any order.
        facts: what is known of each pair beside the two texts.
        threshold: the share from which a pair is a match.

    Returns:
        What each pair shares.
    """
    common = similarity.count_shared(sets, pairs)
    left, right = texts.rests[pairs].T
    near = (common > 0) & (_CANDIDATE * common >= sets.lengths[pairs].min(axis=1))
    near |= (left == right) & (left != 0)
    asked = near.nonzero()[0]
    judged = rule.judge_pairs(texts, pairs[asked], facts.of(asked), threshold)
    shares, walls = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.bool_)
    shares[asked], walls[asked] = judged.shares, judged.walls
    matching = (judged.shares >= rule.units(threshold)) & (judged.shares < ONE)
    told = matching[judged.pair]
    return DecidedPairs(shares, common, walls, asked[judged.pair[told]], judged.places[told])


def no_article_reasons(rests: Ragged, says: Ragged, hashes: Hashes, walls: Hashes, seed: int) -> Reasons:
    """Why each text is no article, as far as the text alone tells.

    Args:
        rests: the tokens of ``n`` texts without boilerplate.
        says: the hashes of the words of their headlines, a row a text.
        hashes: ``(n,)`` the hash of all tokens of each text, as from `core.sketch.lookup_keys`.
        walls: hashes of texts that are known to stand under many headlines, rising.
        seed: the key of the hash functions.

    Returns:
        ``(n,) int8`` places in `REASONS`.
    """
    reasons = np.zeros(hashes.size, np.int8)
    short = ((rests.lengths > 0) & (rests.lengths <= NOTICE_WORDS)).nonzero()[0]
    reasons[short] = np.where(find_notices(take_rows(rests, short), take_rows(says, short), seed), NOTICE, ARTICLE)
    reasons[np.isin(hashes, walls)] = WALL
    reasons[rests.lengths == 0] = NOTHING
    return reasons


def mark_walls(reasons: Reasons, hashes: Hashes, walls: Hashes) -> Reasons:
    """Return why each text is no article, once the pairs have shown which texts stand under many headlines.

    Args:
        reasons: ``(n,)`` as from `no_article_reasons`.
        hashes: ``(n,)`` the hash of all tokens of each text.
        walls: ``(w,)`` the hashes of texts that stand under many headlines.

    Returns:
        ``(n,) int8`` places in `REASONS`. A text without a word of its own keeps its reason.
    """
    return np.where(np.isin(hashes, walls) & (reasons != NOTHING), WALL, reasons).astype(np.int8)
