"""Stories are those of the slow twin, and overlaps and digests glue no stories together."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.array_types import Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.stories import clustering, pivots
from dedup.core.stories.clustering import Stories
from dedup.core.stories.reference import clustering as slow
from tests.helpers.shares import (
    all_units,
    distinct_shares,
    fail_to_measure,
    no_shares,
    numbered,
    pairs_of,
    shares_with_ties,
    units,
)

PAIRS = st.integers(0, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.sampled_from(list(combinations(range(n), 2)))).map(sorted) if n > 1 else st.just([])
    )
)


@given(PAIRS)
def test_components_equal_their_twin(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """Connected components are numbered by their first documents, components of one document included."""
    n, pairs = drawn
    assert slow.components(n, pairs) == components(n, pairs_of(pairs)).tolist()


@settings(deadline=None)
@given(
    PAIRS,
    st.integers(0, 1000),
    st.sampled_from([0.2, 0.5, 0.8]),
    st.sampled_from([(512, 128), (5, 128), (3, 4), (2, 3), (1, 2)]),
)
def test_stories_equal_their_twin(
    drawn: tuple[int, list[tuple[int, int]]], seed: int, threshold: float, limits: tuple[int, int]
) -> None:
    """Stories and weakest links equal the slow twin's, with pairs below the threshold and with parts above the cap."""
    n, pairs = drawn
    matrix = distinct_shares(n, seed) if seed % 2 else shares_with_ties(n, seed)

    def measure_pairs(unknown: Pairs) -> Indices:
        rows = [tuple(pair) for pair in unknown.tolist()]
        assert all(a < b for a, b in rows)
        assert len(rows) == len(set(rows) - set(pairs))
        return matrix[unknown[:, 0], unknown[:, 1]]

    given_pairs = pairs_of(pairs)
    weights = matrix[given_pairs[:, 0], given_pairs[:, 1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", limits[0])
        patch.setattr(pivots, "_SAMPLE", limits[1])
        stories = clustering.make_stories(n, given_pairs, weights, units(threshold), measure_pairs)
    expected = slow.make_stories(n, matrix.item, pairs, units(threshold), *limits)
    assert [story for story, _ in expected] == grouped(stories.labels.tolist())
    assert [weakest for _, weakest in expected] == pytest.approx(stories.weakest.tolist(), abs=1e-12)
    sizes = np.bincount(components(n, given_pairs[weights >= units(threshold)]))
    split, uncut = (sizes > limits[0]).sum(), sum(len(story) > limits[0] for story, _ in expected)
    assert (split, uncut) == (stories.split, stories.uncut)


def grouped(labels: list[int]) -> list[list[int]]:
    """The documents of each label. Labels must be numbered from 0 in the order in which they occur."""
    assert labels == numbered(labels)
    return [
        [document for document in range(len(labels)) if labels[document] == label] for label in dict.fromkeys(labels)
    ]


def test_many_components_take_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories do not depend on how many pairs are measured at a time."""
    matrix = distinct_shares(120, 3)
    left, right = np.triu_indices(120, 1)
    keep = (left // 6 == right // 6) & (matrix[left, right] > units(0.3))
    pairs = np.stack((left, right), axis=1)[keep]
    weights = matrix[pairs[:, 0], pairs[:, 1]]

    def run() -> Stories:
        return clustering.make_stories(
            120, pairs, weights, units(0.5), lambda unknown: matrix[unknown[:, 0], unknown[:, 1]]
        )

    expected = run()
    monkeypatch.setattr(clustering, "_PAIRS", 20)
    actual = run()
    assert expected.labels.tolist() == actual.labels.tolist()
    assert expected.weakest.tolist() == actual.weakest.tolist()


def test_chain_of_overlaps_is_not_glued() -> None:
    """No story holds both ends of a chain a-b-c-d in which only neighbours overlap."""
    pairs = pairs_of([(0, 1), (1, 2), (2, 3)])
    stories = clustering.make_stories(4, pairs, all_units([0.7, 0.65, 0.7]), units(0.6), no_shares)
    assert [0, 0, 1, 1] == stories.labels.tolist()
    assert [0.7, 0.7] == pytest.approx(stories.weakest.tolist())


def test_digest_does_not_glue_two_stories() -> None:
    """A digest that overlaps with all documents of two stories does not make them one story."""
    groups = [0, 0, 0, 1, 1, 1]
    inside = [(a, b) for a, b in combinations(range(6), 2) if groups[a] == groups[b]]
    pairs = inside + [(a, 6) for a in range(6)]
    weights = [0.9] * len(inside) + [0.65, 0.64, 0.64, 0.61, 0.61, 0.61]
    order = sorted(range(len(pairs)), key=pairs.__getitem__)
    stories = clustering.make_stories(
        7, pairs_of([pairs[i] for i in order]), all_units(weights)[order], units(0.6), no_shares
    )
    assert [0, 0, 0, 1, 1, 1] == stories.labels[:6].tolist()


def test_complete_component_needs_no_measuring() -> None:
    """No pair is measured if all pairs of a component are known to match."""
    stories = clustering.make_stories(
        4, pairs_of([(0, 2), (0, 3), (2, 3)]), all_units([0.6, 0.7, 0.9]), units(0.6), fail_to_measure
    )
    assert [0, 1, 0, 0] == stories.labels.tolist()
    assert [pytest.approx(0.65), 1.0] == stories.weakest.tolist()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_pairs(n: int) -> None:
    """Without pairs every document is a story of its own."""
    stories = clustering.make_stories(n, pairs_of([]), np.zeros(0, np.int64), units(0.6), fail_to_measure)
    assert (list(range(n)), [1.0] * n) == (stories.labels.tolist(), stories.weakest.tolist())


def test_permuted_documents_make_the_same_stories() -> None:
    """Stories without ties do not depend on the order of the documents."""
    matrix = distinct_shares(40, 1)
    order = np.random.default_rng(1).permutation(40)

    def run(shares: np.ndarray) -> list[int]:
        left, right = np.nonzero(np.triu(shares > units(0.8), 1))
        stories = clustering.make_stories(
            40,
            np.stack((left, right), axis=1),
            shares[left, right],
            units(0.7),
            lambda unknown: shares[unknown[:, 0], unknown[:, 1]],
        )
        labels: list[int] = stories.labels.tolist()
        return labels

    labels, moved = run(matrix), run(matrix[np.ix_(order, order)])
    assert all((moved[i] == moved[j]) == (labels[order[i]] == labels[order[j]]) for i, j in combinations(range(40), 2))
