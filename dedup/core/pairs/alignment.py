"""Pairs of texts -> the passages that each pair shares: the measure of a pair.

A passage is a stretch of equal words. A copy shares passages with its original, and words that were cut away or added
around a passage do not count against it. Two articles on one event share phrases and quotes, which are short. Two
reports that fill one template share nearly all of their words too, but in short stretches between figures that are
*replaced*: each text has another figure there. So `PASSAGE_COST` words of each passage do not count, and each replaced
figure costs `FIGURE_COST` words more.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes, Indices, Pairs
from dedup.core.arrays.pair_codes import pair_up
from dedup.core.arrays.ragged import Ragged, counts_of, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.pairs.anchors import SEED, PairBatch, pair_batches
from dedup.core.pairs.runs import TOKENS, Runs, batch_runs
from dedup.core.text.figures import is_figure
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, FIGURE_COST, FIGURE_GAP, PASSAGE_COST

_NOWHERE: Final = (np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
"""No pairs and no spans."""


class Passages(NamedTuple):
    """The passages that pairs of texts (A, B) share.

    Fields of each of ``p`` pairs:

    - ``credit`` ``(p,) int64``: the words of all passages, less `PASSAGE_COST` for each passage and `FIGURE_COST` for
      each replaced figure. A passage never counts less than 0, nor does the sum.
    - ``replaced`` ``(p,) int64``: replaced figures.
    - ``longest`` ``(p,) int64``: words of the longest passage.

    Fields of each of ``q`` passages that count. A passage counts if it has more than `PASSAGE_COST` words. The longest
    passage of a pair counts also if A stands whole in B (`is_whole`).

    - ``pair`` ``(q,) int64``: the pair of the passage, rising.
    - ``left`` ``(q, 2) int64``: the first token of the passage in A and its end, counted from the first token of A.

    Fields of each of ``r`` runs of equal words of these passages. One passage in A may stand in several pieces in B, so
    its places in B are those of its runs.

    - ``run`` ``(r,) int64``: the pair of the run, rising.
    - ``right`` ``(r, 2) int64``: the first token of the run in B and its end, counted from the first token of B.
    """

    credit: Indices
    replaced: Indices
    longest: Indices
    pair: Indices
    left: Indices
    run: Indices
    right: Indices


def align(tokens: Ragged, pairs: Pairs) -> Passages:
    """Finds the passages of each pair of texts.

    - A *run* is a stretch of equal words (`core.pairs.runs`). All that is returned are sums over runs.
    - Two neighbouring runs are one *passage* if nothing stands between them in A, wherever they are in B. They are one
      passage also if `BRIDGED_WORDS` stand between them in A, and no more in B. In B the runs may then overlap by
      `SEED` words. But a figure in place of another figure ends a passage.
    - The words of a passage are the words of its runs. A word that two runs cover counts once.
    - A figure is *replaced* if 1 to `FIGURE_GAP` tokens stand between two runs, in A and in B, and each side has a
      figure that the other side has not.

    Time is n log n in the tokens of the texts, and linear in the tokens of the pairs. Memory is some words a pair and
    about 100 bytes for each of twice `TOKENS` tokens, or for each token of the longest pair.

    Args:
        tokens: ``n`` rows, the tokens of each text.
        pairs: ``(p, 2)`` texts A and B, in any order. A is the text with fewer tokens.

    Returns:
        `Passages` of the pairs, in their order.
    """
    sums = np.zeros((3, len(pairs)), np.int64)
    lefts, rights = [_NOWHERE], [_NOWHERE]
    for batch in pair_batches(tokens.lengths, pairs, TOKENS):
        passages = _align_batch(take_rows(tokens, batch.texts), batch)
        sums[:, batch.places] = passages[:3]
        lefts.append((batch.places[passages.pair], passages.left))
        rights.append((batch.places[passages.run], passages.right))
    return Passages(sums[0], sums[1], sums[2], *_concatenate(lefts), *_concatenate(rights))


def _concatenate(batches: list[tuple[Indices, Indices]]) -> tuple[Indices, Indices]:
    """Joins pairs ``(k,)`` and spans ``(k, 2)`` of several batches, in the order of the pairs."""
    pair, spans = map(np.concatenate, zip(*batches, strict=True))
    order = pair.argsort(kind="stable")
    return pair[order], spans[order]


def is_whole(lengths: Indices, replaced: Indices, longest: Indices) -> npt.NDArray[np.bool_]:
    """Says of each pair whether A stands whole in B: one passage has all words of A but `BRIDGED_WORDS` at most.

    A text of less than `EXCERPT_WORDS` words is never whole in another text.

    Args:
        lengths: ``(p,)`` words of A.
        replaced: ``(p,)`` replaced figures, as in `Passages`.
        longest: ``(p,)`` words of the longest passage, as in `Passages`.

    Returns:
        ``(p,)`` flags.
    """
    whole: npt.NDArray[np.bool_] = (lengths >= EXCERPT_WORDS) & (replaced == 0) & (longest >= lengths - BRIDGED_WORDS)
    return whole


def _align_batch(texts: Ragged, batch: PairBatch) -> Passages:
    """Finds the passages of a batch. Pairs are numbered as in the batch, and ``texts`` are the texts of the batch."""
    count = len(batch.sides)
    runs = batch_runs(texts, batch)
    one_pair = runs.pair[1:] == runs.pair[:-1]
    gaps = pair_up(*(starts[1:] - starts[:-1] - runs.words[:-1] for starts in (runs.left, runs.right)))
    replaced = _count_replaced(texts.values, runs, gaps, one_pair)
    # Runs that overlap or touch in A are one passage, wherever they are in B.
    touching = gaps[:, 0] <= 0
    bridged = _is_bridged(texts.values, runs, gaps) & (gaps[:, 1] >= -SEED) & (replaced == 0)
    begins = np.ones(runs.pair.size, np.bool_)
    begins[1:] = ~(one_pair & (touching | bridged))
    words = runs.words.copy()
    words[1:] += np.where(one_pair, np.minimum(gaps[:, 0], 0), 0)
    starts = begins.nonzero()[0]
    lasts = starts + counts_of(starts, runs.pair.size) - 1
    pair, words = runs.pair[starts], np.add.reduceat(words, starts)
    replaced = _sum_of_pairs(replaced, runs.pair[1:], count)
    credit = _sum_of_pairs(np.maximum(words - PASSAGE_COST, 0), pair, count) - FIGURE_COST * replaced
    longest = np.zeros(count, np.int64)
    heads = first_of_equals(pair).nonzero()[0]
    longest[pair[heads]] = np.maximum.reduceat(words, heads)
    counted = words > PASSAGE_COST
    whole = is_whole(texts.lengths[batch.sides[:, 0]], replaced, longest)
    counted |= whole[pair] & (words == longest[pair])
    inside = counted.repeat(lasts + 1 - starts)
    pair, starts, lasts = pair[counted], starts[counted], lasts[counted]
    left = pair_up(runs.left[starts], runs.left[lasts] + runs.words[lasts])
    left -= texts.bounds[batch.sides[pair, 0], :1]
    run, right = runs.pair[inside], pair_up(runs.right, runs.right + runs.words)[inside]
    right -= texts.bounds[batch.sides[run, 1], :1]
    return Passages(np.maximum(credit, 0), replaced, longest, pair, left, run, right)


def _is_bridged(values: Hashes, runs: Runs, gaps: Indices) -> npt.NDArray[np.bool_]:
    """``(r - 1,)`` whether the gap before each run but the first is at most `BRIDGED_WORDS` words in both texts.

    Two ideographs are one word here: scripts without spaces have a token for each character.
    """
    short = gaps <= BRIDGED_WORDS
    for side, starts in enumerate((runs.left, runs.right)):
        two = ((gaps[:, side] == 2 * BRIDGED_WORDS) & (gaps[:, 1 - side] <= 2 * BRIDGED_WORDS)).nonzero()[0]
        if two.size:
            stops = starts[two] + runs.words[two]
            short[two, side] = _is_ideograph(values[stops]) & _is_ideograph(values[stops + 1])
    both: npt.NDArray[np.bool_] = short[:, 0] & short[:, 1]
    return both


def _is_ideograph(tokens: Hashes) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether each token is one ideograph or one character of kana: three bytes of UTF-8.

    A short token holds its own bytes, the first byte lowest (`core.text.tokens`).
    """
    first = tokens & np.uint64(0xFF)
    return (tokens >> np.uint64(16) > 0) & (tokens < np.uint64(1 << 24)) & (first >= 0xE3) & (first <= 0xE9)


def _sum_of_pairs(values: Indices, pair: Indices, count: int) -> Indices:
    """``(count,)`` the sum of the values of each pair. Floats hold these sums exactly, for they are far below 2**53."""
    return np.bincount(pair, values, count).astype(np.int64)


def _count_replaced(values: Hashes, runs: Runs, gaps: Indices, one_pair: npt.NDArray[np.bool_]) -> Indices:
    """``(r - 1,)`` replaced figures between each run and the next run: the figures of the side that has fewer figures,
    less the figures that both sides have.

    ``gaps`` ``(r - 1, 2)`` are the tokens between the two runs in A and in B. ``one_pair`` ``(r - 1,)`` says whether
    both runs are of one pair.
    """
    replaced = np.zeros(len(gaps), np.int64)
    inside = (((gaps >= 1) & (gaps <= FIGURE_GAP)).all(axis=1) & one_pair).nonzero()[0]
    between = gaps[inside].reshape(-1)  # in A and in B, by turns
    tokens = values[ranges(pair_up(runs.left[1:], runs.right[1:])[inside].reshape(-1) - between, between)]
    figures = is_figure(tokens)
    edges = edges_of(figures)[edges_of(between)]
    firsts, counts = edges[:-1].reshape(-1, 2), (edges[1:] - edges[:-1]).reshape(-1, 2)
    both = (counts > 0).all(axis=1)
    inside, firsts, counts = inside[both], firsts[both], counts[both]
    replaced[inside] = counts.min(axis=1) - _count_common(tokens[figures], firsts, counts)
    return replaced


def _count_common(values: Hashes, firsts: Indices, counts: Indices) -> Indices:
    """``(g,)`` figures that both sides of each gap have. A figure counts as often as both sides have it.

    ``values`` are all figures. ``firsts`` ``(g, 2)`` is the first figure of each side of each gap, and ``counts``
    ``(g, 2)``, at least 1, is the number of its figures.
    """
    lengths = counts.reshape(-1)
    side = np.arange(lengths.size).repeat(lengths)  # even in A, odd in B
    value = values[ranges(firsts.reshape(-1), lengths)]
    order = np.lexsort((value, side >> 1))
    side, value = side[order], value[order]
    new = first_of_equals(side >> 1) | first_of_equals(value)
    groups = new.nonzero()[0]
    in_b = edges_of(side & 1)
    in_b = in_b[np.concatenate((groups[1:], [side.size]))] - in_b[groups]
    in_a = counts_of(groups, side.size) - in_b
    return _sum_of_pairs(np.minimum(in_a, in_b), side[groups] >> 1, len(counts))
