"""The scores again: every pair of documents is looked at, and every document."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from statistics import mean

Labels = Sequence[int]

Three = tuple[Fraction, Fraction, Fraction]
"""Precision, recall and F1."""


def pairs(labels: Labels) -> set[tuple[int, int]]:
    """The pairs of documents that have one label."""
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


def pair_counts(true: Labels, found: Labels) -> tuple[int, int, int]:
    """The pairs in both, in the truth, and in the stories."""
    return len(pairs(true) & pairs(found)), len(pairs(true)), len(pairs(found))


def with_f1(precision: Fraction, recall: Fraction) -> Three:
    """Both, and their harmonic mean: the reciprocal of the mean of the reciprocals."""
    if not precision or not recall:
        return precision, recall, Fraction(0)
    return precision, recall, 1 / mean([1 / precision, 1 / recall])


def of_sets(true: set[tuple[int, int]], found: set[tuple[int, int]]) -> Three:
    """Of what was found, the share that is true; of what is true, the share that was found."""
    precision = Fraction(len(true & found), len(found)) if found else Fraction(1)
    recall = Fraction(len(true & found), len(true)) if true else Fraction(1)
    return with_f1(precision, recall)


def adjusted_rand(true: Labels, found: Labels) -> Fraction:
    """From the four kinds of pairs: together in both, in one, in the other, in neither (Steinley 2004)."""
    a, d = 0, 0
    b, c = 0, 0
    for one, two in combinations(range(len(true)), 2):
        match true[one] == true[two], found[one] == found[two]:
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


def adjusted_rand_by_chance(true: Labels, found: Labels) -> Fraction:
    """From the definition: the expected index is the mean over all ways to deal the found labels out."""

    def index(dealt: Labels) -> int:
        return len(pairs(true) & pairs(dealt))

    dealt = list(permutations(found))
    expected = Fraction(sum(map(index, dealt)), len(dealt))
    maximum = Fraction(len(pairs(true)) + len(pairs(found)), 2)
    return (index(found) - expected) / (maximum - expected) if maximum != expected else Fraction(1)


def b_cubed(true: Labels, found: Labels) -> Three:
    """The mean over all documents of the share of their story, or true cluster, that is rightly with them."""

    def share(mine: Labels, theirs: Labels) -> Callable[[int], Fraction]:
        def of(document: int) -> Fraction:
            with_it = [other for other in range(len(mine)) if mine[other] == mine[document]]
            return Fraction(sum(theirs[other] == theirs[document] for other in with_it), len(with_it))

        return of

    if not true:
        return Fraction(1), Fraction(1), Fraction(1)
    documents = range(len(true))
    return with_f1(mean(map(share(found, true), documents)), mean(map(share(true, found), documents)))


def apart(inside: Labels, across: Labels) -> dict[int, int]:
    """For each label of ``inside`` the pairs of its documents that ``across`` has apart, if there are any."""
    counts: dict[int, int] = {}
    for one, _ in sorted(pairs(inside) - pairs(across)):
        counts[inside[one]] = counts.get(inside[one], 0) + 1
    return counts
