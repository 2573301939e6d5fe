"""Pairs of texts -> the runs of equal words that each pair shares.

A *seed* is a shingle of `SEED` tokens of A that B has too (`core.pairs.anchors`). A *run* is made of seeds that follow
each other in both texts. `core.pairs.alignment` sums runs up.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.ragged import Ragged, counts_of, take_rows
from dedup.core.pairs.anchors import SEED, PairBatch, find_anchors, pair_batches

TOKENS: Final = 1 << 16
"""Tokens of the texts of one batch of pairs, about."""


class Runs(NamedTuple):
    """Runs in the order of pairs and of A; all arrays are ``(r,) int64``.

    - ``pair``: the pair of each run.
    - ``left``, ``right``: positions of the first token of each run in A and in B.
    - ``words``: tokens of each run.
    """

    pair: Indices
    left: Indices
    right: Indices
    words: Indices


def find_runs(tokens: Ragged, pairs: Pairs) -> Runs:
    """Find the runs of each pair of texts.

    Shingles are compared by the upper bits of a 64-bit hash, for the lower bits hold the position of a token in its
    batch. 47 bits remain: one of four million pairs of 500 words has one seed too many.

    Args:
        tokens: ``n`` rows, the tokens of each text.
        pairs: ``(p, 2)`` texts A and B, in any order. A is the text with fewer tokens.

    Returns:
        The runs. Positions are counted from the first token of each text.
    """
    batches = [Runs(*np.zeros((4, 0), np.int64))]
    for batch in pair_batches(tokens.lengths, pairs, TOKENS):
        texts = take_rows(tokens, batch.texts)
        runs = batch_runs(texts, batch)
        first, second = texts.bounds[batch.sides[runs.pair], 0].T
        batches.append(Runs(batch.places[runs.pair], runs.left - first, runs.right - second, runs.words))
    runs = Runs(*map(np.concatenate, zip(*batches, strict=True)))
    order = runs.pair.argsort(kind="stable")
    return Runs(*(column[order] for column in runs))


def batch_runs(texts: Ragged, batch: PairBatch) -> Runs:
    """Join the seeds of a batch to runs.

    Args:
        texts: the texts of the batch, without gaps.
        batch: the pairs.

    Returns:
        The runs. Pairs are numbered as in the batch, and positions are those in the tokens of the batch.
    """
    counts, left, right = find_anchors(texts, batch)
    ends = counts.cumsum()
    new = np.ones(left.size, np.bool_)
    new[1:] = (left[1:] - left[:-1] != 1) | (right[1:] - right[:-1] != 1)
    new[(ends - counts)[counts > 0]] = True
    starts = new.nonzero()[0]
    words = counts_of(starts, left.size)
    words += SEED - 1
    return Runs(ends.searchsorted(starts, "right"), left[starts], right[starts], words)
