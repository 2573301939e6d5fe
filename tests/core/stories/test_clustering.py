"""Stories hold together, the canonical rule is the declared one, and relations follow theirs."""

from collections.abc import Callable
from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy

from dedup.array_types import UNKNOWN_TIME, Floats, Indices, Pairs
from dedup.core.arrays.graph import components
from dedup.core.stories import clustering
from dedup.core.stories import relations as relations_
from dedup.core.stories.average_link import average_link
from dedup.core.stories.clustering import MAX_COMPONENT, Stories
from dedup.core.stories.order import canonical_order, id_order
from dedup.core.stories.reference import clustering as slow
from dedup.core.stories.relations import RELATIONS, RelationFacts
from dedup.core.thresholds import ONE
from dedup.types import Relation

PAIRS = st.integers(0, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.sets(st.sampled_from(list(combinations(range(n), 2)))).map(sorted) if n > 1 else st.just([])
    )
)


def pairs_of(pairs: list[tuple[int, int]]) -> Pairs:
    """Pairs as an array, of two columns even if there are none."""
    return np.array(pairs, np.int64).reshape(len(pairs), 2)


def units(share: float) -> int:
    """A share in units."""
    return round(share * ONE)


def all_units(shares: list[float] | Floats) -> Indices:
    """Shares in units."""
    return np.rint(np.asarray(shares) * ONE).astype(np.int64)


def distinct_shares(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix without ties, so that there is one right result."""
    upper = np.triu(np.random.default_rng(seed).integers(1, ONE, (n, n)), 1)
    return upper + upper.T


def shares_with_ties(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix of a few different shares."""
    upper = np.triu(np.random.default_rng(seed).choice([0, 1, 2, 3, ONE // 3, ONE // 2, ONE], (n, n)), 1)
    return upper + upper.T


def none(asked: Pairs) -> Indices:
    """For pairs that share nothing."""
    return np.zeros(len(asked), np.int64)


def never(_: Pairs) -> Indices:
    """For where every similarity that is needed has been given."""
    raise AssertionError


def in_groups(groups: list[int], inside: float) -> Callable[[Pairs], Indices]:
    """A share that depends on whether two documents are of one group."""
    label = np.array(groups)
    return lambda pairs: np.where(label[pairs[:, 0]] == label[pairs[:, 1]], units(inside), 0)


@given(PAIRS)
def test_components_equal_their_twin(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """Connected components are numbered by their first documents, those of one document too."""
    n, pairs = drawn
    assert slow.components(n, pairs) == components(n, pairs_of(pairs)).tolist()


@settings(deadline=None)  # the twin is slow
@given(st.integers(2, 12), st.integers(0, 10**6), st.floats(0.05, 1.0))
def test_average_link_equals_its_twin(n: int, seed: int, threshold: float) -> None:
    """Clusters are those of joining the two most similar clusters again and again, with ties and without."""
    matrices = [distinct_shares(n, seed), shares_with_ties(n, seed), shares_with_ties(n, seed + 1)]
    found = average_link(n, np.array([matrix[np.triu_indices(n, 1)] for matrix in matrices]), units(threshold))
    assert found.max() < n
    for matrix, labels in zip(matrices, found.tolist(), strict=True):
        assert slow.average_link(n, matrix.item, units(threshold)) == numbered(labels)


@settings(deadline=None)  # the first call of scipy takes long
@given(st.integers(2, 60), st.integers(0, 1000), st.floats(0.05, 1.0))
def test_average_link_equals_that_of_scipy(n: int, seed: int, threshold: float) -> None:
    """Where there are no ties, clusters are those of scipy."""
    shares = distinct_shares(n, seed)[np.triu_indices(n, 1)]
    tree = hierarchy.linkage(1 - shares / ONE, "average")
    expected = hierarchy.fcluster(tree, 1 - threshold, "distance").tolist()
    assert numbered(expected) == numbered(average_link(n, shares[np.newaxis], units(threshold))[0].tolist())


def test_average_link_of_all_that_are_compared() -> None:
    """A full component of two stories and texts between them is two stories, and sums of shares do not overflow."""
    n = MAX_COMPONENT
    like = np.where(np.equal.outer(np.arange(n) % 2, np.arange(n) % 2), ONE, ONE // 2)
    labels = average_link(n, like[np.triu_indices(n, 1)][np.newaxis], units(0.6))[0]
    assert (np.arange(n) % 2).tolist() == labels.tolist()


def numbered(labels: list[int]) -> list[int]:
    """The labels, numbered in the order in which they occur."""
    order = list(dict.fromkeys(labels))
    return [order.index(label) for label in labels]


@given(st.integers(2, 40), st.sampled_from([0.1, 0.3, 0.6, 0.7, 1.0]))
def test_average_link_at_the_threshold(n: int, threshold: float) -> None:
    """Documents that are all exactly as similar as the threshold asks are one cluster, whatever rounding does."""
    labels = average_link(n, np.full((1, n * (n - 1) // 2), units(threshold)), units(threshold))
    assert 1 == len(set(labels[0].tolist()))


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
    """Stories and their weakest links are those of the slow version, given pairs below the threshold included, and
    with components and stars above the cap."""
    n, pairs = drawn
    matrix = distinct_shares(n, seed) if seed % 2 else shares_with_ties(n, seed)

    def measure_pairs(asked: Pairs) -> Indices:
        wanted = [tuple(pair) for pair in asked.tolist()]
        assert all(a < b for a, b in wanted)
        assert len(wanted) == len(set(wanted) - set(pairs))
        return matrix[asked[:, 0], asked[:, 1]]

    given_pairs = pairs_of(pairs)
    weights = matrix[given_pairs[:, 0], given_pairs[:, 1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "MAX_COMPONENT", limits[0])
        patch.setattr(clustering, "_SAMPLE", limits[1])
        found = clustering.make_stories(n, given_pairs, weights, units(threshold), measure_pairs)
    expected = slow.make_stories(n, matrix.item, pairs, units(threshold), *limits)
    assert [story for story, _ in expected] == grouped(found.labels.tolist())
    assert [weakest for _, weakest in expected] == pytest.approx(found.weakest.tolist(), abs=1e-12)
    sizes = np.bincount(components(n, given_pairs[weights >= units(threshold)]))
    assert ((sizes > limits[0]).sum(), sum(len(story) > limits[0] for story, _ in expected)) == found[2:]


def grouped(labels: list[int]) -> list[list[int]]:
    """The documents of each label, which are numbered from 0 in the order in which they occur."""
    assert labels == numbered(labels)
    return [[place for place, other in enumerate(labels) if other == label] for label in dict.fromkeys(labels)]


def test_many_components_take_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stories are the same whether their pairs are measured in one go or a few at a time."""
    matrix = distinct_shares(120, 3)
    left, right = np.triu_indices(120, 1)
    kept = (left // 6 == right // 6) & (matrix[left, right] > units(0.3))
    pairs = np.stack((left, right), axis=1)[kept]
    weights = matrix[pairs[:, 0], pairs[:, 1]]

    def run() -> Stories:
        return clustering.make_stories(120, pairs, weights, units(0.5), lambda asked: matrix[asked[:, 0], asked[:, 1]])

    expected = run()
    monkeypatch.setattr(clustering, "_PAIRS", 20)
    actual = run()
    assert expected.labels.tolist() == actual.labels.tolist()
    assert expected.weakest.tolist() == actual.weakest.tolist()


def test_chain_of_overlaps_is_not_glued() -> None:
    """Of a chain a-b-c-d of which only neighbours overlap, no story holds the two ends."""
    pairs = pairs_of([(0, 1), (1, 2), (2, 3)])
    found = clustering.make_stories(4, pairs, all_units([0.7, 0.65, 0.7]), units(0.6), none)
    assert [0, 0, 1, 1] == found.labels.tolist()
    assert [0.7, 0.7] == pytest.approx(found.weakest.tolist())


def test_digest_does_not_glue_two_stories() -> None:
    """A digest that overlaps with all of two stories leaves them two."""
    groups = [0, 0, 0, 1, 1, 1]
    inside = [(a, b) for a, b in combinations(range(6), 2) if groups[a] == groups[b]]
    pairs = inside + [(a, 6) for a in range(6)]
    weights = [0.9] * len(inside) + [0.65, 0.64, 0.64, 0.61, 0.61, 0.61]
    order = sorted(range(len(pairs)), key=pairs.__getitem__)
    found = clustering.make_stories(7, pairs_of([pairs[i] for i in order]), all_units(weights)[order], units(0.6), none)
    assert [0, 0, 0, 1, 1, 1] == found.labels[:6].tolist()


def test_complete_component_needs_no_measuring() -> None:
    """Where all pairs of a component are known to match nothing more is measured."""
    found = clustering.make_stories(
        4, pairs_of([(0, 2), (0, 3), (2, 3)]), all_units([0.6, 0.7, 0.9]), units(0.6), never
    )
    assert [0, 1, 0, 0] == found.labels.tolist()
    assert [pytest.approx(0.65), 1.0] == found.weakest.tolist()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_no_pairs(n: int) -> None:
    """Without pairs every document is a story of its own."""
    found = clustering.make_stories(n, pairs_of([]), np.zeros(0, np.int64), units(0.6), never)
    assert (list(range(n)), [1.0] * n) == (found.labels.tolist(), found.weakest.tolist())


def test_permuted_documents_make_the_same_stories() -> None:
    """Without ties the stories do not depend on the order of the documents."""
    matrix = distinct_shares(40, 1)
    order = np.random.default_rng(1).permutation(40)

    def run(shares: np.ndarray) -> list[int]:
        left, right = np.nonzero(np.triu(shares > units(0.8), 1))
        found = clustering.make_stories(
            40,
            np.stack((left, right), axis=1),
            shares[left, right],
            units(0.7),
            lambda asked: shares[asked[:, 0], asked[:, 1]],
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
        monkeypatch.setattr(clustering, "MAX_COMPONENT", 4)

    def test_more_reprints_than_the_cap_are_one_story(self) -> None:
        """All of them match one, so no further pair is compared, and the story is as weak as the worst of these."""
        pairs = [(a, b) for a in range(2) for b in range(a + 1, 9)]
        asked = []

        def measure_pairs(some: Pairs) -> Indices:
            asked.extend(some.tolist())
            return np.full(len(some), units(0.7))

        weights = np.full(len(pairs), units(0.65))
        found = clustering.make_stories(9, pairs_of(pairs), weights, units(0.6), measure_pairs)
        assert [0] * 9 == found.labels.tolist()
        assert (1, 1) == (found.split, found.uncut)
        assert pytest.approx(0.65) == found.weakest[0]

    def test_digests_do_not_glue_two_stories(self) -> None:
        """Documents that hold all of two large stories, and come first, leave them two: they are no pivots."""
        groups = [2, 2, *[0, 1] * 8]
        shares = np.equal.outer(groups, groups) * units(0.8)
        shares[:2] = shares[:, :2] = units(0.8)
        pairs = [(a, b) for a in range(4) for b in range(a + 1, 18) if shares[a, b]]
        weights = np.full(len(pairs), units(0.8))
        found = clustering.make_stories(
            18, pairs_of(pairs), weights, units(0.6), lambda asked: shares[asked[:, 0], asked[:, 1]]
        )
        assert [0, 1] * 8 == found.labels[2:].tolist()
        assert (1, 2) == (found.split, found.uncut)

    def test_hub_does_not_glue_documents_that_have_nothing_in_common(self) -> None:
        """A short text that is in all of many pages is not their story."""
        pairs = [(0, b) for b in range(1, 12)]
        found = clustering.make_stories(12, pairs_of(pairs), np.full(11, ONE), units(0.6), none)
        assert 11 == found.labels.max() + 1
        assert (1, 0) == (found.split, found.uncut)

    def test_chain_is_not_glued(self) -> None:
        """Of a long chain of which only neighbours overlap no story has more than a document and its neighbours."""
        pairs = [(a, a + 1) for a in range(99)]
        found = clustering.make_stories(100, pairs_of(pairs), np.full(99, units(0.9)), units(0.6), none)
        assert {2} == set(np.bincount(found.labels)[found.labels[1:-1]].tolist()) - {1}
        assert np.diff(np.flatnonzero(np.diff(found.labels, prepend=-1))).max() <= 3

    def test_part_below_the_cap_goes_the_ordinary_way(self) -> None:
        """A component that a pivot leaves small is one story by the average of all of its pairs."""
        groups = [0] * 6 + [1] * 4
        pairs = [(a, b) for a, b in combinations(range(10), 2) if groups[a] == groups[b] or (a, b) == (5, 6)]
        weights = all_units([0.9 if groups[a] == groups[b] else 0.6 for a, b in pairs])
        found = clustering.make_stories(10, pairs_of(pairs), weights, units(0.6), in_groups(groups, 0.9))
        assert groups == found.labels.tolist()
        assert (1, 1) == (found.split, found.uncut)
        assert [0.9, 0.9] == pytest.approx(found.weakest.tolist())

    def test_other_components_are_not_touched(self) -> None:
        """Cutting a large component leaves a small one whole, and stories are numbered by first document."""
        pairs = [(0, 9), *((a, a + 1) for a in range(1, 6))]
        found = clustering.make_stories(10, pairs_of(sorted(pairs)), np.full(6, units(0.62)), units(0.6), none)
        assert found.labels[0] == found.labels[9] == 0
        assert numbered(found.labels.tolist()) == found.labels.tolist()
        assert found.labels.max() + 1 == len(found.weakest)
        assert (1, 0) == (found.split, found.uncut)

    @pytest.mark.parametrize("pivots", [0, 1, 2, 5])
    def test_nothing_vanishes_when_pivots_run_out(self, pivots: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is left is cut by number, neighbours together: most stories stay whole, and none is above the cap."""
        monkeypatch.setattr(clustering, "_PIVOTS", pivots)
        groups = [a // 2 for a in range(400)]
        pairs = [(a, a + 1) for a in range(399)]
        weights = all_units(np.where(np.arange(399) % 2, 0.6, 0.9))
        found = clustering.make_stories(400, pairs_of(pairs), weights, units(0.6), in_groups(groups, 0.9))
        assert (found.labels[::2] == found.labels[1::2]).sum() > 100
        assert np.bincount(found.labels).max() <= 4
        assert (1, 0) == (found.split, found.uncut)


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
    found = canonical_order(published, np.array(lengths, np.int64), id_order(ids))
    assert slow.canonical_order(times, lengths, ids) == found.tolist()


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
    facts = RelationFacts(
        np.array([document[0] for document in documents], np.uint64),
        np.array([document[1] for document in documents]),
        np.array([UNKNOWN_TIME if document[2] is None else document[2] for document in documents]),
        np.array([document[3] for document in documents]),
    )
    expected = [
        slow.relation(
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
    found = relations_.relations(members, canonicals, resemblance, containment, facts, 0.6)
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
    facts = RelationFacts(np.array([1, 2], np.uint64), np.zeros(2, np.int64), times, np.array([9, 9]))
    found = relations_.relations(np.array([1]), np.array([0]), np.array([0.8]), np.array([0.9]), facts, 0.6)
    assert [expected] == [RELATIONS[place] for place in found]
