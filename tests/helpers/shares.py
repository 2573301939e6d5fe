"""Pairs and shares of documents for tests of stories."""

from collections.abc import Callable

import numpy as np

from dedup.array_types import Floats, Indices, Pairs
from dedup.core.thresholds import ONE


def pairs_of(pairs: list[tuple[int, int]]) -> Pairs:
    """An array of pairs, of two columns even without pairs."""
    return np.array(pairs, np.int64).reshape(len(pairs), 2)


def units(share: float) -> int:
    """A share in units."""
    return round(share * ONE)


def all_units(shares: list[float] | Floats) -> Indices:
    """Shares in units."""
    return np.rint(np.asarray(shares) * ONE).astype(np.int64)


def distinct_shares(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix without ties. So there is one right result."""
    upper = np.triu(np.random.default_rng(seed).integers(1, ONE, (n, n)), 1)
    return upper + upper.T


def shares_with_ties(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix of a few different shares."""
    upper = np.triu(np.random.default_rng(seed).choice([0, 1, 2, 3, ONE // 3, ONE // 2, ONE], (n, n)), 1)
    return upper + upper.T


def no_shares(pairs: Pairs) -> Indices:
    """The shares of pairs that share nothing."""
    return np.zeros(len(pairs), np.int64)


def fail_to_measure(_: Pairs) -> Indices:
    """Fails, for stories whose shares are all given."""
    raise AssertionError


def in_groups(groups: list[int], inside: float) -> Callable[[Pairs], Indices]:
    """A function that gives pairs of one group the share ``inside``, and other pairs no share."""
    label = np.array(groups)
    return lambda pairs: np.where(label[pairs[:, 0]] == label[pairs[:, 1]], units(inside), 0)


def numbered(labels: list[int]) -> list[int]:
    """Labels with new numbers, in the order in which the labels occur."""
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]
