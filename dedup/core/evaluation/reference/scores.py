"""The slow twin of `core.evaluation.scores`: loops over all pairs of documents and over all documents."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from statistics import mean

Labels = Sequence[int]
"""The label of each document."""

Three = tuple[Fraction, Fraction, Fraction]
"""Precision, recall and F1."""


def pairs(labels: Labels) -> set[tuple[int, int]]:
    """Return the pairs of documents that have one label."""
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


def pair_counts(true: Labels, predicted: Labels) -> tuple[int, int, int]:
    """Return the numbers of pairs in both, in the truth, and in the stories."""
    return len(pairs(true) & pairs(predicted)), len(pairs(true)), len(pairs(predicted))


def with_f1(precision: Fraction, recall: Fraction) -> Three:
    """Return precision, recall, and their harmonic mean: the reciprocal of the mean of the reciprocals."""
    if not precision or not recall:
        return precision, recall, Fraction(0)
    return precision, recall, 1 / mean([1 / precision, 1 / recall])


def of_sets(true: set[tuple[int, int]], predicted: set[tuple[int, int]]) -> Three:
    """Return the share of predicted pairs that are true, the share of true pairs that are predicted, and F1."""
    precision = Fraction(len(true & predicted), len(predicted)) if predicted else Fraction(1)
    recall = Fraction(len(true & predicted), len(true)) if true else Fraction(1)
    return with_f1(precision, recall)


def adjusted_rand(true: Labels, predicted: Labels) -> Fraction:
    """Return the index from counts of pairs: together in both, in one, in the other, in neither (Steinley 2004)."""
    a, d = 0, 0
    b, c = 0, 0
    for left, right in combinations(range(len(true)), 2):
        match true[left] == true[right], predicted[left] == predicted[right]:
            case True, True:
                a += 1
            case True, False:
                b += 1
            case False, True:
                c += 1
            case _:
                d += 1
    below = (a + b) * (b + d) + (a + c) * (c + d)
    return Fraction(2 * (a * d - b * c), below) if below else Fraction(1)


def adjusted_rand_by_chance(true: Labels, predicted: Labels) -> Fraction:
    """Return the index by its definition: the expected value is the mean over all permutations of the labels."""

    def index(dealt: Labels) -> int:
        """Return the number of pairs in both labellings."""
        return len(pairs(true) & pairs(dealt))

    dealt = list(permutations(predicted))
    expected = Fraction(sum(map(index, dealt)), len(dealt))
    maximum = Fraction(len(pairs(true)) + len(pairs(predicted)), 2)
    return (index(predicted) - expected) / (maximum - expected) if maximum != expected else Fraction(1)


def b_cubed(true: Labels, predicted: Labels) -> Three:
    """Return the means over all documents of the share of the story, or true cluster, that is rightly there."""

    def share(mine: Labels, theirs: Labels) -> Callable[[int], Fraction]:
        """Return the function from a document to the share of its cluster in ``mine`` that ``theirs`` agrees with."""

        def share_of_document(document: int) -> Fraction:
            members = [other for other in range(len(mine)) if mine[other] == mine[document]]
            return Fraction(sum(theirs[other] == theirs[document] for other in members), len(members))

        return share_of_document

    if not true:
        return Fraction(1), Fraction(1), Fraction(1)
    documents = range(len(true))
    return with_f1(mean(map(share(predicted, true), documents)), mean(map(share(true, predicted), documents)))


def separated_pairs(inside: Labels, across: Labels) -> dict[int, int]:
    """Return for each label of ``inside`` the number of its pairs that ``across`` separates, if there are any."""
    counts: dict[int, int] = {}
    for document, _ in sorted(pairs(inside) - pairs(across)):
        counts[inside[document]] = counts.get(inside[document], 0) + 1
    return counts
