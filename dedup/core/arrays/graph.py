"""Pairs of documents -> connected components and adjacency matrices."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.sorting import first_of_equals, firsts

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def components(n: int, pairs: Pairs) -> Indices:
    """Return ``(n,)`` labels of the connected components of ``n`` documents under ``pairs``.

    The labels count from 0 in the order of the first documents. Documents form trees. Each turn hooks trees to each
    other and then flattens them (Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm"). A turn
    hooks each root to the least root that a pair joins it with, so that two turns leave at most half of the roots. (The
    function of scipy takes about as long, but each process that imports scipy needs .4 s more.)
    """
    root = np.arange(n)
    a, b = pairs.T
    while (unequal := a != b).any():
        a, b = a[unequal], b[unequal]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while ((above := root[root]) != root).any():
            root = above
        a, b = root[a], root[b]
    return by_first(root)


def least_nodes(a: Indices, b: Indices) -> tuple[Indices, Indices]:
    """Return ``(k,)`` the distinct nodes of edges, rising, and ``(k,)`` the least node of the component of each.

    Args:
        a: ``(m,)`` one end of each edge.
        b: ``(m,)`` the other end.
    """
    nodes = np.union1d(a, b)
    labels = components(nodes.size, np.stack((nodes.searchsorted(a), nodes.searchsorted(b)), axis=1))
    first = firsts(labels)
    return nodes, nodes[first[labels]]


def adjacency(n: int, pairs: Pairs) -> "csr_array":
    """Return the ``(n, n) int8`` sparse matrix with a 1 at ``[a, b]`` for each pair ``a < b``."""
    from scipy.sparse import coo_array

    return coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()


def by_first(labels: npt.NDArray[np.integer[Any]]) -> Indices:
    """Return ``labels`` ``(n,)`` renumbered from 0 in the order of the first documents of the labels."""
    order = labels.argsort(kind="stable")
    new = first_of_equals(labels[order])
    first = order[new]
    ranks = np.empty(first.size, np.int64)
    ranks[first.argsort()] = np.arange(first.size)
    renumbered = np.empty(labels.size, np.int64)
    renumbered[order] = ranks[new.cumsum() - 1]
    return renumbered
