"""Pairs to label are near to the bound, and of many sites."""

import numpy as np

from dedup.core.evaluation.doubtful_pairs import choose_doubtful


def test_the_nearest_pair_of_each_two_sites_comes_first():
    """Two sites have their second pair after all others had their first; the order of two sites does not count."""
    shares = np.array([50, 52, 10, 49, 90])
    sites = np.array([[1, 2], [2, 1], [3, 4], [5, 5], [1, 2]])
    assert [0, 3, 2, 1, 4] == choose_doubtful(shares, 50, sites, 9).tolist()
    assert [0, 3] == choose_doubtful(shares, 50, sites, 2).tolist()


def test_no_pairs():
    """Without pairs nothing is chosen."""
    assert [] == choose_doubtful(np.zeros(0, np.int64), 5, np.zeros((0, 2), np.int64), 3).tolist()
