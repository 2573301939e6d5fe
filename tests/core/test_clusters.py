"""Stories hold together, the canonical rule is the declared one, and relations follow theirs."""

from collections.abc import Callable
from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.core import clusters, reference
from dedup.core.clusters import RELATIONS, UNKNOWN_TIME, Facts, Stories, average_link, canonical_order, components
from dedup.types import Floats, Pairs, Relation

PAIRS = st.integers(0, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.sampled_from(list(combinations(range(n), 2)))).map(sorted) if n > 1 else st.just([])
    )
)


def pairs_of(pairs: list[tuple[int, int]]) -> Pairs:
    """Pairs as an array, of two columns even if there are none."""
    return np.array(pairs, np.int64).reshape(len(pairs), 2)


def distinct_similarities(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix without ties, so that there is one right result."""
    upper = np.triu(np.random.default_rng(seed).random((n, n)), 1)
    return upper + upper.T


def never(_: Pairs) -> Floats:
    """For where every similarity that is needed has been given."""
    raise AssertionError


def in_groups(groups: list[int], inside: float, outside: float = 0.0) -> Callable[[Pairs], Floats]:
    """A similarity that depends on whether two documents are of one group."""
    label = np.array(groups)
    return lambda pairs: np.where(label[pairs[:, 0]] == label[pairs[:, 1]], inside, outside)


@given(PAIRS)
def test_components_equal_their_twin(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """Connected components are numbered by their first documents, those of one document too."""
    n, pairs = drawn
    assert reference.components(n, pairs) == components(n, pairs_of(pairs)).tolist()


@given(st.integers(2, 20), st.integers(0, 1000), st.floats(0.05, 1.0))
def test_average_link_equals_its_twin(n: int, seed: int, threshold: float) -> None:
    """Clusters are those of joining the two most similar clusters again and again, in small parts and in large ones."""
    matrices = [distinct_similarities(n, seed), distinct_similarities(n, seed + 1)]
    found = average_link(n, np.array([matrix[np.triu_indices(n, 1)] for matrix in matrices]), threshold)
    assert found.max() < n
    for matrix, labels in zip(matrices, found.tolist(), strict=True):
        assert reference.average_link(n, matrix.item, threshold) == numbered(labels)


def numbered(labels: list[int]) -> list[int]:
    """The labels, numbered in the order in which they occur."""
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]


@given(st.integers(2, 40), st.sampled_from([0.1, 0.3, 0.6, 0.7, 1.0]))
def test_average_link_at_the_threshold(n: int, threshold: float) -> None:
    """Documents that are all exactly as similar as the threshold asks are one cluster, whatever rounding does."""
    labels = average_link(n, np.full((1, n * (n - 1) // 2), threshold), threshold)
    assert 1 == len(set(labels[0].tolist()))


@given(PAIRS, st.integers(0, 1000), st.sampled_from([0.2, 0.5, 0.8]))
def test_stories_equal_their_twin(drawn: tuple[int, list[tuple[int, int]]], seed: int, threshold: float) -> None:
    """Stories and their weakest members are those of the slow version, given pairs below the threshold included."""
    n, pairs = drawn
    matrix = distinct_similarities(n, seed)

    def measure_pairs(asked: Pairs) -> Floats:
        wanted = [tuple(pair) for pair in asked.tolist()]
        assert all(a < b for a, b in wanted)
        assert len(wanted) == len(set(wanted) - set(pairs))
        return matrix[asked[:, 0], asked[:, 1]]

    given_pairs = pairs_of(pairs)
    weights = matrix[given_pairs[:, 0], given_pairs[:, 1]]
    found = clusters.stories(n, given_pairs, weights, threshold, measure_pairs)
    labels, weakest = reference.stories(n, matrix.item, pairs, threshold)
    assert labels == found.labels.tolist()
    assert weakest == pytest.approx(found.weakest.tolist(), abs=1e-12)
    assert (0, 0) == (found.split, found.uncut)


def test_many_components_take_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories are the same whether their pairs are measured in one go or a few at a time."""
    matrix = distinct_similarities(120, 3)
    left, right = np.triu_indices(120, 1)
    kept = (left // 6 == right // 6) & (matrix[left, right] > 0.3)
    pairs = np.stack((left, right), axis=1)[kept]
    weights = matrix[pairs[:, 0], pairs[:, 1]]

    def run() -> Stories:
        return clusters.stories(120, pairs, weights, 0.5, lambda asked: matrix[asked[:, 0], asked[:, 1]])

    expected = run()
    monkeypatch.setattr(clusters, "_PAIRS", 20)
    actual = run()
    assert expected.labels.tolist() == actual.labels.tolist()
    assert expected.weakest.tolist() == actual.weakest.tolist()


def test_chain_of_overlaps_is_not_glued() -> None:
    """Of a chain a-b-c-d of which only neighbours overlap, no story holds the two ends."""
    pairs = pairs_of([(0, 1), (1, 2), (2, 3)])
    found = clusters.stories(4, pairs, np.array([0.7, 0.65, 0.7]), 0.6, lambda asked: np.zeros(len(asked)))
    assert [0, 0, 1, 1] == found.labels.tolist()
    assert [0.7, 0.7] == found.weakest.tolist()


def test_digest_does_not_glue_two_stories() -> None:
    """A digest that overlaps with all of two stories leaves them two."""
    groups = [0, 0, 0, 1, 1, 1]
    inside = [(a, b) for a, b in combinations(range(6), 2) if groups[a] == groups[b]]
    pairs = inside + [(a, 6) for a in range(6)]
    weights = [0.9] * len(inside) + [0.65, 0.64, 0.64, 0.61, 0.61, 0.61]
    order = sorted(range(len(pairs)), key=pairs.__getitem__)
    found = clusters.stories(
        7, pairs_of([pairs[i] for i in order]), np.array(weights)[order], 0.6, lambda asked: np.zeros(len(asked))
    )
    assert [0, 0, 0, 1, 1, 1] == found.labels[:6].tolist()


def test_complete_component_needs_no_measuring() -> None:
    """Where all pairs of a component are known to match nothing more is measured."""
    found = clusters.stories(4, pairs_of([(0, 2), (0, 3), (2, 3)]), np.array([0.6, 0.7, 0.9]), 0.6, never)
    assert [0, 1, 0, 0] == found.labels.tolist()
    assert [pytest.approx(0.65), 1.0] == found.weakest.tolist()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_pairs(n: int) -> None:
    """Without pairs every document is a story of its own."""
    found = clusters.stories(n, pairs_of([]), np.zeros(0), 0.6, never)
    assert (list(range(n)), [1.0] * n) == (found.labels.tolist(), found.weakest.tolist())


def test_permuted_documents_make_the_same_stories() -> None:
    """Without ties the stories do not depend on the order of the documents."""
    matrix = distinct_similarities(40, 1)
    order = np.random.default_rng(1).permutation(40)

    def run(similarity: np.ndarray) -> list[int]:
        left, right = np.nonzero(np.triu(similarity > 0.8, 1))
        found = clusters.stories(
            40,
            np.stack((left, right), axis=1),
            similarity[left, right],
            0.7,
            lambda asked: similarity[asked[:, 0], asked[:, 1]],
        )
        labels: list[int] = found.labels.tolist()
        return labels

    labels, moved = run(matrix), run(matrix[np.ix_(order, order)])
    assert all((moved[i] == moved[j]) == (labels[order[i]] == labels[order[j]]) for i, j in combinations(range(40), 2))


class TestLargeComponents:
    """Components above the cap, which is four here."""

    @pytest.fixture(autouse=True)
    def cap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Four documents are the most that are compared in full."""
        monkeypatch.setattr(clusters, "MAX_COMPONENT", 4)

    def test_component_is_cut_where_it_is_thin(self) -> None:
        """Two stories that a weak link joins are cut apart, and their representatives keep them so."""
        groups = [0, 0, 0, 1, 1, 1]
        pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
        weights = np.array([0.9, 0.9, 0.65, 0.9, 0.9])
        found = clusters.stories(6, pairs_of(pairs), weights, 0.6, in_groups(groups, 0.9))
        assert groups == found.labels.tolist()
        assert (1, 0) == (found.split, found.uncut)

    def test_parts_of_one_story_are_joined_again(self) -> None:
        """A story that was cut because it is large comes back together by its representatives."""
        pairs = [(a, a + 1) for a in range(5)]
        weights = np.array([0.9, 0.9, 0.65, 0.9, 0.9])
        found = clusters.stories(6, pairs_of(pairs), weights, 0.6, lambda asked: np.full(len(asked), 0.8))
        assert [0] * 6 == found.labels.tolist()
        assert (1, 0) == (found.split, found.uncut)
        assert 0.8 <= found.weakest[0] <= 0.9

    def test_very_similar_documents_stay_one_story(self) -> None:
        """What even the last level leaves above the cap is one story, and counted, without further measuring."""
        pairs = [(a, a + 1) for a in range(9)]
        found = clusters.stories(10, pairs_of(pairs), np.full(9, 0.96), 0.6, never)
        assert [0] * 10 == found.labels.tolist()
        assert (1, 1) == (found.split, found.uncut)
        assert [pytest.approx(0.96)] == found.weakest.tolist()

    def test_other_components_are_not_touched(self) -> None:
        """Levels that cut a large component leave a small one whole, and number stories by first document."""
        pairs = [(0, 9), *((a, a + 1) for a in range(1, 6))]
        found = clusters.stories(10, pairs_of(sorted(pairs)), np.full(6, 0.62), 0.6, lambda asked: np.zeros(len(asked)))
        assert found.labels[0] == found.labels[9] == 0
        assert len(set(found.labels.tolist())) == found.labels.max() + 1 == len(found.weakest)
        assert (1, 0) == (found.split, found.uncut)

    def test_too_many_parts_are_left_apart(self) -> None:
        """A component that falls into more parts than the cap is not put together again."""
        pairs = [(a, a + 1) for a in range(5)]
        found = clusters.stories(6, pairs_of(pairs), np.full(5, 0.62), 0.6, never)
        assert list(range(6)) == found.labels.tolist()


@given(
    st.lists(
        st.tuples(st.none() | st.integers(-2, 2), st.integers(0, 2), st.sampled_from(["", "a", "a\0", "b", "é"])),
        max_size=12,
        unique_by=lambda row: row,
    )
)
def test_canonical_order_equals_its_twin(rows: list[tuple[int | None, int, str]]) -> None:
    """Ranks follow time, length and id, and an unknown time comes last."""
    times, lengths, ids = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    published = np.array([UNKNOWN_TIME if time is None else time for time in times], np.int64)
    found = canonical_order(published, np.array(lengths, np.int64), ids)
    assert reference.canonical_order(times, lengths, ids) == found.tolist()


def test_unknown_time_is_numpys() -> None:
    """A datetime64 that is not a time reads as an unknown time."""
    assert UNKNOWN_TIME == np.array(["NaT"], "datetime64[ns]").astype(np.int64)[0]


def test_relations_are_those_of_the_vocabulary() -> None:
    """There is a name for every relation of `dedup.types`, and no other."""
    assert get_args(Relation) == RELATIONS


SMALL = st.tuples(st.integers(0, 1), st.integers(-1, 1), st.none() | st.integers(0, 1), st.integers(1, 3))


@given(
    st.lists(SMALL, min_size=2, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.6, 0.95])),
        max_size=8,
    ),
)
def test_relations_equal_their_twin(
    documents: list[tuple[int, int, int | None, int]], rows: list[tuple[int, int, float, float]]
) -> None:
    """Each member is to its canonical document what the rule says, one member at a time."""
    facts = Facts(
        np.array([document[0] for document in documents], np.uint64),
        np.array([document[1] for document in documents]),
        np.array([UNKNOWN_TIME if document[2] is None else document[2] for document in documents]),
        np.array([document[3] for document in documents]),
    )
    expected = [
        reference.relation(
            same_document=a == b,
            same_fingerprint=documents[a][0] == documents[b][0],
            sources=(documents[a][1], documents[b][1]),
            published=(documents[a][2], documents[b][2]),
            lengths=(documents[a][3], documents[b][3]),
            resemblance=resemblance,
            containment=containment,
            threshold=0.6,
        )
        for a, b, resemblance, containment in rows
    ]
    members, canonicals = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    resemblance, containment = (np.array([row[side] for row in rows], np.float64) for side in (2, 3))
    found = clusters.relations(members, canonicals, resemblance, containment, facts, 0.6)
    assert expected == [RELATIONS[place] for place in found]
    assert np.int8 == found.dtype


@pytest.mark.parametrize(
    ("member", "canonical", "expected"),
    [
        (2, 1, "revision"),
        (1, 2, "reprint"),
        (1, 1, "reprint"),
        (1, UNKNOWN_TIME, "reprint"),
        (UNKNOWN_TIME, 1, "reprint"),
    ],
)
def test_revision_is_later(member: int, canonical: int, expected: Relation) -> None:
    """The same text of one source is a revision only if both times are known and the member's is later."""
    times = np.array([canonical, member])
    facts = Facts(np.array([1, 2], np.uint64), np.zeros(2, np.int64), times, np.array([9, 9]))
    found = clusters.relations(np.array([1]), np.array([0]), np.array([0.8]), np.array([0.9]), facts, 0.6)
    assert [expected] == [RELATIONS[place] for place in found]
