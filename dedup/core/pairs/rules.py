"""The rules on a pair of texts as data, and the grounds of a decision.

`RULES` has a row for each rule, in the order in which the rules are asked. `core.pairs.rule` and `core.pairs.decision`
apply them, and number them by their places here. What shows a decision reads this table, and holds no rule.
"""

from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Floats, Indices

RuleNumbers = npt.NDArray[np.int8]
"""``(p,)`` positions in `RULES`: of the rule that had the last word on each pair."""


class PairRule(NamedTuple):
    """A rule on a pair of texts. A pair passes if its value is ``sense`` the bound of the rule.

    - ``name``: the name of the rule.
    - ``title``: the value in a few words.
    - ``sentence``: the rule in one sentence.
    - ``sense``: how the value is compared with the bound.
    - ``unit``: whether the value is a share, or a count.
    - ``counted``: what the value is a share of, or what is counted.
    """

    name: str
    title: str
    sentence: str
    sense: Literal["at least"]
    unit: Literal["share", "count"]
    counted: str


RULES: Final = (
    PairRule(
        "shingles",
        "shared shingles",
        "The two texts share one in ten of the shingles of the smaller text.",
        "at least",
        "share",
        "shingles",
    ),
    PairRule(
        "share",
        "words that count",
        "Passages make up this share of the shorter text. Each costs some words, and so does a replaced figure.",
        "at least",
        "share",
        "words",
    ),
    PairRule(
        "one_site",
        "the same, on one site",
        "Two pages of one site under different headlines share twice as much.",
        "at least",
        "share",
        "words",
    ),
    PairRule(
        "excerpt",
        "longest passage",
        "The shorter text stands whole in the longer text, under one headline or on another source.",
        "at least",
        "count",
        "words",
    ),
    PairRule("equal", "equal texts", "What is left of the two texts is the same.", "at least", "count", "texts"),
    PairRule(
        "headlines",
        "words of a headline",
        "What pages under different headlines share says a quarter of one of the headlines.",
        "at least",
        "share",
        "words of the headline",
    ),
)
"""The rules, in the order in which they are asked. The last rule on which the answer depends has the last word."""

SHINGLES, SHARE, ONE_SITE, EXCERPT, EQUAL, HEADLINES = range(len(RULES))
"""Positions in `RULES`."""

NO, YES, NOT_ASKED = range(3)
"""Whether a pair passes a rule."""


class Grounds(NamedTuple):
    """The grounds of the decisions on ``p`` pairs, a column for each of the ``g`` `RULES`.

    - ``values`` ``(p, g) float64``: the value of each pair by each rule.
    - ``bounds`` ``(p, g) float64``: the bound of each rule for each pair.
    - ``passed`` ``(p, g) int8``: `NO`, `YES`, or `NOT_ASKED`. Without an answer there is no value and no bound.
    - ``counts`` ``(p, g, 2) int64``: the numbers whose quotient is the value: words of passages that count and words of
      the shorter text, for example.
    - ``replaced`` ``(p,) int64``: replaced figures.
    """

    values: Floats
    bounds: Floats
    passed: npt.NDArray[np.int8]
    counts: Indices
    replaced: Indices

    @classmethod
    def empty(cls, pairs: int) -> "Grounds":
        """Return the grounds of ``pairs`` pairs of which no rule was asked."""
        size = pairs, len(RULES)
        return cls(
            np.zeros(size),
            np.zeros(size),
            np.full(size, NOT_ASKED, np.int8),
            np.zeros((*size, 2), np.int64),
            np.zeros(pairs, np.int64),
        )

    def put(self, rows: Indices, other: "Grounds") -> None:
        """Take the answers that ``other`` has for the pairs ``rows``, and keep all others."""
        self.replaced[rows] = other.replaced
        pairs, rules = (other.passed != NOT_ASKED).nonzero()
        places = rows[pairs], rules
        self.values[places], self.bounds[places] = other.values[pairs, rules], other.bounds[pairs, rules]
        self.passed[places], self.counts[places] = other.passed[pairs, rules], other.counts[pairs, rules]

    def fill(
        self, rule: int, rows: Indices, counts: tuple[Indices, Indices], bounds: Indices | float, passed: Flags
    ) -> None:
        """Fill in the answers of one rule.

        Args:
            rule: the position of the rule in `RULES`.
            rows: ``(k,)`` the pairs that the rule was asked of.
            counts: ``(k,)`` each, the two numbers whose quotient is the value. A rule that counts words has the words
                of the text as the second number, and the first number is its value.
            bounds: ``(k,)`` the bound of each pair, or the bound of all.
            passed: ``(k,)`` whether each pair passes.
        """
        self.counts[rows, rule, 0], self.counts[rows, rule, 1] = counts
        divisors = np.maximum(counts[1], 1) if RULES[rule].unit == "share" else 1
        self.values[rows, rule] = counts[0] / divisors
        self.bounds[rows, rule], self.passed[rows, rule] = bounds, passed
