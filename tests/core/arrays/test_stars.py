"""Large-star and small-star make stars of components, in any number of parts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.core.arrays import stars
from dedup.core.arrays.graph import components

NODES = 12
EDGES = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=30)


def in_parts(function, node, neighbour, parts):
    """Apply a function to the edges of the nodes of each part, and join what it gives."""
    given_edges = [function(node[node % parts == part], neighbour[node % parts == part]) for part in range(parts)]
    return tuple(np.concatenate(ends) for ends in zip(*given_edges, strict=True))


@given(EDGES, st.sampled_from([1, 2, 7]))
def test_stars_join_each_node_with_the_least_one_of_its_component(edges, parts):
    """Rounds of both operations end with an edge from each node to the least node of its component."""
    pairs = np.array([(max(edge), min(edge)) for edge in edges if edge[0] != edge[1]], np.int64).reshape(-1, 2)
    node, neighbour = stars.distinct_edges(pairs[:, 0], pairs[:, 1])
    for _ in range(NODES):
        both = np.append(node, neighbour), np.append(neighbour, node)
        node, neighbour = in_parts(stars.large_star, *both, parts)
        node, neighbour = in_parts(stars.small_star, node, neighbour, parts)
    labels = components(NODES, pairs)
    least = {label: int(np.flatnonzero(labels == label)[0]) for label in labels.tolist()}
    expected = {(member, least[labels[member]]) for member in set(pairs.ravel().tolist())}
    assert {(a, b) for a, b in expected if a != b} == set(zip(node.tolist(), neighbour.tolist(), strict=True))


@given(EDGES)
def test_the_checksum_does_not_know_the_order(edges):
    """Two orders of the same hashes have one checksum."""
    hashes = np.array([a * NODES + b for a, b in edges], np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    assert stars.checksum(hashes) == stars.checksum(hashes[::-1])
