"""Connected components of edges that lie in many parts: the two operations of Kiveris et al. 2014.

"Connected Components in MapReduce and Beyond" (SoCC 2014): large-star and small-star, in turns, make of every component
a star around its least node. Both join the neighbours of a node with the least of them, and keep what is connected
connected. The number of edges never grows.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.array_types import Hashes

Nodes = npt.NDArray[np.integer[Any]]
"""``(n,)`` nodes of edges. Each edge has its greater node first."""


def large_star(node: Nodes, neighbour: Nodes) -> tuple[Nodes, Nodes]:
    """Join the greater neighbours of each node with the least one of the node and its neighbours.

    Args:
        node: ``(n,)`` nodes. All edges of a node are there.
        neighbour: ``(n,)`` the other end of each edge. An edge is there in both directions.

    Returns:
        The distinct edges.
    """
    node, neighbour, least = _with_least(node, neighbour)
    greater = neighbour > node
    return distinct_edges(neighbour[greater], np.minimum(least, node)[greater])


def small_star(node: Nodes, neighbour: Nodes) -> tuple[Nodes, Nodes]:
    """Join each node and its lesser neighbours with the least of them.

    Args:
        node: ``(n,)`` the greater end of each edge. All edges of a node to lesser ones are there.
        neighbour: ``(n,)`` the lesser end.

    Returns:
        The distinct edges.
    """
    node, neighbour, least = _with_least(node, neighbour)
    other = neighbour != least
    return distinct_edges(np.append(node, neighbour[other]), np.append(least, least[other]))


def distinct_edges(node: Nodes, neighbour: Nodes) -> tuple[Nodes, Nodes]:
    """Return each edge once, sorted."""
    order = np.lexsort((neighbour, node))
    node, neighbour = node[order], neighbour[order]
    is_first = np.ones(node.size, np.bool_)
    is_first[1:] = (node[1:] != node[:-1]) | (neighbour[1:] != neighbour[:-1])
    return node[is_first], neighbour[is_first]


def checksum(mixed: Hashes) -> int:
    """Return one number of the hashes of edges, whatever their order."""
    return int(mixed.sum(dtype=np.uint64))


def _with_least(node: Nodes, neighbour: Nodes) -> tuple[Nodes, Nodes, Nodes]:
    """Return the edges sorted by node, and for each edge the least neighbour of its node."""
    order = np.lexsort((neighbour, node))
    node, neighbour = node[order], neighbour[order]
    is_first = np.ones(node.size, np.bool_)
    is_first[1:] = node[1:] != node[:-1]
    return node, neighbour, neighbour[is_first.nonzero()[0][is_first.cumsum() - 1]]
