"""Scores agree with their definitions and with the examples in the literature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.core.evaluation import scores
from dedup.core.evaluation.reference import scores as slow
from dedup.core.evaluation.scores import Measures, PairCounts

LABELLINGS = st.integers(0, 25).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 7), min_size=n, max_size=n)] * 2))

# Manning, Raghavan and Schütze, figure 16.4: three clusters of crosses (0), circles (1) and diamonds (2).
FIGURE_TRUE = [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2]
FIGURE_STORIES = [0] * 6 + [1] * 6 + [2] * 5

# Bagga and Baldwin, section 3: chains of five, two and five, and two responses that each link two chains.
CHAINS = [0] * 5 + [1] * 2 + [2] * 5
SMALL_LINK = [0] * 5 + [1] * 7
LARGE_LINK = [0] * 5 + [1] * 2 + [0] * 5


def table(true: list[int], predicted: list[int]) -> scores.Contingency:
    """Return the contingency table of two lists of labels."""
    return scores.contingency(np.array(true, np.int64), np.array(predicted, np.int64))


def adjusted_rand(true: list[int], predicted: list[int]) -> float:
    """Return the adjusted Rand index of two lists of labels."""
    return scores.adjusted_rand(scores.pair_counts(table(true, predicted)), len(true))


def close(three: slow.Three) -> object:
    """Return an approximation of the scores of the twin."""
    return pytest.approx(tuple(map(float, three)), rel=1e-12, abs=1e-15)


@settings(deadline=None)
@given(LABELLINGS)
def test_pairs_equal_their_twin(drawn: tuple[list[int], list[int]]) -> None:
    """Counts and scores of pairs equal the counts and scores of the twin."""
    counts = scores.pair_counts(table(*drawn))
    true, predicted = map(slow.pairs, drawn)
    assert slow.pair_counts(*drawn) == counts
    assert close(slow.of_sets(true, predicted)) == scores.pairwise(counts)


@given(LABELLINGS)
def test_adjusted_rand_equals_its_twin(drawn: tuple[list[int], list[int]]) -> None:
    """The adjusted Rand index equals that of the twin, which counts four kinds of pairs."""
    assert float(slow.adjusted_rand(*drawn)) == adjusted_rand(*drawn)


@settings(deadline=None)
@given(LABELLINGS)
def test_b_cubed_equals_its_twin(drawn: tuple[list[int], list[int]]) -> None:
    """B-cubed equals that of the twin, which takes the mean over documents."""
    assert close(slow.b_cubed(*drawn)) == scores.b_cubed(table(*drawn))


@given(LABELLINGS)
def test_wrong_and_missed_pairs_equal_their_twin(drawn: tuple[list[int], list[int]]) -> None:
    """Wrong pairs of a story are separated in the truth, and missed pairs of a true cluster in the stories."""
    true, predicted = drawn
    wrong, missed = scores.wrong_pairs(table(true, predicted)), scores.missed_pairs(table(true, predicted))
    assert slow.separated_pairs(predicted, true) == {label: int(count) for label, count in enumerate(wrong) if count}
    assert slow.separated_pairs(true, predicted) == {label: int(count) for label, count in enumerate(missed) if count}
    counts = scores.pair_counts(table(true, predicted))
    assert (counts.predicted - counts.both, counts.true - counts.both) == (wrong.sum(), missed.sum())


@given(LABELLINGS)
def test_the_table_is_complete(drawn: tuple[list[int], list[int]]) -> None:
    """Each cell counts the documents that have both labels, and no cell is empty."""
    true, predicted = drawn
    both = list(zip(true, predicted, strict=True))
    cells = table(true, predicted)
    expected = sorted((*pair, both.count(pair)) for pair in set(both))
    assert expected == list(zip(cells.true.tolist(), cells.predicted.tolist(), cells.both.tolist(), strict=True))


@given(LABELLINGS)
def test_agreement_is_symmetric(drawn: tuple[list[int], list[int]]) -> None:
    """An exchange of truth and stories exchanges precision and recall, and keeps F1 and the adjusted Rand index."""
    true, predicted = drawn
    for measure in (scores.b_cubed, lambda cells: scores.pairwise(scores.pair_counts(cells))):
        precision, recall, f1 = measure(table(true, predicted))
        assert pytest.approx((recall, precision, f1)) == measure(table(predicted, true))
    assert adjusted_rand(true, predicted) == adjusted_rand(predicted, true)


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["positive", "negative", "ignored"])), max_size=30),
    st.integers(0, 30),
)
def test_labelled_pairs_equal_their_twin(drawn: list[tuple[bool, str]], unlabelled: int) -> None:
    """Pairs without a label are negatives, and ignored pairs count nowhere."""
    together = np.array([joined for joined, _ in drawn], np.bool_)
    positive = np.array([label == "positive" for _, label in drawn], np.bool_)
    ignored = np.array([label == "ignored" for _, label in drawn], np.bool_)
    counts = scores.labelled_counts(together, positive, ignored, int(together.sum()) + unlabelled)
    true = {(0, number) for number, (_, label) in enumerate(drawn) if label == "positive"}
    predicted = {(0, number) for number, (joined, label) in enumerate(drawn) if joined and label != "ignored"}
    predicted |= {(1, number) for number in range(unlabelled)}
    assert PairCounts(len(true & predicted), len(true), len(predicted)) == counts
    assert close(slow.of_sets(true, predicted)) == scores.pairwise(counts)


@pytest.mark.parametrize("seed", range(20))
def test_random_partitions(seed: int) -> None:
    """On random partitions of a hundred documents all scores equal the result of the twin."""
    random = np.random.default_rng(seed)
    true, predicted = (random.integers(0, random.integers(1, 100), 100).tolist() for _ in range(2))
    cells = table(true, predicted)
    assert close(slow.of_sets(slow.pairs(true), slow.pairs(predicted))) == scores.pairwise(scores.pair_counts(cells))
    assert close(slow.b_cubed(true, predicted)) == scores.b_cubed(cells)
    assert pytest.approx(float(slow.adjusted_rand(true, predicted)), rel=1e-12) == adjusted_rand(true, predicted)


@settings(deadline=None)
@given(st.integers(0, 5).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)))
def test_adjusted_rand_is_corrected_for_chance(drawn: tuple[list[int], list[int]]) -> None:
    """The expected index is the mean over all permutations of the labels."""
    assert float(slow.adjusted_rand_by_chance(*drawn)) == adjusted_rand(*drawn)


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 2], [0, 0, 1, 1], 4 / 7),
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        # Yeung and Ruzzo (2001), Details of the adjusted Rand index: 0.313 for [[1, 1, 0], [1, 2, 1], [0, 0, 4]].
        ([0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [0, 1, 0, 1, 1, 2, 2, 2, 2, 2], 0.313),
        (FIGURE_TRUE, FIGURE_STORIES, 0.243),
    ],
)
def test_adjusted_rand_of_the_literature(true: list[int], predicted: list[int], expected: float) -> None:
    """Small examples of the literature have their published index."""
    assert pytest.approx(expected, abs=5e-4) == adjusted_rand(true, predicted)


def test_pairs_of_the_literature() -> None:
    """In the example of the textbook 20 of 40 pairs are among the 44 true pairs: P 0.5, R 0.455, F1 0.476."""
    counts = scores.pair_counts(table(FIGURE_TRUE, FIGURE_STORIES))
    assert PairCounts(both=20, true=44, predicted=40) == counts
    assert pytest.approx((0.5, 0.455, 0.476), abs=5e-4) == scores.pairwise(counts)


@pytest.mark.parametrize(("predicted", "precision"), [(SMALL_LINK, 0.762), (LARGE_LINK, 0.583)])
def test_b_cubed_of_the_literature(predicted: list[int], precision: float) -> None:
    """In the example of Bagga and Baldwin a link of two large chains is worse than a link of a small one."""
    measures = scores.b_cubed(table(CHAINS, predicted))
    assert pytest.approx((precision, 1.0), abs=5e-4) == measures[:2]


@pytest.mark.parametrize(
    ("true", "predicted", "pairs", "rand"),
    [
        ([], [], (1.0, 1.0, 1.0), 1.0),
        ([0], [0], (1.0, 1.0, 1.0), 1.0),
        ([0, 1, 2], [2, 1, 0], (1.0, 1.0, 1.0), 1.0),
        ([0, 0, 0], [0, 0, 0], (1.0, 1.0, 1.0), 1.0),
        ([0, 0, 0], [0, 1, 2], (1.0, 0.0, 0.0), 0.0),
        ([0, 1, 2], [0, 0, 0], (0.0, 1.0, 0.0), 0.0),
    ],
)
def test_nothing_to_find(true: list[int], predicted: list[int], pairs: tuple[float, float, float], rand: float) -> None:
    """Precision is 1 for stories without pairs, recall is 1 for a truth without pairs, and equal labels agree."""
    assert Measures(*pairs) == scores.pairwise(scores.pair_counts(table(true, predicted)))
    assert rand == adjusted_rand(true, predicted)


def test_large_counts() -> None:
    """Counts of three million documents do not overflow."""
    n = 3_000_000
    labels = np.zeros(n, np.int64)
    cells = scores.contingency(labels, labels)
    counts = scores.pair_counts(cells)
    assert (n * (n - 1) // 2, 1.0) == (counts.both, scores.adjusted_rand(counts, n))
    assert Measures(1.0, 1.0, 1.0) == scores.b_cubed(cells)
