"""How well found stories agree with true clusters: pairs, adjusted Rand index, B-cubed. Labels in, figures out.

A label is the number of a document's cluster, counted from 0. Where nothing was found there is nothing wrong in it
(precision 1), and where there is nothing to find nothing was missed (recall 1).
"""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices


class Contingency(NamedTuple):
    """The true clusters and stories that have documents in common, and how many.

    ``both[i]`` documents are of true cluster ``true[i]`` and of story ``found[i]``, ``(c,) int64`` each, without empty
    cells; ``true_sizes`` and ``found_sizes`` count the documents of each cluster and of each story.
    """

    true: Indices
    found: Indices
    both: Indices
    true_sizes: Indices
    found_sizes: Indices


class PairCounts(NamedTuple):
    """Pairs of documents that are together in the truth, in the stories, and in ``both``."""

    both: int
    true: int
    found: int


class Measures(NamedTuple):
    """Precision, recall and their F1, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


def contingency(true: Indices, found: Indices) -> Contingency:
    """The contingency table of two labellings ``(n,)`` of the same documents."""
    true_sizes, found_sizes = np.bincount(true), np.bincount(found)
    width = max(found_sizes.size, 1)
    cells, both = np.unique(true * width + found, return_counts=True)
    return Contingency(cells // width, cells % width, both, true_sizes, found_sizes)


def pairs_within(sizes: Indices) -> Indices:
    """The pairs of documents in clusters of these sizes: ``n (n - 1) / 2`` each."""
    return sizes * (sizes - 1) // 2


def pair_counts(table: Contingency) -> PairCounts:
    """The pairs that are together, counted from the table as Hubert and Arabie (1985) do: sums of ``n (n - 1) / 2``."""
    sums = (pairs_within(sizes).sum() for sizes in (table.both, table.true_sizes, table.found_sizes))
    return PairCounts(*map(int, sums))


def labelled_counts(together: Flags, positive: Flags, ignored: Flags, found: int) -> PairCounts:
    """The counts for labelled pairs, of ``found`` pairs that are together in any story.

    Every pair that has no label is a negative, and those that are ignored are neither true nor found.
    """
    return PairCounts(
        both=int(np.count_nonzero(together & positive)),
        true=int(np.count_nonzero(positive)),
        found=found - int(np.count_nonzero(together & ignored)),
    )


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of both, 0 if both are 0: van Rijsbergen (1979), Information Retrieval, chapter 7."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def pairwise(counts: PairCounts) -> Measures:
    """Precision and recall over pairs of documents: Manning, Raghavan and Schütze (2008), Introduction to Information
    Retrieval, section 16.3."""
    precision = counts.both / counts.found if counts.found else 1.0
    recall = counts.both / counts.true if counts.true else 1.0
    return Measures(precision, recall, f1(precision, recall))


def adjusted_rand(counts: PairCounts, documents: int) -> float:
    """The Rand index corrected for chance: Hubert and Arabie (1985), Comparing partitions, Journal of Classification 2.

    It is ``(index - expected) / (maximum - expected)``, the index being the pairs that are together in both, its
    expectation ``true * found / all`` and its maximum the mean of ``true`` and ``found``. Two labellings that both have
    no pair, or both all pairs, agree: 1.
    """
    every = documents * (documents - 1) // 2
    chance = counts.true * counts.found
    # All in whole numbers, times 2 * every, so that the one case without a quotient is seen exactly.
    range_above_chance = (counts.true + counts.found) * every - 2 * chance
    return 2 * (counts.both * every - chance) / range_above_chance if range_above_chance else 1.0


def b_cubed(table: Contingency) -> Measures:
    """B-cubed: Bagga and Baldwin (1998), Algorithms for scoring coreference chains, with equal weights; for clusters
    Amigó and others (2009), A comparison of extrinsic clustering evaluation metrics.

    A document's precision is the share of its story that is of its true cluster, its recall the share of its true
    cluster that is in its story, itself counted in both; the measures are the means over all documents.
    """
    documents = int(table.both.sum())
    if not documents:
        return Measures(1.0, 1.0, 1.0)
    squares = table.both * table.both
    precision = float((squares / table.found_sizes[table.found]).sum()) / documents
    recall = float((squares / table.true_sizes[table.true]).sum()) / documents
    return Measures(precision, recall, f1(precision, recall))


def wrong_pairs(table: Contingency) -> Indices:
    """The pairs in each story that are apart in the truth."""
    return _apart(table.found_sizes, table.found, table.both)


def missed_pairs(table: Contingency) -> Indices:
    """The pairs in each true cluster that are apart in the stories."""
    return _apart(table.true_sizes, table.true, table.both)


def _apart(sizes: Indices, labels: Indices, parts: Indices) -> Indices:
    """The pairs in each cluster that are not within one of its parts; part ``i`` is of cluster ``labels[i]``."""
    pairs = pairs_within(sizes)
    np.subtract.at(pairs, labels, pairs_within(parts))
    return pairs
