"""Average link joins the clusters of the greatest average share, with ties and at the threshold."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from dedup.core.stories.average_link import average_link
from dedup.core.stories.clustering import MAX_COMPONENT
from dedup.core.stories.reference import clustering as slow
from dedup.core.thresholds import ONE
from tests.helpers.shares import distinct_shares, numbered, shares_with_ties, units


@settings(deadline=None)  # the twin is slow
@given(st.integers(2, 12), st.integers(0, 10**6), st.floats(0.05, 1.0))
def test_average_link_equals_its_twin(n: int, seed: int, threshold: float) -> None:
    """Clusters equal the clusters of the slow twin, with ties and without."""
    matrices = [distinct_shares(n, seed), shares_with_ties(n, seed), shares_with_ties(n, seed + 1)]
    clusters = average_link(n, np.array([matrix[np.triu_indices(n, 1)] for matrix in matrices]), units(threshold))
    assert clusters.max() < n
    for matrix, labels in zip(matrices, clusters.tolist(), strict=True):
        assert slow.average_link(n, matrix.item, units(threshold)) == numbered(labels)


@settings(deadline=None)  # the twin is slow
@given(st.integers(2, 10), st.integers(0, 10**6), st.floats(0.05, 1.0))
def test_pairs_that_are_apart_are_in_no_cluster(n: int, seed: int, threshold: float) -> None:
    """Clusters equal the clusters of the slow twin where pairs are apart, and no cluster has such a pair."""
    matrices = [distinct_shares(n, seed), shares_with_ties(n, seed)]
    for place, matrix in enumerate(matrices):
        apart = np.triu(np.random.default_rng(seed + place).random((n, n)) < 0.2, 1)
        matrix[apart | apart.T] = -1
    clusters = average_link(n, np.array([matrix[np.triu_indices(n, 1)] for matrix in matrices]), units(threshold))
    for matrix, labels in zip(matrices, clusters, strict=True):
        assert slow.average_link(n, matrix.item, units(threshold)) == numbered(labels.tolist())
        assert not (np.equal.outer(labels, labels) & (matrix < 0) & ~np.eye(n, dtype=bool)).any()


@settings(deadline=None)  # the first call of scipy takes long
@given(st.integers(2, 60), st.integers(0, 1000), st.floats(0.05, 1.0))
def test_average_link_equals_that_of_scipy(n: int, seed: int, threshold: float) -> None:
    """Without ties the clusters equal the clusters of scipy."""
    shares = distinct_shares(n, seed)[np.triu_indices(n, 1)]
    tree = hierarchy.linkage(1 - shares / ONE, "average")
    expected = hierarchy.fcluster(tree, 1 - threshold, "distance").tolist()
    assert numbered(expected) == numbered(average_link(n, shares[np.newaxis], units(threshold))[0].tolist())


def test_average_link_of_all_that_are_compared() -> None:
    """The largest set of two interleaved stories makes two clusters, and sums of shares do not overflow."""
    n = MAX_COMPONENT
    like = np.where(np.equal.outer(np.arange(n) % 2, np.arange(n) % 2), ONE, ONE // 2)
    labels = average_link(n, like[np.triu_indices(n, 1)][np.newaxis], units(0.6))[0]
    assert (np.arange(n) % 2).tolist() == labels.tolist()


@given(st.integers(2, 40), st.sampled_from([0.1, 0.3, 0.6, 0.7, 1.0]))
def test_average_link_at_the_threshold(n: int, threshold: float) -> None:
    """Documents whose shares all equal the threshold are one cluster, in spite of rounding."""
    labels = average_link(n, np.full((1, n * (n - 1) // 2), units(threshold)), units(threshold))
    assert 1 == len(set(labels[0].tolist()))
