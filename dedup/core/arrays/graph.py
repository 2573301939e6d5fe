"""Connected components of a graph."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.sorting import first_of_equals

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def components(n: int, pairs: Pairs) -> Indices:
    """``(n,)`` labels of the connected components of ``n`` documents under ``pairs``, numbered by first document.

    Trees of documents are hooked to each other and flattened by turns (Shiloach and Vishkin 1982, "An O(log n) parallel
    connectivity algorithm"): each root to the least that a pair joins it with, so that two turns leave half of them.
    (scipy's takes about as long, and every process that asks it .4 s more to import it.)
    """
    root = np.arange(n)
    a, b = pairs.T
    while (apart := a != b).any():
        a, b = a[apart], b[apart]
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while ((above := root[root]) != root).any():
            root = above
        a, b = root[a], root[b]
    return by_first(root)


def adjacency(n: int, pairs: Pairs) -> "csr_array":
    from scipy.sparse import coo_array

    return coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()


def by_first(labels: npt.NDArray[np.integer[Any]]) -> Indices:
    """The same clusters, numbered from 0 in the order of their first documents."""
    order = labels.argsort(kind="stable")
    new = first_of_equals(labels[order])
    first = order[new]
    ranks = np.empty(first.size, np.int64)
    ranks[first.argsort()] = np.arange(first.size)
    found = np.empty(labels.size, np.int64)
    found[order] = ranks[new.cumsum() - 1]
    return found
