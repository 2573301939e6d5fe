"""Labels of true clusters and of stories -> scores of their agreement: pairs, adjusted Rand index, B-cubed.

A label is the number of the cluster or story of a document, from 0. Precision is 1 if the stories have no pairs. Recall
is 1 if the truth has no pairs.
"""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.sorting import counted


class Contingency(NamedTuple):
    """A table of the numbers of documents that true clusters and stories share. It has no empty cells.

    - ``true``, ``predicted``, ``both``, each ``(c,) int64``: true cluster ``true[i]`` and story ``found[i]`` share
      ``both[i]`` documents.
    - ``true_sizes``, ``predicted_sizes``: the numbers of documents of each true cluster and of each story.
    """

    true: Indices
    predicted: Indices
    both: Indices
    true_sizes: Indices
    predicted_sizes: Indices


class PairCounts(NamedTuple):
    """Numbers of pairs of documents in one cluster: in ``both``, in the truth (``true``), in the stories
    (``predicted``)."""

    both: int
    true: int
    predicted: int


class Measures(NamedTuple):
    """Precision, recall and their F1, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


def contingency(true: Indices, predicted: Indices) -> Contingency:
    """Return the contingency table of the true labels ``(n,)`` and the labels of stories ``(n,)`` of documents."""
    true_sizes, story_sizes = np.bincount(true), np.bincount(predicted)
    width = max(story_sizes.size, 1)
    cells, both = counted(true * width + predicted)
    return Contingency(cells // width, cells % width, both, true_sizes, story_sizes)


def pairs_within(sizes: Indices) -> Indices:
    """Return the number of pairs of documents in each cluster of these ``sizes``: ``n (n - 1) / 2``."""
    return sizes * (sizes - 1) // 2


def pair_counts(table: Contingency) -> PairCounts:
    """Count pairs as Hubert and Arabie (1985) do: sums of ``n (n - 1) / 2`` over the cells of the table."""
    sums = (pairs_within(sizes).sum() for sizes in (table.both, table.true_sizes, table.predicted_sizes))
    return PairCounts(*map(int, sums))


def labelled_counts(together: Flags, positive: Flags, ignored: Flags, predicted: int) -> PairCounts:
    """Count pairs if only some pairs have labels. A pair without a label is a negative.

    Args:
        together: ``(p,)`` whether each labelled pair is in one story.
        positive: ``(p,)`` whether the label of each pair is positive.
        ignored: ``(p,)`` whether the label of each pair says to ignore it. Ignored pairs count nowhere.
        predicted: the number of all pairs in stories, with or without a label.
    """
    return PairCounts(
        both=int(np.count_nonzero(together & positive)),
        true=int(np.count_nonzero(positive)),
        predicted=predicted - int(np.count_nonzero(together & ignored)),
    )


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean, 0 if both are 0 (van Rijsbergen 1979, Information Retrieval, chapter 7)."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pairwise(counts: PairCounts) -> Measures:
    """Return precision, recall and F1 over pairs of documents.

    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, section 16.3.
    """
    precision = counts.both / counts.predicted if counts.predicted else 1.0
    recall = counts.both / counts.true if counts.true else 1.0
    return Measures(precision, recall, f1(precision, recall))


def adjusted_rand(counts: PairCounts, documents: int) -> float:
    """Return the Rand index corrected for chance.

    Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2. The score is
    ``(index - expected) / (maximum - expected)``. The index is the number of pairs in both. Its expectation is
    ``true * predicted / all``. Its maximum is the mean of ``true`` and ``predicted``. The score is 1 if both labellings
    have no pair, or both have all pairs.
    """
    all_pairs = documents * (documents - 1) // 2
    chance = counts.true * counts.predicted
    # Whole numbers, multiplied by 2 * all_pairs, show the case without a quotient exactly.
    range_above_chance = (counts.true + counts.predicted) * all_pairs - 2 * chance
    return 2 * (counts.both * all_pairs - chance) / range_above_chance if range_above_chance else 1.0


def b_cubed(table: Contingency) -> Measures:
    """Return the B-cubed scores, the means of precision and recall over all documents.

    The precision of a document is the share of its story that is in its true cluster. The recall of a document is the
    share of its true cluster that is in its story. Both count the document itself. Bagga and Baldwin (1998), Algorithms
    for scoring coreference chains, with equal weights. For clusters: Amigó and others (2009), A comparison of extrinsic
    clustering evaluation metrics.
    """
    documents = int(table.both.sum())
    if not documents:
        return Measures(1.0, 1.0, 1.0)
    squares = table.both * table.both
    precision = float((squares / table.predicted_sizes[table.predicted]).sum()) / documents
    recall = float((squares / table.true_sizes[table.true]).sum()) / documents
    return Measures(precision, recall, f1(precision, recall))


def wrong_pairs(table: Contingency) -> Indices:
    """Return the number of pairs in each story that the truth separates."""
    return _count_separated(table.predicted_sizes, table.predicted, table.both)


def missed_pairs(table: Contingency) -> Indices:
    """Return the number of pairs in each true cluster that the stories separate."""
    return _count_separated(table.true_sizes, table.true, table.both)


def _count_separated(sizes: Indices, labels: Indices, cell_sizes: Indices) -> Indices:
    """Return the number of pairs in each cluster that are in no cell of the cluster.

    ``sizes`` are the sizes of the clusters. Cell ``i``, of size ``cell_sizes[i]``, belongs to cluster ``labels[i]``.
    """
    pairs = pairs_within(sizes)
    np.subtract.at(pairs, labels, pairs_within(cell_sizes))
    return pairs
